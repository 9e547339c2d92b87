//! Calls as a file for a spreadsheet.

use super::{Call, Filter, list};
use crate::access::exported;
use crate::metric::Lang;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::buyer::mask_phone;
use yingke_domain::call::{Direction, Outcome};
use yingke_kernel::{ProblemKind, Stamp};
use yingke_sheets::csv_out::CsvOut;
use yingke_sheets::xlsx_out::{Cell, XlsxOut};
use yingke_store::{Lane, Tx};

/// Most calls of a file.
const MOST: usize = 20_000;
/// Calls of one reading.
const SLICE: i64 = 200;

const HEADS: [[&str; 2]; 13] = [
    ["时间", "When"],
    ["店铺", "Shop"],
    ["客服", "Agent"],
    ["买家", "Buyer"],
    ["电话", "Telephone"],
    ["订单", "Order"],
    ["方向", "Direction"],
    ["时长（秒）", "Length (s)"],
    ["结果", "Outcome"],
    ["内容", "About"],
    ["约定", "Agreed"],
    ["聊天里确认", "Confirmed in chat"],
    ["确认的消息", "Message"],
];

fn outcome(of: Outcome) -> [&'static str; 2] {
    match of {
        Outcome::Settled => ["已解决", "settled"],
        Outcome::Agreed => ["有约定", "agreed"],
        Outcome::CallAgain => ["再打", "call again"],
        Outcome::NoAnswer => ["没人接", "no answer"],
        Outcome::Declined => ["不愿谈", "declined"],
        Outcome::WrongNumber => ["号码不对", "wrong number"],
    }
}

/// All calls that the filter leaves, latest first, as csv or a workbook. A telephone stands in full only for whoever may take a
/// buyer's data out. On the trail.
///
/// # Errors
/// As [`list`].
pub async fn export(
    house: &House,
    staff: &Staff,
    filter: Filter,
    is_csv: bool,
    lang: Lang,
) -> Result<Vec<u8>> {
    let mut calls: Vec<Call> = Vec::new();
    let mut page = filter.clone();
    loop {
        let some = list(house, staff, page.clone(), SLICE).await?;
        page.before = some.calls.last().map(|c| (c.row.at, c.row.id));
        calls.extend(some.calls);
        if !some.more || calls.len() >= MOST {
            break;
        }
    }
    let (me, now, count) = (staff.person, house.now(), calls.len());
    let zone = house
        .shops_of(staff)
        .first()
        .map(|shop| house.directory().zone_of(*shop));
    let day = |at: Stamp| {
        zone.as_ref()
            .map_or_else(String::new, |z| z.civil(at).date().to_string())
    };
    // The end itself is not in it.
    let days = format!(
        "{} – {}",
        day(filter.from),
        day(Stamp::from_micros(filter.to.micros() - 1))
    );
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let form = if is_csv { "csv" } else { "xlsx" };
            exported(tx, now, Some(me), "call.export", "", (count as i64, form, &days))
        })
        .await?;
    let full = allows(staff.role, Right::ExportBuyer);
    let directory = house.directory();
    let word = |pair: [&'static str; 2]| match lang {
        Lang::Chinese => pair[0],
        Lang::English => pair[1],
    };
    let rows: Vec<Vec<String>> = calls
        .iter()
        .map(|c| {
            let row = &c.row;
            let shop = directory.shop(row.shop);
            let phone = match row.phone.as_str() {
                "" => String::new(),
                phone if full => phone.to_owned(),
                phone => mask_phone(phone),
            };
            let direction = match row.direction {
                Direction::In => word(["买家打来", "in"]),
                Direction::Out => word(["打给买家", "out"]),
            };
            let confirmed = match (row.due_at, row.confirmed_seq) {
                (_, Some(_)) => word(["已确认", "yes"]),
                (Some(_), None) => word(["还没有", "no"]),
                (None, None) => word(["不用", "not needed"]),
            };
            vec![
                shop.map_or_else(|| row.at.to_string(), |s| s.zone.rfc3339(row.at)),
                shop.map(|s| s.name.clone()).unwrap_or_default(),
                directory.actor_name(row.person.0).unwrap_or_default().to_owned(),
                c.buyer_name.clone(),
                phone,
                row.number.clone(),
                direction.to_owned(),
                row.secs.map(|s| s.to_string()).unwrap_or_default(),
                word(outcome(row.outcome)).to_owned(),
                row.words.clone(),
                row.agreed.clone(),
                confirmed.to_owned(),
                row.confirmed_seq.map(|s| s.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    let head: Vec<String> = HEADS.iter().map(|pair| word(*pair).to_owned()).collect();
    let name = word(["电话记录", "Calls"]);
    let written = || -> std::io::Result<Vec<u8>> {
        if is_csv {
            let mut out = CsvOut::new(Vec::new())?;
            out.row(&head)?;
            for row in &rows {
                out.row(row)?;
            }
            return out.finish();
        }
        let mut book = XlsxOut::new();
        let cells = rows
            .iter()
            .map(|row| row.iter().map(|c| Cell::Text(c.clone())).collect());
        book.sheet(name, &head, 1, cells)?;
        book.finish()
    };
    written().map_err(|error| {
        tracing::error!(%error, "calls could not be written to a file");
        Problem::new(ProblemKind::Internal, "internal", "the file could not be written")
    })
}
