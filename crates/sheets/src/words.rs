//! Tables of the words that a shop does not want said (R-SPEECH), in and out: a word, what it does, what to say instead. A list
//! without a header, one word a line, is read too.

use crate::{
    cells::{clean, header_key},
    csv_out::CsvOut,
    error::{Fault, FileError, Item, Refusal},
    table::{self, Table},
    text::Source,
    xlsx_out::{Cell, XlsxOut},
};
use std::io;
use yingke_domain::guard::{Severity, ShopWord};

/// Name of the layout with a header.
pub const TABLE: &str = "guard-words";
/// Name of the layout of one word a line.
pub const LIST: &str = "guard-word-list";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Word,
    Severity,
    Better,
}

/// Names of the columns, the one that we write first.
const FIELDS: [(Field, &[&str]); 3] = [
    (
        Field::Word,
        &["词", "违禁词", "敏感词", "禁用词", "关键词", "词语", "word"],
    ),
    (
        Field::Severity,
        &["处理", "级别", "等级", "处理方式", "severity", "level"],
    ),
    (Field::Better, &["建议说法", "建议", "替换", "替换为", "better"]),
];

/// What a word does, in tables; the name that we write first.
const SEVERITIES: [(Severity, &[&str]); 4] = [
    (Severity::Block, &["拦截", "禁止", "block"]),
    (Severity::Warn, &["提醒", "警告", "warn"]),
    (Severity::Hint, &["提示", "hint"]),
    (Severity::Off, &["停用", "off"]),
];

struct Column {
    field: Option<Field>,
    name: String,
}

/// An open table of words. Iterating reads it line by line; a line that does not say what the word does warns.
pub struct WordFile {
    /// The layout that was recognised.
    pub layout: &'static str,
    columns: Vec<Column>,
    rows: Table,
    /// A row that was read as a header and is a word.
    first: Option<(u64, Vec<String>)>,
}

/// Opens a table or list of words. `name` is used in messages.
///
/// # Errors
/// When no line can be read: neither text nor a spreadsheet, empty, a column twice, several columns and no header.
pub fn open(input: impl Source, name: &str) -> Result<WordFile, FileError> {
    // A plain list begins with its first row; a header may stand below a title.
    let mut top = None;
    let found = table::open(input, name, |cells, line| {
        let width = cells
            .iter()
            .rposition(|c| !clean(c).is_empty())
            .map_or(0, |last| last + 1);
        if width == 0 {
            return Ok(None);
        }
        let begins = *top.get_or_insert(line) == line;
        let columns = header(&cells[..width], line)?;
        Ok(match columns {
            Some(columns) => Some(((columns, None), width)),
            None if begins && width == 1 && !cells[0].contains([',', ';', '\t']) => {
                let first = Some((line, vec![cells[0].clone()]));
                let column = Column {
                    field: Some(Field::Word),
                    name: FIELDS[0].1[0].to_owned(),
                };
                Some(((vec![column], first), 1))
            }
            None => None,
        })
    })?;
    let Some(((columns, first), rows)) = found else {
        return Err(FileError::new(name, Fault::UnknownWords));
    };
    Ok(WordFile {
        layout: if first.is_some() { LIST } else { TABLE },
        columns,
        rows,
        first,
    })
}

fn header(cells: &[String], line: u64) -> Result<Option<Vec<Column>>, Fault> {
    let mut columns: Vec<Column> = Vec::with_capacity(cells.len());
    let mut twice = Vec::new();
    for cell in cells {
        let name = clean(cell);
        let key = header_key(name);
        let field = FIELDS
            .iter()
            .find(|(_, names)| names.iter().any(|known| header_key(known) == key))
            .map(|(field, _)| *field);
        if field.is_some() && columns.iter().any(|c| c.field == field) {
            twice.push(name.to_owned());
        }
        columns.push(Column {
            field,
            name: name.to_owned(),
        });
    }
    if !columns.iter().any(|c| c.field == Some(Field::Word)) {
        return Ok(None);
    }
    if !twice.is_empty() {
        return Err(Fault::DuplicateColumn { line, columns: twice });
    }
    Ok(Some(columns))
}

impl Iterator for WordFile {
    type Item = Item<ShopWord>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, cells) = match self.first.take() {
            Some(first) => first,
            None => match self.rows.next()? {
                Item::Record { line, value } => (line, value),
                Item::Refused(refusal) => return Some(Item::Refused(refusal)),
            },
        };
        Some(Item::from_result(line, self.word(line, &cells)))
    }
}

impl WordFile {
    fn word(&self, line: u64, cells: &[String]) -> Result<ShopWord, Refusal> {
        let mut word = ShopWord {
            word: String::new(),
            severity: Severity::Warn,
            better: String::new(),
        };
        let mut column = "";
        for (at, cell) in self.columns.iter().zip(cells) {
            let value = cell.trim();
            let value = value.strip_prefix('\'').unwrap_or(value);
            match at.field {
                None => {}
                Some(Field::Word) => {
                    column = &at.name;
                    value.clone_into(&mut word.word);
                }
                Some(Field::Better) => value.clone_into(&mut word.better),
                Some(Field::Severity) if value.is_empty() => {}
                Some(Field::Severity) => {
                    let known = SEVERITIES
                        .iter()
                        .find(|(_, names)| names.iter().any(|name| name.eq_ignore_ascii_case(value)));
                    let Some((severity, _)) = known else {
                        let names: Vec<&str> = SEVERITIES.iter().map(|(_, names)| names[0]).collect();
                        let reason = format!("is no way to treat a word: write {}", names.join(", "));
                        return Err(Refusal::cell(line, &at.name, value, reason));
                    };
                    word.severity = *severity;
                }
            }
        }
        if let Err(fault) = ShopWord::key(&word.word) {
            return Err(Refusal::cell(line, column, &word.word, fault.to_string()));
        }
        Ok(word)
    }
}

fn cells(word: &ShopWord) -> [String; 3] {
    let named = SEVERITIES.iter().find(|(s, _)| *s == word.severity);
    let severity = named.map_or("", |(_, names)| names[0]);
    [word.word.clone(), severity.to_owned(), word.better.clone()]
}

fn head() -> [&'static str; 3] {
    FIELDS.map(|(_, names)| names[0])
}

/// Words as CSV.
///
/// # Errors
/// When nothing can be written.
pub fn csv(words: &[ShopWord]) -> io::Result<Vec<u8>> {
    let mut out = CsvOut::new(Vec::new())?;
    out.row(head())?;
    for word in words {
        out.row(cells(word))?;
    }
    out.finish()
}

/// Words as a workbook.
///
/// # Errors
/// When the workbook cannot be made.
pub fn xlsx(words: &[ShopWord]) -> io::Result<Vec<u8>> {
    let mut out = XlsxOut::new();
    let rows = words.iter().map(|word| cells(word).map(Cell::Text).to_vec());
    out.sheet("用词", &head().map(str::to_owned), 0, rows)?;
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn word(word: &str, severity: Severity, better: &str) -> ShopWord {
        ShopWord {
            word: word.to_owned(),
            severity,
            better: better.to_owned(),
        }
    }

    fn read(file: &[u8]) -> (&'static str, Vec<ShopWord>, Vec<Refusal>) {
        let file = open(Cursor::new(file.to_vec()), "w.csv").unwrap();
        let layout = file.layout;
        let (mut words, mut refused) = (Vec::new(), Vec::new());
        for item in file {
            match item {
                Item::Record { value, .. } => words.push(value),
                Item::Refused(refusal) => refused.push(refusal),
            }
        }
        (layout, words, refused)
    }

    #[test]
    fn r_speech_a_table_is_read_and_what_is_wrong_is_said_by_line() {
        let text = "敏感词,级别,建议\n刷单,拦截,\n最便宜,warn,价格很实在\n山寨,大概,\n，,提示,\n";
        let (layout, words, refused) = read(text.as_bytes());
        assert_eq!(layout, TABLE);
        assert_eq!(
            words,
            [
                word("刷单", Severity::Block, ""),
                word("最便宜", Severity::Warn, "价格很实在"),
                word("，", Severity::Hint, ""),
            ]
        );
        assert_eq!((refused.len(), refused[0].line), (1, 4));
        assert_eq!(refused[0].column.as_deref(), Some("级别"));
        let long = format!("词\n{}\n\n", "很".repeat(33));
        let (_, words, refused) = read(long.as_bytes());
        assert!(words.is_empty());
        assert_eq!((refused[0].line, refused[0].column.as_deref()), (2, Some("词")));
    }

    #[test]
    fn r_speech_a_list_without_a_header_is_words_that_warn() {
        let (layout, words, refused) = read("刷单\n\n代购\n".as_bytes());
        assert_eq!((layout, refused.len()), (LIST, 0));
        assert_eq!(
            words,
            [word("刷单", Severity::Warn, ""), word("代购", Severity::Warn, "")]
        );
        let Err(none) = open(Cursor::new("甲,乙\n丙,丁\n"), "w.csv") else {
            panic!("two columns without a header");
        };
        assert!(none.to_string().contains("词"), "{none}");
    }

    #[test]
    fn r_speech_what_is_written_is_read_back() {
        let words = vec![
            word("=1+1", Severity::Warn, "-3折"),
            word("加我,微信", Severity::Block, "在这里说\n就好"),
            word("旧词", Severity::Off, ""),
        ];
        assert_eq!(read(&csv(&words).unwrap()), (TABLE, words.clone(), Vec::new()));
        assert_eq!(read(&xlsx(&words).unwrap()), (TABLE, words, Vec::new()));
    }
}
