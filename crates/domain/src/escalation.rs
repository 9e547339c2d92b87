//! Matters that are handed up, and buyers who are passed on without a word (R-DESK-13).
//!
//! Whoever gives a conversation out of hand does it in one of the ways of [`Way`], which is decided when it happens, because seats
//! and grades change, and stands with the transfer. Handing up is an escalation, on record with its time; so is asking somebody who
//! leads, in a private note or for a price.
//!
//! What is "passing the buck", where the rulebook leaves room:
//!
//! - The buyer waits for an answer (a turn is open: what needs none, what was withdrawn and what is abuse opens none), whoever holds
//!   it has written nothing to them since, and gives it by hand to a peer of the same line or back to its queue.
//! - Giving it to another line is sorting, and so is giving it to whoever served this buyer last. Only sending it back to where it
//!   has already been in the same wait is not.
//! - Whoever hands up or asks upward in the same wait first has not passed the buck; whoever leads and gives work out has not, nor
//!   whoever hands over (end of shift, going away), nor whoever has promised this buyer an answer that is still to come.
//! - What the house moves by itself, and what a colleague or a supervisor takes, is nobody's passing.
//! - Whoever passes on within a moment of getting it (`incident.pass_sort_secs`) was the wrong address, as long as it is passed
//!   so only once in that wait.
//! - Each who passed has one finding a wait, however often they did.

use crate::access::Grade;
use crate::clock::{AgentNo, Derived, LineNo, Turn, TurnEnd};
use crate::incident::{Finding, Rule};
use crate::policy::{IncidentPolicy, Policy};
use crate::routing::Seat;
use yingke_kernel::{Fen, Stamp};

/// How a conversation was given out of hand by whoever held it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// To a line above, to somebody who leads, or to a higher grade: an escalation.
    Up,
    /// To a peer of the same line, or back to its queue.
    Peer,
    /// To another line, whose work it is.
    Line,
    /// To whoever served this buyer last.
    Known,
    /// By somebody who leads: work is given out.
    Down,
    /// With everything else, at the end of a shift or when going away.
    Handover,
    /// While an answer that was put off is still to come.
    Promised,
}

impl Way {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Up,
        Self::Peer,
        Self::Line,
        Self::Known,
        Self::Down,
        Self::Handover,
        Self::Promised,
    ];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Peer => "peer",
            Self::Line => "line",
            Self::Known => "known",
            Self::Down => "down",
            Self::Handover => "handover",
            Self::Promised => "promised",
        }
    }
    /// The way of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|way| way.as_str() == name)
    }
}

/// How a matter was handed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upward {
    /// The conversation itself went up ([`Way::Up`]).
    Transfer,
    /// A private note names somebody who leads.
    Mention,
    /// A price was asked for.
    Price,
}

impl Upward {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Transfer, Self::Mention, Self::Price];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Mention => "mention",
            Self::Price => "price",
        }
    }
    /// The one of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|how| how.as_str() == name)
    }
}

/// Somebody, as far as it matters who gives what to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// May act upon what others hold.
    pub leads: bool,
    /// How far they have come; none = not graded.
    pub grade: Option<Grade>,
    /// Lines that they serve in this shop; none = every line.
    pub seats: &'a [Seat],
}

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal<'a> {
    /// To a colleague.
    Person {
        /// Who.
        is: Standing<'a>,
        /// They served this buyer last.
        known: bool,
    },
    /// To the queue of a line.
    Line(&'a str),
    /// Back to its queue.
    Queue,
}

/// A conversation that goes out of hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Giving<'a> {
    /// The line on which it is served; none = no line.
    pub line: Option<&'a str>,
    /// Who gives it, holding it.
    pub by: Standing<'a>,
    /// Where to.
    pub to: Goal<'a>,
    /// With everything else that they hold.
    pub handover: bool,
    /// An answer was put off and is still to come.
    pub promised: bool,
}

/// How high a line stands among those that matters are handed up to; 0 = it is none of them.
fn height(line: &str, policy: &IncidentPolicy) -> usize {
    let lines = &policy.pass_up_lines;
    lines.iter().position(|own| own == line).map_or(0, |at| at + 1)
}

/// In which way a conversation is given out of hand.
pub fn way(giving: &Giving<'_>, policy: &IncidentPolicy) -> Way {
    let here = giving.line.map_or(0, |line| height(line, policy));
    let serves_here = |seats: &[Seat]| {
        seats.is_empty()
            || giving
                .line
                .is_none_or(|line| seats.iter().any(|s| &*s.line == line))
    };
    let is_up = match giving.to {
        Goal::Queue => false,
        Goal::Line(line) => height(line, policy) > here,
        Goal::Person { is, .. } => {
            (is.leads && !giving.by.leads)
                || (is.grade > giving.by.grade && giving.by.grade.is_some())
                || (!serves_here(is.seats) && is.seats.iter().any(|s| height(&s.line, policy) > here))
        }
    };
    if giving.handover {
        return Way::Handover;
    }
    if is_up {
        return Way::Up;
    }
    if giving.by.leads {
        return Way::Down;
    }
    if giving.promised {
        return Way::Promised;
    }
    match giving.to {
        Goal::Person { known: true, .. } => Way::Known,
        Goal::Person { is, .. } if !serves_here(is.seats) => Way::Line,
        Goal::Line(line) if giving.line != Some(line) => Way::Line,
        Goal::Person { .. } | Goal::Line(_) | Goal::Queue => Way::Peer,
    }
}

/// A conversation went out of somebody's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Its place in the thread.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// Who gave it.
    pub by: AgentNo,
    /// Who got it; `None` = a queue.
    pub to: Option<AgentNo>,
    /// How.
    pub way: Way,
    /// The line on which it was served.
    pub from_line: Option<LineNo>,
    /// The line to whose queue it went.
    pub to_line: Option<LineNo>,
}

/// Somebody handed a matter up, or asked upward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// Its place in the thread.
    pub seq: i64,
    /// Who.
    pub by: AgentNo,
}

/// The places of a thread at which this turn was open: after the first, before the second.
pub fn places(derived: &Derived, turn: &Turn) -> (i64, i64) {
    let next = derived
        .turns
        .iter()
        .map(|t| t.first_seq)
        .filter(|seq| *seq > turn.first_seq)
        .min()
        .unwrap_or(i64::MAX);
    let end = match turn.end {
        TurnEnd::Answered { seq, .. } => seq,
        _ => next,
    };
    (turn.first_seq, end.min(next))
}

/// Which of the passes of a conversation are of this turn, in order.
pub fn of_turn<'a>(derived: &Derived, turn: &Turn, passes: &'a [Pass]) -> Vec<&'a Pass> {
    let (first, end) = places(derived, turn);
    let over = match turn.end {
        TurnEnd::Closed { at } | TurnEnd::Waived { at } => Some(at),
        _ => None,
    };
    passes
        .iter()
        .filter(|p| p.seq > first && p.seq < end && over.is_none_or(|over| p.at <= over))
        .collect()
}

/// Which of a turn's passes are "the buck", in order.
pub fn bucks<'a>(turn_passes: &[&'a Pass]) -> Vec<&'a Pass> {
    let mut people: Vec<AgentNo> = Vec::new();
    let mut lines: Vec<LineNo> = Vec::new();
    let mut found = Vec::new();
    for pass in turn_passes {
        people.push(pass.by);
        lines.extend(pass.from_line);
        let sent_back = match (pass.way, pass.to) {
            (Way::Line | Way::Known, Some(to)) => people.contains(&to),
            (Way::Line, None) => pass
                .to_line
                .is_some_and(|line| pass.from_line != Some(line) && lines.contains(&line)),
            _ => false,
        };
        if pass.way == Way::Peer || sent_back {
            found.push(*pass);
        }
        people.extend(pass.to);
        lines.extend(pass.to_line);
    }
    found
}

/// Since when the giver had held the turn, when they gave it.
pub fn held_from(derived: &Derived, turn: &Turn, pass: &Pass) -> Stamp {
    let segments = derived.segments(turn).iter().rev();
    segments
        .filter(|s| s.holder == Some(pass.by) && s.from <= pass.at)
        .map(|s| s.from)
        .next()
        .unwrap_or(pass.at)
}

/// Who passed the buck in one conversation; `policy_at`: the policy of the day of a turn. `passes` and `raised` in order.
pub fn of_conversation<'p>(
    derived: &Derived,
    passes: &[Pass],
    raised: &[Raised],
    mut policy_at: impl FnMut(Stamp) -> &'p Policy,
    out: &mut Vec<Finding>,
) {
    if passes.is_empty() {
        return;
    }
    for turn in &derived.turns {
        if matches!(turn.end, TurnEnd::Waived { .. }) {
            continue;
        }
        let of_turn = of_turn(derived, turn, passes);
        let bucks = bucks(&of_turn);
        let policy = &policy_at(turn.began).incident;
        let mut own: Vec<Finding> = Vec::new();
        for pass in &bucks {
            let asked = |r: &Raised| r.by == pass.by && r.seq > turn.first_seq && r.seq < pass.seq;
            let from = held_from(derived, turn, pass);
            let secs = pass.at.secs_since(from);
            if raised.iter().any(asked) || (bucks.len() == 1 && secs <= policy.pass_sort_secs) {
                continue;
            }
            match own.iter_mut().find(|f| f.agent == Some(pass.by)) {
                Some(known) => {
                    known.to = pass.at;
                    known.secs += secs;
                    known.tier = known.tier.saturating_add(1);
                }
                None => own.push(Finding {
                    rule: Rule::Buck,
                    agent: Some(pass.by),
                    seq: turn.first_seq,
                    at: turn.began,
                    from,
                    to: pass.at,
                    secs,
                    tier: 1,
                    amount: Fen(policy.pass_fine_fen),
                    running: false,
                }),
            }
        }
        out.extend(own);
    }
}

#[cfg(test)]
mod tests;
