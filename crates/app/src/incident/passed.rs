//! How a buyer was passed on: from stored transfers to the facts of a finding (R-DESK-13).

use crate::conversation::LineData;
use crate::metric::{Deriver, Ground, Names};
use crate::{House, Result, Staff};
use std::time::Duration;
use uuid::Uuid;
use yingke_domain::access::Right;
use yingke_domain::clock::AgentNo;
use yingke_domain::conversation::EntryKind;
use yingke_domain::escalation::{Pass, Raised, Way, held_from, of_turn, places};
use yingke_domain::incident::Rule;
use yingke_kernel::Stamp;
use yingke_store::Tx;
use yingke_store::conversation::entry_at;
use yingke_store::incident::IncidentRow;
use yingke_store::metric::FactRow;

/// How long the facts of one thread may take to read.
const LIMIT: Duration = Duration::from_secs(10);

/// The pass that an entry is, if somebody gave the conversation out of their own hand with it.
pub(crate) fn pass(
    row: &FactRow,
    names: &mut Names,
    mut number: impl FnMut(&mut Names, Uuid) -> AgentNo,
) -> Option<Pass> {
    if !matches!(row.kind, EntryKind::Transfer | EntryKind::Requeue) {
        return None;
    }
    let given: LineData = serde_json::from_str(row.data.as_deref()?).ok()?;
    let (way, from) = (given.way?, row.agent?);
    Some(Pass {
        seq: row.seq,
        at: row.at,
        by: number(names, from),
        to: row.to_agent.map(|to| number(names, to)),
        way,
        from_line: given.from_line.as_deref().map(|line| names.line(line)),
        to_line: given.line.as_deref().map(|line| names.line(line)),
    })
}

/// One step of how a buyer was passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its place in the thread.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Who: a person, or an account.
    pub by: Uuid,
    /// Whom they gave it to; none = a queue, or whom they asked is not one person.
    pub to: Option<Uuid>,
    /// To whose queue.
    pub line: Option<String>,
    /// How it was given; none = they asked upward and kept it.
    pub way: Option<Way>,
    /// Seconds for which they had held the open question.
    pub held_secs: i64,
    /// What they wrote to whoever got it.
    pub note: String,
}

/// How the buyer of a finding was passed on, in order, with every time that the matter was handed up meanwhile. Empty for all rules
/// but R-DESK-13.
pub async fn steps(house: &House, staff: &Staff, row: &IncidentRow) -> Result<Vec<Step>> {
    crate::access::require(staff, Right::Receive)?;
    let (Rule::Buck, Some(thread)) = (row.rule, row.thread) else {
        return Ok(Vec::new());
    };
    let (directory, book, now, seq) = (house.directory(), house.policies(), house.now(), row.seq);
    let zone = directory.zone_of(row.shop);
    house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| {
                let ground = Ground {
                    directory: &directory,
                    zone: &zone,
                    book: &book,
                    as_of: now,
                };
                let (mut deriver, mut names) = (Deriver::default(), Names::default());
                deriver.thread(tx, thread, &ground, &mut names)?;
                let mut steps = Vec::new();
                for (derived, passes) in deriver.live_with_passes() {
                    let Some(turn) = derived.turns.iter().find(|t| t.first_seq == seq) else {
                        continue;
                    };
                    for pass in of_turn(derived, turn, passes) {
                        steps.push(Step {
                            seq: pass.seq,
                            at: pass.at,
                            by: names.agent_id(pass.by),
                            to: pass.to.map(|to| names.agent_id(to)),
                            line: pass.to_line.map(|line| names.line_name(line).to_string()),
                            way: Some(pass.way),
                            held_secs: pass.at.secs_since(held_from(derived, turn, pass)),
                            note: String::new(),
                        });
                    }
                    let (first, end) = places(derived, turn);
                    for up in yingke_store::escalation::of_thread(tx, thread)? {
                        if up.seq > first && up.seq < end && !steps.iter().any(|s| s.seq == up.seq) {
                            steps.push(Step {
                                seq: up.seq,
                                at: up.at,
                                by: up.person.0,
                                to: up.to_person.map(|to| to.0),
                                line: up.to_line,
                                way: None,
                                held_secs: 0,
                                note: String::new(),
                            });
                        }
                    }
                }
                steps.sort_by_key(|step| step.seq);
                for step in &mut steps {
                    step.note = entry_at(tx, thread, step.seq)?
                        .map(|e| e.text)
                        .unwrap_or_default();
                }
                Ok(steps)
            },
            LIMIT,
        )
        .await
        .map_err(crate::house::problem)
}

/// Every time that somebody handed a matter of this thread up.
pub(crate) fn raised(
    tx: &mut Tx<'_>,
    thread: yingke_kernel::ThreadId,
    mut number: impl FnMut(Uuid) -> AgentNo,
) -> yingke_store::Result<Vec<Raised>> {
    let rows = yingke_store::escalation::of_thread(tx, thread)?;
    Ok(rows
        .into_iter()
        .map(|up| Raised {
            seq: up.seq,
            by: number(up.person.0),
        })
        .collect())
}
