//! Reading findings, deciding about them, disagreeing.

use super::find::{Touched, slow_of_month, sum_up};
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::{Right, allows};
use yingke_domain::incident::{Decision, Refusal, Rule, State, decide as rule};
use yingke_kernel::{AuditId, IncidentId, PersonId, ProblemKind, ShopId, Stamp};
use yingke_store::access::AuditFilter;
pub use yingke_store::incident::IncidentRow as Incident;
use yingke_store::incident::{self as rows, Count, Filter};
use yingke_store::{Lane, Tx};

/// Most characters of a reason or of an appeal.
const WORDS_MAX: usize = 500;
/// Most findings that are decided at once.
const DECIDE_MAX: usize = 200;
/// Most findings of a page.
const PAGE_MAX: i64 = 200;

/// Findings with the counts of the whole time.
#[derive(Debug, Clone)]
pub struct Page {
    /// Latest first.
    pub incidents: Vec<Incident>,
    /// There are more.
    pub more: bool,
    /// By rule and state, of the time and person asked for.
    pub counts: Vec<Count>,
}

/// Whether this person may see and decide about everybody's findings.
fn judges(staff: &Staff) -> bool {
    allows(staff.role, Right::JudgeIncidents)
}

/// Findings of the caller's shops; whoever does not judge sees only their own.
#[expect(clippy::too_many_arguments, reason = "each is a filter of its own")]
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: Option<ShopId>,
    from: Stamp,
    to: Stamp,
    person: Option<PersonId>,
    rule: Option<Rule>,
    state: Option<State>,
    before: Option<(Stamp, IncidentId)>,
    limit: i64,
) -> Result<Page> {
    require(staff, Right::Receive)?;
    let shops: Vec<[u8; 16]> = house
        .shops_of(staff)
        .into_iter()
        .filter(|id| shop.is_none_or(|asked| asked == *id))
        .map(|id| id.bytes())
        .collect();
    let filter = Filter {
        shops,
        from,
        to,
        person: if judges(staff) { person } else { Some(staff.person) },
        rule,
        state,
        before,
    };
    let limit = limit.clamp(1, PAGE_MAX);
    house
        .read(move |tx: &mut Tx<'_>| {
            let mut incidents = rows::list(tx, &filter, limit + 1)?;
            let more = incidents.len() as i64 > limit;
            incidents.truncate(limit as usize);
            Ok(Page {
                incidents,
                more,
                counts: rows::count(tx, &filter)?,
            })
        })
        .await
}

fn may_see(house: &House, staff: &Staff, row: Option<Incident>) -> Result<Incident> {
    let row = row.filter(|i| house.shops_of(staff).contains(&i.shop));
    row.filter(|i| judges(staff) || i.person == Some(staff.person))
        .ok_or_else(|| Problem::not_found("incident"))
}

/// A decision about a finding, as the trail has it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// `confirm waive appeal`.
    pub act: String,
    /// Who.
    pub by: Option<PersonId>,
    /// When.
    pub at: Stamp,
    /// Their reason, or what the agent says against it.
    pub words: String,
}

/// Everything that people decided about a finding, first one first.
pub async fn decisions(house: &House, staff: &Staff, id: IncidentId) -> Result<Vec<Decided>> {
    require(staff, Right::Receive)?;
    let row = house.read(move |tx: &mut Tx<'_>| rows::get(tx, id)).await?;
    may_see(house, staff, row)?;
    let filter = AuditFilter {
        act: "incident.".to_owned(),
        subject: id.to_string(),
        ..AuditFilter::before(AuditId(uuid::Uuid::max()))
    };
    let lines = house
        .read(move |tx: &mut Tx<'_>| yingke_store::access::audit_page(tx, &filter, PAGE_MAX))
        .await?;
    let decided = lines.into_iter().rev().map(|line| {
        let detail: serde_json::Value = serde_json::from_str(&line.detail).unwrap_or_default();
        let said = |key: &str| detail[key].as_str().unwrap_or_default().to_owned();
        let act = line.act.strip_prefix("incident.").unwrap_or_default().to_owned();
        let words = said(if act == "appeal" { "appeal" } else { "reason" });
        Decided {
            act,
            by: line.person,
            at: line.at,
            words,
        }
    });
    Ok(decided.collect())
}

/// One finding, and what it sums: a month's fine has its slow answers, latest first.
pub async fn evidence(house: &House, staff: &Staff, id: IncidentId) -> Result<(Incident, Vec<Incident>)> {
    require(staff, Right::Receive)?;
    let row = house.read(move |tx: &mut Tx<'_>| rows::get(tx, id)).await?;
    let row = may_see(house, staff, row)?;
    let Some(person) = row.person.filter(|_| row.kind == "month") else {
        return Ok((row, Vec::new()));
    };
    let directory = house.directory();
    let zone = directory.zone_of(row.shop);
    let filter = slow_of_month(&directory, &zone, person, zone.civil(row.at).date());
    let parts = house
        .read(move |tx: &mut Tx<'_>| rows::list(tx, &filter, PAGE_MAX))
        .await?;
    let parts = parts
        .into_iter()
        .filter(|i| i.kind == "turn" && i.stands)
        .collect();
    Ok((row, parts))
}

fn words(text: &str, what: &'static str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > WORDS_MAX {
        return Err(Problem::invalid(
            "too_long",
            format!("{what} has more than {WORDS_MAX} characters; make it shorter"),
        ));
    }
    Ok(text.to_owned())
}

fn refused(refusal: Refusal) -> Problem {
    let code = match refusal {
        Refusal::Running => "incident_running",
        Refusal::Already => "incident_decided",
        Refusal::NotConfirmed => "incident_not_confirmed",
    };
    Problem::conflict(code, refusal.to_string())
}

fn touched(row: &Incident) -> Option<Touched> {
    Some(Touched {
        shop: row.shop,
        person: row.person?,
        at: row.at,
        to: row.to,
    })
}

/// A supervisor confirms findings or says that they count for nothing; all of them or, if one cannot be decided, none. A
/// waiver needs a reason. Nobody decides about themselves, except an owner.
///
/// # Errors
/// `incident_running`, `incident_decided`, `reason_missing`, `own_incident`.
pub async fn decide(
    house: &House,
    staff: &Staff,
    ids: Vec<IncidentId>,
    decision: Decision,
    reason: &str,
) -> Result<Vec<Incident>> {
    require(staff, Right::JudgeIncidents)?;
    let reason = words(reason, "the reason")?;
    if decision == Decision::Waive && reason.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "say why it counts for nothing; the agent and whoever settles pay will read it",
        ));
    }
    if ids.is_empty() || ids.len() > DECIDE_MAX {
        return Err(Problem::invalid(
            "bad_count",
            format!("name 1 to {DECIDE_MAX} findings"),
        ));
    }
    let shops = house.shops_of(staff);
    let me = staff.clone();
    let now = house.now();
    let act = match decision {
        Decision::Confirm => "incident.confirm",
        _ => "incident.waive",
    };
    let decided = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let mut all = Vec::with_capacity(ids.len());
            for id in &ids {
                let row = rows::get(tx, *id)?
                    .filter(|i| shops.contains(&i.shop))
                    .ok_or_else(|| Problem::not_found("incident"))?;
                if row.person == Some(me.person) && !allows(me.role, Right::ManageOwners) {
                    let detail = "this finding is about you; ask another supervisor or the owner";
                    return Err(Problem::new(ProblemKind::Forbidden, "own_incident", detail).into());
                }
                let state = rule(row.state, row.running, decision).map_err(refused)?;
                rows::decide(tx, row.id, state, me.person, now, &reason)?;
                let detail = serde_json::json!({ "rule": row.rule.id(), "amount_fen": row.amount.0, "reason": reason });
                audited(tx, now, Some(me.person), act, &row.id.to_string(), &detail.to_string())?;
                let row = rows::get(tx, *id)?.ok_or_else(|| Problem::not_found("incident"))?;
                rows::tell(tx, row.clone());
                all.push(row);
            }
            Ok(all)
        })
        .await?;
    sum_up(house, decided.iter().filter_map(touched).collect()).await?;
    Ok(decided)
}

/// The agent says why a confirmed finding is wrong; a supervisor decides again.
///
/// # Errors
/// `incident_not_confirmed`, `incident_decided`, `reason_missing`.
pub async fn appeal(house: &House, staff: &Staff, id: IncidentId, text: &str) -> Result<Incident> {
    require(staff, Right::Receive)?;
    let text = words(text, "the appeal")?;
    if text.is_empty() {
        return Err(Problem::invalid(
            "reason_missing",
            "say what is wrong about it; whoever decides again will read it",
        ));
    }
    let me = staff.person;
    let now = house.now();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = rows::get(tx, id)?
                .filter(|i| i.person == Some(me))
                .ok_or_else(|| Problem::not_found("incident"))?;
            rule(row.state, row.running, Decision::Appeal).map_err(refused)?;
            rows::appeal(tx, id, &text)?;
            let detail = serde_json::json!({ "rule": row.rule.id(), "appeal": text });
            audited(
                tx,
                now,
                Some(me),
                "incident.appeal",
                &id.to_string(),
                &detail.to_string(),
            )?;
            let row = rows::get(tx, id)?.ok_or_else(|| Problem::not_found("incident"))?;
            rows::tell(tx, row.clone());
            Ok(row)
        })
        .await
}
