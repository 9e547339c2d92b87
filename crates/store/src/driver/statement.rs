//! SQL texts: one text for both databases, `$1 … $N` for parameters, `IN {list $1}` for lists.
//!
//! SQLite takes `$1` for a *named* parameter, numbered by first appearance, so `$2 … $1` would be bound crosswise without
//! an error. Hence `$N` becomes `?N` there, outside quotes and comments, once per text.

use super::Dialect;
use parking_lot::RwLock;
use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

/// One text for both databases; made by [`crate::sql!`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql(pub &'static str);

/// Two texts for what the two databases cannot say in one; made by [`crate::sql_by!`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlPair {
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
}

/// A statement to run.
#[derive(Debug, Clone)]
pub enum Statement {
    /// One text for both.
    One(&'static str),
    /// A text for each.
    Pair(SqlPair),
    /// A text put together at run time (filtered lists); values still go through parameters.
    Built(String),
}

impl From<&'static str> for Statement {
    fn from(text: &'static str) -> Self {
        Self::One(text)
    }
}
impl From<Sql> for Statement {
    fn from(sql: Sql) -> Self {
        Self::One(sql.0)
    }
}
impl From<SqlPair> for Statement {
    fn from(pair: SqlPair) -> Self {
        Self::Pair(pair)
    }
}
impl From<String> for Statement {
    fn from(text: String) -> Self {
        Self::Built(text)
    }
}

/// The statement `queries/<name>.sql` of the calling crate, one text for both databases.
#[macro_export]
macro_rules! sql {
    ($name:literal) => {
        $crate::Sql(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/queries/",
            $name,
            ".sql"
        )))
    };
}

/// The statements `queries/<name>.sqlite.sql` and `queries/<name>.pg.sql` of the calling crate.
#[macro_export]
macro_rules! sql_by {
    ($name:literal) => {
        $crate::SqlPair {
            sqlite: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/queries/",
                $name,
                ".sqlite.sql"
            )),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $name, ".pg.sql")),
        }
    };
}

/// Address and length of a static text: cheaper to hash than the text.
pub(crate) type Address = (usize, usize);

pub(crate) fn address(text: &'static str) -> Address {
    (text.as_ptr() as usize, text.len())
}

/// A text as its database takes it.
pub(crate) enum Ready<'s> {
    /// Rewritten once; lives as long as the program, so its address may serve as key.
    Fixed(&'static str),
    /// Rewritten for this call.
    Built(Cow<'s, str>),
}

impl Ready<'_> {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Built(text) => text,
        }
    }
}

static REWRITTEN: LazyLock<[RwLock<HashMap<Address, &'static str>>; 2]> = LazyLock::new(Default::default);

pub(crate) fn ready(statement: &Statement, dialect: Dialect) -> Ready<'_> {
    let text: &'static str = match (statement, dialect) {
        (Statement::Built(text), _) => return Ready::Built(rewrite(text, dialect)),
        (Statement::One(text), _) => text,
        (Statement::Pair(pair), Dialect::Sqlite) => pair.sqlite,
        (Statement::Pair(pair), Dialect::Postgres) => pair.postgres,
    };
    let cache = &REWRITTEN[dialect as usize];
    if let Some(done) = cache.read().get(&address(text)) {
        return Ready::Fixed(done);
    }
    // Static texts are a fixed number, so keeping their rewritten twins for ever is bounded.
    let done: &'static str = match rewrite(text, dialect) {
        Cow::Borrowed(_) => text,
        Cow::Owned(new) => Box::leak(new.into_boxed_str()),
    };
    cache.write().insert(address(text), done);
    Ready::Fixed(done)
}

/// Rewrites parameters and lists for one database; borrows when there is nothing to do.
pub(crate) fn rewrite(text: &str, dialect: Dialect) -> Cow<'_, str> {
    let needed = match dialect {
        Dialect::Sqlite => text.contains('$'),
        Dialect::Postgres => text.contains("{list"),
    };
    if !needed {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + 32);
    let mut i = 0;
    while i < bytes.len() {
        let rest = &text[i..];
        let skip = match bytes[i] {
            b'\'' => quoted(rest, '\''),
            b'"' => quoted(rest, '"'),
            b'-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => comment(rest),
            _ => 0,
        };
        if skip > 0 {
            out.push_str(&rest[..skip]);
            i += skip;
            continue;
        }
        if let Some((number, len)) = list(rest) {
            push_list(&mut out, number, dialect);
            i += len;
            continue;
        }
        if bytes[i] == b'$' && dialect == Dialect::Sqlite {
            let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                out.push('?');
                out.push_str(&rest[1..=digits]);
                i += 1 + digits;
                continue;
            }
        }
        let len = rest.chars().next().map_or(1, char::len_utf8);
        out.push_str(&rest[..len]);
        i += len;
    }
    Cow::Owned(out)
}

/// Length of the quoted text that `rest` begins with; a doubled quote stays inside.
fn quoted(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    rest.len()
}

/// Length of the block comment that `rest` begins with. Not nested: SQLite does not nest, so no text may.
fn comment(rest: &str) -> usize {
    rest[2..].find("*/").map_or(rest.len(), |end| end + 4)
}

/// `{list $12}` at the beginning: the digits and the whole length.
fn list(rest: &str) -> Option<(&str, usize)> {
    let inner = rest.strip_prefix("{list")?;
    let close = inner.find('}')?;
    let number = inner[..close].trim().strip_prefix('$')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        .then_some((number, "{list".len() + close + 1))
}

fn push_list(out: &mut String, number: &str, dialect: Dialect) {
    match dialect {
        Dialect::Sqlite => out.push_str(&format!("(SELECT value FROM rarray(?{number}))")),
        Dialect::Postgres => {
            // `x IN {list $1}` is `x = ANY($1)`, `x NOT IN {list $1}` is `x <> ALL($1)`.
            let mut operator = "= ANY";
            if strip_word(out, "IN") && strip_word(out, "NOT") {
                operator = "<> ALL";
            }
            out.push(' ');
            out.push_str(&format!("{operator}(${number})"));
        }
    }
}

/// Takes `word` (any case) and the space after it off the end of `out`.
fn strip_word(out: &mut String, word: &str) -> bool {
    let trimmed = out.trim_end();
    let Some(start) = trimmed.len().checked_sub(word.len()) else {
        return false;
    };
    let Some(tail) = trimmed.get(start..) else {
        return false;
    };
    let boundary = trimmed[..start]
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_alphanumeric() && c != '_');
    if tail.eq_ignore_ascii_case(word) && boundary {
        out.truncate(start);
        out.truncate(out.trim_end().len());
        true
    } else {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lite(text: &str) -> String {
        rewrite(text, Dialect::Sqlite).into_owned()
    }
    fn pg(text: &str) -> String {
        rewrite(text, Dialect::Postgres).into_owned()
    }

    #[test]
    fn parameters_are_numbered_not_named() {
        assert_eq!(
            lite("UPDATE t SET a = $2 WHERE b = $1 AND c = $10"),
            "UPDATE t SET a = ?2 WHERE b = ?1 AND c = ?10"
        );
        assert_eq!(
            pg("UPDATE t SET a = $2 WHERE b = $1"),
            "UPDATE t SET a = $2 WHERE b = $1"
        );
    }

    #[test]
    fn quotes_and_comments_stay() {
        let text = "SELECT '$1 it''s $2', \"a$3\"\"b\" -- $4\n, $5 /* $6 ' */ , '价 $7', $8";
        assert_eq!(
            lite(text),
            "SELECT '$1 it''s $2', \"a$3\"\"b\" -- $4\n, ?5 /* $6 ' */ , '价 $7', ?8"
        );
        assert_eq!(lite("SELECT 'open $1"), "SELECT 'open $1");
        assert_eq!(lite("SELECT $1 -- last $2"), "SELECT ?1 -- last $2");
        assert_eq!(lite("SELECT '' || $1"), "SELECT '' || ?1");
    }

    #[test]
    fn lists() {
        let text = "SELECT 1 WHERE a IN {list $1} AND b not in {list $12} AND c = '{list $3}'";
        assert_eq!(
            lite(text),
            "SELECT 1 WHERE a IN (SELECT value FROM rarray(?1)) AND b not in (SELECT value FROM rarray(?12)) AND c = '{list $3}'"
        );
        assert_eq!(
            pg(text),
            "SELECT 1 WHERE a = ANY($1) AND b <> ALL($12) AND c = '{list $3}'"
        );
    }

    #[test]
    fn a_text_is_rewritten_once() {
        static TEXT: &str = "SELECT $1";
        let statement = Statement::from(TEXT);
        let first = ready(&statement, Dialect::Sqlite);
        let second = ready(&statement, Dialect::Sqlite);
        assert_eq!(first.text(), "SELECT ?1");
        assert_eq!(first.text().as_ptr(), second.text().as_ptr());
    }
}
