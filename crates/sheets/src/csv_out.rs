//! Tables for people who open them in a spreadsheet: UTF-8 with its mark, and no cell that runs as a formula.

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// Writes rows as comma-separated UTF-8 with a byte-order mark, lines ending in CRLF.
pub struct CsvOut<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> CsvOut<W> {
    /// Begins the file.
    pub fn new(mut out: W) -> io::Result<Self> {
        // Without the mark a Chinese Excel reads UTF-8 as GBK.
        out.write_all("\u{FEFF}".as_bytes())?;
        Ok(Self::further(out))
    }

    /// Goes on with a file that was begun elsewhere.
    pub fn further(out: W) -> Self {
        let rows = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        Self { rows }
    }

    /// One row; each cell passes [`guard`].
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        for cell in cells {
            self.rows.write_field(guard(cell.as_ref()).as_bytes())?;
        }
        self.rows.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.rows
            .into_inner()
            .map_err(|e| io::Error::new(e.error().kind(), e.error().to_string()))
    }
}

/// A cell that a spreadsheet would run as a formula gets a leading apostrophe. Plain negative numbers stay numbers.
pub fn guard(cell: &str) -> Cow<'_, str> {
    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if starts && !plain_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// `-3`, `-3.20`: nothing a spreadsheet could do with it but add it up.
fn plain_number(cell: &str) -> bool {
    let Some(number) = cell.strip_prefix('-') else {
        return false;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_do_not_run() {
        for cell in [
            "=1+1",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "-",
            "-1.",
            "＝1",
            "=HYPERLINK(\"x\")",
        ] {
            assert_eq!(guard(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "文", "3.20", "-3.20", "-3", "a=b", "2026-10-03"] {
            assert_eq!(guard(cell), cell, "{cell:?}");
        }
    }

    #[test]
    fn a_spreadsheet_reads_it() {
        let mut out = CsvOut::new(Vec::new()).unwrap();
        out.row(["客服", "金额"]).unwrap();
        out.row(["=cmd|' /C calc'!A0", "a,\"b\"\nc"]).unwrap();
        let text = String::from_utf8(out.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{FEFF}客服,金额\r\n'=cmd|' /C calc'!A0,\"a,\"\"b\"\"\nc\"\r\n"
        );
    }

    #[test]
    fn what_is_written_out_can_be_read_in() {
        assert_eq!(crate::cells::clean(&guard("=1+1")), "=1+1");
    }
}
