//! Posting, correcting, withdrawing and confirming notices. Each act is on the trail.

use super::{is_addressed, readers};
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::Right;
use yingke_domain::notice::{Audience, Fault, Kind, check, in_force};
use yingke_domain::routing::line::canonical;
use yingke_kernel::{NoticeId, PersonId, ShopId, Stamp};
use yingke_store::notice::{self as rows, NoticeRow, Wording};
use yingke_store::{Lane, Tx};

/// What a notice says, and until when.
#[derive(Debug, Clone)]
pub struct Words {
    /// The title.
    pub title: String,
    /// The words; may be empty.
    pub text: String,
    /// To be confirmed before the first conversation of a shift.
    pub urgent: bool,
    /// It ends by itself then; `None` = it does not.
    pub until: Option<Stamp>,
}

/// A notice that somebody wants to post.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Code of the shop.
    pub shop: String,
    /// What it is about.
    pub kind: Kind,
    /// Whom it is for.
    pub audience: Audience,
    /// What it says.
    pub words: Words,
}

fn fault(fault: Fault) -> Problem {
    let code = match fault {
        Fault::NoTitle => "title_missing",
        Fault::LongTitle | Fault::LongText => "too_long",
        Fault::EndsBefore => "bad_end",
        Fault::Nobody => "nobody_named",
    };
    Problem::invalid(code, fault.to_string())
}

fn wording(words: &Words, revision: i64, by: PersonId, now: Stamp) -> Result<Wording> {
    check(&words.title, &words.text, words.until, now).map_err(fault)?;
    Ok(Wording {
        revision,
        title: words.title.trim().to_owned(),
        text: words.text.trim().to_owned(),
        urgent: words.urgent,
        person: by,
        at: now,
    })
}

fn detail(w: &Wording, until: Option<Stamp>) -> String {
    let until = until.map(|at| at.to_string());
    serde_json::json!({ "title": w.title, "revision": w.revision, "urgent": w.urgent, "until": until })
        .to_string()
}

/// Posts a notice.
///
/// # Errors
/// `title_missing`, `too_long`, `bad_end`, `nobody_named`, `bad_line`, `not_member`, `not_found` for the shop.
pub async fn post(house: &House, staff: &Staff, draft: Draft) -> Result<NoticeRow> {
    require(staff, Right::PostNotices)?;
    let directory = house.directory();
    let shop = directory
        .shop_by_code(&draft.shop)
        .map(|shop| shop.id)
        .filter(|shop| directory.is_member(*shop, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))?;
    let now = house.now();
    let audience = match draft.audience {
        Audience::Shop => Audience::Shop,
        Audience::Line(line) => {
            let line = canonical(line.trim());
            if line.is_empty() {
                return Err(fault(Fault::Nobody));
            }
            if !directory
                .lines(shop)
                .ladder
                .lines()
                .iter()
                .any(|known| &**known == line)
            {
                let detail = format!("this shop has no line {line:?}; take one of its lines");
                return Err(Problem::invalid("bad_line", detail));
            }
            Audience::Line(line.to_owned())
        }
        Audience::People(mut people) => {
            people.sort_unstable();
            people.dedup();
            people.retain(|person| *person != staff.person);
            if people.is_empty() {
                return Err(fault(Fault::Nobody));
            }
            if people.iter().any(|person| !directory.is_member(shop, *person)) {
                let detail = "one of them does not work for this shop; take its own people";
                return Err(Problem::conflict("not_member", detail));
            }
            Audience::People(people)
        }
    };
    let row = NoticeRow {
        id: NoticeId::new(now),
        shop,
        person: staff.person,
        at: now,
        kind: draft.kind,
        audience,
        revision: 1,
        until: draft.words.until,
        ended_at: None,
        ended_by: None,
        reminded: 0,
        wording: wording(&draft.words, 1, staff.person, now)?,
        seen: Vec::new(),
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::put(tx, &row)?;
            let detail = detail(&row.wording, row.until);
            audited(
                tx,
                now,
                Some(row.person),
                "notice.post",
                &row.id.to_string(),
                &detail,
            )?;
            rows::tell(tx, row.clone(), None, false);
            Ok(row.clone())
        })
        .await
}

/// A notice of one of these shops that is in force.
fn standing(tx: &mut Tx<'_>, shops: &[ShopId], id: NoticeId, now: Stamp) -> yingke_store::Result<NoticeRow> {
    let row = rows::get(tx, id)?
        .filter(|n| shops.contains(&n.shop))
        .ok_or_else(|| Problem::not_found("notice"))?;
    if !in_force(row.until, row.ended_at, now) {
        let detail = "this notice is over; write a new one, or read it among the old ones";
        return Err(Problem::conflict("notice_over", detail).into());
    }
    Ok(row)
}

/// As it is after a change, told to all whom it concerns.
fn told(
    tx: &mut Tx<'_>,
    id: NoticeId,
    only: Option<PersonId>,
    reminder: bool,
) -> yingke_store::Result<NoticeRow> {
    let row = rows::get(tx, id)?.ok_or_else(|| Problem::not_found("notice"))?;
    rows::tell(tx, row.clone(), only, reminder);
    Ok(row)
}

/// Puts another wording in the place of the one in force: everybody confirms anew, the old one is kept.
///
/// # Errors
/// `title_missing`, `too_long`, `bad_end`, `notice_over`, `notice_changed` if somebody was faster, `not_found`.
pub async fn correct(
    house: &House,
    staff: &Staff,
    id: NoticeId,
    revision: i64,
    words: Words,
) -> Result<NoticeRow> {
    require(staff, Right::PostNotices)?;
    let (shops, me, now) = (house.shops_of(staff), staff.person, house.now());
    let next = wording(&words, revision + 1, me, now)?;
    let until = words.until;
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = standing(tx, &shops, id, now)?;
            same(&row, revision)?;
            rows::correct(tx, id, &next, until)?;
            audited(
                tx,
                now,
                Some(me),
                "notice.correct",
                &id.to_string(),
                &detail(&next, until),
            )?;
            told(tx, id, None, false)
        })
        .await
}

fn same(row: &NoticeRow, revision: i64) -> Result<()> {
    if row.revision == revision {
        return Ok(());
    }
    let detail = format!(
        "this is wording {revision}, and wording {} is in force; read that one first",
        row.revision
    );
    Err(Problem::conflict("notice_changed", detail))
}

/// Withdraws a notice: it asks nobody for anything any more and stands among the old ones.
///
/// # Errors
/// `notice_over`, `not_found`.
pub async fn withdraw(house: &House, staff: &Staff, id: NoticeId) -> Result<NoticeRow> {
    require(staff, Right::PostNotices)?;
    let (shops, me, now) = (house.shops_of(staff), staff.person, house.now());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = standing(tx, &shops, id, now)?;
            rows::end(tx, id, now, me)?;
            let detail = detail(&row.wording, row.until);
            audited(tx, now, Some(me), "notice.withdraw", &id.to_string(), &detail)?;
            told(tx, id, None, false)
        })
        .await
}

/// Reminds whoever has not confirmed it, once for each wording.
///
/// # Errors
/// `notice_reminded` if that was done, or everybody has confirmed; `notice_over`, `not_found`.
pub async fn remind(house: &House, staff: &Staff, id: NoticeId) -> Result<NoticeRow> {
    require(staff, Right::PostNotices)?;
    let (shops, me, now) = (house.shops_of(staff), staff.person, house.now());
    let directory = house.directory();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = standing(tx, &shops, id, now)?;
            let left: Vec<PersonId> = readers(&directory, &row)
                .into_iter()
                .filter(|person| row.confirmed(*person).is_none())
                .collect();
            if row.reminded == row.revision || left.is_empty() {
                let detail = "the rest was reminded of this wording already, or nobody is left";
                return Err(Problem::conflict("notice_reminded", detail).into());
            }
            rows::remind(tx, id, row.revision)?;
            let detail = serde_json::json!({ "revision": row.revision, "people": left.len() });
            audited(
                tx,
                now,
                Some(me),
                "notice.remind",
                &id.to_string(),
                &detail.to_string(),
            )?;
            told(tx, id, None, true)
        })
        .await
}

/// The caller has read this wording of a notice that is for them. A second time changes nothing.
///
/// # Errors
/// `notice_changed` if another wording is in force by now, `notice_over`, `not_found`.
pub async fn confirm(house: &House, staff: &Staff, id: NoticeId, revision: i64) -> Result<NoticeRow> {
    require(staff, Right::Receive)?;
    let (shops, me, now) = (house.shops_of(staff), staff.person, house.now());
    let directory = house.directory();
    crate::presence::active(house, me);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = rows::get(tx, id)?
                .filter(|n| shops.contains(&n.shop) && is_addressed(&directory, n, me))
                .ok_or_else(|| Problem::not_found("notice"))?;
            let row = standing(tx, &[row.shop], id, now)?;
            same(&row, revision)?;
            if !rows::confirm(tx, id, me, revision, now)? {
                return Ok(row);
            }
            let detail = serde_json::json!({ "title": row.wording.title, "revision": revision });
            audited(
                tx,
                now,
                Some(me),
                "notice.confirm",
                &id.to_string(),
                &detail.to_string(),
            )?;
            told(tx, id, Some(me), false)
        })
        .await
}
