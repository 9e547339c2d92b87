//! Tables of goods: delimited text or a spreadsheet (xlsx), columns found by Chinese or English names, never by position.

use crate::{
    cells::{clean, float_form, header_key, narrow},
    error::{Fault, FileError, Item, Refusal},
    rows::{Row, Rows, fits},
    text::{Source, Text},
};
use calamine::{Data, Reader, Xlsx};
use std::io::{BufReader, Read, SeekFrom};
use yingke_kernel::Fen;

/// Name of the layout in import results.
pub const LAYOUT: &str = "goods-table";
/// The header is looked for in so many rows.
const HEADER_ROWS: usize = 20;
const DELIMITERS: [u8; 3] = *b",\t;";
/// Bytes of a spreadsheet at most: it is unpacked in memory.
pub(crate) const XLSX_MAX: u64 = 64 * 1024 * 1024;
/// Characters of a title or address at most.
const TEXT_MAX: usize = 500;

/// An article as a line tells it. `None`: the file has no such column or its cell is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct GoodsRecord {
    /// The shop's or the platform's own number.
    pub code: String,
    /// Title.
    pub title: String,
    /// Category.
    pub category: Option<String>,
    /// What it costs.
    pub price: Fen,
    /// The crossed-out price.
    pub list: Option<Fen>,
    /// Pieces there.
    pub stock: Option<i64>,
    /// On sale.
    pub on_shelf: Option<bool>,
    /// A path beside the file, or an address.
    pub picture: Option<String>,
    /// Address of its page.
    pub address: Option<String>,
    /// Pieces sold.
    pub sold: Option<i64>,
    /// Columns without a field of their own that are not empty: name as in the header, value.
    pub facts: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Code,
    Title,
    Category,
    Price,
    List,
    Stock,
    Shelf,
    Picture,
    Address,
    Sold,
}

/// Names of the columns, the one that we would write first.
const FIELDS: [(Field, &[&str]); 10] = [
    (
        Field::Code,
        &[
            "商品编码",
            "商家编码",
            "编码",
            "货号",
            "商品编号",
            "编号",
            "商品ID",
            "宝贝ID",
            "code",
            "sku",
            "id",
            "product code",
        ],
    ),
    (
        Field::Title,
        &[
            "标题",
            "商品标题",
            "宝贝标题",
            "商品名称",
            "名称",
            "title",
            "name",
        ],
    ),
    (
        Field::Category,
        &["类目", "分类", "商品分类", "商品类目", "category"],
    ),
    (Field::Price, &["价格", "售价", "一口价", "现价", "单价", "price"]),
    (
        Field::List,
        &[
            "原价",
            "划线价",
            "市场价",
            "标价",
            "list price",
            "list_price",
            "original price",
        ],
    ),
    (
        Field::Stock,
        &["库存", "库存数量", "总库存", "stock", "inventory"],
    ),
    (
        Field::Shelf,
        &[
            "上下架",
            "上架状态",
            "商品状态",
            "是否上架",
            "状态",
            "shelf",
            "on shelf",
            "on_shelf",
            "status",
        ],
    ),
    (
        Field::Picture,
        &["图片", "主图", "商品图片", "图片地址", "picture", "image"],
    ),
    (
        Field::Address,
        &[
            "链接",
            "商品链接",
            "页面",
            "网址",
            "地址",
            "url",
            "link",
            "address",
        ],
    ),
    (Field::Sold, &["销量", "已售", "累计销量", "sold", "sales"]),
];

fn field(cell: &str) -> Option<Field> {
    let key = header_key(cell).to_lowercase();
    FIELDS
        .iter()
        .find(|(_, names)| names.iter().any(|name| header_key(name).to_lowercase() == key))
        .map(|(field, _)| *field)
}

struct Column {
    field: Option<Field>,
    name: String,
}

enum Lines {
    Text(Box<Rows>),
    Sheet(std::vec::IntoIter<(u64, Vec<String>)>),
}

/// An open table of goods. Iterating reads it line by line.
pub struct GoodsFile {
    columns: Vec<Column>,
    lines: Lines,
    ended: bool,
}

/// Opens a table of goods: finds its kind by content, its encoding and header. `name` is used in messages.
///
/// # Errors
/// When no line can be read: neither text nor a spreadsheet, empty, without a header that has a number, a title and a price, a
/// column twice.
pub fn open(mut input: impl Source, name: &str) -> Result<GoodsFile, FileError> {
    let fail = |fault| FileError::new(name, fault);
    let mut magic = [0u8; 4];
    let read = read_up_to(&mut input, &mut magic).map_err(|e| fail(Fault::Unreadable(e)))?;
    input
        .seek(SeekFrom::Start(0))
        .map_err(|e| fail(Fault::Unreadable(e)))?;
    if read == 4 && magic == *b"PK\x03\x04" {
        return sheet(input).map_err(fail);
    }
    let mut text = Text::open(Box::new(input), name)?;
    let mut near: Option<(usize, Fault)> = None;
    let mut first = 1;
    for delimiter in DELIMITERS {
        let mut rows = Rows::new(text.lines().map_err(|e| fail(Fault::Unreadable(e)))?, delimiter);
        for _ in 0..HEADER_ROWS {
            let Some(row) = rows.read().map_err(|e| fail(Fault::Unreadable(e)))? else {
                break;
            };
            let Row::Cells { line, cells, .. } = row else {
                continue;
            };
            first = first.max(line.min(1));
            match header(&cells, line) {
                Ok(columns) => {
                    rows.expect(columns.len());
                    return Ok(GoodsFile {
                        columns,
                        lines: Lines::Text(Box::new(rows)),
                        ended: false,
                    });
                }
                Err((hits, fault)) => note_near(&mut near, hits, fault),
            }
        }
        text = rows.into_lines().into_text();
    }
    Err(fail(near.map_or_else(|| unknown(first, &[]), |(_, fault)| fault)))
}

pub(crate) fn read_up_to(input: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

fn note_near(near: &mut Option<(usize, Fault)>, hits: usize, fault: Fault) {
    if hits > 0 && near.as_ref().is_none_or(|(most, _)| hits > *most) {
        *near = Some((hits, fault));
    }
}

fn unknown(line: u64, columns: &[Column]) -> Fault {
    let missing = [Field::Code, Field::Title, Field::Price]
        .into_iter()
        .filter(|wanted| !columns.iter().any(|c| c.field == Some(*wanted)))
        .map(|wanted| {
            let names = FIELDS.iter().find(|(field, _)| *field == wanted);
            names.map_or_else(String::new, |(_, names)| names[0].to_owned())
        })
        .collect();
    Fault::UnknownGoods { line, missing }
}

/// The columns of a header row, or how many of ours it has and what it lacks.
fn header(cells: &[String], line: u64) -> Result<Vec<Column>, (usize, Fault)> {
    let width = cells
        .iter()
        .rposition(|c| !clean(c).is_empty())
        .map_or(0, |last| last + 1);
    let mut columns = Vec::with_capacity(width);
    let mut twice = Vec::new();
    for (at, cell) in cells[..width].iter().enumerate() {
        let name = clean(cell);
        let field = field(name);
        if field.is_some() && columns.iter().any(|c: &Column| c.field == field) {
            twice.push(name.to_owned());
        }
        let shown = if name.is_empty() {
            format!("column {}", at + 1)
        } else {
            name.to_owned()
        };
        columns.push(Column { field, name: shown });
    }
    let hits = columns.iter().filter(|c| c.field.is_some()).count();
    let has = |wanted| columns.iter().any(|c| c.field == Some(wanted));
    if !(has(Field::Code) && has(Field::Title) && has(Field::Price)) {
        return Err((hits, unknown(line, &columns)));
    }
    if !twice.is_empty() {
        return Err((usize::MAX, Fault::DuplicateColumn { line, columns: twice }));
    }
    Ok(columns)
}

/// The first sheet that has a header of ours.
fn sheet(mut input: impl Source) -> Result<GoodsFile, Fault> {
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
    let mut near: Option<(usize, Fault)> = None;
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
        for (at, (line, cells)) in rows.iter().enumerate().take(HEADER_ROWS) {
            match header(cells, *line) {
                Ok(columns) => {
                    let rest: Vec<(u64, Vec<String>)> = rows.into_iter().skip(at + 1).collect();
                    return Ok(GoodsFile {
                        columns,
                        lines: Lines::Sheet(rest.into_iter()),
                        ended: false,
                    });
                }
                Err((hits, fault)) => note_near(&mut near, hits, fault),
            }
        }
    }
    Err(near.map_or_else(|| unknown(1, &[]), |(_, fault)| fault))
}

/// A cell as text. Numbers lose what the spreadsheet adds: `128.5`, not `128.50000000000001`.
pub(crate) fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Data::Float(n) if n.fract() == 0.0 => format!("{n:E}"),
        Data::Float(n) => {
            let rounded = format!("{n:.6}");
            rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        other => other.to_string(),
    }
}

impl Iterator for GoodsFile {
    type Item = Item<GoodsRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.ended {
                return None;
            }
            let (line, cells) = match &mut self.lines {
                Lines::Sheet(rows) => rows.next()?,
                Lines::Text(rows) => match rows.read() {
                    Ok(Some(Row::Cells { line, cells, .. })) => (line, cells),
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
            if cells.iter().all(|c| clean(c).is_empty()) {
                continue;
            }
            return Some(Item::from_result(line, self.record(line, &cells)));
        }
    }
}

impl GoodsFile {
    fn record(&self, line: u64, cells: &[String]) -> Result<GoodsRecord, Refusal> {
        let width = self.columns.len();
        if matches!(self.lines, Lines::Text(_)) && !fits(cells, width) {
            let reason = format!(
                "the row has {} cells where the header has {width}: a cell that holds a delimiter must stand in quotes",
                cells.len()
            );
            return Err(Refusal::line(line, reason));
        }
        let mut record = GoodsRecord::default();
        let mut price = None;
        for (column, cell) in self.columns.iter().zip(cells) {
            let value = clean(cell);
            if value.contains('\0') {
                return Err(Refusal::cell(
                    line,
                    &column.name,
                    value,
                    "holds a NUL character: export the file again",
                ));
            }
            if value.is_empty() {
                continue;
            }
            let refuse = |reason: &str| Err(Refusal::cell(line, &column.name, value, reason));
            if value.chars().count() > TEXT_MAX {
                return refuse("is longer than 500 characters: make it shorter");
            }
            match column.field {
                None => record.facts.push((column.name.clone(), value.to_owned())),
                Some(Field::Code) => {
                    if float_form(value) {
                        return refuse(
                            "a spreadsheet has turned the number into a rounded one: format the column as text and write it again",
                        );
                    }
                    if value.chars().count() > 64 {
                        return refuse("is no article number: up to 64 characters are expected");
                    }
                    value.clone_into(&mut record.code);
                }
                Some(Field::Title) => value.clone_into(&mut record.title),
                Some(Field::Category) => record.category = Some(value.to_owned()),
                Some(Field::Price) => price = Some(amount(line, &column.name, value)?),
                Some(Field::List) => record.list = Some(amount(line, &column.name, value)?),
                Some(Field::Stock) => record.stock = Some(pieces(line, &column.name, value)?),
                Some(Field::Sold) => record.sold = Some(pieces(line, &column.name, value)?),
                Some(Field::Shelf) => match shelf(value) {
                    Some(on) => record.on_shelf = Some(on),
                    None => return refuse("is no state of the shelf: write 上架 or 下架 (on, off)"),
                },
                Some(Field::Picture) => record.picture = Some(value.to_owned()),
                Some(Field::Address) => record.address = Some(value.to_owned()),
            }
        }
        let name_of = |wanted: Field| {
            let column = self.columns.iter().find(|c| c.field == Some(wanted));
            column.map_or("", |c| c.name.as_str())
        };
        if record.code.is_empty() {
            let reason = "is empty: an article is known by its number";
            return Err(Refusal::missing(line, name_of(Field::Code), reason));
        }
        if record.title.is_empty() {
            return Err(Refusal::missing(
                line,
                name_of(Field::Title),
                "is empty: write the article's title",
            ));
        }
        record.price = price.ok_or_else(|| {
            let reason = "is empty: write the price in yuan, 0.00 if it is free";
            Refusal::missing(line, name_of(Field::Price), reason)
        })?;
        Ok(record)
    }
}

fn amount(line: u64, column: &str, value: &str) -> Result<Fen, Refusal> {
    let half: String = value
        .chars()
        .map(narrow)
        .filter(|c| !matches!(c, '¥' | '￥' | '元' | ','))
        .collect();
    match half.trim().parse::<Fen>() {
        Ok(fen) if fen.0 < 0 => Err(Refusal::cell(
            line,
            column,
            value,
            "is below zero: a price is not negative",
        )),
        Ok(fen) if fen.0 > 100_000_000_000 => Err(Refusal::cell(
            line,
            column,
            value,
            "is too large for a price: check the cell",
        )),
        Ok(fen) => Ok(fen),
        Err(e) => Err(Refusal::cell(
            line,
            column,
            value,
            format!("is no amount ({e}): write it in yuan as 128.50"),
        )),
    }
}

fn pieces(line: u64, column: &str, value: &str) -> Result<i64, Refusal> {
    let half: String = value.chars().map(narrow).filter(|c| *c != ',').collect();
    let whole = half
        .strip_suffix(".0")
        .or_else(|| half.strip_suffix(".00"))
        .unwrap_or(&half);
    match whole.parse::<i64>() {
        Ok(n) if (0..=1_000_000_000).contains(&n) => Ok(n),
        _ => Err(Refusal::cell(
            line,
            column,
            value,
            "is no number of pieces: write a whole number",
        )),
    }
}

fn shelf(value: &str) -> Option<bool> {
    match value.to_lowercase().as_str() {
        "上架" | "在架" | "已上架" | "出售中" | "在售" | "是" | "1" | "true" | "yes" | "on" | "on sale" => {
            Some(true)
        }
        "下架" | "已下架" | "未上架" | "仓库中" | "停售" | "否" | "0" | "false" | "no" | "off" => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(text: &str) -> Vec<Item<GoodsRecord>> {
        open(Cursor::new(text.as_bytes().to_vec()), "goods.csv")
            .unwrap()
            .collect()
    }
    fn one(item: &Item<GoodsRecord>) -> &GoodsRecord {
        match item {
            Item::Record { value, .. } => value,
            Item::Refused(refusal) => panic!("{refusal:?}"),
        }
    }

    #[test]
    fn columns_are_found_by_either_language_and_the_rest_are_facts() {
        let items = read(
            "商品编码,标题,类目,价格,原价,库存,状态,图片,链接,材质\nYX-1,\"山里有雾, 挂毯\",挂毯,¥128.50,168,46,上架,pic/1.jpg,https://a.example/1,棉麻\n",
        );
        assert_eq!(
            one(&items[0]),
            &GoodsRecord {
                code: "YX-1".to_owned(),
                title: "山里有雾, 挂毯".to_owned(),
                category: Some("挂毯".to_owned()),
                price: Fen(12_850),
                list: Some(Fen(16_800)),
                stock: Some(46),
                on_shelf: Some(true),
                picture: Some("pic/1.jpg".to_owned()),
                address: Some("https://a.example/1".to_owned()),
                sold: None,
                facts: vec![("材质".to_owned(), "棉麻".to_owned())],
            }
        );
        let english = read("Price;Name;Code;Stock;Status\n9;Rug;R1;;off\n");
        let rug = one(&english[0]);
        assert_eq!(
            (rug.price, rug.code.as_str(), rug.stock, rug.on_shelf),
            (Fen(900), "R1", None, Some(false))
        );
    }

    #[test]
    fn a_line_that_cannot_be_is_refused_by_itself() {
        let items = read(
            "编号,标题,价格,库存,状态\n,甲,1,1,上架\nA,,1,1,上架\nB,乙,,1,上架\nC,丙,-1,1,上架\nD,丁,一百,1,上架\nE,戊,1,两件,上架\nF,己,1,1,也许\nG,庚,1,1,上架\n\n1.23E+15,辛,1,1,上架\n",
        );
        let refused: Vec<(u64, String)> = items
            .iter()
            .filter_map(|item| match item {
                Item::Refused(r) => Some((r.line, r.column.clone().unwrap_or_default())),
                Item::Record { .. } => None,
            })
            .collect();
        let column = |name: &str| name.to_owned();
        assert_eq!(
            refused,
            [
                (2, column("编号")),
                (3, column("标题")),
                (4, column("价格")),
                (5, column("价格")),
                (6, column("价格")),
                (7, column("库存")),
                (8, column("状态")),
                (11, column("编号")),
            ]
        );
        assert_eq!(one(&items[7]).code, "G");
    }

    #[test]
    fn a_file_without_our_header_says_what_is_missing() {
        let fault = |text: &str| match open(Cursor::new(text.as_bytes().to_vec()), "x.csv") {
            Ok(_) => panic!("read"),
            Err(e) => e.to_string(),
        };
        let words = fault("标题,库存\n甲,1\n");
        assert!(words.contains("missing: 商品编码, 价格;"), "{words}");
        assert!(fault("编号,标题,价格,售价\n").contains("售价"));
        assert!(fault("PK\u{3}\u{4}not a zip").contains("spreadsheet"));
    }
}
