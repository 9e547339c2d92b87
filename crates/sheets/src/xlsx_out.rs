//! Workbooks for people: sheets with a head that stays, numbers as numbers, and no cell that runs as a formula.

use crate::csv_out::guard;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::io;

/// A cell of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words; a text that a spreadsheet could run gets a leading apostrophe ([`guard`]).
    Text(String),
    /// Several sentences, in a wide column that wraps.
    Prose(String),
    /// A whole number.
    Int(i64),
    /// A number with so many decimals shown.
    Number(f64, u8),
    /// A share of 1, shown as percent with one decimal.
    Share(f64),
    /// What stands for a number that is not final yet: grey and slanted.
    Late(String),
    /// Nothing.
    Empty,
}

/// A workbook that is being written, in memory.
pub struct XlsxOut {
    book: Workbook,
    looks: Looks,
}

struct Looks {
    head: Format,
    text: Format,
    prose: Format,
    int: Format,
    one: Format,
    two: Format,
    share: Format,
    late: Format,
}

/// Characters that Excel gives a column of prose.
const PROSE_WIDTH: f64 = 72.0;

impl Default for XlsxOut {
    fn default() -> Self {
        Self::new()
    }
}

impl XlsxOut {
    /// An empty one.
    pub fn new() -> Self {
        let plain = Format::new;
        Self {
            book: Workbook::new(),
            looks: Looks {
                head: plain()
                    .set_bold()
                    .set_border_bottom(FormatBorder::Thin)
                    .set_align(FormatAlign::VerticalCenter),
                text: plain(),
                prose: plain().set_text_wrap().set_align(FormatAlign::Top),
                int: plain().set_num_format("#,##0"),
                one: plain().set_num_format("#,##0.0"),
                two: plain().set_num_format("#,##0.00"),
                share: plain().set_num_format("0.0%"),
                late: plain()
                    .set_italic()
                    .set_font_color(Color::RGB(0x75_75_75))
                    .set_align(FormatAlign::Right),
            },
        }
    }

    /// Adds a sheet: its name (at most 31 characters, none of `[]:*?/\`), its head, its rows. Head, and as many columns as `still` says,
    /// stay while the rest moves; the head filters.
    pub fn sheet(
        &mut self,
        name: &str,
        head: &[String],
        still: u16,
        rows: impl IntoIterator<Item = Vec<Cell>>,
    ) -> io::Result<()> {
        let looks = &self.looks;
        let sheet = self.book.add_worksheet();
        fill(sheet, looks, name, head, still, rows).map_err(fault)
    }

    /// The file.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.book.save_to_buffer().map_err(fault)
    }
}

fn fill(
    sheet: &mut Worksheet,
    looks: &Looks,
    name: &str,
    head: &[String],
    still: u16,
    rows: impl IntoIterator<Item = Vec<Cell>>,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let mut widths: Vec<f64> = Vec::with_capacity(head.len());
    for (column, title) in (0u16..).zip(head) {
        let title = guard(title);
        sheet.write_string_with_format(0, column, &*title, &looks.head)?;
        // Room for the arrow of the filter.
        widths.push(width(&title) + 3.0);
    }
    let mut last = 0;
    for (row, cells) in (1u32..).zip(rows) {
        last = row;
        for (column, cell) in (0u16..).zip(cells) {
            let wide = match cell {
                Cell::Text(text) => {
                    let text = guard(&text);
                    sheet.write_string_with_format(row, column, &*text, &looks.text)?;
                    width(&text) + 1.0
                }
                Cell::Prose(text) => {
                    sheet.write_string_with_format(row, column, &*guard(&text), &looks.prose)?;
                    PROSE_WIDTH
                }
                Cell::Int(n) => {
                    // Whole numbers of a report are far below 2^53.
                    sheet.write_number_with_format(row, column, n as f64, &looks.int)?;
                    9.0
                }
                Cell::Number(n, places) => {
                    let look = if places < 2 { &looks.one } else { &looks.two };
                    sheet.write_number_with_format(row, column, n, look)?;
                    9.0
                }
                Cell::Share(n) => {
                    sheet.write_number_with_format(row, column, n, &looks.share)?;
                    9.0
                }
                Cell::Late(text) => {
                    sheet.write_string_with_format(row, column, &*guard(&text), &looks.late)?;
                    width(&text) + 1.0
                }
                Cell::Empty => continue,
            };
            if let Some(known) = widths.get_mut(usize::from(column)) {
                *known = known.max(wide);
            }
        }
    }
    for (column, wide) in (0u16..).zip(&widths) {
        sheet.set_column_width(column, wide.min(PROSE_WIDTH))?;
    }
    sheet.set_freeze_panes(1, still)?;
    if last > 0 && !head.is_empty() {
        sheet.autofilter(0, 0, last, head.len() as u16 - 1)?;
    }
    Ok(())
}

/// Characters as a spreadsheet counts them: Chinese ones take two.
fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| if u32::from(c) < 0x1100 { 1.0 } else { 2.0 })
        .sum()
}

fn fault(error: XlsxError) -> io::Error {
    io::Error::other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};

    #[test]
    fn a_workbook_can_be_read_back() {
        let mut out = XlsxOut::new();
        out.sheet(
            "绩效",
            &["客服".to_owned(), "=接待".to_owned(), "率".to_owned()],
            1,
            [
                vec![
                    Cell::Text("=HYPERLINK(\"http://x\")".to_owned()),
                    Cell::Int(12),
                    Cell::Share(0.9655),
                ],
                vec![
                    Cell::Text("小美".to_owned()),
                    Cell::Number(3.25, 2),
                    Cell::Late("未定".to_owned()),
                ],
                vec![Cell::Empty, Cell::Empty],
            ],
        )
        .unwrap();
        out.sheet(
            "口径",
            &["数".to_owned()],
            0,
            [vec![Cell::Prose("一句\n两句".to_owned())]],
        )
        .unwrap();
        let bytes = out.finish().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(io::Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["绩效", "口径"]);
        let text = |t: &str| Data::String(t.to_owned());
        let sheet = book.worksheet_range("绩效").unwrap();
        let rows: Vec<_> = sheet.rows().map(<[Data]>::to_vec).collect();
        assert_eq!(rows[0], [text("客服"), text("'=接待"), text("率")]);
        assert_eq!(
            rows[1],
            [
                text("'=HYPERLINK(\"http://x\")"),
                Data::Float(12.0),
                Data::Float(0.9655)
            ]
        );
        assert_eq!(rows[2], [text("小美"), Data::Float(3.25), text("未定")]);
        assert!(
            book.worksheet_formula("绩效")
                .unwrap()
                .rows()
                .flatten()
                .all(String::is_empty)
        );
    }
}
