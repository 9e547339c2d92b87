//! The rows of a report as a file for a spreadsheet, its head in the words of the pages.

use crate::{House, Result, Staff};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io;
use std::sync::LazyLock;
use yingke_domain::metric::figure_names;
use yingke_sheets::csv_out::CsvOut;
use yingke_sheets::xlsx_out::{Cell, XlsxOut};
use yingke_store::{Lane, Tx};

/// Puts on the trail that figures were taken out as a file: how many rows, in which form (`xlsx`, `csv`), of which days.
///
/// # Errors
/// The store's.
pub async fn exported(house: &House, staff: &Staff, rows: usize, form: &str, days: &str) -> Result<()> {
    let (now, me, form, days) = (house.now(), staff.person, form.to_owned(), days.to_owned());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            crate::access::exported(
                tx,
                now,
                Some(me),
                "metric.export",
                "",
                (rows as i64, &form, &days),
            )
        })
        .await
}

/// The language of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Lang {
    /// `zh-CN` or `en`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "zh-CN" | "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// A figure in words.
#[derive(Debug, Deserialize)]
struct Word {
    name: String,
    /// What it counts.
    is: String,
    /// Its rule.
    rule: String,
}

type Words = HashMap<String, Word>;

/// The words of the figures are those of the pages, so that a figure has one name.
static WORDS: LazyLock<[Words; 2]> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).expect("the words of the figures are part of the program");
    [
        read(include_str!(
            "../../../../web/apps/desk/src/text/figures.zh-CN.json"
        )),
        read(include_str!("../../../../web/apps/desk/src/text/figures.en.json")),
    ]
});

/// The other words of a file.
struct Frame {
    keys: [(&'static str, &'static str); 5],
    nobody: &'static str,
    no_line: &'static str,
    late: &'static str,
    figures: &'static str,
    meanings: &'static str,
    meaning_head: [&'static str; 4],
    days: &'static str,
    late_is: &'static str,
    people_are: &'static str,
}

const CHINESE: Frame = Frame {
    keys: [
        ("shop", "店铺"),
        ("agent", "客服"),
        ("line", "业务线"),
        ("date", "日期"),
        ("hour", "小时"),
    ],
    nobody: "没有人接",
    no_line: "没有业务线",
    late: "未定",
    figures: "绩效",
    meanings: "口径",
    meaning_head: ["数", "怎么算的", "规则", "字段"],
    days: "日期",
    late_is: "写着“未定”的数还没定：有会话没结束，结束后再导出一次就有了。",
    people_are: "人数按天去重后再按天相加，不能把各行加起来当全队；时间以秒计。",
};

const ENGLISH: Frame = Frame {
    keys: [
        ("shop", "Shop"),
        ("agent", "Agent"),
        ("line", "Line"),
        ("date", "Day"),
        ("hour", "Hour"),
    ],
    nobody: "Nobody",
    no_line: "No line",
    late: "open",
    figures: "Figures",
    meanings: "Meanings",
    meaning_head: ["Figure", "How it is counted", "Rule", "Field"],
    days: "Days",
    late_is: "“open”: not final yet, because a conversation is still going on; export again when it has ended.",
    people_are: "People are counted once a day and added over days, so rows do not add up to the team. Times are seconds.",
};

impl Lang {
    fn frame(self) -> &'static Frame {
        match self {
            Self::Chinese => &CHINESE,
            Self::English => &ENGLISH,
        }
    }
    fn words(self) -> &'static Words {
        &WORDS[self as usize]
    }
}

/// The columns of rows: keys of their group first, then the figures, each with its head.
fn columns(rows: &[Map<String, Value>], lang: Lang) -> Vec<(&'static str, String)> {
    let keys = lang.frame().keys.into_iter().filter(|(key, _)| {
        let first = rows.first();
        first.is_some_and(|row| row.contains_key(*key))
    });
    let figures = figure_names().map(|name| {
        let word = lang.words().get(name);
        (
            name,
            word.map_or_else(|| name.to_owned(), |word| word.name.clone()),
        )
    });
    keys.map(|(key, head)| (key, head.to_owned()))
        .chain(figures)
        .collect()
}

fn is_late(row: &Map<String, Value>, column: &str) -> bool {
    let late = row.get("late").and_then(Value::as_array);
    late.is_some_and(|late| late.iter().any(|name| name == column))
}

fn cell(row: &Map<String, Value>, column: &str, frame: &Frame) -> Cell {
    if is_late(row, column) {
        return Cell::Late(frame.late.to_owned());
    }
    match row.get(column) {
        None | Some(Value::Null) => match column {
            "agent" => Cell::Text(frame.nobody.to_owned()),
            "line" => Cell::Text(frame.no_line.to_owned()),
            _ => Cell::Empty,
        },
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(value) => match (value.as_i64(), value.as_f64()) {
            (Some(n), _)
                if !column.ends_with("_rate") && !column.ends_with("_avg") && column != "qa_ratio" =>
            {
                Cell::Int(n)
            }
            (_, Some(n)) if column.ends_with("_rate") => Cell::Share(n),
            (_, Some(n)) => Cell::Number(n, 2),
            _ => Cell::Empty,
        },
    }
}

fn objects(rows: &Value) -> Vec<Map<String, Value>> {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().filter_map(Value::as_object).cloned().collect()
}

/// A workbook of performance rows (an array as `yingke report performance --format json` prints it): the figures, what each of them
/// means, and what else must be known. `days` says which days they are of.
pub fn workbook(rows: &Value, days: &str, lang: Lang) -> io::Result<Vec<u8>> {
    let rows = objects(rows);
    let frame = lang.frame();
    let columns = columns(&rows, lang);
    let keys = columns
        .iter()
        .filter(|(name, _)| frame.keys.iter().any(|(key, _)| key == name));
    let still = keys.count() as u16;
    let heads: Vec<String> = columns.iter().map(|(_, head)| head.clone()).collect();
    let mut book = XlsxOut::new();
    let cells = rows
        .iter()
        .map(|row| columns.iter().map(|(name, _)| cell(row, name, frame)).collect());
    book.sheet(frame.figures, &heads, still, cells)?;
    let notes = [(frame.days, days), ("", frame.late_is), ("", frame.people_are)];
    let notes = notes
        .into_iter()
        .map(|(what, text)| vec![Cell::Text(what.to_owned()), Cell::Prose(text.to_owned())]);
    let meanings = figure_names().filter_map(|name| {
        let word = lang.words().get(name)?;
        Some(vec![
            Cell::Text(word.name.clone()),
            Cell::Prose(word.is.clone()),
            Cell::Text(word.rule.clone()),
            Cell::Text(name.to_owned()),
        ])
    });
    let head = frame.meaning_head.map(str::to_owned);
    book.sheet(frame.meanings, &head, 1, meanings.chain(notes))?;
    book.finish()
}

/// The same rows as comma-separated text with words in the head; what is late says so.
pub fn table(rows: &Value, lang: Lang) -> io::Result<Vec<u8>> {
    let rows = objects(rows);
    let columns = columns(&rows, lang);
    let mut out = CsvOut::new(Vec::new())?;
    out.row(columns.iter().map(|(_, head)| head))?;
    for row in &rows {
        out.row(
            columns
                .iter()
                .map(|(name, _)| match cell(row, name, lang.frame()) {
                    Cell::Text(text) | Cell::Prose(text) | Cell::Late(text) => text,
                    Cell::Int(n) => n.to_string(),
                    Cell::Number(n, places) => format!("{n:.*}", usize::from(places)),
                    Cell::Share(n) => format!("{n:.4}"),
                    Cell::Empty => String::new(),
                }),
        )?;
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_figure_has_its_words_in_both_languages() {
        for lang in [Lang::Chinese, Lang::English] {
            for name in figure_names() {
                let word = lang.words().get(name);
                assert!(
                    word.is_some_and(|w| !w.name.is_empty() && !w.is.is_empty() && w.rule.starts_with("R-")),
                    "{name} in {lang:?}"
                );
            }
            assert_eq!(
                lang.words().len(),
                figure_names().count(),
                "words without a figure"
            );
        }
    }

    #[test]
    fn a_table_says_nobody_late_and_nothing_and_runs_no_formula() {
        let rows = json!([
            { "agent": "=小美", "service_num": 3, "reply_rate": null, "reply_avg": 12.5, "three_minute_rate": 1.0, "late": ["reply_rate"] },
            { "agent": null, "service_num": 0, "reply_rate": null, "reply_avg": null, "three_minute_rate": 0.5 },
        ]);
        let text = String::from_utf8(table(&rows, Lang::Chinese).unwrap()).unwrap();
        let lines: Vec<Vec<&str>> = text
            .trim_start_matches('\u{FEFF}')
            .lines()
            .map(|l| l.split(',').collect())
            .collect();
        let at = |head: &str| lines[0].iter().position(|h| *h == head).unwrap();
        let row = |n: usize| ["客服", "接待", "回复率", "平均响应", "3分钟率"].map(|head| lines[n][at(head)]);
        assert_eq!(row(1), ["'=小美", "3", "未定", "12.50", "1.0000"]);
        assert_eq!(row(2), ["没有人接", "0", "", "", "0.5000"]);
    }
}
