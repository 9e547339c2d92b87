//! Tables of quick phrases, in and out (R-PHRASE-03): the platform's three columns, the form of a common helper program with its
//! three head lines, and our own with everything. Columns are found by name, never by position.

use crate::{
    cells::{clean, header_key},
    csv_out::{CsvOut, guard},
    error::{Fault, FileError, Item, Refusal},
    table::{self, Table},
    text::Source,
    xlsx_out::{Cell, XlsxOut},
};
use std::borrow::Cow;
use std::io;
use yingke_domain::phrase::Level;
use yingke_domain::stage::Stage;

/// First words of the helper program's files.
const V3_MARK: &str = "最初3行的内容请勿改动";
/// How that program joins the names of groups.
const V3_NEST: &str = "=>";

/// Name of the platform's own layout.
pub const TAOBAO: &str = "taobao-phrases";
/// Name of the helper program's layout.
pub const V3: &str = "phrases-v3";
/// Name of our own layout.
pub const OWN: &str = "phrases";

/// A phrase as a line tells it. `None`: the file has no such column.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct PhraseRecord {
    /// Path of its group, names joined by `/`.
    pub group: Option<String>,
    /// Short code.
    pub code: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// The words.
    pub text: String,
    /// The second question.
    pub follow: Option<String>,
    /// How much it does for the sale.
    pub level: Option<Level>,
    /// The stage that it is for; the inner `None` = none.
    pub stage: Option<Option<Stage>>,
    /// The scene.
    pub scene: Option<String>,
    /// Names of its pictures.
    pub pictures: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Group,
    Code,
    Title,
    Text,
    Follow,
    Level,
    Stage,
    Scene,
    Pictures,
}

/// Names of the columns, the one that we write first.
const FIELDS: [(Field, &[&str]); 9] = [
    (Field::Group, &["分组", "快捷短语分组", "group"]),
    (Field::Code, &["编码", "快捷短语编码", "快捷编码", "code"]),
    (Field::Title, &["标题", "title"]),
    (Field::Text, &["内容", "快捷短语", "话术", "text"]),
    (Field::Follow, &["追问", "第二问", "follow"]),
    (Field::Level, &["等级", "level"]),
    (Field::Stage, &["阶段", "stage"]),
    (Field::Scene, &["场景", "scene"]),
    (Field::Pictures, &["图片", "图片名", "pictures"]),
];

/// Names of the stages in tables.
const STAGES: [(Stage, &str); 7] = [
    (Stage::Welcome, "欢迎"),
    (Stage::Dialogue, "咨询"),
    (Stage::Bargaining, "议价"),
    (Stage::Payment, "付款"),
    (Stage::Logistics, "物流"),
    (Stage::Aftersales, "售后"),
    (Stage::Farewell, "道别"),
];

/// Names of the levels in tables.
const LEVELS: [(Level, &str); 3] = [
    (Level::Plain, "简答"),
    (Level::Standard, "标准"),
    (Level::Excellent, "优秀"),
];

fn stage_name(stage: Stage) -> &'static str {
    STAGES
        .iter()
        .find(|(known, _)| *known == stage)
        .map_or("", |(_, name)| name)
}

struct Column {
    field: Option<Field>,
    name: String,
}

/// An open table of phrases. Iterating reads it line by line.
pub struct PhraseFile {
    /// The layout that was recognised.
    pub layout: &'static str,
    columns: Vec<Column>,
    rows: Table,
}

/// Opens a table of phrases: finds its kind by content, its encoding and header. `name` is used in messages.
///
/// # Errors
/// When no line can be read: neither text nor a spreadsheet, empty, without a header, a column twice.
pub fn open(input: impl Source, name: &str) -> Result<PhraseFile, FileError> {
    let mut marked = false;
    let found = table::open(input, name, |cells, line| {
        marked = marked || is_marked(cells);
        let columns = header(cells, line)?;
        Ok(columns.map(|columns| {
            let width = columns.len();
            (columns, width)
        }))
    })?;
    let Some((columns, rows)) = found else {
        return Err(FileError::new(name, Fault::UnknownPhrases));
    };
    Ok(PhraseFile {
        layout: layout(&columns, marked),
        columns,
        rows,
    })
}

fn is_marked(cells: &[String]) -> bool {
    cells.first().is_some_and(|cell| clean(cell).starts_with(V3_MARK))
}

fn layout(columns: &[Column], marked: bool) -> &'static str {
    let names = |wanted: &str| columns.iter().any(|c| c.name == wanted);
    match (marked, names("快捷短语")) {
        (true, _) => V3,
        (false, true) => TAOBAO,
        (false, false) => OWN,
    }
}

/// The columns of a header row; `None` when it is none.
fn header(cells: &[String], line: u64) -> Result<Option<Vec<Column>>, Fault> {
    let width = cells
        .iter()
        .rposition(|c| !clean(c).is_empty())
        .map_or(0, |last| last + 1);
    let mut columns: Vec<Column> = Vec::with_capacity(width);
    let mut twice = Vec::new();
    for cell in &cells[..width] {
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
    let known = columns.iter().filter(|c| c.field.is_some()).count();
    if known < 2 || !columns.iter().any(|c| c.field == Some(Field::Text)) {
        return Ok(None);
    }
    if !twice.is_empty() {
        return Err(Fault::DuplicateColumn { line, columns: twice });
    }
    Ok(Some(columns))
}

impl Iterator for PhraseFile {
    type Item = Item<PhraseRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.rows.next()? {
            Item::Record { line, value } => Item::from_result(line, self.record(line, &value)),
            Item::Refused(refusal) => Item::Refused(refusal),
        })
    }
}

impl PhraseFile {
    /// The name of a column as the file writes it, for refusals of what only the house can judge.
    pub fn column(&self, field: &str) -> Option<&str> {
        let wanted = match field {
            "group" => Field::Group,
            "code" => Field::Code,
            "title" => Field::Title,
            "text" => Field::Text,
            "follow" => Field::Follow,
            "level" => Field::Level,
            "stage" => Field::Stage,
            "scene" => Field::Scene,
            "pictures" => Field::Pictures,
            _ => return None,
        };
        let column = self.columns.iter().find(|c| c.field == Some(wanted));
        column.map(|c| c.name.as_str())
    }

    fn record(&self, line: u64, cells: &[String]) -> Result<PhraseRecord, Refusal> {
        let mut record = PhraseRecord::default();
        for (column, cell) in self.columns.iter().zip(cells) {
            let value = bare(cell.trim());
            if value.contains('\0') {
                let reason = "holds a NUL character: export the file again";
                return Err(Refusal::cell(line, &column.name, value, reason));
            }
            let own = || Some(value.to_owned());
            match column.field {
                None => {}
                Some(Field::Group) => record.group = Some(self.group(value)),
                Some(Field::Code) => record.code = own(),
                Some(Field::Title) => record.title = own(),
                Some(Field::Text) => value.clone_into(&mut record.text),
                Some(Field::Follow) => record.follow = own(),
                Some(Field::Scene) => record.scene = own(),
                Some(Field::Level) if value.is_empty() => {}
                Some(Field::Level) => {
                    let level = LEVELS
                        .iter()
                        .find(|(level, name)| *name == value || level.number().to_string() == value);
                    let Some((level, _)) = level else {
                        let reason = "is no level: write 1 (简答), 2 (标准) or 3 (优秀)";
                        return Err(Refusal::cell(line, &column.name, value, reason));
                    };
                    record.level = Some(*level);
                }
                Some(Field::Stage) if value.is_empty() => record.stage = Some(None),
                Some(Field::Stage) => {
                    let stage = STAGES
                        .iter()
                        .find(|(stage, name)| *name == value || stage.as_str() == value);
                    let Some((stage, _)) = stage else {
                        let names: Vec<&str> = STAGES.iter().map(|(_, name)| *name).collect();
                        let reason = format!("is no stage: leave it empty or write {}", names.join(", "));
                        return Err(Refusal::cell(line, &column.name, value, reason));
                    };
                    record.stage = Some(Some(*stage));
                }
                Some(Field::Pictures) => {
                    let names = value.split([';', '；', '\n']).map(str::trim);
                    record.pictures = Some(names.filter(|n| !n.is_empty()).map(str::to_owned).collect());
                }
            }
        }
        Ok(record)
    }

    /// A path in our form. What joins names with us is a part of a name elsewhere.
    fn group(&self, value: &str) -> String {
        match self.layout {
            OWN => value.to_owned(),
            TAOBAO => value.replace('/', "／"),
            _ => {
                let path = value.replace('/', "／").replace("＝＞", V3_NEST);
                let path = path.replace("＝>", V3_NEST).replace("=＞", V3_NEST);
                path.replace(V3_NEST, "/")
            }
        }
    }
}

/// What may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Ours, UTF-8 with all columns.
    Csv,
    /// Ours, a workbook.
    Xlsx,
    /// The platform's three columns, GB18030.
    Taobao,
    /// The helper program's, GB18030.
    V3,
}

impl Form {
    /// The form of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "csv" => Self::Csv,
            "xlsx" => Self::Xlsx,
            "taobao" => Self::Taobao,
            "v3" => Self::V3,
            _ => return None,
        })
    }
    /// Content type of such a file.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Taobao | Self::V3 => "text/csv; charset=gb18030",
        }
    }
    /// Ending of such a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            _ => "csv",
        }
    }
}

/// Writes phrases as a file. Fields that a record does not have are empty. What the platform's forms have no column for (and
/// variables of ours) is left out of them, as their programs know nothing of it.
///
/// # Errors
/// When a workbook cannot be made.
pub fn write(form: Form, owner: &str, records: &[PhraseRecord]) -> io::Result<Vec<u8>> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match form {
        Form::Csv => {
            let mut out = CsvOut::new(Vec::new())?;
            out.row(head())?;
            for record in records {
                out.row(cells(record).iter().map(|cell| shielded(cell)))?;
            }
            out.finish()
        }
        Form::Xlsx => {
            let mut out = XlsxOut::new();
            let rows = records.iter().map(|record| {
                let row = cells(record).into_iter();
                row.map(|cell| match shielded(&cell) {
                    text if text.is_empty() => Cell::Empty,
                    text => Cell::Text(text.into_owned()),
                })
                .collect()
            });
            out.sheet("快捷短语", &head(), 0, rows)?;
            out.finish()
        }
        Form::Taobao => {
            let rows = records.iter().map(|r| {
                let group = text(&r.group).replace('/', "-");
                vec![text(&r.code), r.text.clone(), group]
            });
            gb18030(&["快捷短语编码", "快捷短语", "快捷短语分组"], "", rows)
        }
        Form::V3 => {
            let rows = records.iter().map(|r| {
                let pictures = r.pictures.as_deref().unwrap_or_default().join(";");
                let group = text(&r.group).replace('/', V3_NEST);
                vec![
                    group,
                    text(&r.code),
                    text(&r.title),
                    r.text.clone(),
                    pictures,
                    String::new(),
                ]
            });
            let data = "程序数据（手工新增词条时，本字段留空即可）";
            let first = format!(
                "{V3_MARK}(V3)！！！\r\n{}\r\n",
                shielded(owner).replace(['\r', '\n', ','], " ")
            );
            gb18030(
                &["分组", "快捷编码", "标题", "内容", "图片名", data],
                &first,
                rows,
            )
        }
    }
}

fn head() -> Vec<String> {
    FIELDS.iter().map(|(_, names)| names[0].to_owned()).collect()
}

/// The cells of a phrase under [`head`].
fn cells(record: &PhraseRecord) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        text(&record.group),
        text(&record.code),
        text(&record.title),
        record.text.clone(),
        text(&record.follow),
        record
            .level
            .map(|level| level.number().to_string())
            .unwrap_or_default(),
        record
            .stage
            .flatten()
            .map(stage_name)
            .unwrap_or_default()
            .to_owned(),
        text(&record.scene),
        record.pictures.as_deref().unwrap_or_default().join(";"),
    ]
}

fn gb18030(head: &[&str], first: &str, rows: impl Iterator<Item = Vec<String>>) -> io::Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record(head)?;
    for row in rows {
        out.write_record(row.iter().map(|cell| shielded(cell).into_owned()))?;
    }
    let body = out.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    let text = first.to_owned() + &String::from_utf8_lossy(&body);
    Ok(encoding_rs::GB18030.encode(&text).0.into_owned())
}

/// A cell that no spreadsheet runs, and that [`bare`] gives back as it was.
fn shielded(cell: &str) -> Cow<'_, str> {
    if cell.starts_with('\'') {
        return Cow::Owned(format!("'{cell}"));
    }
    guard(cell)
}

/// The cell without the apostrophe that keeps it from being run.
fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with('\'') || matches!(guard(rest), Cow::Owned(_)) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn read(bytes: Vec<u8>) -> (&'static str, Vec<(u64, PhraseRecord)>, Vec<Refusal>) {
        let file = open(Cursor::new(bytes), "t").unwrap();
        let layout = file.layout;
        let (mut taken, mut refused) = (Vec::new(), Vec::new());
        for item in file {
            match item {
                Item::Record { line, value } => taken.push((line, value)),
                Item::Refused(refusal) => refused.push(refusal),
            }
        }
        (layout, taken, refused)
    }

    fn full() -> PhraseRecord {
        let text = |t: &str| Some(t.to_owned());
        PhraseRecord {
            group: text("售前/尺码"),
            code: text("cm3"),
            title: text("选码"),
            text: "亲，\"建议\"选{尺码}，\n第二行".to_owned(),
            follow: text("拍下了吗"),
            level: Some(Level::Excellent),
            stage: Some(Some(Stage::Dialogue)),
            scene: text("size"),
            pictures: Some(vec!["尺码表.jpg".to_owned(), "b.png".to_owned()]),
        }
    }

    #[test]
    fn r_phrase_03_the_platforms_file() {
        let text = "快捷短语编码,快捷短语,快捷短语分组\r\nfh,今天发货,物流\r\n,\"两\n行\",\r\n,没有分组/的,7/15天\r\n";
        let (layout, taken, refused) = read(encoding_rs::GB18030.encode(text).0.into_owned());
        assert_eq!((layout, refused), (TAOBAO, vec![]));
        let lines: Vec<u64> = taken.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 5]);
        let first = &taken[0].1;
        assert_eq!(
            (first.code.as_deref(), &*first.text, first.group.as_deref()),
            (Some("fh"), "今天发货", Some("物流"))
        );
        assert_eq!((first.title.clone(), first.level), (None, None), "no such column");
        assert_eq!(taken[1].1.text, "两\n行");
        assert_eq!(taken[2].1.group.as_deref(), Some("7／15天"));
    }

    #[test]
    fn r_phrase_03_the_helper_programs_file() {
        let text = "最初3行的内容请勿改动(V3)！！！\n店铺:小美\n分组,快捷编码,标题,内容,图片名,程序数据（手工新增词条时，本字段留空即可）\n\
                    售前=>尺码,cm,选码,建议选L码,a.jpg,x1\n售后＝>退换＝＞质量,th,,可以退,,\n";
        let (layout, taken, refused) = read(text.as_bytes().to_vec());
        assert_eq!((layout, refused), (V3, vec![]));
        assert_eq!((taken[0].0, taken[0].1.group.as_deref()), (4, Some("售前/尺码")));
        assert_eq!(taken[0].1.pictures, Some(vec!["a.jpg".to_owned()]));
        assert_eq!(taken[1].1.group.as_deref(), Some("售后/退换/质量"));
        assert_eq!(taken[1].1.title.as_deref(), Some(""));
    }

    #[test]
    fn r_phrase_03_what_is_wrong_is_said_by_line_column_and_value() {
        let text = "分组,编码,内容,等级,阶段\na,b,好,4,\na,b,好,3,聊天\na,b\n,,好,优秀,售后\n\n\"a,b,好,1,\n";
        let (_, taken, refused) = read(text.as_bytes().to_vec());
        assert_eq!((taken.len(), taken[0].0), (1, 5));
        assert_eq!(
            (taken[0].1.level, taken[0].1.stage),
            (Some(Level::Excellent), Some(Some(Stage::Aftersales)))
        );
        let said: Vec<_> = refused
            .iter()
            .map(|r| (r.line, r.column.as_deref(), r.value.as_deref()))
            .collect();
        assert_eq!(
            said,
            [
                (2, Some("等级"), Some("4")),
                (3, Some("阶段"), Some("聊天")),
                (4, None, None),
                (7, None, None)
            ]
        );
        let fault = |text: &str| {
            open(Cursor::new(text.as_bytes().to_vec()), "t")
                .err()
                .unwrap()
                .fault
        };
        assert!(matches!(fault("订单编号,金额\n1,2\n"), Fault::UnknownPhrases));
        assert!(matches!(fault("内容,话术,编码\n"), Fault::DuplicateColumn { .. }));
        assert!(matches!(fault(""), Fault::Empty));
    }

    #[test]
    fn r_phrase_03_every_form_comes_back() {
        for form in [Form::Csv, Form::Xlsx] {
            let (layout, taken, refused) = read(write(form, "", &[full(), full()]).unwrap());
            assert_eq!((layout, refused), (OWN, vec![]), "{form:?}");
            assert_eq!(taken[0].1, full(), "{form:?}");
            assert_eq!(taken.len(), 2);
        }
        let (layout, taken, _) = read(write(Form::V3, "店铺:小美", &[full()]).unwrap());
        assert_eq!((layout, taken[0].0), (V3, 4));
        assert_eq!(
            (taken[0].1.group.as_deref(), &taken[0].1.text),
            (Some("售前/尺码"), &full().text)
        );
        let (layout, taken, _) = read(write(Form::Taobao, "", &[full()]).unwrap());
        assert_eq!((layout, taken[0].1.group.as_deref()), (TAOBAO, Some("售前-尺码")));
    }

    #[test]
    fn no_cell_runs_as_a_formula_and_none_is_changed_by_that() {
        let record = PhraseRecord {
            text: "=HYPERLINK(\"x\")".to_owned(),
            ..full()
        };
        let bytes = write(Form::Csv, "", std::slice::from_ref(&record)).unwrap();
        assert!(
            String::from_utf8(bytes.clone())
                .unwrap()
                .contains("\"'=HYPERLINK")
        );
        assert_eq!(read(bytes).1[0].1.text, record.text);
    }

    proptest! {
        #[test]
        fn r_phrase_03_a_round_trip_loses_nothing(text in "[=+@'\"\\-,;a-c0-9\n文，👍]{1,12}", xlsx in any::<bool>()) {
            let record = PhraseRecord { text: text.trim().to_owned(), title: Some("t".to_owned()), ..full() };
            prop_assume!(!record.text.is_empty());
            let form = if xlsx { Form::Xlsx } else { Form::Csv };
            let (_, taken, refused) = read(write(form, "", std::slice::from_ref(&record)).unwrap());
            prop_assert_eq!(refused, vec![]);
            prop_assert_eq!(&taken[0].1, &record);
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[,\"\n内容编码=>a]{0,60}") {
            for input in [bytes, format!("内容,编码\n{text}").into_bytes()] {
                if let Ok(file) = open(Cursor::new(input), "t") {
                    let _ = file.count();
                }
            }
        }
    }
}
