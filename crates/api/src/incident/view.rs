//! A finding as the pages see it.

use crate::ws::protocol::IncidentRow;
use yingke_app::{Directory, incident::Incident};

/// The wire form of a finding.
pub(crate) fn incident(i: &Incident, directory: &Directory) -> IncidentRow {
    let name = |id: yingke_kernel::PersonId| directory.actor_name(id.0).unwrap_or_default().to_owned();
    IncidentRow {
        id: i.id.to_string(),
        shop: directory.shop(i.shop).map(|s| s.code.clone()).unwrap_or_default(),
        rule: i.rule.id().to_owned(),
        kind: i.kind.clone(),
        person: i.person.map(|p| p.to_string()),
        person_name: i.person.map(name),
        thread: i.thread.map(|t| t.to_string()),
        seq: (i.seq > 0).then_some(i.seq),
        at: i.at.to_string(),
        from: i.from.to_string(),
        to: i.to.to_string(),
        secs: i.secs,
        tier: i.tier,
        amount_fen: i.amount.0,
        running: i.running,
        stands: i.stands,
        absorbed_by: i.absorbed_by.map(|id| id.to_string()),
        state: i.state.as_str().to_owned(),
        decided_by: i.decided_by.map(name),
        decided_at: i.decided_at.map(|at| at.to_string()),
        reason: i.reason.clone(),
        appeal: i.appeal.clone(),
    }
}
