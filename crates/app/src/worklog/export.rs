//! The log as a table for a spreadsheet.

use super::{Wanted, list};
use crate::access::{exported, require};
use crate::metric::Lang;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::Right;
use yingke_kernel::ProblemKind;
use yingke_sheets::csv_out::CsvOut;
use yingke_sheets::xlsx_out::{Cell, XlsxOut};
use yingke_store::{Lane, Tx};

/// Entries of one file at most.
const MOST: usize = 20_000;
/// Entries of one reading.
const SLICE: usize = 200;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A workbook.
    Xlsx,
    /// Values with commas.
    Csv,
}

const CHINESE: [&str; 10] = [
    "日期",
    "店铺",
    "客服",
    "问题",
    "原因",
    "怎么解决的",
    "状态",
    "标签",
    "订单号",
    "商品编码",
];
const ENGLISH: [&str; 10] = [
    "Day", "Shop", "Agent", "Problem", "Cause", "Solution", "State", "Tags", "Order", "Goods",
];

/// The entries that are asked for, the words too, latest first, 20,000 at most, as a file: what the list shows, all its pages. On
/// the trail.
///
/// # Errors
/// Without the right `see_figures`.
pub async fn export(house: &House, staff: &Staff, wanted: Wanted, form: Form, lang: Lang) -> Result<Vec<u8>> {
    require(staff, Right::SeeFigures)?;
    let (now, me, of) = (house.now(), staff.person, wanted.told());
    let (mut entries, mut before) = (Vec::new(), None);
    loop {
        let page = list(house, staff, wanted.clone(), before, SLICE).await?;
        entries.extend(page.entries);
        before = page.next;
        if before.is_none() || entries.len() >= MOST {
            break;
        }
    }
    entries.truncate(MOST);
    let rows = entries.len() as i64;
    let name = if form == Form::Csv { "csv" } else { "xlsx" };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            exported(tx, now, Some(me), "worklog.export", "", (rows, name, &of))
        })
        .await?;
    let directory = house.directory();
    let (head, states) = match lang {
        Lang::Chinese => (CHINESE, ["未解决", "已解决"]),
        Lang::English => (ENGLISH, ["open", "solved"]),
    };
    let lines: Vec<[String; 10]> = entries
        .into_iter()
        .map(|w| {
            [
                w.day,
                directory.shop(w.shop).map(|s| s.name.clone()).unwrap_or_default(),
                directory.actor_name(w.person.0).unwrap_or_default().to_owned(),
                w.problem,
                w.cause,
                w.solution,
                states[usize::from(w.solved)].to_owned(),
                w.tags.join(" "),
                w.number,
                w.goods,
            ]
        })
        .collect();
    // Thousands of rows are work for a thread that may take its time.
    tokio::task::spawn_blocking(move || written(&head, lines, form, lang))
        .await
        .map_err(|error| error.to_string())
        .and_then(|done| done.map_err(|error| error.to_string()))
        .map_err(|error| {
            tracing::error!(%error, "the log could not be written to a file");
            Problem::new(ProblemKind::Internal, "internal", "the file could not be written")
        })
}

fn written(head: &[&str; 10], lines: Vec<[String; 10]>, form: Form, lang: Lang) -> std::io::Result<Vec<u8>> {
    if form == Form::Csv {
        let mut out = CsvOut::new(Vec::new())?;
        out.row(head)?;
        for line in &lines {
            out.row(line)?;
        }
        return out.finish();
    }
    let name = match lang {
        Lang::Chinese => "工作日志",
        Lang::English => "Work log",
    };
    let rows: Vec<Vec<Cell>> = lines
        .into_iter()
        .map(|line| {
            line.into_iter()
                .enumerate()
                .map(|(n, text)| {
                    if (3..6).contains(&n) {
                        Cell::Prose(text)
                    } else {
                        Cell::Text(text)
                    }
                })
                .collect()
        })
        .collect();
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    let mut book = XlsxOut::new();
    book.sheet(name, &head, 1, rows)?;
    book.finish()
}
