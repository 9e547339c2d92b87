//! Just enough reading of Rust to see what a file names: without comments, without texts, without its tests.

/// A file of the project.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// From the root, with `/`: `crates/domain/src/clock.rs`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The code with comments, string and character literals blanked; line breaks stay where they were.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let at_char = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let blank = |out: &mut String, from: usize, to: usize| {
        out.extend(
            chars[from..to.min(chars.len())]
                .iter()
                .map(|c| if *c == '\n' { '\n' } else { ' ' }),
        );
    };
    while at < chars.len() {
        let word_before = at > 0 && is_word(chars[at - 1]);
        let end = match (chars[at], at_char(at + 1)) {
            ('/', '/') => end_of_line(&chars, at),
            ('/', '*') => end_of_block(&chars, at),
            ('"', _) => end_of_text(&chars, at, '"'),
            ('r', '"' | '#') if !word_before => match end_of_raw(&chars, at + 1) {
                Some(end) => end,
                None => at,
            },
            ('b' | 'c', 'r') if !word_before => match end_of_raw(&chars, at + 2) {
                Some(end) => end,
                None => at,
            },
            // 'x' and '\n' are characters, 'a in <'a> is a lifetime.
            ('\'', '\\') => end_of_text(&chars, at, '\''),
            ('\'', _) if at_char(at + 2) == '\'' => at + 3,
            _ => at,
        };
        if end > at {
            blank(&mut out, at, end);
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

fn end_of_line(chars: &[char], from: usize) -> usize {
    chars[from..]
        .iter()
        .position(|c| *c == '\n')
        .map_or(chars.len(), |n| from + n)
}

fn end_of_block(chars: &[char], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                at += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    chars.len()
}

fn end_of_text(chars: &[char], from: usize, quote: char) -> usize {
    let mut at = from + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// `from` is where the `#`s or the quote of `r#"…"#` begin. `None` for a raw identifier (`r#gen`).
fn end_of_raw(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from..].iter().take_while(|c| **c == '#').count();
    if chars.get(from + hashes) != Some(&'"') {
        return None;
    }
    let mut at = from + hashes + 1;
    while at < chars.len() {
        if chars[at] == '"' && chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
            return Some(at + 1 + hashes);
        }
        at += 1;
    }
    Some(chars.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Blanks every item under `#[cfg(test)]`. Takes what [`code_only`] gives.
pub(crate) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        out.push_str(&rest[..start]);
        let item = &rest[start..];
        let end = end_of_item(item, MARK.len());
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out.push_str(rest);
    out
}

/// The end of an item: its closing brace, or a semicolon before any brace.
fn end_of_item(item: &str, from: usize) -> usize {
    let mut depth = 0usize;
    for (at, c) in item.char_indices().skip_while(|(at, _)| *at < from) {
        match c {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    item.len()
}

/// The first line (from 1) that names the path, written out (`std::env::var`) or in a group (`use std::{env, fs}`).
/// Takes what [`code_only`] gives.
pub(crate) fn names(code: &str, path: &str) -> Option<usize> {
    written_out(code, path).or_else(|| {
        let (parent, child) = path.rsplit_once("::")?;
        grouped(code, parent, child)
    })
}

fn written_out(code: &str, path: &str) -> Option<usize> {
    code.match_indices(path).find_map(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + path.len()..].chars().next();
        // `other::tokio` and `tokio_x` are other names; `::tokio` is the same.
        let in_path = code[..at]
            .strip_suffix("::")
            .is_some_and(|code| code.ends_with(is_word));
        let alone = !in_path && !before.is_some_and(is_word) && !after.is_some_and(is_word);
        alone.then(|| line_of(code, at))
    })
}

fn grouped(code: &str, parent: &str, child: &str) -> Option<usize> {
    let open = format!("{parent}::{{");
    code.match_indices(&open).find_map(|(at, _)| {
        let inside = &code[at + open.len()..];
        let mut depth = 0usize;
        let mut item_begins = true;
        for (offset, c) in inside.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => return None,
                '}' => depth -= 1,
                ',' if depth == 0 => item_begins = true,
                c if c.is_whitespace() => {}
                _ if depth == 0 && item_begins => {
                    item_begins = false;
                    let item = &inside[offset..];
                    if item.starts_with(child) && !item[child.len()..].chars().next().is_some_and(is_word) {
                        return Some(line_of(code, at + open.len() + offset));
                    }
                }
                _ => {}
            }
        }
        None
    })
}

/// The line (from 1) of a byte.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_name_nothing() {
        let text = "//! tokio\n/* tokio /* tokio */ tokio */ let a = \"to\\\"kio tokio\"; let b = r#\"tokio \" tokio\"#;\nlet c = '\"'; tokio::spawn();";
        let code = code_only(text);
        assert_eq!(code.matches("tokio").count(), 1, "{code}");
        assert_eq!(names(&code, "tokio"), Some(3));
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        let code =
            code_only("fn f<'a>(x: &'a str, y: &'static str) { r#gen::run('x', '\\'') } std::env::args();");
        assert!(code.contains("&'a str") && code.contains("r#gen"), "{code}");
        assert!(names(&code, "std::env").is_some());
    }

    #[test]
    fn tests_are_left_out() {
        let code = "use a;\n#[cfg(test)]\nmod tests {\n fn f() { std::env::var(); }\n}\nuse b;\n#[cfg(test)]\nmod more;\nuse c;";
        let rest = without_tests(code);
        assert_eq!(names(&rest, "std::env"), None);
        assert!(rest.contains("use a;") && rest.contains("use b;") && rest.contains("use c;"));
        assert_eq!(
            rest.matches('\n').count(),
            code.matches('\n').count(),
            "lines stay"
        );
    }

    #[test]
    fn names_are_found_in_every_form() {
        assert_eq!(names("use std::env;", "std::env"), Some(1));
        assert_eq!(
            names("use std::{\n  fs::{self, File},\n  env,\n};", "std::env"),
            Some(3)
        );
        assert_eq!(names("use std::{time::Instant, env::args};", "std::env"), Some(1));
        assert_eq!(names("let x = ::std::env::var();", "std::env"), Some(1));
        assert_eq!(
            names("use std::{fs::{env}};", "std::env"),
            None,
            "another module's env"
        );
        assert_eq!(names("use std::environment; my_std::env;", "std::env"), None);
        assert_eq!(names("crate::tokio::x; tokio_util::y", "tokio"), None);
    }
}
