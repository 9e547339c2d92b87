//! From turns and idle stretches to stored findings.

use crate::metric::{Deriver, Ground, Names};
use crate::{Directory, House, Result};
use std::collections::{BTreeMap, BTreeSet};
use yingke_domain::escalation;
use yingke_domain::incident::{Rule, Span, State, idle, month_of_slow, of_conversation, one_fine_a_span};
use yingke_domain::policy::Policy;
use yingke_kernel::{Fen, IncidentId, PersonId, ShopId, Stamp, ThreadId, Zone};
use yingke_store::incident::{self as rows, Filter, IncidentRow};
use yingke_store::{Lane, Tx};

/// Findings that came to be longer ago are history: desks are not rung for them.
const NEWS_SECS: i64 = 600;
/// Most slow answers of a month that are looked at; the fine does not depend on what is beyond.
const MONTH_MAX: i64 = 10_000;

/// A finding of a thread, with people instead of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    rule: Rule,
    kind: &'static str,
    mark: String,
    person: Option<PersonId>,
    seq: i64,
    at: Stamp,
    from: Stamp,
    to: Stamp,
    secs: i64,
    tier: i64,
    amount: Fen,
    running: bool,
}

/// Whose sums a change of findings touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Touched {
    /// The shop whose calendar counts.
    pub(crate) shop: ShopId,
    /// The person.
    pub(crate) person: PersonId,
    /// The fact's time.
    pub(crate) at: Stamp,
    /// End of the stretch.
    pub(crate) to: Stamp,
}

/// What the live conversations of a thread show.
pub(crate) fn found(thread: ThreadId, deriver: &Deriver, ground: &Ground<'_>, names: &Names) -> Vec<Found> {
    let mut findings = Vec::new();
    for (derived, passes) in deriver.live_with_passes() {
        let policy_at = |at: Stamp| -> &Policy { ground.book.at(ground.zone.civil(at).date()) };
        of_conversation(derived, policy_at, &mut findings);
        escalation::of_conversation(derived, passes, &deriver.raised, policy_at, &mut findings);
    }
    let mut seen = BTreeSet::new();
    findings
        .into_iter()
        .map(|f| {
            // An account that is nobody's cannot be judged; live conversations are held by people.
            let person = f
                .agent
                .map(|agent| PersonId(names.agent_id(agent)))
                .filter(|id| ground.directory.person(*id).is_some());
            let kind = match f.rule {
                Rule::Unanswered => "conversation",
                Rule::Buck => "pass",
                _ => "turn",
            };
            // One finding a turn and agent, whatever rule it has grown into; only a policy that counts a grave wait as a
            // slow one besides makes a second.
            let who = person.map_or_else(|| "queue".to_owned(), |p| p.to_string());
            let mut mark = format!("{kind}:{thread}:{}:{who}", f.seq);
            if !seen.insert(mark.clone()) {
                mark.push_str(":besides");
            }
            Found {
                rule: f.rule,
                kind,
                mark,
                person,
                seq: f.seq,
                at: f.at,
                from: f.from,
                to: f.to,
                secs: f.secs,
                tier: i64::from(f.tier),
                amount: f.amount,
                running: f.running,
            }
        })
        .collect()
}

/// Stores what threads show now in the place of what they showed; gives whose sums are touched.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    threads: &[(ShopId, ThreadId, &[Found])],
    now: Stamp,
) -> yingke_store::Result<Vec<Touched>> {
    let ids: Vec<[u8; 16]> = threads.iter().map(|(_, thread, _)| thread.bytes()).collect();
    let mut before: BTreeMap<String, IncidentRow> = rows::of_threads(tx, &ids)?
        .into_iter()
        .map(|row| (row.mark.clone(), row))
        .collect();
    let mut touched = Vec::new();
    for (shop, thread, found) in threads {
        for f in *found {
            let old = before.remove(&f.mark);
            store(tx, *shop, Some(*thread), f, old, now, &mut touched)?;
        }
    }
    for (_, gone) in before {
        drop_finding(tx, gone, &mut touched)?;
    }
    Ok(touched)
}

/// A finding that the facts do not show any more.
fn drop_finding(tx: &mut Tx<'_>, gone: IncidentRow, touched: &mut Vec<Touched>) -> yingke_store::Result<()> {
    touched.extend(touch(&gone));
    let gone = IncidentRow {
        stands: false,
        running: false,
        ..gone
    };
    if gone.decided_at.is_some() {
        rows::put(tx, &gone)?;
    } else {
        rows::remove(tx, gone.id)?;
    }
    rows::tell(tx, gone);
    Ok(())
}

fn touch(row: &IncidentRow) -> Option<Touched> {
    Some(Touched {
        shop: row.shop,
        person: row.person?,
        at: row.at,
        to: row.to,
    })
}

fn store(
    tx: &mut Tx<'_>,
    shop: ShopId,
    thread: Option<ThreadId>,
    f: &Found,
    old: Option<IncidentRow>,
    now: Stamp,
    touched: &mut Vec<Touched>,
) -> yingke_store::Result<()> {
    let fresh = IncidentRow {
        id: IncidentId::new(now),
        shop,
        rule: f.rule,
        kind: f.kind.to_owned(),
        mark: f.mark.clone(),
        person: f.person,
        thread,
        seq: f.seq,
        at: f.at,
        from: f.from,
        to: f.to,
        secs: f.secs,
        tier: f.tier,
        amount: f.amount,
        running: f.running,
        stands: true,
        absorbed_by: None,
        found_at: now,
        state: State::Proposed,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
        appeal: String::new(),
    };
    let news = f.to >= now.plus_secs(-NEWS_SECS);
    let Some(old) = old else {
        rows::put(tx, &fresh)?;
        touched.extend(touch(&fresh));
        if news {
            rows::tell(tx, fresh);
        }
        return Ok(());
    };
    // What was decided was decided about these: if they change, somebody must look again.
    let judged = |row: &IncidentRow| (row.rule, row.tier, row.amount, row.person);
    let same = judged(&old) == judged(&fresh);
    let row = IncidentRow {
        id: old.id,
        absorbed_by: old.absorbed_by,
        found_at: old.found_at,
        state: if same && old.stands {
            old.state
        } else {
            State::Proposed
        },
        decided_by: old.decided_by,
        decided_at: old.decided_at,
        reason: old.reason.clone(),
        appeal: old.appeal.clone(),
        ..fresh
    };
    if row == old {
        return Ok(());
    }
    rows::put(tx, &row)?;
    touched.extend(touch(&row));
    if news && (!same || row.running != old.running || row.state != old.state) {
        rows::tell(tx, row);
    }
    Ok(())
}

/// An idle stretch as a finding (R-RESP-06); `until` = `None` while it goes on.
pub(crate) fn record_idle(
    tx: &mut Tx<'_>,
    shop: ShopId,
    person: PersonId,
    since: Stamp,
    until: Option<Stamp>,
    policy: &Policy,
    now: Stamp,
) -> yingke_store::Result<Vec<Touched>> {
    let to = until.unwrap_or(now);
    let secs = to.secs_since(since);
    let mark = format!("idle:{person}:{}", since.micros());
    let old = rows::by_mark(tx, &mark)?;
    let mut touched = Vec::new();
    match idle(secs, &policy.incident) {
        Some(amount) => {
            let found = Found {
                rule: Rule::Idle,
                kind: "idle",
                mark,
                person: Some(person),
                seq: 0,
                at: since,
                from: since,
                to,
                secs,
                tier: 0,
                amount,
                running: until.is_none(),
            };
            store(tx, shop, None, &found, old, now, &mut touched)?;
        }
        None => {
            if let Some(old) = old {
                drop_finding(tx, old, &mut touched)?;
            }
        }
    }
    Ok(touched)
}

/// The slow answers of a person in the calendar month of that day, in all shops (R-RESP-03).
pub(super) fn slow_of_month(
    directory: &Directory,
    zone: &Zone,
    person: PersonId,
    day: jiff::civil::Date,
) -> Filter {
    let first = day.first_of_month();
    // The calendar ends far beyond any fact.
    let next = day.last_of_month().tomorrow().unwrap_or(first);
    Filter {
        shops: directory.shops().iter().map(|s| s.id.bytes()).collect(),
        from: zone.stamp(first.at(0, 0, 0, 0)),
        to: zone.stamp(next.at(0, 0, 0, 0)),
        person: Some(person),
        rule: Some(Rule::Slow),
        state: None,
        before: None,
    }
}

/// Brings what is summed over findings up to date: the month's fine for slow answers, and one fine a span.
pub(crate) async fn sum_up(house: &House, touched: Vec<Touched>) -> Result<()> {
    if touched.is_empty() {
        return Ok(());
    }
    let directory = house.directory();
    let mut months: BTreeMap<(PersonId, i16, i8), ShopId> = BTreeMap::new();
    let mut spans: BTreeMap<PersonId, (Stamp, Stamp)> = BTreeMap::new();
    for t in touched {
        let zone = directory.zone_of(t.shop);
        let day = zone.civil(t.at).date();
        months
            .entry((t.person, day.year(), day.month()))
            .or_insert(t.shop);
        let span = spans.entry(t.person).or_insert((t.at, t.to));
        *span = (span.0.min(t.at), span.1.max(t.to));
    }
    let now = house.now();
    for ((person, year, month), shop) in months {
        let zone = directory.zone_of(shop);
        let filter = slow_of_month(&directory, &zone, person, jiff::civil::date(year, month, 1));
        let book = house.policies();
        let mark = format!("month:{person}:{year:04}-{month:02}");
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                let mut slow = rows::list(tx, &filter, MONTH_MAX)?;
                slow.retain(|i| i.kind == "turn" && i.stands && i.state != State::Waived);
                let old = rows::by_mark(tx, &mark)?;
                // Latest first: the policy of the month's last slow answer holds.
                let policy = slow.first().map(|i| book.at(zone.civil(i.at).date()));
                let cost = policy.and_then(|p| Some((p, month_of_slow(slow.len(), &p.incident)?)));
                let mut touched = Vec::new();
                match cost {
                    Some((policy, amount)) => {
                        // The one that made it one too many.
                        let over = &slow[slow.len() - 1 - policy.incident.slow_free];
                        let found = Found {
                            rule: Rule::Slow,
                            kind: "month",
                            mark: mark.clone(),
                            person: Some(person),
                            seq: 0,
                            at: over.at,
                            from: slow[slow.len() - 1].at,
                            to: slow[0].to,
                            secs: slow.len() as i64,
                            tier: 0,
                            amount,
                            running: false,
                        };
                        store(tx, over.shop, None, &found, old, now, &mut touched)?;
                    }
                    None => {
                        if let Some(old) = old {
                            drop_finding(tx, old, &mut touched)?;
                        }
                    }
                }
                Ok(())
            })
            .await?;
    }
    for (person, (from, to)) in spans {
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                let (all, none): (Vec<_>, Vec<_>) =
                    rows::of_person(tx, person, &[Rule::Grave, Rule::Idle], from, to)?
                        .into_iter()
                        .partition(|i| i.stands && i.state != State::Waived);
                for row in none.iter().filter(|i| i.absorbed_by.is_some()) {
                    rows::absorb(tx, row.id, None)?;
                }
                let list: Vec<Span> = all
                    .iter()
                    .map(|i| Span {
                        rule: i.rule,
                        from: i.from,
                        to: i.to,
                        amount: i.amount,
                    })
                    .collect();
                for (row, by) in all.iter().zip(one_fine_a_span(&list)) {
                    let by = by.map(|i| all[i].id);
                    if row.absorbed_by != by {
                        rows::absorb(tx, row.id, by)?;
                    }
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}
