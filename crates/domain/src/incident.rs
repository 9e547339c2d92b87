//! What was found wrong (R-FINE-01): each finding is proposed with its evidence, and only a person confirms or waives it.
//!
//! The clock's findings follow from the turns of a conversation of our own desk; imported chats have no states of agents
//! and give none (2.1). Nothing here decides about anybody: the amount is what the policy names for such a finding.
//!
//! Where the rulebook leaves room:
//!
//! - An agent's own segment (2.1) is the longest unbroken stretch in which they held the turn; two stretches with the queue
//!   between them are not added up.
//! - A stretch counts whether this agent answered in the end or somebody else did: whoever held the buyer for three minutes
//!   without a word was slow.
//! - "Within" is up to and with: a stretch is slow from the first second over the limit, and so are the tiers.
//! - An unanswered conversation (R-RESP-07) is one with a turn that its close ended and none that a person answered. One
//!   whose turns were all marked as needing no answer is not.

use crate::clock::{AgentNo, Derived, Turn, TurnEnd};
use crate::policy::{ClockPolicy, IncidentPolicy, Policy, TierMode};
use yingke_kernel::{Fen, Stamp};

/// A rule that findings can be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Rule {
    /// An answer took too long.
    #[serde(rename = "R-RESP-03")]
    Slow,
    /// No answer for so long that it is grave.
    #[serde(rename = "R-RESP-04")]
    Grave,
    /// Online and nobody there.
    #[serde(rename = "R-RESP-06")]
    Idle,
    /// A conversation closed without any answer.
    #[serde(rename = "R-RESP-07")]
    Unanswered,
    /// Passed on without an answer and without handing it up ([`crate::escalation`]).
    #[serde(rename = "R-DESK-13")]
    Buck,
}

impl Rule {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Slow, Self::Grave, Self::Idle, Self::Unanswered, Self::Buck];

    /// The rule's id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Slow => "R-RESP-03",
            Self::Grave => "R-RESP-04",
            Self::Idle => "R-RESP-06",
            Self::Unanswered => "R-RESP-07",
            Self::Buck => "R-DESK-13",
        }
    }
    /// The rule of that id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Found, and nobody has decided.
    Proposed,
    /// A supervisor agreed.
    Confirmed,
    /// A supervisor said that it counts for nothing.
    Waived,
    /// The agent disagrees; a supervisor decides again.
    Appealed,
}

impl State {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Proposed, Self::Confirmed, Self::Waived, Self::Appealed];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Waived => "waived",
            Self::Appealed => "appealed",
        }
    }
    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }
}

/// What a person may do with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It counts.
    Confirm,
    /// It does not.
    Waive,
    /// The agent disagrees.
    Appeal,
}

/// Why a decision is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The wait is not over, so it is not known what the finding is.
    #[error("the wait still runs; decide when it is over")]
    Running,
    /// It is so already.
    #[error("it has been decided so already")]
    Already,
    /// Nobody has confirmed it, so there is nothing to disagree with.
    #[error("only what was confirmed can be appealed")]
    NotConfirmed,
}

/// The state after a decision. A confirmed finding may be waived later and the other way round: whoever decides again has
/// learnt more, and each decision is on the trail.
pub fn decide(state: State, running: bool, decision: Decision) -> Result<State, Refusal> {
    let next = match (decision, state) {
        _ if running => return Err(Refusal::Running),
        (Decision::Appeal, State::Confirmed) => return Ok(State::Appealed),
        (Decision::Appeal, State::Appealed) => return Err(Refusal::Already),
        (Decision::Appeal, _) => return Err(Refusal::NotConfirmed),
        (Decision::Confirm, _) => State::Confirmed,
        (Decision::Waive, _) => State::Waived,
    };
    if next == state {
        return Err(Refusal::Already);
    }
    Ok(next)
}

/// Something that a conversation shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Who is judged; `None` = the queue held it: nobody is fined.
    pub agent: Option<AgentNo>,
    /// The buyer's message that opened the turn (unanswered: the first such).
    pub seq: i64,
    /// Its time: the day, and so the month and the policy, of the finding.
    pub at: Stamp,
    /// The stretch that is judged begins.
    pub from: Stamp,
    /// The stretch that is judged ends; still running: the time of judgement.
    pub to: Stamp,
    /// Whole seconds of the stretch.
    pub secs: i64,
    /// R-RESP-04: which limit was passed, 1 or 2; R-DESK-13: how often it was passed on; else 0.
    pub tier: u8,
    /// What the policy names for it; 0 = it is counted, not fined by itself.
    pub amount: Fen,
    /// The wait goes on.
    pub running: bool,
}

/// The tier of a stretch and what the policy names for it (R-RESP-04); tier 0 = none.
pub fn grave(secs: i64, clock: &ClockPolicy, policy: &IncidentPolicy) -> (u8, Fen) {
    let [first, second] = clock.tiers_secs;
    let [small, large] = policy.tier_fines_fen;
    if secs <= first {
        return (0, Fen(0));
    }
    if secs <= second {
        return (1, Fen(small));
    }
    let amount = match policy.tier_mode {
        TierMode::Replace => large,
        TierMode::Stack => small + large,
        // Each further stretch as long as the second limit that is passed counts once more.
        TierMode::Repeat => large.saturating_mul((secs - 1) / second),
    };
    (2, Fen(amount))
}

/// The findings of one conversation; `policy_at`: the policy of the day of a turn. Each turn gives at most one finding an agent
/// (2.1), raised by its length, unless the policy says that a grave wait is a slow one besides.
pub fn of_conversation<'p>(
    derived: &Derived,
    mut policy_at: impl FnMut(Stamp) -> &'p Policy,
    out: &mut Vec<Finding>,
) {
    for turn in &derived.turns {
        // What needed no answer raises no finding.
        if matches!(turn.end, TurnEnd::Waived { .. }) {
            continue;
        }
        of_turn(turn, derived, policy_at(turn.began), out);
    }
    out.extend(unanswered(derived));
}

fn of_turn(turn: &Turn, derived: &Derived, policy: &Policy, out: &mut Vec<Finding>) {
    let segments = derived.segments(turn);
    let last = segments.len().wrapping_sub(1);
    // Longest stretch of each agent, in order of first holding; few hold one turn.
    let mut longest: Vec<Finding> = Vec::new();
    for (i, segment) in segments.iter().enumerate() {
        let Some(agent) = segment.holder else {
            continue;
        };
        let secs = segment.to.secs_since(segment.from);
        let found = Finding {
            rule: Rule::Slow,
            agent: Some(agent),
            seq: turn.first_seq,
            at: turn.began,
            from: segment.from,
            to: segment.to,
            secs,
            tier: 0,
            amount: Fen(0),
            running: turn.is_open() && i == last,
        };
        match longest.iter_mut().find(|f| f.agent == Some(agent)) {
            Some(own) if own.secs >= secs => own.running |= found.running,
            Some(own) => *own = found,
            None => longest.push(found),
        }
    }
    for own in longest {
        let (tier, amount) = grave(own.secs, &policy.clock, &policy.incident);
        let slow = own.secs > policy.clock.slow_secs;
        if tier > 0 {
            out.push(Finding {
                rule: Rule::Grave,
                tier,
                amount,
                ..own
            });
        }
        if slow && (tier == 0 || policy.incident.tier_is_slow) {
            out.push(own);
        }
    }
}

/// R-RESP-07: whose conversation closed with no turn answered.
fn unanswered(derived: &Derived) -> Option<Finding> {
    let turns = &derived.turns;
    if turns.iter().any(|t| t.is_answered() || t.is_open()) {
        return None;
    }
    let (turn, closed) = turns.iter().find_map(|t| match t.end {
        TurnEnd::Closed { at } => Some((t, at)),
        _ => None,
    })?;
    let holder = turns.iter().rev().find_map(|t| t.last_holder);
    Some(Finding {
        rule: Rule::Unanswered,
        agent: holder,
        seq: turn.first_seq,
        at: turn.began,
        from: turn.began,
        to: closed,
        secs: closed.secs_since(turn.began),
        tier: 0,
        amount: Fen(0),
        running: false,
    })
}

/// When a conversation must be looked at again although nothing is said: the next limit that an open turn's holder will
/// pass. `None` = none is left, or the queue holds it.
pub fn next_look(derived: &Derived, policy: &Policy, now: Stamp) -> Option<Stamp> {
    let turn = derived.turns.last().filter(|t| t.is_open())?;
    let segment = derived.segments(turn).last().filter(|s| s.holder.is_some())?;
    let [first, second] = policy.clock.tiers_secs;
    let mut limits = vec![policy.clock.slow_secs, first, second];
    if policy.incident.tier_mode == TierMode::Repeat {
        let passed = now.secs_since(segment.from) / second;
        limits.push(second.saturating_mul(passed + 1));
    }
    limits
        .into_iter()
        .map(|limit| segment.from.plus_secs(limit + 1))
        .filter(|at| *at > now)
        .min()
}

/// Online and nobody there for this long (R-RESP-06): what the policy names for it, from the limit on.
pub fn idle(secs: i64, policy: &IncidentPolicy) -> Option<Fen> {
    (secs >= policy.idle_secs).then_some(Fen(policy.idle_fine_fen))
}

/// What slow answers of a calendar month cost (R-RESP-03): `slow` = those that nobody waived.
pub fn month_of_slow(slow: usize, policy: &IncidentPolicy) -> Option<Fen> {
    let over = slow.checked_sub(policy.slow_free).filter(|over| *over > 0)?;
    let times = if policy.slow_per_further { over as i64 } else { 1 };
    Some(Fen(policy.slow_fine_fen.saturating_mul(times)))
}

/// A finding among others of the same person, for [`one_fine_a_span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which rule.
    pub rule: Rule,
    /// From.
    pub from: Stamp,
    /// To.
    pub to: Stamp,
    /// Amount.
    pub amount: Fen,
}

/// Which findings of one person cost nothing because another one of the same span costs more (R-RESP-04 against
/// R-RESP-06): for each given finding the place of the one that stands for it. Equal amounts: the idle hanging stands.
pub fn one_fine_a_span(spans: &[Span]) -> Vec<Option<usize>> {
    let meets = |a: &Span, b: &Span| a.from < b.to && b.from < a.to;
    let mut absorbed = vec![None; spans.len()];
    for (i, wait) in spans.iter().enumerate().filter(|(_, s)| s.rule == Rule::Grave) {
        for (j, idle) in spans.iter().enumerate().filter(|(_, s)| s.rule == Rule::Idle) {
            if !meets(wait, idle) {
                continue;
            }
            if idle.amount >= wait.amount {
                absorbed[i].get_or_insert(j);
            } else {
                absorbed[j].get_or_insert(i);
            }
        }
    }
    // What is itself absorbed absorbs nothing: a chain ends at the finding that stands.
    for i in 0..absorbed.len() {
        if let Some(by) = absorbed[i]
            && absorbed[by].is_some()
        {
            absorbed[i] = None;
        }
    }
    absorbed
}

#[cfg(test)]
mod tests;
