//! From stored facts to turns and parts, by the rules of `domain::clock` and `domain::metric`.

use crate::Directory;
use crate::incident::{pass, raised};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::clock::{
    AgentNo, By, Conversation, Derived, EntryFacts, Fact, LineNo, Source, derive_into, split_imported,
};
use yingke_domain::escalation::{Pass, Raised};
use yingke_domain::incident;
use yingke_domain::metric::{Cut, Figures, Part};
use yingke_domain::policy::PolicyBook;
use yingke_kernel::{Stamp, ThreadId, Zone};
use yingke_store::metric::{FactRow, Sender, facts};
use yingke_store::{Result, StoreError, Tx};

/// Numbers for agents and lines, given out as they appear.
#[derive(Default)]
pub(crate) struct Names {
    agents: Vec<Uuid>,
    agent_no: HashMap<Uuid, u32>,
    agent_lines: Vec<Option<LineNo>>,
    lines: Vec<String>,
}

impl Names {
    /// The number of whom figures count this person or account for.
    pub(crate) fn agent(&mut self, directory: &Directory, id: Uuid) -> AgentNo {
        let judged = directory.judged(id);
        if let Some(no) = self.agent_no.get(&judged) {
            return AgentNo(*no);
        }
        let no = self.agents.len() as u32;
        self.agents.push(judged);
        let line = directory.line_of(judged).map(|line| self.line(line));
        self.agent_lines.push(line);
        self.agent_no.insert(judged, no);
        AgentNo(no)
    }
    pub(crate) fn line(&mut self, name: &str) -> LineNo {
        let at = self.lines.iter().position(|l| l == name).unwrap_or_else(|| {
            self.lines.push(name.to_owned());
            self.lines.len() - 1
        });
        LineNo(at as u32)
    }
    pub(crate) fn line_of(&self, agent: AgentNo) -> Option<LineNo> {
        self.agent_lines.get(agent.0 as usize).copied().flatten()
    }
    pub(crate) fn agent_id(&self, agent: AgentNo) -> Uuid {
        self.agents.get(agent.0 as usize).copied().unwrap_or_default()
    }
    pub(crate) fn agent_name(&self, directory: &Directory, agent: AgentNo) -> Arc<str> {
        directory.actor_name(self.agent_id(agent)).unwrap_or("?").into()
    }
    pub(crate) fn line_name(&self, line: LineNo) -> Arc<str> {
        self.lines.get(line.0 as usize).map_or("?", String::as_str).into()
    }
}

/// What a thread is judged by.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) zone: &'a Zone,
    pub(crate) book: &'a PolicyBook,
    pub(crate) as_of: Stamp,
}

/// Derives threads one after another; keeps its memory between them.
#[derive(Default)]
pub(crate) struct Deriver {
    rows: Vec<FactRow>,
    facts: Vec<Fact>,
    /// The thread's conversations, the first `used` of them.
    pub(crate) derived: Vec<Derived>,
    used: usize,
    /// Which of them happened at our own desk.
    live: Vec<bool>,
    /// How each of them was given out of hand.
    passes: Vec<Vec<Pass>>,
    /// When the thread's matters were handed up; read only where a conversation was given out of hand.
    pub(crate) raised: Vec<Raised>,
}

impl Deriver {
    /// The conversations of a thread as they stand at `as_of`.
    pub(crate) fn thread(
        &mut self,
        tx: &mut Tx<'_>,
        thread: ThreadId,
        ground: &Ground<'_>,
        names: &mut Names,
    ) -> Result<&[Derived]> {
        let Ground {
            directory,
            zone,
            book,
            as_of,
        } = *ground;
        facts(tx, thread, &mut self.rows)?;
        self.used = 0;
        self.live.clear();
        self.passes.clear();
        self.raised.clear();
        let rows = std::mem::take(&mut self.rows);
        for conversation in rows.chunk_by(|a, b| a.conversation == b.conversation) {
            self.facts.clear();
            self.facts
                .extend(conversation.iter().map(|row| fact(row, directory, names)));
            let first = &conversation[0];
            // The closing times are those of the day on which the conversation began.
            let policy = book.at(zone.civil(first.at).date()).conversation;
            let source = if first.imported {
                Source::Imported
            } else {
                Source::Live
            };
            let ranges = if first.uncut {
                split_imported(&self.facts, &policy)
            } else {
                std::iter::once(0..self.facts.len()).collect()
            };
            for range in ranges {
                if self.used == self.derived.len() {
                    self.derived.push(Derived::default());
                }
                let told = Conversation {
                    facts: &self.facts[range],
                    source,
                };
                derive_into(&told, &policy, as_of, &mut self.derived[self.used]);
                self.used += 1;
                self.live.push(source == Source::Live);
                // Imported transfers say nothing of how it was meant.
                let passes = conversation
                    .iter()
                    .filter(|row| !row.imported)
                    .filter_map(|row| pass(row, names, |names, id| names.agent(directory, id)));
                self.passes.push(passes.collect());
            }
        }
        if self.passes.iter().any(|own| !own.is_empty()) {
            self.raised = raised(tx, thread, |id| names.agent(directory, id))?;
        }
        self.rows = rows;
        Ok(&self.derived[..self.used])
    }

    /// The conversations of the thread derived last.
    pub(crate) fn conversations(&self) -> &[Derived] {
        &self.derived[..self.used]
    }

    /// Those of them that happened at our own desk: only they give findings (2.1).
    pub(crate) fn live_conversations(&self) -> impl Iterator<Item = &Derived> {
        self.derived[..self.used]
            .iter()
            .zip(&self.live)
            .filter_map(|(derived, live)| live.then_some(derived))
    }

    /// The same, each with how it was given out of hand (R-DESK-13).
    pub(crate) fn live_with_passes(&self) -> impl Iterator<Item = (&Derived, &[Pass])> {
        self.derived[..self.used]
            .iter()
            .zip(&self.passes)
            .zip(&self.live)
            .filter_map(|((derived, passes), live)| live.then_some((derived, &**passes)))
    }

    /// When the thread must be derived again although nothing new was said: an open turn becomes late, or is over, or passes
    /// a limit from which it is a finding.
    pub(crate) fn due(&self, ground: &Ground<'_>) -> Option<Stamp> {
        let Ground {
            zone, book, as_of, ..
        } = *ground;
        let mut due: Option<Stamp> = None;
        for derived in self.live_conversations() {
            if let Some(turn) = derived.turns.last() {
                let policy = book.at(zone.civil(turn.began).date());
                if let Some(at) = incident::next_look(derived, policy, as_of) {
                    due = Some(due.map_or(at, |d| d.min(at)));
                }
            }
        }
        for derived in &self.derived[..self.used] {
            for turn in derived.turns.iter().filter(|t| t.is_open()) {
                let policy = book.at(zone.civil(turn.began).date());
                let late = turn.began.plus_secs(policy.metric.three_minute.secs + 1);
                let over = derived
                    .last_message_at()
                    .map(|last| last.plus_secs(policy.conversation.owed_close_secs));
                for at in [Some(late), over].into_iter().flatten().filter(|at| *at > as_of) {
                    due = Some(due.map_or(at, |d| d.min(at)));
                }
            }
        }
        due
    }
}

fn fact(row: &FactRow, directory: &Directory, names: &mut Names) -> Fact {
    let facts = EntryFacts {
        seq: row.seq,
        at: row.at,
        kind: row.kind,
        by: match row.sender {
            Sender::Buyer => By::Buyer,
            Sender::Agent => By::Agent(row.author),
            Sender::Machine => By::Machine,
        },
        agent: row.agent,
        to: row.to_agent,
        automatic: row.automatic,
        words: row.words.try_into().unwrap_or(u32::MAX),
        refers: row.refers.unwrap_or(0),
    };
    Fact::of(&facts, |id| names.agent(directory, id))
}

/// A part as it is stored: agents by id, lines by name, so that it outlives the numbering.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Stored(
    /// Name of the cut.
    pub(crate) String,
    /// Agent.
    pub(crate) Option<Uuid>,
    /// Line.
    pub(crate) Option<String>,
    /// Hour.
    pub(crate) Option<u8>,
    /// `Figures::to_ints`.
    pub(crate) Vec<i64>,
);

impl Stored {
    pub(crate) fn of(part: &Part, names: &Names) -> Self {
        Self(
            part.cut.as_str().to_owned(),
            part.agent.map(|a| names.agent_id(a)),
            part.line.map(|l| names.line_name(l).to_string()),
            part.hour,
            part.figures.to_ints().to_vec(),
        )
    }
    pub(crate) fn part(&self, day: i32, directory: &Directory, names: &mut Names) -> Result<Part> {
        let broken =
            || StoreError::Inconsistent("a stored day part cannot be read; run the recomputation".to_owned());
        Ok(Part {
            day,
            cut: Cut::parse(&self.0).ok_or_else(broken)?,
            agent: self.1.map(|id| names.agent(directory, id)),
            line: self.2.as_deref().map(|line| names.line(line)),
            hour: self.3,
            figures: Figures::from_ints(&self.4).ok_or_else(broken)?,
        })
    }
}

/// Name of a stored grain: the cut, by hour or not.
pub(crate) fn grain(cut: Cut, hour: bool) -> &'static str {
    match (cut, hour) {
        (Cut::Shop, false) => "shop",
        (Cut::Agent, false) => "agent",
        (Cut::Line, false) => "line",
        (Cut::Shop, true) => "shop-hour",
        (Cut::Agent, true) => "agent-hour",
        (Cut::Line, true) => "line-hour",
    }
}
