//! Lines to rows of cells: quoted cells with line breaks inside, and quotes as spreadsheets and exporters really write them.

use crate::text::{Line, Lines};
use std::{collections::VecDeque, io};

/// A row that is longer has a quote that was never closed.
const MAX_ROW_LINES: usize = 200;
const MAX_ROW_BYTES: usize = 1 << 20;

/// A row, or why there is none.
#[derive(Debug, PartialEq)]
pub(crate) enum Row {
    /// Cells as written, quotes resolved, not trimmed.
    Cells {
        /// The physical line where the row starts.
        line: u64,
        /// The physical line where it ends.
        last: u64,
        cells: Vec<String>,
        /// Characters were lost in decoding.
        damaged: bool,
    },
    /// A line that is no row; reading goes on at the line after it.
    Broken { line: u64, reason: String },
}

/// Rows of a delimited file. Blank lines are no rows.
pub(crate) struct Rows {
    lines: Lines,
    delimiter: u8,
    /// Lines that were read ahead for a quoted cell that turned out never to end.
    again: VecDeque<Line>,
    /// Cells of the header, once it is known.
    width: Option<usize>,
}

impl Rows {
    pub(crate) fn new(lines: Lines, delimiter: u8) -> Self {
        Self {
            lines,
            delimiter,
            again: VecDeque::new(),
            width: None,
        }
    }

    /// From now on a row that runs over several lines must have so many cells, or its first line is refused alone.
    pub(crate) fn expect(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The line that was read last.
    pub(crate) fn number(&self) -> u64 {
        self.lines.number()
    }

    pub(crate) fn into_lines(self) -> Lines {
        self.lines
    }

    fn line(&mut self) -> io::Result<Option<Line>> {
        match self.again.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.read(),
        }
    }

    /// The next row; `None` at the end.
    pub(crate) fn read(&mut self) -> io::Result<Option<Row>> {
        let first = loop {
            let Some(line) = self.line()? else { return Ok(None) };
            if line.too_long || !line.text.trim().is_empty() {
                break line;
            }
        };
        if first.too_long {
            let reason =
                "the line is longer than 1 MiB: a line break or a quote is missing, export the file again";
            return Ok(Some(Row::Broken {
                line: first.number,
                reason: reason.to_owned(),
            }));
        }
        let (start, mut damaged, mut last) = (first.number, first.damaged, first.number);
        let mut splitter = Splitter::new(self.delimiter);
        splitter.feed(&first.text);
        let mut ahead: Vec<Line> = Vec::new();
        let mut bytes = first.text.len();
        let mut closed = true;
        while splitter.quoted {
            let next = self.line()?;
            let Some(next) = next else {
                closed = false;
                break;
            };
            bytes += next.text.len();
            let over = next.too_long || ahead.len() >= MAX_ROW_LINES || bytes > MAX_ROW_BYTES;
            if !over {
                splitter.cell.push('\n');
                splitter.continued = true;
                splitter.feed(&next.text);
                damaged = damaged || next.damaged;
                last = next.number;
            }
            ahead.push(next);
            if over || splitter.runaway {
                closed = false;
                break;
            }
        }
        let cells = splitter.cells;
        if !closed {
            self.put_back(ahead);
            let reason = "a quoted cell of this line never ends: add the closing quote, or double a quote that is text";
            return Ok(Some(Row::Broken {
                line: start,
                reason: reason.to_owned(),
            }));
        }
        if last > start && self.width.is_some_and(|width| !fits(&cells, width)) {
            self.put_back(ahead);
            let reason = format!(
                "the row runs on to line {last} and has {} cells where the header has {}: a closing quote is missing",
                cells.len(),
                self.width.unwrap_or(0)
            );
            return Ok(Some(Row::Broken { line: start, reason }));
        }
        Ok(Some(Row::Cells {
            line: start,
            last,
            cells,
            damaged,
        }))
    }

    fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.again.push_front(line);
        }
    }
}

/// Whether a row has the header's cells; empty ones beyond are the extra comma of some exports.
pub(crate) fn fits(cells: &[String], width: usize) -> bool {
    cells.len() >= width && cells[width..].iter().all(|cell| cell.trim().is_empty())
}

/// Cuts one row, fed line by line.
struct Splitter {
    delimiter: u8,
    cells: Vec<String>,
    cell: String,
    /// Inside a quoted cell that has not ended.
    quoted: bool,
    /// The row goes on over a line break.
    continued: bool,
    /// The open quote cannot be meant to reach so far.
    runaway: bool,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            cells: Vec::new(),
            cell: String::new(),
            quoted: false,
            continued: false,
            runaway: false,
        }
    }

    /// Whether a cell can end here: nothing but spaces up to the delimiter or the line's end. Gives where the next begins.
    fn ends_at(&self, line: &[u8], at: usize) -> Option<Option<usize>> {
        let mut at = at;
        while line.get(at) == Some(&b' ') {
            at += 1;
        }
        match line.get(at) {
            None => Some(None),
            Some(b) if *b == self.delimiter => Some(Some(at + 1)),
            Some(_) => None,
        }
    }

    fn feed(&mut self, text: &str) {
        let line = text.as_bytes();
        if !self.quoted && memchr::memchr(b'"', line).is_none() {
            self.cells
                .extend(text.split(char::from(self.delimiter)).map(str::to_owned));
            return;
        }
        let mut at = 0;
        loop {
            // One cell a turn; `next` is where the one after it begins, `None` at the line's end.
            let next = if self.quoted {
                match self.quoted_cell(text, at) {
                    Some(next) => next,
                    None => return,
                }
            } else {
                let mut open = at;
                while line.get(open) == Some(&b' ') {
                    open += 1;
                }
                if line.get(open) == Some(&b'"') {
                    match self.spreadsheet_text(text, open) {
                        Some(next) => next,
                        None => {
                            self.quoted = true;
                            at = open + 1;
                            continue;
                        }
                    }
                } else {
                    let end = memchr::memchr(self.delimiter, &line[at..]).map(|n| at + n);
                    self.cells.push(text[at..end.unwrap_or(line.len())].to_owned());
                    end.map(|end| end + 1)
                }
            };
            match next {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// From inside a quoted cell to its end; `None` when the line ends first.
    /// A quote inside that is neither doubled nor followed by the cell's end is text: people and exporters write such.
    fn quoted_cell(&mut self, text: &str, mut at: usize) -> Option<Option<usize>> {
        let line = text.as_bytes();
        loop {
            let Some(quote) = memchr::memchr(b'"', &line[at..]).map(|n| at + n) else {
                self.cell.push_str(&text[at..]);
                return None;
            };
            self.cell.push_str(&text[at..quote]);
            if line.get(quote + 1) == Some(&b'"') {
                self.cell.push('"');
                at = quote + 2;
            } else if let Some(next) = self.ends_at(line, quote + 1) {
                self.cells.push(std::mem::take(&mut self.cell));
                self.quoted = false;
                return Some(next);
            } else {
                // On a later line a quote that opens a cell shows that the one before was never closed.
                let opens = quote == 0 || line[quote - 1] == self.delimiter;
                self.runaway = self.runaway || (self.continued && opens);
                self.cell.push('"');
                at = quote + 1;
            }
        }
    }

    /// `"="123""` and `"="""`: an exporter that wraps `="123"` in quotes without doubling those inside.
    fn spreadsheet_text(&mut self, text: &str, open: usize) -> Option<Option<usize>> {
        let line = text.as_bytes();
        let inside = line[open..].strip_prefix(b"\"=\"").map(|_| open + 3)?;
        if line[inside..].starts_with(b"\"\"")
            && let Some(next) = self.ends_at(line, inside + 2)
        {
            self.cells.push("=\"\"".to_owned());
            return Some(next);
        }
        if line.get(inside) == Some(&b'"') {
            return None;
        }
        let quote = memchr::memchr(b'"', &line[inside..]).map(|n| inside + n)?;
        if line.get(quote + 1) != Some(&b'"') {
            return None;
        }
        let next = self.ends_at(line, quote + 2)?;
        self.cells.push(format!("=\"{}\"", &text[inside..quote]));
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn rows(file: &str, width: Option<usize>) -> Vec<Row> {
        let lines = Text::open(Box::new(Cursor::new(file.to_owned())), "t")
            .unwrap()
            .lines()
            .unwrap();
        let mut rows = Rows::new(lines, b',');
        if let Some(width) = width {
            rows.expect(width);
        }
        let mut all = Vec::new();
        while let Some(row) = rows.read().unwrap() {
            all.push(row);
        }
        all
    }

    fn cells(file: &str) -> Vec<(u64, Vec<String>)> {
        rows(file, None)
            .into_iter()
            .map(|row| match row {
                Row::Cells { line, cells, .. } => (line, cells),
                Row::Broken { line, reason } => (line, vec![reason]),
            })
            .collect()
    }

    #[test]
    fn quotes_as_exporters_write_them() {
        for (line, expected) in [
            (r#"a,b,"#, vec!["a", "b", ""]),
            (r#""a","b,c","""d""""#, vec!["a", "b,c", "\"d\""]),
            (r#"="123",x"#, vec!["=\"123\"", "x"]),
            (r#""=""123""",x"#, vec!["=\"123\"", "x"]),
            (r#""="123"",x"#, vec!["=\"123\"", "x"]),
            (r#""=""",x"#, vec!["=\"\"", "x"]),
            ("\"=\"\"\"\"\"", vec!["=\"\""]),
            (r#""=""""",x"#, vec!["=\"\"", "x"]),
            ("x,\"=\"\"\"", vec!["x", "=\"\""]),
            (r#""他说"好"了",x"#, vec!["他说\"好\"了", "x"]),
            (r#""a" , "b""#, vec!["a", "b"]),
            (r#"5",6"#, vec!["5\"", "6"]),
            (r#""","x"#, vec!["\",\"x"]),
        ] {
            let file = format!("{line}\n");
            let got = cells(&file);
            if line == r#""","x"# {
                // Three quotes and a comma open a cell that never ends.
                assert!(got[0].1[0].contains("never ends"), "{got:?}");
            } else {
                assert_eq!(
                    got,
                    [(1, expected.into_iter().map(str::to_owned).collect())],
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn lines_are_physical() {
        let got = cells("h\r\n\r\n\"a\r\nb\",c\r\nd,e\r\n");
        let want: Vec<(u64, Vec<String>)> = vec![
            (1, vec!["h".into()]),
            (3, vec!["a\nb".into(), "c".into()]),
            (5, vec!["d".into(), "e".into()]),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        let got = rows("1,\"a\n2,b\n3,c\n", Some(2));
        assert!(matches!(&got[0], Row::Broken { line: 1, reason } if reason.contains("never ends")));
        assert!(matches!(&got[1], Row::Cells { line: 2, .. }));
        assert!(matches!(&got[2], Row::Cells { line: 3, .. }));
        // Closed by accident two rows later: the width shows it.
        let got = rows("1,\"a\n2,b\n3,\"c\"\n4,d\n", Some(2));
        assert!(matches!(&got[0], Row::Broken { line: 1, .. }));
        assert_eq!(got.len(), 4);
    }

    proptest! {
        #[test]
        fn reads_back_what_a_csv_writer_writes(table in prop::collection::vec(prop::collection::vec("[a-c,\" \n文]{0,6}", 3), 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let got: Vec<Vec<String>> = cells(&file).into_iter().map(|(_, cells)| cells).collect();
            prop_assert_eq!(got, table);
        }
    }
}
