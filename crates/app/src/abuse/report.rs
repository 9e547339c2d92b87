//! What is handed to a platform or the police: the marked words with time, names, numbers and pictures, and the record of where
//! they went and what came of it.

use super::{AbuseMark, REASON_MAX};
use crate::access::{audited, require};
use crate::conversation::{checked, remark};
use crate::metric::Lang;
use crate::{House, Problem, Result, Staff, file};
use std::io::{Cursor, Write};
use yingke_domain::abuse::MarkState;
use yingke_domain::access::{Right, allows};
use yingke_domain::buyer::mask_phone;
use yingke_kernel::{FileId, ProblemKind, ReportId, Stamp, ThreadId};
use yingke_sheets::csv_out::CsvOut;
use yingke_store::abuse::{self as rows, ReportRow};
use yingke_store::conversation::{self as talk, EntryRow};
use yingke_store::{Lane, Tx};
use zip::write::SimpleFileOptions;

/// Reports told at once.
const TOLD: i64 = 500;

/// A report, with whom it is about.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The report.
    pub row: ReportRow,
    /// The buyer's name.
    pub buyer_name: String,
}

fn field(text: &str, name: &str, needed: bool) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > REASON_MAX {
        let detail = format!("{name} has more than {REASON_MAX} characters; make it shorter");
        return Err(Problem::invalid("too_long", detail));
    }
    if needed && text.is_empty() {
        let detail = format!("{name} is empty; say where it was reported");
        return Err(Problem::invalid("place_missing", detail));
    }
    Ok(text.to_owned())
}

/// Records that a buyer's words were reported: where, and under which number there, if it is known.
///
/// # Errors
/// `place_missing`, `too_long`.
pub async fn report(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    place: &str,
    number: &str,
) -> Result<ReportRow> {
    require(staff, Right::Approve)?;
    let (place, number) = (field(place, "place", true)?, field(number, "number", false)?);
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, talk::get(tx, thread)?)?;
            let row = ReportRow {
                id: ReportId::new(now),
                shop: t.shop,
                thread,
                person: me,
                at: now,
                place: place.clone(),
                number: number.clone(),
                outcome: String::new(),
                changed_by: me,
                changed_at: now,
            };
            rows::put_report(tx, &row)?;
            if t.live.last_seq > 0 {
                let about = AbuseMark {
                    what: "reported".to_owned(),
                    ..AbuseMark::default()
                };
                let words = format!("{place} {number}").trim().to_owned();
                remark::inside(tx, t, me, words, about, now)?;
            }
            let detail = serde_json::json!({ "place": place, "number": number }).to_string();
            audited(tx, now, Some(me), "abuse.report", &thread.to_string(), &detail)?;
            Ok(row)
        })
        .await
}

/// Writes where it was reported, under which number, and what came of it.
///
/// # Errors
/// `place_missing`, `too_long`.
pub async fn change_report(
    house: &House,
    staff: &Staff,
    id: ReportId,
    place: &str,
    number: &str,
    outcome: &str,
) -> Result<ReportRow> {
    require(staff, Right::Approve)?;
    let (place, number) = (field(place, "place", true)?, field(number, "number", false)?);
    let outcome = field(outcome, "outcome", false)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = rows::report(tx, id)?
                .filter(|r| allowed.contains(&r.shop))
                .ok_or_else(|| Problem::not_found("report"))?;
            let row = ReportRow {
                place: place.clone(),
                number: number.clone(),
                outcome: outcome.clone(),
                changed_by: me,
                changed_at: now,
                ..row
            };
            rows::change_report(tx, &row)?;
            let detail =
                serde_json::json!({ "place": place, "number": number, "outcome": outcome }).to_string();
            audited(
                tx,
                now,
                Some(me),
                "abuse.report",
                &row.thread.to_string(),
                &detail,
            )?;
            Ok(row)
        })
        .await
}

/// Reports of the caller's shops, latest first.
pub async fn reports(house: &House, staff: &Staff) -> Result<Vec<Reported>> {
    require(staff, Right::Approve)?;
    let shops: Vec<[u8; 16]> = house.shops_of(staff).iter().map(|s| s.bytes()).collect();
    house
        .read(move |tx| {
            let mut told = Vec::new();
            for row in rows::reports(tx, &shops, TOLD)? {
                let t = talk::get(tx, row.thread)?;
                told.push(Reported {
                    buyer_name: t.map(|t| t.buyer_name).unwrap_or_default(),
                    row,
                });
            }
            Ok(told)
        })
        .await
}

/// Heads of the table of words, in Chinese and in English.
const HEADS: [[&str; 2]; 9] = [
    ["序号", "number"],
    ["时间", "time"],
    ["买家", "buyer"],
    ["类型", "kind"],
    ["内容", "words"],
    ["文件", "file"],
    ["标记", "mark"],
    ["结果", "state"],
    ["理由", "reason"],
];
/// Kinds of messages, sorts and states of marks, in Chinese and as they are called.
const NAMES: [[&str; 2]; 10] = [
    ["文字", "text"],
    ["图片", "image"],
    ["卡片", "card"],
    ["语音", "voice"],
    ["文件", "file"],
    ["骚扰辱骂", "harassing"],
    ["无关内容", "irrelevant"],
    ["恶意行为", "malicious"],
    ["等主管定", "open"],
    ["已确认", "confirmed"],
];

/// A marked message, with what was said of it.
struct Piece {
    entry: EntryRow,
    sort: &'static str,
    state: &'static str,
    reason: String,
}

/// The evidence of a case as an archive: `messages.csv`, `case.txt` and the pictures. The words are those that are marked and not
/// refused; heads and names in `lang`. A telephone stands in full only for whoever may take a buyer's data out. On the trail.
///
/// # Errors
/// `nothing_marked` where no mark stands.
pub async fn evidence(house: &House, staff: &Staff, thread: ThreadId, lang: Lang) -> Result<Vec<u8>> {
    require(staff, Right::Approve)?;
    let allowed = house.shops_of(staff);
    let (me, now) = (staff.person, house.now());
    let (t, buyer, pieces, reports) = house
        .write(Lane::from(thread), move |tx: &mut Tx<'_>| {
            let t = checked(&allowed, talk::get(tx, thread)?)?;
            let buyer = yingke_store::buyer::get(tx, t.buyer)?;
            let mut pieces: Vec<Piece> = Vec::new();
            for m in rows::marks_of_thread(tx, thread)? {
                if !matches!(m.state, MarkState::Open | MarkState::Confirmed) {
                    continue;
                }
                let until = m.entry.unwrap_or(i64::MAX);
                for entry in talk::entries_of(tx, thread, m.conversation)? {
                    let is_meant = entry.seq == m.seq || (m.seq == 0 && entry.seq < until);
                    let is_word = entry.kind.is_message() && entry.sender == "buyer";
                    if is_meant && is_word && pieces.iter().all(|p| p.entry.seq != entry.seq) {
                        pieces.push(Piece {
                            entry,
                            sort: m.sort.as_str(),
                            state: m.state.as_str(),
                            reason: m.reason.clone(),
                        });
                    }
                }
            }
            if pieces.is_empty() {
                let detail = "no mark stands in this thread; mark the words first";
                return Err(Problem::conflict("nothing_marked", detail).into());
            }
            pieces.sort_by_key(|p| p.entry.seq);
            let reports = rows::reports_of_thread(tx, thread)?;
            let detail = format!("{} messages", pieces.len());
            audited(tx, now, Some(me), "abuse.evidence", &thread.to_string(), &detail)?;
            Ok((t, buyer, pieces, reports))
        })
        .await?;
    let mut pictures: Vec<(String, bytes::Bytes)> = Vec::new();
    for p in &pieces {
        if let Some(id) = p.entry.file
            && let Ok(bytes) = file::read_bytes(house, id).await
        {
            pictures.push((picture_name(&p.entry, id), bytes));
        }
    }
    let directory = house.directory();
    let shop = directory.shop(t.shop);
    let zone = shop
        .map(|s| s.zone.clone())
        .unwrap_or_else(yingke_kernel::Zone::shanghai);
    let time = |at: Stamp| zone.rfc3339(at);
    let full = allows(staff.role, Right::ExportBuyer);
    let phone = buyer
        .as_ref()
        .and_then(|b| b.phone.clone())
        .map(|phone| if full { phone } else { mask_phone(&phone) });
    let word = |zh: &'static str, en: &'static str| match lang {
        Lang::Chinese => zh,
        Lang::English => en,
    };
    let line = |zh, en, text: &str| format!("{}{} {text}", word(zh, en), word("：", ":"));
    let named = |name: &'static str| {
        let known = NAMES.iter().find(|[_, en]| *en == name);
        known.map_or(name, |[zh, en]| word(zh, en))
    };
    let mut case = vec![
        line("店铺", "shop", shop.map_or("", |s| s.name.as_str())),
        line("渠道", "channel", &t.channel),
        line("买家", "buyer", &t.buyer_name),
        line(
            "账号",
            "account",
            buyer.as_ref().map_or("", |b| b.external.as_str()),
        ),
        line("电话", "telephone", &phone.unwrap_or_default()),
        line("会话", "thread", &thread.to_string()),
        line("取出时间", "taken out", &time(now)),
        line("取出人", "by", directory.actor_name(me.0).unwrap_or_default()),
        String::new(),
    ];
    case.extend(pieces.iter().map(|p| {
        format!(
            "#{} {} [{} {}] {} {}",
            p.entry.seq,
            time(p.entry.at),
            named(p.sort),
            named(p.state),
            p.entry.text,
            p.reason
        )
    }));
    case.extend(reports.iter().map(|r| match lang {
        Lang::Chinese => format!(
            "{}向{}举报，案号{}，结果{}",
            time(r.at),
            r.place,
            r.number,
            r.outcome
        ),
        Lang::English => format!(
            "reported {} to {}, number {}, outcome {}",
            time(r.at),
            r.place,
            r.number,
            r.outcome
        ),
    }));
    let packed = || -> std::io::Result<Vec<u8>> {
        let mut table = CsvOut::new(Vec::new())?;
        table.row(HEADS.map(|[zh, en]| word(zh, en)))?;
        for p in &pieces {
            let (number, at) = (p.entry.seq.to_string(), time(p.entry.at));
            let name = p
                .entry
                .file
                .map(|id| picture_name(&p.entry, id))
                .unwrap_or_default();
            table.row([
                number.as_str(),
                at.as_str(),
                t.buyer_name.as_str(),
                named(p.entry.kind.as_str()),
                p.entry.text.as_str(),
                name.as_str(),
                named(p.sort),
                named(p.state),
                p.reason.as_str(),
            ])?;
        }
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file("case.txt", plain)?;
        archive.write_all(case.join("\n").as_bytes())?;
        archive.start_file("messages.csv", plain)?;
        archive.write_all(&table.finish()?)?;
        for (name, bytes) in &pictures {
            archive.start_file(name.as_str(), plain)?;
            archive.write_all(bytes)?;
        }
        Ok(archive.finish()?.into_inner())
    };
    packed().map_err(|error| {
        tracing::error!(%error, "the evidence could not be written");
        Problem::new(ProblemKind::Internal, "internal", "the file could not be written")
    })
}

/// What a picture or file is called in the archive.
fn picture_name(entry: &EntryRow, id: FileId) -> String {
    let kind = entry.about.as_ref().map_or("", |about| about.kind.as_str());
    let ending = match kind {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/gif" => "gif",
        _ => "bin",
    };
    format!("files/{}-{id}.{ending}", entry.seq)
}
