//! Rows of a report: parts added up, in the order and with the keys of the contract.

use super::{Cut, Figure, Figures, Part, date_of};
use crate::clock::{AgentNo, LineNo};
use indexmap::IndexMap;
use jiff::civil::Date;
use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

/// A shop, numbered by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShopNo(pub u32);

/// What rows are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// Each shop.
    pub shop: bool,
    /// Each agent.
    pub agent: bool,
    /// Each line.
    pub line: bool,
    /// Each business day.
    pub date: bool,
    /// Each hour of the day.
    pub hour: bool,
}

/// A grouping that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no grouping; write some of shop,agent,line,date,hour, each once, with commas between")]
pub struct ByError(pub String);

impl Default for By {
    /// `shop,agent,date`.
    fn default() -> Self {
        Self {
            shop: true,
            agent: true,
            line: false,
            date: true,
            hour: false,
        }
    }
}

impl By {
    /// Reads `shop,agent,line,date,hour` or a part of it, in any order.
    pub fn parse(text: &str) -> Result<Self, ByError> {
        let fault = || ByError(text.to_owned());
        let mut by = Self {
            shop: false,
            agent: false,
            line: false,
            date: false,
            hour: false,
        };
        for name in text.split(',') {
            let key = match name.trim() {
                "shop" => &mut by.shop,
                "agent" => &mut by.agent,
                "line" => &mut by.line,
                "date" => &mut by.date,
                "hour" => &mut by.hour,
                _ => return Err(fault()),
            };
            if std::mem::replace(key, true) {
                return Err(fault());
            }
        }
        Ok(by)
    }
    /// The stored grain that these rows add up.
    pub const fn cut(self) -> Cut {
        match (self.agent, self.line) {
            (true, _) => Cut::Agent,
            (false, true) => Cut::Line,
            (false, false) => Cut::Shop,
        }
    }
    /// Whether a part belongs to that grain.
    pub fn takes(self, part: &Part) -> bool {
        part.cut == self.cut() && part.hour.is_some() == self.hour
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Key {
    shop: u32,
    agent: Option<AgentNo>,
    line: Option<LineNo>,
    day: i32,
    hour: u8,
}

/// Mixes the few small numbers of a [`Key`]; they come from ourselves, so nobody can aim at collisions.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }
    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_i32(&mut self, n: i32) {
        self.write_u64(n as u64);
    }
    fn write_isize(&mut self, n: isize) {
        self.write_u64(n as u64);
    }
    fn write_u64(&mut self, n: u64) {
        // The golden ratio spreads neighbours apart; the rotation keeps what was mixed in before.
        self.0 = (self.0.rotate_left(23) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// Adds parts up into rows.
#[derive(Debug, Clone)]
pub struct Report {
    by: By,
    sums: HashMap<Key, Figures, BuildHasherDefault<Mix>>,
}

impl Report {
    /// An empty one.
    pub fn new(by: By) -> Self {
        Self {
            by,
            sums: HashMap::default(),
        }
    }
    /// Adds a part (or a day's row of all threads); one of another grain is left out, so all may be given.
    pub fn add(&mut self, shop: ShopNo, part: &Part) {
        if !self.by.takes(part) {
            return;
        }
        let key = Key {
            shop: if self.by.shop { shop.0 } else { 0 },
            agent: part.agent,
            line: if self.by.line { part.line } else { None },
            day: if self.by.date { part.day } else { 0 },
            hour: part.hour.unwrap_or(0),
        };
        self.sums.entry(key).or_default().add(&part.figures);
    }
    /// The rows, sorted by their keys in code point order, null last.
    pub fn rows(
        &self,
        shop: impl Fn(ShopNo) -> Arc<str>,
        agent: impl Fn(AgentNo) -> Arc<str>,
        line: impl Fn(LineNo) -> Arc<str>,
    ) -> Vec<Row> {
        let some = self.sums.iter().filter(|(_, figures)| !figures.is_zero());
        let mut rows: Vec<_> = some
            .map(|(key, figures)| {
                let row = Row {
                    shop: self.by.shop.then(|| shop(ShopNo(key.shop))),
                    agent: self.by.agent.then(|| key.agent.map(&agent)),
                    line: self.by.line.then(|| key.line.map(&line)),
                    date: self.by.date.then(|| date_of(key.day)),
                    hour: self.by.hour.then_some(key.hour),
                    figures: *figures,
                };
                (row, key.agent)
            })
            .collect();
        // Two people of one name keep a row each, in a stable order.
        rows.sort_by(|(a, x), (b, y)| order(a).cmp(&order(b)).then(x.cmp(y)));
        rows.into_iter().map(|(row, _)| row).collect()
    }
}

/// A row over several days, with each of its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// Whose row it is, when grouped by agent: two people may have one name. `None` = the queue, or another grouping.
    pub agent: Option<AgentNo>,
    /// All days added up; without a date.
    pub row: Row,
    /// Each day that has figures, by its number ([`super::day_of`]).
    pub days: BTreeMap<i32, Figures>,
}

impl Report {
    /// The rows over all days, each with its days, in the order of [`Report::rows`]. Only for a grouping by date, which the rows then
    /// leave out.
    pub fn by_day(
        &self,
        shop: impl Fn(ShopNo) -> Arc<str>,
        agent: impl Fn(AgentNo) -> Arc<str>,
        line: impl Fn(LineNo) -> Arc<str>,
    ) -> Vec<Days> {
        let mut groups: HashMap<Key, BTreeMap<i32, Figures>, BuildHasherDefault<Mix>> = HashMap::default();
        for (key, figures) in self.sums.iter().filter(|(_, figures)| !figures.is_zero()) {
            let group = Key { day: 0, ..*key };
            groups.entry(group).or_default().insert(key.day, *figures);
        }
        let mut rows: Vec<_> = groups
            .into_iter()
            .map(|(key, days)| {
                let mut figures = Figures::default();
                days.values().for_each(|day| figures.add(day));
                let row = Row {
                    shop: self.by.shop.then(|| shop(ShopNo(key.shop))),
                    agent: self.by.agent.then(|| key.agent.map(&agent)),
                    line: self.by.line.then(|| key.line.map(&line)),
                    date: None,
                    hour: self.by.hour.then_some(key.hour),
                    figures,
                };
                Days {
                    agent: key.agent,
                    row,
                    days,
                }
            })
            .collect();
        rows.sort_by(|a, b| order(&a.row).cmp(&order(&b.row)).then(a.agent.cmp(&b.agent)));
        rows
    }
}

type Order<'a> = (Option<&'a str>, Last<'a>, Last<'a>, Option<Date>, Option<u8>);
/// A name that sorts before none.
type Last<'a> = (bool, Option<&'a str>);

fn order(row: &Row) -> Order<'_> {
    fn last(name: &Option<Option<Arc<str>>>) -> Last<'_> {
        let name = name.as_ref().and_then(|name| name.as_deref());
        (name.is_none(), name)
    }
    (
        row.shop.as_deref(),
        last(&row.agent),
        last(&row.line),
        row.date,
        row.hour,
    )
}

/// A row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The shop's code, when grouped by shop.
    pub shop: Option<Arc<str>>,
    /// The agent's name, when grouped by agent; inner `None` = the queue.
    pub agent: Option<Option<Arc<str>>>,
    /// The line, when grouped by line; inner `None` = none.
    pub line: Option<Option<Arc<str>>>,
    /// The business day, when grouped by date.
    pub date: Option<Date>,
    /// The hour, when grouped by hour.
    pub hour: Option<u8>,
    /// The figures.
    pub figures: Figures,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A name or a date.
    Text(Arc<str>),
    /// A whole number.
    Int(i64),
    /// A number with so many decimals: `scaled` / 10^`places`.
    Decimal {
        /// The number without its point.
        scaled: i64,
        /// Decimals.
        places: u32,
    },
    /// Nothing: no denominator, nobody, or not known yet.
    Null,
}

impl Value {
    /// `n / d` with so many decimals, rounded half up; null when `d` is 0.
    pub fn ratio(n: i64, d: i64, places: u32) -> Self {
        if d == 0 {
            return Self::Null;
        }
        let scale = 10i128.pow(places);
        let twice = 2 * i128::from(n) * scale + i128::from(d);
        Self::Decimal {
            scaled: twice.div_euclid(2 * i128::from(d)) as i64,
            places,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Int(n) => write!(f, "{n}"),
            Self::Decimal { scaled, places } => {
                let scale = 10u64.pow(*places);
                let (sign, all) = (if *scaled < 0 { "-" } else { "" }, scaled.unsigned_abs());
                write!(
                    f,
                    "{sign}{}.{:0width$}",
                    all / scale,
                    all % scale,
                    width = *places as usize
                )
            }
            Self::Null => Ok(()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => s.serialize_str(text),
            Self::Int(n) => s.serialize_i64(*n),
            // The nearest double of a short decimal prints as that decimal.
            Self::Decimal { scaled, places } => s.serialize_f64(*scaled as f64 / 10f64.powi(*places as i32)),
            Self::Null => s.serialize_unit(),
        }
    }
}

impl Row {
    /// Names of the figures that are not final yet, in the row's order.
    pub fn late(&self) -> Vec<&'static str> {
        let (turns, buyers) = (self.figures.open_turns > 0, self.figures.open_buyers > 0);
        let mut late = Vec::new();
        if turns || buyers {
            late.push("no_reply_num");
        }
        if turns {
            late.push("unanswered_turn_num");
        }
        if turns || buyers {
            late.push("reply_rate");
        }
        late
    }

    /// The figures that are not final yet, counted over what is final already: of the buyers whose day is decided, and of the turns
    /// that ended. In the order of [`Row::late`]; nothing when all is final.
    pub fn so_far(&self) -> Vec<(&'static str, Value)> {
        let of = |name| Column::parse(name).map_or(Value::Null, |column| column.of(&self.figures));
        self.late().into_iter().map(|name| (name, of(name))).collect()
    }

    /// Keys and values in the order of the contract, without `late`.
    pub fn values(&self) -> IndexMap<&'static str, Value> {
        let f = &self.figures;
        let name = |name: &Option<Arc<str>>| name.clone().map_or(Value::Null, Value::Text);
        let mut values = IndexMap::with_capacity(40);
        if let Some(shop) = &self.shop {
            values.insert("shop", Value::Text(shop.clone()));
        }
        if let Some(agent) = &self.agent {
            values.insert("agent", name(agent));
        }
        if let Some(line) = &self.line {
            values.insert("line", name(line));
        }
        if let Some(date) = self.date {
            values.insert("date", Value::Text(date.to_string().into()));
        }
        if let Some(hour) = self.hour {
            values.insert("hour", Value::Int(i64::from(hour)));
        }
        for figure in ROW {
            values.insert(figure.as_str(), f.get(figure).map_or(Value::Null, Value::Int));
        }
        values.insert(
            "reply_rate",
            Value::ratio(f.service_num - f.no_reply_num, f.service_num, 4),
        );
        values.insert(
            "first_reply_avg",
            Value::ratio(f.first_reply_cost, f.first_reply_times, 2),
        );
        values.insert(
            "reply_avg",
            Value::ratio(f.total_reply_cost, f.total_reply_times, 2),
        );
        values.insert(
            "three_minute_rate",
            Value::ratio(f.three_minute_times, f.three_minute_turns, 4),
        );
        values.insert("qa_ratio", Value::ratio(f.seller_msg_num, f.buyer_msg_num, 4));
        for name in self.late() {
            values.insert(name, Value::Null);
        }
        values
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let values = self.values();
        let late = self.late();
        let mut map = s.serialize_map(Some(values.len() + usize::from(!late.is_empty())))?;
        for (key, value) in &values {
            map.serialize_entry(key, value)?;
        }
        if !late.is_empty() {
            map.serialize_entry("late", &late)?;
        }
        map.end()
    }
}

/// A column of a report, for whoever needs one value of many rows rather than all values of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(Inner);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    Plain(Figure),
    ReplyRate,
    FirstReplyAvg,
    ReplyAvg,
    ThreeMinuteRate,
    QaRatio,
}

impl Column {
    /// The column of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(Self(match name {
            "reply_rate" => Inner::ReplyRate,
            "first_reply_avg" => Inner::FirstReplyAvg,
            "reply_avg" => Inner::ReplyAvg,
            "three_minute_rate" => Inner::ThreeMinuteRate,
            "qa_ratio" => Inner::QaRatio,
            other => Inner::Plain(ROW.into_iter().find(|figure| figure.as_str() == other)?),
        }))
    }
    /// Its value, of what is final ([`Row::so_far`]).
    pub fn of(self, f: &Figures) -> Value {
        match self.0 {
            Inner::Plain(figure) => f.get(figure).map_or(Value::Null, Value::Int),
            Inner::ReplyRate => {
                let decided = (f.service_num - f.open_buyers).max(0);
                Value::ratio((decided - f.no_reply_num).max(0), decided, 4)
            }
            Inner::FirstReplyAvg => Value::ratio(f.first_reply_cost, f.first_reply_times, 2),
            Inner::ReplyAvg => Value::ratio(f.total_reply_cost, f.total_reply_times, 2),
            Inner::ThreeMinuteRate => Value::ratio(f.three_minute_times, f.three_minute_turns, 4),
            Inner::QaRatio => Value::ratio(f.seller_msg_num, f.buyer_msg_num, 4),
        }
    }
}

/// The divided figures, in the order of the contract.
const DIVIDED: [&str; 5] = [
    "reply_rate",
    "first_reply_avg",
    "reply_avg",
    "three_minute_rate",
    "qa_ratio",
];

/// The names of all figures of a row in the order of the contract.
pub fn figure_names() -> impl Iterator<Item = &'static str> {
    ROW.iter().map(|figure| figure.as_str()).chain(DIVIDED)
}

/// The figures of a row in the order of the contract.
const ROW: [Figure; 27] = [
    Figure::ConsultNum,
    Figure::ServiceNum,
    Figure::BuyerMsgNum,
    Figure::SellerMsgNum,
    Figure::SellerWordNum,
    Figure::AutoMsgNum,
    Figure::FirstReplyCost,
    Figure::FirstReplyTimes,
    Figure::TotalReplyCost,
    Figure::TotalReplyTimes,
    Figure::NoReplyNum,
    Figure::SlowReceptionNum,
    Figure::LongReceiveNum,
    Figure::SlowAnswerNum,
    Figure::UnansweredTurnNum,
    Figure::Within10Num,
    Figure::Within30Num,
    Figure::Within60Num,
    Figure::Within180Num,
    Figure::TurnTimes,
    Figure::ThreeMinuteTurns,
    Figure::ThreeMinuteTimes,
    Figure::MaxWait,
    Figure::TransferInNum,
    Figure::TransferOutNum,
    Figure::HandedBackNum,
    Figure::ReceiveCost,
];
