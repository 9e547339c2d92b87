//! A table with a header, as delimited text or as a workbook: finds which of the two it is by content, the encoding, the delimiter
//! and the header's row, and gives the rows below. What the columns mean is the business of its callers.

use crate::{
    error::{Fault, FileError, Item, Refusal},
    goods::{XLSX_MAX, read_up_to, shown},
    rows::{Row, Rows, fits},
    text::{Source, Text},
};
use calamine::{Reader, Xlsx};
use std::io::{BufReader, SeekFrom};

/// The header is looked for in so many rows.
pub(crate) const HEADER_ROWS: usize = 20;
const DELIMITERS: [u8; 3] = *b",\t;";

enum Lines {
    Text(Box<Rows>),
    Sheet(std::vec::IntoIter<(u64, Vec<String>)>),
}

/// The rows below a header. Iterating reads one after the other; blank ones are passed over.
pub(crate) struct Table {
    lines: Lines,
    width: usize,
    ended: bool,
}

/// Opens a table. `header` is asked row by row from the top and says what the header holds, and how many columns it has; `None`:
/// no row is one.
pub(crate) fn open<H>(
    mut input: impl Source,
    name: &str,
    mut header: impl FnMut(&[String], u64) -> Result<Option<(H, usize)>, Fault>,
) -> Result<Option<(H, Table)>, FileError> {
    let fail = |fault| FileError::new(name, fault);
    let mut magic = [0u8; 4];
    let read = read_up_to(&mut input, &mut magic).map_err(|e| fail(Fault::Unreadable(e)))?;
    input
        .seek(SeekFrom::Start(0))
        .map_err(|e| fail(Fault::Unreadable(e)))?;
    if read == 4 && magic == *b"PK\x03\x04" {
        return sheet(input, header).map_err(fail);
    }
    let mut text = Text::open(Box::new(input), name)?;
    for delimiter in DELIMITERS {
        let mut rows = Rows::new(text.lines().map_err(|e| fail(Fault::Unreadable(e)))?, delimiter);
        for _ in 0..HEADER_ROWS {
            let Some(row) = rows.read().map_err(|e| fail(Fault::Unreadable(e)))? else {
                break;
            };
            let Row::Cells { line, cells, .. } = row else {
                continue;
            };
            if let Some((found, width)) = header(&cells, line).map_err(fail)? {
                rows.expect(width);
                let table = Table {
                    lines: Lines::Text(Box::new(rows)),
                    width,
                    ended: false,
                };
                return Ok(Some((found, table)));
            }
        }
        text = rows.into_lines().into_text();
    }
    Ok(None)
}

/// The first sheet that has a header.
fn sheet<H>(
    mut input: impl Source,
    mut header: impl FnMut(&[String], u64) -> Result<Option<(H, usize)>, Fault>,
) -> Result<Option<(H, Table)>, Fault> {
    let broken = || Fault::OtherKind {
        what: "a damaged or protected spreadsheet",
        mend: "open it, save it as .xlsx or CSV without a password, and import that",
    };
    let size = input.seek(SeekFrom::End(0)).map_err(Fault::Unreadable)?;
    input.seek(SeekFrom::Start(0)).map_err(Fault::Unreadable)?;
    if size > XLSX_MAX {
        return Err(Fault::OtherKind {
            what: "a spreadsheet of more than 64 MiB",
            mend: "pictures inside it are not read: save it as CSV and import that",
        });
    }
    let mut book = Xlsx::new(BufReader::new(input)).map_err(|_| broken())?;
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else {
            return Err(broken());
        };
        let top = u64::from(range.start().map_or(0, |(row, _)| row)) + 1;
        let rows: Vec<(u64, Vec<String>)> = range
            .rows()
            .zip(top..)
            .map(|(row, line)| (line, row.iter().map(shown).collect()))
            .collect();
        for at in 0..rows.len().min(HEADER_ROWS) {
            if let Some((found, width)) = header(&rows[at].1, rows[at].0)? {
                let rest: Vec<(u64, Vec<String>)> = rows.into_iter().skip(at + 1).collect();
                let table = Table {
                    lines: Lines::Sheet(rest.into_iter()),
                    width,
                    ended: false,
                };
                return Ok(Some((found, table)));
            }
        }
    }
    Ok(None)
}

impl Iterator for Table {
    type Item = Item<Vec<String>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.ended {
                return None;
            }
            let (line, cells, damaged) = match &mut self.lines {
                Lines::Sheet(rows) => {
                    let (line, cells) = rows.next()?;
                    (line, cells, false)
                }
                Lines::Text(rows) => match rows.read() {
                    Ok(Some(Row::Cells {
                        line, cells, damaged, ..
                    })) => (line, cells, damaged),
                    Ok(Some(Row::Broken { line, reason })) => {
                        return Some(Item::Refused(Refusal::line(line, reason)));
                    }
                    Ok(None) => {
                        self.ended = true;
                        return None;
                    }
                    Err(e) => {
                        self.ended = true;
                        return Some(Item::Refused(Refusal::stopped(rows.number() + 1, &e)));
                    }
                },
            };
            if cells.iter().all(|c| c.trim().is_empty()) {
                continue;
            }
            if damaged {
                let reason =
                    "holds characters that could not be read: save the file as UTF-8 and import that";
                return Some(Item::Refused(Refusal::line(line, reason)));
            }
            if matches!(self.lines, Lines::Text(_)) && !fits(&cells, self.width) {
                let reason = format!(
                    "the row has {} cells where the header has {}: a cell that holds a delimiter or a line break must stand in quotes",
                    cells.len(),
                    self.width
                );
                return Some(Item::Refused(Refusal::line(line, reason)));
            }
            return Some(Item::Record { line, value: cells });
        }
    }
}
