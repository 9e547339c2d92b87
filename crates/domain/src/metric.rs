//! The service figures: from turns and messages to the rows of a report (R-RESP, 2.1; R-METRIC-01 to 03).
//!
//! A thread has one buyer, so what a thread contributes to a day adds up over threads: every figure by sum, `max_wait` by
//! maximum. People counts are therefore exact in each stored grain ([`Cut`] with or without hour), and a report only adds
//! the parts of the grain that it groups by, over days and shops.
//!
//! Where the rulebook leaves room:
//!
//! - A turn's figures go to its owner: the answerer, else the last holder; nobody is `agent: null`. The queue is treated
//!   like an agent of that name: it "holds", is charged, and is transferred to.
//! - Rows without agent (shop, line) count every wait from the turn's start, also slow, within, `max_wait` and the
//!   three-minute rate; `slow_reception_num` there adds the buyer's slow turns over agents, by the row's own wait.
//! - `service_num`: a buyer's message counts on the message's day, an answered or held turn on the turn's day; every
//!   holder of a segment held the turn, the queue only one that ended with it.
//! - `no_reply_num`: a waiver is no answer. Charged to the last holder of the day's last turn, by hour in each hour in
//!   which a turn of that buyer began.
//! - An open turn enters the three-minute figures once it is older than the limit, by its own age in every row; a waived
//!   turn is a turn of that rate.
//! - `receive_cost`: whole seconds from the first to the last message per (conversation, day, group of the row), in the
//!   first one's hour. `long_receive_num` judges the sum of that in the row's own grain.
//! - Transfers count at their own time, in for the new agent, out for the old; a row that holds both counts both.
//! - While a turn of the row is open, `no_reply_num`, `unanswered_turn_num` and `reply_rate` are not known yet. By hour the
//!   first and the last also wait for an open turn of another hour that decides the same buyer.

use crate::clock::{AgentNo, Derived, LineNo, Msg, MsgKind, Transfer, Turn, TurnEnd};
use crate::policy::{Policy, PolicyBook};
use jiff::civil::{Date, date};
use yingke_kernel::{Stamp, Zone};

mod calendar;
mod figures;
mod report;

pub use calendar::{Calendar, Place, date_of, day_of};
pub use figures::{Feeds, Figure, FigureKind, Figures};
pub use report::{By, ByError, Column, Days, Report, Row, ShopNo, Value, figure_names};

/// What a part is counted by, besides shop and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// The whole shop.
    Shop,
    /// Each agent (with the agent's line).
    Agent,
    /// Each line.
    Line,
}

impl Cut {
    /// Name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Agent => "agent",
            Self::Line => "line",
        }
    }
    /// The cut of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Shop, Self::Agent, Self::Line]
            .into_iter()
            .find(|cut| cut.as_str() == text)
    }
}

/// What one thread contributes to one row of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Business day, in days since 1970-01-01 ([`date_of`]).
    pub day: i32,
    /// What it is counted by.
    pub cut: Cut,
    /// [`Cut::Agent`]: the agent, `None` = the queue; else `None`.
    pub agent: Option<AgentNo>,
    /// [`Cut::Agent`]: the agent's line; [`Cut::Line`]: the line; `None` = none.
    pub line: Option<LineNo>,
    /// Wall-clock hour 0 to 23; `None` = the whole day.
    pub hour: Option<u8>,
    /// The figures; never all zero.
    pub figures: Figures,
}

/// Which figures a turn stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Business day of the turn.
    pub day: i32,
    /// Hour in which it began.
    pub hour: u8,
    /// Index of its conversation in the thread as given.
    pub conversation: usize,
    /// Index of the turn in that conversation.
    pub turn: usize,
    /// When it began.
    pub began: Stamp,
    /// The buyer's message that opened it.
    pub first_seq: i64,
    /// Whom its figures belong to.
    pub owner: Option<AgentNo>,
    /// Who is charged when the buyer stays without an answer that day: the last holder of the day's last turn.
    pub charged: Option<AgentNo>,
    /// Seconds from the turn's start, if answered.
    pub shop_wait: Option<i64>,
    /// Seconds from when the answerer got it, if answered.
    pub agent_wait: Option<i64>,
    /// Figures in rows by agent.
    pub own: Feeds,
    /// Figures in rows by line.
    pub line: Feeds,
    /// Figures in rows of the whole shop.
    pub shop: Feeds,
}

/// Whose number is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A row without agent and line.
    Shop,
    /// A row of an agent; `None` = the queue.
    Agent(Option<AgentNo>),
    /// A row of a line.
    Line(Option<LineNo>),
}

impl Scope {
    fn holds(self, agent: Option<AgentNo>, line_of: &dyn Fn(AgentNo) -> Option<LineNo>) -> bool {
        match self {
            Self::Shop => true,
            Self::Agent(own) => own == agent,
            Self::Line(line) => line == agent.and_then(line_of),
        }
    }
}

/// Whether this turn stands behind this figure of this row (of the turn's day). Figures of messages and transfers have no
/// turns: see [`opens_message`] and [`opens_transfer`].
pub fn opens(
    figure: Figure,
    scope: Scope,
    mark: &Mark,
    thread: &[Derived],
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
) -> bool {
    let feeds = match scope {
        Scope::Shop => mark.shop,
        Scope::Agent(_) => mark.own,
        Scope::Line(_) => mark.line,
    };
    match figure {
        Figure::ServiceNum => {
            let derived = &thread[mark.conversation];
            let turn = &derived.turns[mark.turn];
            (turn.is_answered() && scope.holds(turn.owner, line_of))
                || held_by(derived, turn).any(|holder| scope.holds(holder, line_of))
        }
        Figure::NoReplyNum => feeds.has(figure) && scope.holds(mark.charged, line_of),
        _ => feeds.has(figure) && scope.holds(mark.owner, line_of),
    }
}

/// Who held a turn. The queue did only if it ended there: handing a buyer on is no reception.
fn held_by<'a>(derived: &'a Derived, turn: &'a Turn) -> impl Iterator<Item = Option<AgentNo>> + 'a {
    let segments = derived.segments(turn).iter();
    segments
        .map(|segment| segment.holder)
        .filter(|holder| holder.is_some() || turn.owner.is_none())
}

/// Whether this message stands behind this figure of this row.
pub fn opens_message(
    figure: Figure,
    scope: Scope,
    message: &Msg,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
) -> bool {
    let kind = match figure {
        Figure::ConsultNum | Figure::ReceiveCost | Figure::LongReceiveNum => true,
        Figure::BuyerMsgNum => message.kind == MsgKind::Buyer,
        Figure::SellerMsgNum | Figure::SellerWordNum => message.kind == MsgKind::Person,
        Figure::AutoMsgNum => message.kind == MsgKind::Automatic,
        _ => false,
    };
    kind && scope.holds(message.agent, line_of)
}

/// Whether this transfer stands behind this figure of this row.
pub fn opens_transfer(
    figure: Figure,
    scope: Scope,
    transfer: &Transfer,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
) -> bool {
    match figure {
        Figure::TransferInNum => scope.holds(transfer.to, line_of),
        Figure::TransferOutNum => scope.holds(transfer.from, line_of),
        _ => false,
    }
}

/// What one thread contributes, all cuts, all its days. For many threads use one [`Tally`].
pub fn contributions(
    thread: &[Derived],
    zone: &Zone,
    book: &PolicyBook,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
    as_of: Stamp,
) -> Vec<Part> {
    let mut parts = Vec::new();
    Tally::new(zone, book).contribute(thread, line_of, as_of, &mut |part| parts.push(*part));
    parts
}

/// Messages of one conversation in one hour with one agent.
#[derive(Clone, Copy)]
struct Stretch {
    day: i32,
    hour: u8,
    conversation: u32,
    agent: Option<AgentNo>,
    first: Stamp,
    last: Stamp,
    buyer: i64,
    person: i64,
    words: i64,
    auto: i64,
}

#[derive(Clone, Copy)]
enum Move {
    Transfer {
        from: Option<AgentNo>,
        to: Option<AgentNo>,
    },
    HandedBack {
        agent: Option<AgentNo>,
    },
}

#[derive(Clone, Copy)]
struct Moved {
    day: i32,
    hour: u8,
    what: Move,
}

/// From the first to the last message of a conversation with one group on one day.
#[derive(Clone, Copy)]
struct Span {
    group: u64,
    conversation: u32,
    hour: u8,
    first: Stamp,
    last: Stamp,
}

/// What happened to the turns of one group on one day, while marks are made.
struct Group<K> {
    key: K,
    slow: i64,
    answered: bool,
}

/// Counts threads one after another; keeps its memory and the offsets of the days between them.
pub struct Tally<'a> {
    calendar: Calendar<'a>,
    book: &'a PolicyBook,
    marks: Vec<Mark>,
    stretches: Vec<Stretch>,
    moves: Vec<Moved>,
    spans: Vec<Span>,
    cells: Cells,
    owners: Vec<Group<Option<AgentNo>>>,
    lines: Vec<Group<Option<LineNo>>>,
}

impl<'a> Tally<'a> {
    /// For the threads of shops in this zone, judged by the policy of each day.
    pub fn new(zone: &'a Zone, book: &'a PolicyBook) -> Self {
        Self {
            calendar: Calendar::new(zone, book),
            book,
            marks: Vec::new(),
            stretches: Vec::new(),
            moves: Vec::new(),
            spans: Vec::new(),
            cells: Cells::default(),
            owners: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The business day of an instant.
    pub fn day(&mut self, at: Stamp) -> i32 {
        self.calendar.place(at).day
    }

    /// Business day and hour of an instant.
    pub fn place(&mut self, at: Stamp) -> Place {
        self.calendar.place(at)
    }

    /// The turns of a thread in order, each with the figures that it stands behind.
    pub fn marks(
        &mut self,
        thread: &[Derived],
        line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
        as_of: Stamp,
    ) -> &[Mark] {
        self.marks.clear();
        for (c, derived) in thread.iter().enumerate() {
            for (i, turn) in derived.turns.iter().enumerate() {
                let place = self.calendar.place(turn.began);
                let policy = policy_of(self.book, place.day);
                let (shop_wait, agent_wait) = (turn.shop_wait(), turn.agent_wait());
                let shop = feeds(turn, shop_wait, &place, policy, as_of);
                let own = if agent_wait == shop_wait {
                    shop
                } else {
                    feeds(turn, agent_wait, &place, policy, as_of)
                };
                self.marks.push(Mark {
                    day: place.day,
                    hour: place.hour,
                    conversation: c,
                    turn: i,
                    began: turn.began,
                    first_seq: turn.first_seq,
                    owner: turn.owner,
                    charged: turn.last_holder,
                    shop_wait,
                    agent_wait,
                    own,
                    line: shop,
                    shop,
                });
            }
        }
        let order = |mark: &Mark| (mark.day, mark.began, mark.conversation, mark.first_seq);
        if !self.marks.is_sorted_by_key(order) {
            self.marks.sort_by_key(order);
        }
        for today in self.marks.chunk_by_mut(|a, b| a.day == b.day) {
            let policy = policy_of(self.book, today[0].day);
            mark_day(today, policy, line_of, &mut self.owners, &mut self.lines);
        }
        &self.marks
    }

    /// What one thread contributes: its conversations in any order, each once.
    pub fn contribute(
        &mut self,
        thread: &[Derived],
        line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
        as_of: Stamp,
        sink: &mut dyn FnMut(&Part),
    ) {
        self.marks(thread, line_of, as_of);
        self.read(thread);
        let (mut s, mut m, mut v) = (0, 0, 0);
        loop {
            let days = [
                self.stretches.get(s).map(|x| x.day),
                self.marks.get(m).map(|x| x.day),
                self.moves.get(v).map(|x| x.day),
            ];
            let Some(day) = days.into_iter().flatten().min() else {
                break;
            };
            self.cells.clear();
            self.spans.clear();
            while let Some(stretch) = self.stretches.get(s).filter(|x| x.day == day) {
                add_stretch(&mut self.cells, &mut self.spans, stretch, line_of);
                s += 1;
            }
            for span in &self.spans {
                let secs = span.last.secs_since(span.first);
                self.cells
                    .both(span.group, span.hour, |cell| cell.figures.receive_cost += secs);
            }
            while let Some(mark) = self.marks.get(m).filter(|x| x.day == day) {
                add_mark(&mut self.cells, mark, &thread[mark.conversation], line_of);
                m += 1;
            }
            while let Some(moved) = self.moves.get(v).filter(|x| x.day == day) {
                add_move(&mut self.cells, moved, line_of);
                v += 1;
            }
            let policy = policy_of(self.book, day);
            self.cells.finish(day, policy, line_of, sink);
        }
    }

    /// Messages and moves of the thread, in the order of their days.
    fn read(&mut self, thread: &[Derived]) {
        self.stretches.clear();
        self.moves.clear();
        for (c, derived) in thread.iter().enumerate() {
            let first = self.stretches.len();
            for message in &derived.messages {
                let place = self.calendar.place(message.at);
                let fits = |last: &Stretch| {
                    last.agent == message.agent && last.hour == place.hour && last.day == place.day
                };
                let stretch = match self.stretches[first..].last() {
                    Some(last) if fits(last) => self.stretches.len() - 1,
                    _ => {
                        self.stretches.push(Stretch {
                            day: place.day,
                            hour: place.hour,
                            conversation: c as u32,
                            agent: message.agent,
                            first: message.at,
                            last: message.at,
                            buyer: 0,
                            person: 0,
                            words: 0,
                            auto: 0,
                        });
                        self.stretches.len() - 1
                    }
                };
                let stretch = &mut self.stretches[stretch];
                stretch.last = message.at;
                match message.kind {
                    MsgKind::Buyer => stretch.buyer += 1,
                    MsgKind::Person => {
                        stretch.person += 1;
                        stretch.words += i64::from(message.words);
                    }
                    MsgKind::Automatic => stretch.auto += 1,
                }
            }
            for transfer in &derived.transfers {
                let place = self.calendar.place(transfer.at);
                let what = Move::Transfer {
                    from: transfer.from,
                    to: transfer.to,
                };
                self.moves.push(Moved {
                    day: place.day,
                    hour: place.hour,
                    what,
                });
            }
            for back in &derived.handed_back {
                let place = self.calendar.place(back.at);
                self.moves.push(Moved {
                    day: place.day,
                    hour: place.hour,
                    what: Move::HandedBack { agent: back.agent },
                });
            }
        }
        if !self.stretches.is_sorted_by_key(|x| x.day) {
            self.stretches.sort_by_key(|x| x.day);
        }
        if !self.moves.is_sorted_by_key(|x| x.day) {
            self.moves.sort_by_key(|x| x.day);
        }
    }
}

fn policy_of(book: &PolicyBook, day: i32) -> &Policy {
    match book.all() {
        [only] => only,
        _ => book.at(date_of(day)),
    }
}

/// The figures of a turn that need no other turn, with the wait of one side.
fn feeds(turn: &Turn, wait: Option<i64>, place: &Place, policy: &Policy, as_of: Stamp) -> Feeds {
    let metric = &policy.metric;
    let mut feeds = Feeds::of(Figure::TurnTimes);
    if let Some(wait) = wait {
        feeds.set_if(
            wait < metric.max_wait,
            &[Figure::TotalReplyCost, Figure::TotalReplyTimes],
        );
        feeds.set_if(wait > policy.clock.slow_secs, &[Figure::SlowAnswerNum]);
        let within = [
            Figure::Within10Num,
            Figure::Within30Num,
            Figure::Within60Num,
            Figure::Within180Num,
        ];
        for (limit, figure) in metric.within.iter().zip(within) {
            feeds.set_if(wait <= *limit, &[figure]);
        }
        feeds.set(Figure::MaxWait);
    }
    match turn.end {
        TurnEnd::Closed { .. } => feeds.set(Figure::UnansweredTurnNum),
        TurnEnd::Open => feeds.set(Figure::OpenTurns),
        TurnEnd::Answered { .. } | TurnEnd::Waived { .. } => {}
    }
    let limit = metric.three_minute.secs;
    let judged = !turn.is_open() || as_of.secs_since(turn.began) > limit;
    if judged && metric.three_minute.hours.contains(place.second) {
        feeds.set(Figure::ThreeMinuteTurns);
        feeds.set_if(
            wait.is_some_and(|wait| wait <= limit),
            &[Figure::ThreeMinuteTimes],
        );
    }
    feeds
}

/// The figures of a day's turns of one buyer that depend on each other.
fn mark_day(
    today: &mut [Mark],
    policy: &Policy,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
    owners: &mut Vec<Group<Option<AgentNo>>>,
    lines: &mut Vec<Group<Option<LineNo>>>,
) {
    const FIRST: [Figure; 2] = [Figure::FirstReplyCost, Figure::FirstReplyTimes];
    let (max_wait, at_least) = (policy.metric.max_wait, policy.clock.slow_buyer_turns);
    owners.clear();
    lines.clear();
    let (mut answered, mut open, mut slow) = (false, false, 0);
    for mark in today.iter_mut() {
        open |= mark.shop.has(Figure::OpenTurns);
        let owner = group(owners, mark.owner);
        let line = group(lines, mark.owner.and_then(line_of));
        slow += i64::from(mark.shop.has(Figure::SlowAnswerNum));
        line.slow += i64::from(mark.line.has(Figure::SlowAnswerNum));
        owner.slow += i64::from(mark.own.has(Figure::SlowAnswerNum));
        let (Some(shop_wait), Some(agent_wait)) = (mark.shop_wait, mark.agent_wait) else {
            continue;
        };
        // The first answer of the day decides; a long gap gives none at all.
        mark.shop.set_if(!answered && shop_wait < max_wait, &FIRST);
        mark.line.set_if(!line.answered && shop_wait < max_wait, &FIRST);
        mark.own.set_if(!owner.answered && agent_wait < max_wait, &FIRST);
        (answered, line.answered, owner.answered) = (true, true, true);
    }
    let charged = today.last().and_then(|mark| mark.charged);
    for mark in today.iter_mut() {
        mark.charged = charged;
        if !answered {
            let figure = if open {
                Figure::OpenBuyers
            } else {
                Figure::NoReplyNum
            };
            for side in [&mut mark.own, &mut mark.line, &mut mark.shop] {
                side.set(figure);
            }
        }
        let many = |side: &Feeds, slow: i64| slow >= at_least && side.has(Figure::SlowAnswerNum);
        mark.shop
            .set_if(many(&mark.shop, slow), &[Figure::SlowReceptionNum]);
        let line = group(lines, mark.owner.and_then(line_of)).slow;
        mark.line
            .set_if(many(&mark.line, line), &[Figure::SlowReceptionNum]);
        let owner = group(owners, mark.owner).slow;
        mark.own
            .set_if(many(&mark.own, owner), &[Figure::SlowReceptionNum]);
    }
}

fn group<K: PartialEq>(groups: &mut Vec<Group<K>>, key: K) -> &mut Group<K> {
    let at = groups
        .iter()
        .position(|group| group.key == key)
        .unwrap_or_else(|| {
            groups.push(Group {
                key,
                slow: 0,
                answered: false,
            });
            groups.len() - 1
        });
    &mut groups[at]
}

/// The rows of one buyer's day while they are counted, few, so searched one by one.
#[derive(Default)]
struct Cells {
    keys: Vec<u64>,
    list: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    figures: Figures,
    consulted: bool,
    served: bool,
    unanswered: bool,
    undecided: bool,
}

const WHOLE_DAY: u8 = 0xff;
const SHOP: u64 = 0;

const fn agent_group(agent: Option<AgentNo>) -> u64 {
    (1 << 40)
        | match agent {
            Some(agent) => agent.0 as u64 + 1,
            None => 0,
        }
}
const fn line_group(line: Option<LineNo>) -> u64 {
    (2 << 40)
        | match line {
            Some(line) => line.0 as u64 + 1,
            None => 0,
        }
}
/// Shop, agent and line: the three groups that somebody's doing belongs to.
fn groups(agent: Option<AgentNo>, line_of: &dyn Fn(AgentNo) -> Option<LineNo>) -> [u64; 3] {
    [SHOP, agent_group(agent), line_group(agent.and_then(line_of))]
}

impl Cells {
    fn clear(&mut self) {
        self.keys.clear();
        self.list.clear();
    }
    fn at(&mut self, group: u64, hour: u8) -> &mut Cell {
        let key = group << 8 | u64::from(hour);
        let i = self
            .keys
            .iter()
            .position(|known| *known == key)
            .unwrap_or_else(|| {
                self.keys.push(key);
                self.list.push(Cell::default());
                self.keys.len() - 1
            });
        &mut self.list[i]
    }
    /// The day's row and the hour's.
    fn both(&mut self, group: u64, hour: u8, mut change: impl FnMut(&mut Cell)) {
        change(self.at(group, WHOLE_DAY));
        change(self.at(group, hour));
    }
    fn finish(
        &mut self,
        day: i32,
        policy: &Policy,
        line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
        sink: &mut dyn FnMut(&Part),
    ) {
        for (key, cell) in self.keys.iter().zip(&mut self.list) {
            let figures = &mut cell.figures;
            figures.consult_num = i64::from(cell.consulted);
            figures.service_num = i64::from(cell.served);
            figures.no_reply_num = i64::from(cell.unanswered);
            figures.open_buyers = i64::from(cell.undecided);
            figures.slow_reception_num = i64::from(figures.slow_answer_num >= policy.clock.slow_buyer_turns);
            figures.long_receive_num = i64::from(figures.receive_cost > policy.metric.long_receive);
            if figures.is_zero() {
                continue;
            }
            let hour = Some(*key as u8).filter(|hour| *hour != WHOLE_DAY);
            let number = ((key >> 8) as u32).checked_sub(1);
            let (cut, agent, line) = match key >> 48 {
                0 => (Cut::Shop, None, None),
                1 => (
                    Cut::Agent,
                    number.map(AgentNo),
                    number.and_then(|n| line_of(AgentNo(n))),
                ),
                _ => (Cut::Line, None, number.map(LineNo)),
            };
            sink(&Part {
                day,
                cut,
                agent,
                line,
                hour,
                figures: *figures,
            });
        }
    }
}

fn add_stretch(
    cells: &mut Cells,
    spans: &mut Vec<Span>,
    stretch: &Stretch,
    line_of: &dyn Fn(AgentNo) -> Option<LineNo>,
) {
    for group in groups(stretch.agent, line_of) {
        cells.both(group, stretch.hour, |cell| {
            cell.consulted = true;
            cell.served |= stretch.buyer > 0;
            cell.figures.buyer_msg_num += stretch.buyer;
            cell.figures.seller_msg_num += stretch.person;
            cell.figures.seller_word_num += stretch.words;
            cell.figures.auto_msg_num += stretch.auto;
        });
        let known = spans
            .iter_mut()
            .find(|s| s.group == group && s.conversation == stretch.conversation);
        match known {
            Some(span) => span.last = stretch.last,
            None => spans.push(Span {
                group,
                conversation: stretch.conversation,
                hour: stretch.hour,
                first: stretch.first,
                last: stretch.last,
            }),
        }
    }
}

fn add_mark(cells: &mut Cells, mark: &Mark, derived: &Derived, line_of: &dyn Fn(AgentNo) -> Option<LineNo>) {
    let [shop, agent, line] = groups(mark.owner, line_of);
    for (group, feeds, wait) in [
        (shop, mark.shop, mark.shop_wait),
        (agent, mark.own, mark.agent_wait),
        (line, mark.line, mark.shop_wait),
    ] {
        cells.both(group, mark.hour, |cell| cell.figures.count(feeds, wait));
    }
    if mark.shop.has(Figure::NoReplyNum) || mark.shop.has(Figure::OpenBuyers) {
        for group in groups(mark.charged, line_of) {
            cells.both(group, mark.hour, |cell| {
                cell.unanswered |= mark.shop.has(Figure::NoReplyNum);
                cell.undecided |= mark.shop.has(Figure::OpenBuyers);
            });
        }
    }
    let turn = &derived.turns[mark.turn];
    let holders = held_by(derived, turn);
    let answerer = turn.is_answered().then_some(turn.owner);
    let mut before = None;
    for holder in holders.chain(answerer) {
        if before == Some(holder) {
            continue;
        }
        before = Some(holder);
        for group in groups(holder, line_of) {
            cells.both(group, mark.hour, |cell| cell.served = true);
        }
    }
}

fn add_move(cells: &mut Cells, moved: &Moved, line_of: &dyn Fn(AgentNo) -> Option<LineNo>) {
    match moved.what {
        Move::Transfer { from, to } => {
            for group in groups(from, line_of) {
                cells.both(group, moved.hour, |cell| cell.figures.transfer_out_num += 1);
            }
            for group in groups(to, line_of) {
                cells.both(group, moved.hour, |cell| cell.figures.transfer_in_num += 1);
            }
        }
        Move::HandedBack { agent } => {
            for group in groups(agent, line_of) {
                cells.both(group, moved.hour, |cell| cell.figures.handed_back_num += 1);
            }
        }
    }
}

const EPOCH: Date = date(1970, 1, 1);

#[cfg(test)]
mod tests;
