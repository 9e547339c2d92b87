//! Which tables and columns a schema has, read off the migrations' own words.
//!
//! SQLite does not know a truth value from a number, nor an id from bytes; the migrations do. So the same text that makes a table
//! says how its rows are written into a backup and read out of it, on either database. What stands in a block of one database
//! alone (`-- @pg`, `-- @sqlite`) is derived from the rest and not kept in a backup.

use crate::{Result, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An id of 16 bytes.
    Id,
    /// A whole number; times and amounts too.
    Int,
    /// A truth value.
    Bool,
    /// A text.
    Text,
    /// A floating-point number.
    Real,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns, in the order in which they were made.
    pub columns: Vec<Column>,
    /// Tables that its rows point to.
    pub refers: BTreeSet<String>,
}

/// The tables that these migrations leave behind and a backup keeps, each after those that it refers to.
///
/// # Errors
/// `Refused` for a statement that changes a table in a way that is not understood here.
pub fn tables(list: &[(&str, &str)]) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for (name, text) in list {
        for statement in statements(&both(text)) {
            step(&mut tables, &statement)
                .map_err(|what| StoreError::Refused(format!("migration {name}: {what}: {statement}")))?;
        }
    }
    tables.retain(|table| !super::is_derived(&table.name));
    in_order(tables)
}

/// The lines that both databases have, without comments.
fn both(text: &str) -> String {
    let mut out = String::new();
    let mut apart = false;
    for line in text.lines() {
        match line.trim().strip_prefix("-- @") {
            Some("end") => apart = false,
            Some(_) => apart = true,
            None if apart => {}
            None => {
                out.push_str(uncommented(line));
                out.push('\n');
            }
        }
    }
    out
}

/// The line up to `--`, unless that stands in a text.
fn uncommented(line: &str) -> &str {
    let mut quoted = false;
    let bytes = line.as_bytes();
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'-' if !quoted && bytes.get(i + 1) == Some(&b'-') => return &line[..i],
            _ => {}
        }
    }
    line
}

/// Cut at `mark`, outside texts and brackets.
fn cut(text: &str, mark: char) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut depth, mut quoted) = (0, false);
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if c == mark && !quoted && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn statements(text: &str) -> Vec<String> {
    cut(text, ';')
        .into_iter()
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

type Said<T> = std::result::Result<T, String>;

fn step(tables: &mut Vec<Table>, statement: &str) -> Said<()> {
    let words: Vec<&str> = statement.split(' ').collect();
    let upper: Vec<String> = words.iter().take(6).map(|word| word.to_uppercase()).collect();
    let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
    match upper.as_slice() {
        ["CREATE", "TABLE", ..] => create(tables, statement),
        ["DROP", "TABLE", ..] => {
            let name = plain(words.last().copied().unwrap_or_default());
            tables.retain(|table| table.name != name);
            Ok(())
        }
        ["ALTER", "TABLE", _, change @ ..] => {
            let name = plain(words[2]);
            let table = tables
                .iter_mut()
                .find(|table| table.name == name)
                .ok_or("there is no such table")?;
            match change {
                ["ADD", "COLUMN", ..] => add(table, &words[5..].join(" ")),
                ["DROP", "COLUMN", _] => {
                    table.columns.retain(|column| column.name != plain(words[5]));
                    Ok(())
                }
                ["RENAME", "COLUMN", ..] if words.len() == 8 => {
                    let column = table.columns.iter_mut().find(|c| c.name == plain(words[5]));
                    column.ok_or("there is no such column")?.name = plain(words[7]);
                    Ok(())
                }
                ["RENAME", "TO", _] => {
                    let new = plain(words[5]);
                    for other in tables.iter_mut() {
                        if other.refers.remove(&name) {
                            other.refers.insert(new.clone());
                        }
                        if other.name == name {
                            other.name.clone_from(&new);
                        }
                    }
                    Ok(())
                }
                _ => Err("a change of a table that a backup would not understand".to_owned()),
            }
        }
        // Indexes, and rows that are put right.
        _ => Ok(()),
    }
}

fn plain(name: &str) -> String {
    name.trim_matches('"').to_owned()
}

fn create(tables: &mut Vec<Table>, statement: &str) -> Said<()> {
    let (head, rest) = statement.split_once('(').ok_or("no columns")?;
    let (inside, _) = rest.rsplit_once(')').ok_or("no closing bracket")?;
    let mut table = Table {
        name: plain(head.split_whitespace().last().unwrap_or_default()),
        columns: Vec::new(),
        refers: BTreeSet::new(),
    };
    for part in cut(inside, ',') {
        let part = part.trim();
        let first = part.split([' ', '(']).next().unwrap_or_default().to_uppercase();
        if matches!(
            first.as_str(),
            "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN" | "CONSTRAINT"
        ) {
            refer(&mut table, part);
        } else {
            add(&mut table, part)?;
        }
    }
    tables.push(table);
    Ok(())
}

fn add(table: &mut Table, words: &str) -> Said<()> {
    let (name, rest) = words.split_once(' ').ok_or("a column without a type")?;
    let kind = match rest.split([' ', '(']).next().unwrap_or_default() {
        "{ID}" => Kind::Id,
        "{INT}" => Kind::Int,
        "{BOOL}" => Kind::Bool,
        "{TEXT}" => Kind::Text,
        "{REAL}" => Kind::Real,
        "{BYTES}" => Kind::Bytes,
        other => return Err(format!("the type {other:?} is none of the type words")),
    };
    table.columns.push(Column {
        name: plain(name),
        kind,
    });
    refer(table, rest);
    Ok(())
}

fn refer(table: &mut Table, words: &str) {
    let mut words = words.split([' ', '(', ')']);
    while let Some(word) = words.next() {
        if word.eq_ignore_ascii_case("references")
            && let Some(other) = words.next()
        {
            table.refers.insert(plain(other));
        }
    }
}

fn in_order(mut rest: Vec<Table>) -> Result<Vec<Table>> {
    let mut done: Vec<Table> = Vec::new();
    while !rest.is_empty() {
        let ready = rest.iter().position(|table| {
            table
                .refers
                .iter()
                .all(|other| *other == table.name || done.iter().any(|d| d.name == *other))
        });
        let Some(ready) = ready else {
            let names: Vec<&str> = rest.iter().map(|table| table.name.as_str()).collect();
            return Err(StoreError::Refused(format!(
                "these tables refer to each other in a circle, or to one that is not there: {}",
                names.join(", ")
            )));
        };
        done.push(rest.remove(ready));
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: (&str, &str) = (
        "0001_one",
        "-- A comment; with a mark.\nCREATE TABLE b (\n  id {ID} PRIMARY KEY REFERENCES a(id), -- why; not\n  n {INT} NOT NULL DEFAULT 0,\n  \
         UNIQUE (id, n)\n){STRICT};\nCREATE TABLE a (id {ID} PRIMARY KEY, t {TEXT} NOT NULL DEFAULT 'x;--y,(');\nCREATE INDEX i ON b (n);\n\
         -- @sqlite\nCREATE VIRTUAL TABLE s USING fts5(t);\n-- @end\n",
    );
    const TWO: (&str, &str) = (
        "0002_two",
        "ALTER TABLE a ADD COLUMN b {BOOL};\nALTER TABLE a RENAME COLUMN t TO u;\nALTER TABLE b DROP COLUMN n;\n\
         UPDATE a SET b = TRUE;\nCREATE TABLE c (y {BYTES}, r {REAL}, FOREIGN KEY (y) REFERENCES b (id));\n\
         ALTER TABLE b RENAME TO d;\nCREATE TABLE gone (n {INT});\nDROP TABLE gone;",
    );

    fn shape(list: &[(&str, &str)]) -> Vec<String> {
        tables(list)
            .unwrap()
            .iter()
            .map(|table| {
                let columns: Vec<String> = table
                    .columns
                    .iter()
                    .map(|column| format!("{} {:?}", column.name, column.kind))
                    .collect();
                format!("{}: {}", table.name, columns.join(", "))
            })
            .collect()
    }

    #[test]
    fn tables_come_after_those_that_they_refer_to() {
        assert_eq!(shape(&[ONE]), ["a: id Id, t Text", "b: id Id, n Int"]);
    }

    #[test]
    fn later_migrations_change_them() {
        assert_eq!(
            shape(&[ONE, TWO]),
            ["a: id Id, u Text, b Bool", "d: id Id", "c: y Bytes, r Real"]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "CREATE TABLE t (n BIGINT);",
            "ALTER TABLE nobody ADD COLUMN n {INT};",
            "CREATE TABLE t (n {INT}); ALTER TABLE t ALTER COLUMN n SET NOT NULL;",
            "CREATE TABLE t (n {ID} REFERENCES nobody(id));",
        ] {
            assert!(tables(&[("0001_one", text)]).is_err(), "{text}");
        }
    }
}
