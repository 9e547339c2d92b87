//! What a number was computed from: its turns, messages, transfers.

use super::derive::{Deriver, Ground, Names};
use crate::{Directory, House, Problem, Result, house::problem};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::time::Duration;
use uuid::Uuid;
use yingke_domain::clock::{AgentNo, Derived, LineNo, TurnEnd};
use yingke_domain::conversation::EntryKind;
use yingke_domain::metric::{Figure, FigureKind, Scope, Tally, day_of, opens, opens_message, opens_transfer};
use yingke_kernel::{ConversationId, ShopId, Stamp, ThreadId};
use yingke_store::Tx;
use yingke_store::metric as rows;

/// How long opening a number may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Day 0 of the stored rows.
const EPOCH: Date = date(1970, 1, 1);
/// Characters of a message that a list shows.
const PREVIEW: usize = 120;

/// Which number of which row.
#[derive(Debug, Clone)]
pub struct OpenQuery {
    /// First business day.
    pub from: Date,
    /// Last business day, inclusive.
    pub to: Date,
    /// The figure; a derived one opens what it is counted from.
    pub figure: String,
    /// Row of an agent: the name, inner `None` = the queue.
    pub agent: Option<Option<String>>,
    /// Row of a line.
    pub line: Option<Option<String>>,
    /// Row of an hour.
    pub hour: Option<u8>,
    /// Only these shops.
    pub shops: Vec<ShopId>,
    /// Only what concerns this person, whatever else is asked (for agents).
    pub only: Option<Uuid>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// Most lines.
    pub limit: usize,
}

/// A turn behind a number.
#[derive(Debug, Clone)]
pub struct FoundTurn {
    /// The thread.
    pub thread: ThreadId,
    /// First message of the turn.
    pub seq: i64,
    /// The answer.
    pub answer_seq: Option<i64>,
    /// When the buyer asked.
    pub began: Stamp,
    /// When it ended.
    pub ended: Option<Stamp>,
    /// `answered`, `closed`, `waived`, `open`.
    pub end: &'static str,
    /// Whom it belongs to.
    pub agent: Option<String>,
    /// The buyer.
    pub buyer_name: String,
    /// Seconds, from the row's point of view.
    pub wait: Option<i64>,
    /// First words of the question.
    pub text: String,
    /// First words of the answer.
    pub answer_text: Option<String>,
    /// The conversation.
    pub conversation: Option<ConversationId>,
}

/// A message (or transfer) behind a number.
#[derive(Debug, Clone)]
pub struct FoundMessage {
    /// The thread.
    pub thread: ThreadId,
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Stamp,
    /// `buyer agent bot auto system`.
    pub from: String,
    /// What it is.
    pub kind: EntryKind,
    /// Who wrote, or held.
    pub agent: Option<String>,
    /// The buyer.
    pub buyer_name: String,
    /// First words.
    pub text: String,
}

/// What stands behind a number, newest first.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    /// Turns, for figures of turns.
    pub turns: Vec<FoundTurn>,
    /// Messages, for figures of messages, transfers, hand-backs.
    pub messages: Vec<FoundMessage>,
    /// Where the next page begins.
    pub next: Option<String>,
}

struct Hit {
    thread: ThreadId,
    seq: i64,
    at: Stamp,
    agent: Option<AgentNo>,
    turn: Option<(TurnEnd, Option<i64>)>,
}

struct Who {
    figure: Figure,
    scopes: Vec<Scope>,
    only: Option<AgentNo>,
    hour: Option<u8>,
}

fn who(figure: Figure, query: &OpenQuery, directory: &Directory, names: &mut Names) -> Who {
    let scopes = match (&query.agent, &query.line) {
        (Some(None), _) => vec![Scope::Agent(None)],
        (Some(Some(name)), _) => {
            // Two people of one name have a row each, but one name: what stands behind either is shown.
            let people = directory
                .people()
                .iter()
                .filter(|p| p.name == *name)
                .map(|p| p.id.0);
            let accounts = directory
                .accounts()
                .iter()
                .filter(|a| a.person.is_none() && a.name == *name)
                .map(|a| a.id.0);
            let ids: Vec<Uuid> = people.chain(accounts).collect();
            ids.into_iter()
                .map(|id| Scope::Agent(Some(names.agent(directory, id))))
                .collect()
        }
        (None, Some(line)) => vec![Scope::Line(line.as_deref().map(|line| names.line(line)))],
        (None, None) => vec![Scope::Shop],
    };
    Who {
        figure,
        scopes,
        only: query.only.map(|id| names.agent(directory, id)),
        hour: query.hour,
    }
}

fn hits_of_thread(
    thread: ThreadId,
    derived: &[Derived],
    who: &Who,
    (day, as_of, slow_turns): (i32, Stamp, i64),
    tally: &mut Tally<'_>,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
    hits: &mut Vec<Hit>,
) {
    let (figure, hour) = (who.figure, who.hour);
    let mine = |agent: Option<AgentNo>| who.only.is_none_or(|only| agent == Some(only));
    let before = hits.len();
    match figure.kind() {
        FigureKind::Turns => {
            let marks = tally.marks(derived, line_of, as_of).to_vec();
            // The marks are those of the day; by hour a buyer counts who had so many slow turns within it (2.1).
            let by_hour = figure == Figure::SlowReceptionNum && hour.is_some();
            for mark in marks
                .iter()
                .filter(|m| m.day == day && hour.is_none_or(|h| h == m.hour))
            {
                let scope = who
                    .scopes
                    .iter()
                    .find(|s| opens(figure, **s, mark, derived, line_of));
                if let Some(scope) = scope
                    && mine(mark.owner)
                {
                    let turn = &derived[mark.conversation].turns[mark.turn];
                    let wait = if matches!(scope, Scope::Agent(_)) {
                        mark.agent_wait
                    } else {
                        mark.shop_wait
                    };
                    hits.push(Hit {
                        thread,
                        seq: turn.first_seq,
                        at: turn.began,
                        agent: turn.owner,
                        turn: Some((turn.end, wait)),
                    });
                }
            }
            if by_hour && ((hits.len() - before) as i64) < slow_turns {
                hits.truncate(before);
            }
        }
        kind => {
            for conversation in derived {
                let all: Vec<(i64, Stamp, Option<AgentNo>)> = match kind {
                    FigureKind::Messages => conversation
                        .messages
                        .iter()
                        .filter(|m| who.scopes.iter().any(|s| opens_message(figure, *s, m, line_of)))
                        .map(|m| (m.seq, m.at, m.agent))
                        .collect(),
                    FigureKind::Transfers => conversation
                        .transfers
                        .iter()
                        .filter(|t| who.scopes.iter().any(|s| opens_transfer(figure, *s, t, line_of)))
                        .map(|t| {
                            (
                                t.seq,
                                t.at,
                                if figure == Figure::TransferInNum {
                                    t.to
                                } else {
                                    t.from
                                },
                            )
                        })
                        .collect(),
                    _ => conversation
                        .handed_back
                        .iter()
                        .filter(|h| {
                            who.scopes.iter().any(|s| match s {
                                Scope::Shop => true,
                                Scope::Agent(own) => *own == h.agent,
                                Scope::Line(line) => *line == h.agent.and_then(line_of),
                            })
                        })
                        .map(|h| (h.seq, h.at, h.agent))
                        .collect(),
                };
                for (seq, at, agent) in all {
                    let place = tally.place(at);
                    if place.day == day && hour.is_none_or(|h| h == place.hour) && mine(agent) {
                        hits.push(Hit {
                            thread,
                            seq,
                            at,
                            agent,
                            turn: None,
                        });
                    }
                }
            }
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(PREVIEW).collect()
}

/// Opens a number.
pub async fn open(house: &House, query: OpenQuery) -> Result<Opened> {
    let figure = Figure::parse(&query.figure).ok_or_else(|| {
        Problem::invalid(
            "bad_figure",
            format!(
                "there is no figure {:?}; take a key of a performance row",
                query.figure
            ),
        )
    })?;
    let (start_day, skip) = match query.after.as_deref().map(|after| after.split_once(':')) {
        None => (None, 0),
        Some(Some((day, skip))) => match (day.parse::<i32>(), skip.parse::<usize>()) {
            (Ok(day), Ok(skip)) => (Some(day), skip),
            _ => {
                return Err(Problem::invalid(
                    "bad_cursor",
                    "take `next` of the page before as it is",
                ));
            }
        },
        Some(None) => {
            return Err(Problem::invalid(
                "bad_cursor",
                "take `next` of the page before as it is",
            ));
        }
    };
    super::follow::catch_up(house).await?;
    let directory = house.directory();
    let book = house.policies();
    let now = house.now();
    house
        .0
        .store
        .report(
            move |tx: &mut Tx<'_>| {
                let mut names = Names::default();
                let who = who(figure, &query, &directory, &mut names);
                let mut deriver = Deriver::default();
                let mut opened = Opened::default();
                let (from, to) = (
                    day_of(query.from),
                    day_of(query.to).min(start_day.unwrap_or(i32::MAX)),
                );
                let mut days: Vec<(i32, ShopId)> = Vec::new();
                for shop in &query.shops {
                    days.extend(
                        rows::days_between(tx, *shop, from, to)?
                            .into_iter()
                            .map(|day| (day, *shop)),
                    );
                }
                let mut by_day: Vec<i32> = days.iter().map(|d| d.0).collect();
                by_day.sort_unstable_by(|a, b| b.cmp(a));
                by_day.dedup();
                for day in by_day {
                    let mut hits = Vec::new();
                    let date = EPOCH.saturating_add(i64::from(day).days());
                    let slow_turns = book.at(date).clock.slow_buyer_turns;
                    for (_, shop) in days.iter().filter(|d| d.0 == day) {
                        let Some(zone) = directory.shop(*shop).map(|s| s.zone.clone()) else {
                            continue;
                        };
                        let mut tally = Tally::new(&zone, &book);
                        for thread in rows::threads_of_day(tx, *shop, day)? {
                            let ground = Ground {
                                directory: &directory,
                                zone: &zone,
                                book: &book,
                                as_of: now,
                            };
                            deriver.thread(tx, thread, &ground, &mut names)?;
                            let line_of = |agent| names.line_of(agent);
                            hits_of_thread(
                                thread,
                                deriver.conversations(),
                                &who,
                                (day, now, slow_turns),
                                &mut tally,
                                &line_of,
                                &mut hits,
                            );
                        }
                    }
                    hits.sort_by_key(|hit| std::cmp::Reverse((hit.at, hit.thread, hit.seq)));
                    let skip = if start_day == Some(day) { skip } else { 0 };
                    for (i, hit) in hits.iter().enumerate().skip(skip) {
                        if opened.turns.len() + opened.messages.len() == query.limit {
                            opened.next = Some(format!("{day}:{i}"));
                            return Ok(opened);
                        }
                        show(tx, hit, &directory, &names, &mut opened)?;
                    }
                }
                Ok(opened)
            },
            LIMIT,
        )
        .await
        .map_err(problem)
}

fn show(
    tx: &mut Tx<'_>,
    hit: &Hit,
    directory: &Directory,
    names: &Names,
    opened: &mut Opened,
) -> yingke_store::Result<()> {
    use yingke_store::conversation::{entry_at, get};
    let Some(entry) = entry_at(tx, hit.thread, hit.seq)? else {
        return Ok(());
    };
    let buyer_name = get(tx, hit.thread)?.map(|t| t.buyer_name).unwrap_or_default();
    let agent = hit.agent.map(|a| names.agent_name(directory, a).to_string());
    let Some((end, wait)) = hit.turn else {
        opened.messages.push(FoundMessage {
            thread: hit.thread,
            seq: hit.seq,
            at: hit.at,
            from: entry.sender,
            kind: entry.kind,
            agent,
            buyer_name,
            text: short(&entry.text),
        });
        return Ok(());
    };
    let (end, ended, answer_seq) = match end {
        TurnEnd::Answered { seq, at, .. } => ("answered", Some(at), Some(seq)),
        TurnEnd::Closed { at, .. } => ("closed", Some(at), None),
        TurnEnd::Waived { at, .. } => ("waived", Some(at), None),
        TurnEnd::Open => ("open", None, None),
    };
    let answer_text = match answer_seq {
        Some(seq) => entry_at(tx, hit.thread, seq)?.map(|e| short(&e.text)),
        None => None,
    };
    opened.turns.push(FoundTurn {
        thread: hit.thread,
        seq: hit.seq,
        answer_seq,
        began: hit.at,
        ended,
        end,
        agent,
        buyer_name,
        wait,
        text: short(&entry.text),
        answer_text,
        conversation: Some(entry.conversation),
    });
    Ok(())
}
