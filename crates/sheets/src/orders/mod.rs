//! Order lists as the platforms export them.
//!
//! Columns are found by name, never by position: the platforms reorder them, and header cells carry trailing spaces and
//! brackets of either width. The header may stand below title rows. Every column that has no field in [`OrderRecord`] and
//! is not empty is kept in [`OrderRecord::rest`].

mod layout;

use crate::{
    cells::{civil_time, clean, float_form, header_key, narrow},
    error::{Fault, FileError, Item, Refusal},
    rows::{Row, Rows, fits},
    text::{Source, Text},
};
use layout::{Field, Match, Paid, Shape};
pub use layout::{Layout, layouts};
use std::collections::HashSet;
use yingke_kernel::{Fen, Stamp, Zone};

/// The header is looked for in so many rows.
const HEADER_ROWS: usize = 50;
const DELIMITERS: [u8; 3] = *b",\t;";

/// One order of a list. Amounts are in fen.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct OrderRecord {
    /// The platform's order number, without `="…"`.
    pub number: String,
    /// `taobao` or `tmall`; with the shop and the number it is the order's identity.
    pub platform: &'static str,
    /// The buyer's name on the platform.
    pub buyer: Option<String>,
    /// What the order costs, paid or not (总金额).
    pub total: Fen,
    /// What the buyer paid, before refunds.
    pub gross: Fen,
    /// What was given back.
    pub refund: Fen,
    /// What is left: `gross - refund`.
    pub net: Fen,
    /// When the order was placed.
    pub created: Stamp,
    /// When it was paid; `None` is an unpaid order, whatever its amounts say.
    pub paid: Option<Stamp>,
    /// When it was shipped, where the file says it.
    pub shipped: Option<Stamp>,
    /// When the buyer confirmed the receipt, where the file says it.
    pub signed: Option<Stamp>,
    /// The platform's text, commas as `，`.
    pub state: Option<String>,
    /// Why it was closed; `None` when it is not.
    pub closed_reason: Option<String>,
    /// Who receives the parcel.
    pub receiver: Option<String>,
    /// Mobile number, else the telephone.
    pub phone: Option<String>,
    /// First part of the address, when it is a province.
    pub province: Option<String>,
    /// Second part of the address, when there are at least four.
    pub city: Option<String>,
    /// Third part of the address, when there are at least four.
    pub district: Option<String>,
    /// The whole address, without the postcode.
    pub address: Option<String>,
    /// The postcode from the end of the address cell.
    pub zip: Option<String>,
    /// Titles of the items.
    pub title: Option<String>,
    /// Pieces of all items.
    pub quantity: Option<u32>,
    /// What the buyer wrote with the order.
    pub message: Option<String>,
    /// What the shop noted.
    pub note: Option<String>,
    /// Who carries the parcel.
    pub carrier: Option<String>,
    /// The parcel's number.
    pub tracking: Option<String>,
    /// Columns without a field of their own that are not empty: name as in the header, value.
    pub rest: Vec<(String, String)>,
}

/// Where an order stands, as far as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStage {
    /// Placed, not paid.
    AwaitingPayment,
    /// Paid, not shipped.
    AwaitingShipment,
    /// Shipped, not received.
    AwaitingReceipt,
    /// Received and done.
    Finished,
    /// Closed without a sale.
    Closed,
}

impl OrderRecord {
    /// The stage that [`OrderRecord::state`] names; `None` for a text that we do not know.
    pub fn stage(&self) -> Option<OrderStage> {
        match self.state.as_deref()? {
            "等待买家付款" => Some(OrderStage::AwaitingPayment),
            "买家已付款，等待卖家发货" => Some(OrderStage::AwaitingShipment),
            "卖家已发货，等待买家确认" => Some(OrderStage::AwaitingReceipt),
            "交易成功" => Some(OrderStage::Finished),
            "交易关闭" => Some(OrderStage::Closed),
            _ => None,
        }
    }
}

/// An open order list. Iterating reads it line by line.
pub struct OrderFile {
    /// Name of the layout, one of [`layouts`].
    pub layout: &'static str,
    /// The encoding that the file turned out to have.
    pub encoding: &'static str,
    /// Physical line of the header.
    pub header_line: u64,
    shape: Shape,
    columns: Vec<Column>,
    /// Where each field's column is.
    places: [Option<usize>; Field::COUNT],
    rows: Rows,
    zone: Zone,
    ended: bool,
}

struct Column {
    field: Option<Field>,
    name: String,
}

/// Opens an order list: finds encoding, header and layout. `name` is used in messages, `zone` is the shop's.
///
/// # Errors
/// When no line of the file can be read: not text, empty, no known header, a column twice.
pub fn open(input: impl Source, name: &str, zone: &Zone) -> Result<OrderFile, FileError> {
    let fail = |fault| FileError::new(name, fault);
    let mut text = Text::open(Box::new(input), name)?;
    let encoding = text.encoding();
    let mut best: Option<(usize, Fault)> = None;
    let mut first_row: Option<u64> = None;
    for delimiter in DELIMITERS {
        let mut rows = Rows::new(text.lines().map_err(|e| fail(Fault::Unreadable(e)))?, delimiter);
        for _ in 0..HEADER_ROWS {
            let Some(row) = rows.read().map_err(|e| fail(Fault::Unreadable(e)))? else {
                break;
            };
            let Row::Cells { line, cells, .. } = row else {
                continue;
            };
            first_row.get_or_insert(line);
            match layout::recognise(&cells) {
                Match::Known(shape) => {
                    let columns = columns(&cells, line).map_err(fail)?;
                    rows.expect(columns.len());
                    let mut places = [None; Field::COUNT];
                    for (at, column) in columns.iter().enumerate() {
                        if let Some(field) = column.field {
                            places[field as usize] = Some(at);
                        }
                    }
                    return Ok(OrderFile {
                        layout: shape.name,
                        encoding,
                        header_line: line,
                        shape,
                        columns,
                        places,
                        rows,
                        zone: zone.clone(),
                        ended: false,
                    });
                }
                Match::Other { what, mend } => return Err(fail(Fault::OtherKind { what, mend })),
                Match::Near {
                    shared,
                    closest,
                    missing,
                    extra,
                } => {
                    if best.as_ref().is_none_or(|(most, _)| shared > *most) {
                        best = Some((
                            shared,
                            Fault::UnknownHeader {
                                closest,
                                line,
                                missing,
                                extra,
                            },
                        ));
                    }
                }
                Match::No => {}
            }
        }
        text = rows.into_lines().into_text();
    }
    let none = || {
        let Layout { name, required, .. } = layouts().swap_remove(0);
        Fault::UnknownHeader {
            closest: name,
            line: first_row.unwrap_or(1),
            missing: required.into_iter().map(str::to_owned).collect(),
            extra: Vec::new(),
        }
    };
    Err(fail(best.map_or_else(none, |(_, fault)| fault)))
}

/// The header's columns, without the nameless ones at its end.
fn columns(cells: &[String], line: u64) -> Result<Vec<Column>, Fault> {
    let width = cells
        .iter()
        .rposition(|c| !clean(c).is_empty())
        .map_or(0, |last| last + 1);
    let mut seen = HashSet::new();
    let mut twice = Vec::new();
    let mut columns = Vec::with_capacity(width);
    for (at, cell) in cells[..width].iter().enumerate() {
        let name = clean(cell);
        let field = layout::field(name);
        // Two columns without a meaning are both kept; which of two amounts counts is not ours to guess.
        if field.is_some() && !seen.insert(header_key(name)) {
            twice.push(name.to_owned());
        }
        let shown = if name.is_empty() {
            format!("column {}", at + 1)
        } else {
            name.to_owned()
        };
        columns.push(Column { field, name: shown });
    }
    if twice.is_empty() {
        Ok(columns)
    } else {
        Err(Fault::DuplicateColumn { line, columns: twice })
    }
}

impl Iterator for OrderFile {
    type Item = Item<OrderRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.ended {
                return None;
            }
            let row = match self.rows.read() {
                Ok(Some(row)) => row,
                Ok(None) => {
                    self.ended = true;
                    return None;
                }
                Err(e) => {
                    self.ended = true;
                    return Some(Item::Refused(Refusal::stopped(self.rows.number() + 1, &e)));
                }
            };
            match row {
                Row::Broken { line, reason } => return Some(Item::Refused(Refusal::line(line, reason))),
                // A spreadsheet leaves rows of nothing but delimiters behind.
                Row::Cells { cells, .. } if cells.iter().all(|c| clean(c).is_empty()) => {}
                Row::Cells {
                    line, cells, damaged, ..
                } => {
                    return Some(Item::from_result(line, self.record(line, &cells, damaged)));
                }
            }
        }
    }
}

impl OrderFile {
    fn record(&self, line: u64, cells: &[String], damaged: bool) -> Result<OrderRecord, Refusal> {
        let width = self.columns.len();
        if !fits(cells, width) {
            let mend = if cells.len() < width {
                "the line is cut off or a delimiter is missing"
            } else {
                "a cell that holds a delimiter must stand in quotes"
            };
            let reason = format!(
                "the row has {} cells where the header has {width}: {mend}",
                cells.len()
            );
            return Err(Refusal::line(line, reason));
        }
        let row = ReadRow {
            file: self,
            line,
            cells,
        };
        for (column, cell) in self.columns.iter().zip(cells) {
            if memchr::memchr(0, cell.as_bytes()).is_some() {
                return Err(Refusal::cell(
                    line,
                    &column.name,
                    cell,
                    "holds a NUL character: export the file again",
                ));
            }
            if damaged && cell.contains('\u{FFFD}') {
                let reason = "holds bytes that are no text in the file's encoding: export the file again";
                return Err(Refusal::cell(line, &column.name, cell, reason));
            }
        }
        row.read()
    }
}

/// One row on its way to a record.
struct ReadRow<'a> {
    file: &'a OrderFile,
    line: u64,
    cells: &'a [String],
}

impl ReadRow<'_> {
    /// The column of a field and its cleaned cell; `None` when the file has no such column.
    fn cell(&self, field: Field) -> Option<(&str, &str)> {
        let at = self.file.places[field as usize]?;
        Some((&self.file.columns[at].name, clean(&self.cells[at])))
    }

    /// A cell that is not empty.
    fn text(&self, field: Field) -> Option<String> {
        self.cell(field)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    fn refuse<T>(&self, column: &str, value: &str, reason: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal::cell(self.line, column, value, reason))
    }

    fn read(&self) -> Result<OrderRecord, Refusal> {
        let number = self.number()?;
        let created = match self.time(Field::Created)? {
            Some(at) => at,
            None => {
                let column = self
                    .cell(Field::Created)
                    .map_or("订单创建时间", |(column, _)| column);
                return Err(Refusal::missing(
                    self.line,
                    column,
                    "is empty: every order has a time of creation",
                ));
            }
        };
        let paid = self.time(Field::PaidAt)?;
        let (total, gross, refund, net) = self.amounts(paid.is_some())?;
        let mut rest = Vec::new();
        for (column, cell) in self.file.columns.iter().zip(self.cells) {
            let value = clean(cell);
            if column.field.is_none() && !value.is_empty() {
                rest.push((column.name.clone(), value.to_owned()));
            }
        }
        // No amount hangs on these two: what cannot be read as a time is kept as it stands, and the order is taken.
        let mut later = [Field::Shipped, Field::Signed].map(|field| match self.time(field) {
            Ok(at) => at,
            Err(_) => {
                if let Some((column, value)) = self.cell(field) {
                    rest.push((column.to_owned(), value.to_owned()));
                }
                None
            }
        });
        let mobile = self.text(Field::Mobile);
        let telephone = self.text(Field::Telephone);
        if mobile.is_some()
            && mobile != telephone
            && let (Some(other), Some((column, _))) = (&telephone, self.cell(Field::Telephone))
        {
            rest.push((column.to_owned(), other.clone()));
        }
        let place = self
            .text(Field::Address)
            .map(|text| Place::read(&text))
            .unwrap_or_default();
        Ok(OrderRecord {
            number,
            platform: self.file.shape.platform,
            buyer: self.text(Field::Buyer),
            total,
            gross,
            refund,
            net,
            created,
            paid,
            shipped: later[0].take(),
            signed: later[1].take(),
            state: self.text(Field::State).map(|state| state.replace(',', "，")),
            closed_reason: self
                .text(Field::ClosedReason)
                .filter(|reason| reason != "订单未关闭"),
            receiver: self.text(Field::Receiver),
            phone: mobile.or(telephone),
            province: place.province,
            city: place.city,
            district: place.district,
            address: place.address,
            zip: place.zip,
            title: self.text(Field::Title),
            quantity: self.quantity()?,
            message: self.text(Field::Message),
            note: self.text(Field::Note),
            carrier: self.text(Field::Carrier),
            tracking: self.text(Field::Tracking),
            rest,
        })
    }

    fn number(&self) -> Result<String, Refusal> {
        let (column, value) = self.cell(Field::Number).unwrap_or(("订单编号", ""));
        if value.is_empty() {
            return Err(Refusal::missing(
                self.line,
                column,
                "is empty: a row without an order number is no order",
            ));
        }
        if float_form(value) {
            return self.refuse(
                column,
                value,
                "a spreadsheet has turned the order number into a rounded number: export the file again and import it \
                 without saving it in a spreadsheet, or format the column as text before opening",
            );
        }
        let plain = value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !plain || value.len() > 64 {
            return self.refuse(
                column,
                value,
                "is no order number: up to 64 letters, digits, - and _ are expected",
            );
        }
        Ok(value.to_owned())
    }

    fn time(&self, field: Field) -> Result<Option<Stamp>, Refusal> {
        let Some((column, value)) = self.cell(field) else {
            return Ok(None);
        };
        if value.is_empty() || value.starts_with("0000-00-00") {
            return Ok(None);
        }
        let Some(civil) = civil_time(value) else {
            if let Ok(at) = Stamp::parse(value) {
                return Ok(Some(at));
            }
            let reason = "is no time: write it as 2026-10-03 10:10:15 (day and time of day)";
            return self.refuse(column, value, reason);
        };
        Ok(Some(self.file.zone.stamp(civil)))
    }

    /// An amount that is not negative; an empty cell is `None`.
    fn amount(&self, field: Field) -> Result<Option<Fen>, Refusal> {
        let Some((column, value)) = self.cell(field) else {
            return Ok(None);
        };
        if value.is_empty() {
            return Ok(None);
        }
        let half: String = value.chars().map(narrow).collect();
        match half.parse::<Fen>() {
            Ok(fen) if fen.0 < 0 => self.refuse(
                column,
                value,
                "is below zero: amounts of an order list are not negative",
            ),
            // A hundred thousand million yuan: beyond any order, and sums of such stay within 64 bits.
            Ok(fen) if fen.0 > 10_000_000_000_000 => {
                self.refuse(column, value, "is too large for an order: check the cell")
            }
            Ok(fen) => Ok(Some(fen)),
            Err(e) => self.refuse(
                column,
                value,
                format!("is no amount ({e}): write it in yuan as 128.50"),
            ),
        }
    }

    /// Total, gross, refund, net, by what the layout's paid amount means.
    fn amounts(&self, is_paid: bool) -> Result<(Fen, Fen, Fen, Fen), Refusal> {
        let column = |field, name| self.cell(field).map_or(name, |(column, _)| column);
        let Some(total) = self.amount(Field::Total)? else {
            let column = column(Field::Total, "总金额");
            return Err(Refusal::missing(
                self.line,
                column,
                "is empty: write the order's amount in yuan, 0.00 if it was free",
            ));
        };
        let paid_column = column(Field::Paid, "买家实际支付金额");
        let paid = match self.amount(Field::Paid)? {
            Some(paid) => paid,
            None if is_paid => {
                let reason = "is empty though the order has a payment time: write the paid amount in yuan";
                return Err(Refusal::missing(self.line, paid_column, reason));
            }
            None => Fen(0),
        };
        let refund = self.amount(Field::Refund)?.unwrap_or_default();
        let shown = |field| self.cell(field).map_or("", |(_, value)| value);
        match self.file.shape.paid {
            Paid::Gross => {
                if refund > paid {
                    let reason = format!(
                        "the refund is above the paid amount {paid}: in this layout the paid amount is before refunds; check both cells"
                    );
                    return self.refuse(column(Field::Refund, "退款金额"), shown(Field::Refund), reason);
                }
                Ok((total, paid, refund, paid - refund))
            }
            Paid::Net => {
                let gross = paid + refund;
                if is_paid && refund.0 > 0 && gross > total {
                    let reason = format!(
                        "paid amount and refund {refund} together are above the total {total}: in this layout the paid amount \
                         is what is left after refunds; check the cells, or import the full order list"
                    );
                    return self.refuse(paid_column, shown(Field::Paid), reason);
                }
                Ok((total, gross, refund, paid))
            }
        }
    }

    fn quantity(&self) -> Result<Option<u32>, Refusal> {
        let Some((column, value)) = self.cell(Field::Quantity) else {
            return Ok(None);
        };
        if value.is_empty() {
            return Ok(None);
        }
        let whole = value
            .strip_suffix(".0")
            .or_else(|| value.strip_suffix(".00"))
            .unwrap_or(value);
        match whole.parse() {
            Ok(quantity) => Ok(Some(quantity)),
            Err(_) => self.refuse(column, value, "is no number of pieces: write a whole number"),
        }
    }
}

/// The parts of an address cell.
#[derive(Default, Debug, PartialEq)]
struct Place {
    province: Option<String>,
    city: Option<String>,
    district: Option<String>,
    address: Option<String>,
    zip: Option<String>,
}

const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
];

impl Place {
    /// `省 市 区 详细地址(邮编)`.
    fn read(cell: &str) -> Self {
        let (text, zip) = split_zip(cell);
        let mut parts = text.split_whitespace();
        let province = parts
            .next()
            .filter(|first| PROVINCES.iter().any(|name| first.starts_with(name)));
        // Without spaces the first word may be the whole address.
        let province = province.filter(|first| first.chars().count() <= 8);
        let rest: Vec<&str> = parts.collect();
        let (city, district) = if province.is_some() && rest.len() >= 3 {
            (rest.first(), rest.get(1))
        } else {
            (None, None)
        };
        Self {
            province: province.map(str::to_owned),
            city: city.map(|t| (*t).to_owned()),
            district: district.map(|t| (*t).to_owned()),
            address: Some(text.to_owned()).filter(|t| !t.is_empty()),
            zip,
        }
    }
}

/// Takes `(310000)` off the end of an address; empty brackets go too.
fn split_zip(cell: &str) -> (&str, Option<String>) {
    let text = cell.trim();
    let whole = (text, None);
    let Some(inside) = text.strip_suffix([')', '）']) else {
        return whole;
    };
    let Some(open) = inside.rfind(['(', '（']) else {
        return whole;
    };
    let bracket = inside[open..].chars().next().map_or(1, char::len_utf8);
    let zip = inside[open + bracket..].trim();
    let before = inside[..open].trim_end();
    if zip.is_empty() {
        (before, None)
    } else if zip.len() == 6 && zip.bytes().all(|b| b.is_ascii_digit()) {
        (before, Some(zip.to_owned()))
    } else {
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_apart() {
        let place = Place::read("浙江省 杭州市 余杭区 文一西路969号 3幢(310000)");
        assert_eq!(place.province.as_deref(), Some("浙江省"));
        assert_eq!(
            (place.city.as_deref(), place.district.as_deref()),
            (Some("杭州市"), Some("余杭区"))
        );
        assert_eq!(
            place.address.as_deref(),
            Some("浙江省 杭州市 余杭区 文一西路969号 3幢")
        );
        assert_eq!(place.zip.as_deref(), Some("310000"));
        assert_eq!(Place::read("上海").province.as_deref(), Some("上海"));
        assert_eq!(
            Place::read("天堂路（旁门）").address.as_deref(),
            Some("天堂路（旁门）")
        );
        assert_eq!(
            Place::read("湖南省 长沙市 1号（410000）").zip.as_deref(),
            Some("410000")
        );
        assert_eq!(Place::read("(").address.as_deref(), Some("("));
    }
}
