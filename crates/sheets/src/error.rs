//! What cannot be read: a whole file, or one line of it.

use std::io;

/// A line that was not taken. The lines around it are not affected.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Physical line of the file where the record starts; the file's first line is 1.
    pub line: u64,
    /// The column or field at fault, as the file writes it; `null` when the whole line is.
    pub column: Option<String>,
    /// What stood there, cut to 200 characters; `null` when there is nothing to show.
    pub value: Option<String>,
    /// English, one sentence: what is wrong and how to mend it.
    pub reason: String,
}

impl Refusal {
    /// The whole line is at fault.
    pub(crate) fn line(line: u64, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: None,
            value: None,
            reason: reason.into(),
        }
    }

    /// One cell or field is at fault.
    pub(crate) fn cell(line: u64, column: &str, value: &str, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            value: Some(cut(value)),
            reason: reason.into(),
        }
    }

    /// A field that had to be there is not.
    pub(crate) fn missing(line: u64, column: &str, reason: impl Into<String>) -> Self {
        Self {
            line,
            column: Some(column.to_owned()),
            value: None,
            reason: reason.into(),
        }
    }

    /// The disk or the network gave up in the middle of the file: what follows was not read.
    pub(crate) fn stopped(line: u64, error: &io::Error) -> Self {
        Self::line(
            line,
            format!(
                "reading stopped here ({error}): copy the file to a local disk and import it again, lines already taken stay as they are"
            ),
        )
    }
}

/// At most 200 characters, so that a refusal stays readable.
pub(crate) fn cut(value: &str) -> String {
    match value.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// What a file yields, in the order of its lines.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<T> {
    /// A record, and the physical line where it starts.
    Record {
        /// Physical line, the file's first is 1.
        line: u64,
        /// What was read.
        value: T,
    },
    /// A line that was not taken.
    Refused(Refusal),
}

impl<T> Item<T> {
    pub(crate) fn from_result(line: u64, result: Result<T, Refusal>) -> Self {
        match result {
            Ok(value) => Self::Record { line, value },
            Err(refusal) => Self::Refused(refusal),
        }
    }
}

/// A file of which no line can be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {fault}")]
pub struct FileError {
    /// The name it was opened under.
    pub file: String,
    /// What is wrong and how to mend it.
    pub fault: Fault,
}

impl FileError {
    pub(crate) fn new(file: &str, fault: Fault) -> Self {
        Self {
            file: file.to_owned(),
            fault,
        }
    }
}

/// Why a file cannot be read, with the way to mend it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The operating system refused.
    #[error("cannot be read ({0}): check that it exists and is not open in another program")]
    Unreadable(#[from] io::Error),
    /// No characters at all.
    #[error("is empty: export it again")]
    Empty,
    /// Something that is no text, whatever its name says.
    #[error("is {what}, not text: {mend}")]
    NotText {
        /// What it really is.
        what: &'static str,
        /// What to do about it.
        mend: &'static str,
    },
    /// A file of another kind that we recognise.
    #[error("is {what}: {mend}")]
    OtherKind {
        /// What it really is.
        what: &'static str,
        /// What to do about it.
        mend: &'static str,
    },
    /// No row of the beginning is the header of a layout that we know.
    #[error("has no known header in its first rows; closest is {closest} (line {line}), missing: {}{}; `import orders --layouts` lists what is read",
        .missing.join(", "), extra_note(.extra))]
    UnknownHeader {
        /// The layout that has the most columns in common.
        closest: &'static str,
        /// The line that looks most like a header.
        line: u64,
        /// Columns that this layout needs and the file does not have.
        missing: Vec<String>,
        /// Columns that this layout must not have.
        extra: Vec<String>,
    },
    /// No row of the beginning is the header of a table of goods.
    #[error("has no header of goods in its first rows; closest is line {line}, missing: {}; a table needs a number, a title and a price \
             (商品编码, 标题, 价格 or code, title, price)", .missing.join(", "))]
    UnknownGoods {
        /// The line that looks most like a header.
        line: u64,
        /// What it lacks.
        missing: Vec<String>,
    },
    /// No row of the beginning is the header of a table of phrases.
    #[error(
        "has no header of phrases in its first rows; a table needs the words and at least one more column \
             (内容 with 编码, 标题 or 分组; or 快捷短语编码,快捷短语,快捷短语分组)"
    )]
    UnknownPhrases,
    /// Several columns and no header that names the words.
    #[error(
        "has no header of words in its first rows; a table needs the column 词 (and may have 处理 and 建议说法), a plain list has one word a line"
    )]
    UnknownWords,
    /// One column twice: which one counts is not ours to guess.
    #[error("names the column {} more than once (line {line}): delete or rename the one that does not count", .columns.join(", "))]
    DuplicateColumn {
        /// The header's line.
        line: u64,
        /// Columns that stand there more than once.
        columns: Vec<String>,
    },
    /// No chat format recognised.
    #[error(
        "is no chat that we can read: expected JSON lines, the analysis console's JSON, or text copied from the chat window \
         (each message under a line like `nick 2026-01-05 09:03:07`)"
    )]
    UnknownChat,
    /// Copied text whose sides cannot be told apart.
    #[error("does not show who is the shop (names seen: {}): name the shop's accounts with --account", .nicks.join(", "))]
    UnknownSides {
        /// The names that speak in it.
        nicks: Vec<String>,
    },
}

fn extra_note(extra: &[String]) -> String {
    if extra.is_empty() {
        String::new()
    } else {
        format!(", not expected there: {}", extra.join(", "))
    }
}
