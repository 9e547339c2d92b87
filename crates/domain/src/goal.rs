//! Goals of the day (R-TEAM-01): what a team wants to reach in a few figures, and the part of each person where it is split.
//!
//! A goal stands for every day, for a day of the week, or for one date; the most particular one counts. Values are thousandths, so
//! that seconds, shares and counts compare as whole numbers.

use jiff::civil::{Date, Weekday};
use yingke_kernel::PersonId;

/// A figure that a goal can be set for; its name is that of the metric row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Average first response, seconds: at most.
    FirstReply,
    /// Share of turns answered within three minutes: at least.
    ThreeMinute,
    /// Buyers left without an answer: at most.
    Unanswered,
    /// Buyers received: at least.
    Received,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: &[Self] = &[
        Self::FirstReply,
        Self::ThreeMinute,
        Self::Unanswered,
        Self::Received,
    ];

    /// Name of the figure in the rows of the metric.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstReply => "first_reply_avg",
            Self::ThreeMinute => "three_minute_rate",
            Self::Unanswered => "no_reply_num",
            Self::Received => "service_num",
        }
    }
    /// The measure of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|m| m.as_str() == text)
    }
    /// Whether a smaller figure is the better one.
    pub const fn less_is_better(self) -> bool {
        matches!(self, Self::FirstReply | Self::Unanswered)
    }
    /// Whether this many thousandths can be a goal of it.
    pub const fn takes(self, milli: i64) -> bool {
        match self {
            Self::FirstReply => milli > 0 && milli <= 86_400_000,
            Self::ThreeMinute => milli > 0 && milli <= 1_000,
            Self::Unanswered => milli >= 0 && milli % 1_000 == 0 && milli <= 1_000_000_000,
            Self::Received => milli > 0 && milli % 1_000 == 0 && milli <= 1_000_000_000,
        }
    }
    /// Whether what is reached now keeps the goal.
    pub const fn keeps(self, goal: i64, now: i64) -> bool {
        if self.less_is_better() {
            now <= goal
        } else {
            now >= goal
        }
    }
}

/// For which days a goal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// For every day.
    Every,
    /// For a day of the week.
    Weekday(Weekday),
    /// For one date.
    Day(Date),
}

const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Scope {
    /// The scope of that name: `every`, `mon` .. `sun`, or `2026-11-22`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "every" {
            return Some(Self::Every);
        }
        if let Some((_, day)) = WEEK.iter().find(|(name, _)| *name == text) {
            return Some(Self::Weekday(*day));
        }
        text.parse().ok().map(Self::Day)
    }
    /// How particular it is on that day; `None` = it does not stand.
    fn rank(self, day: Date) -> Option<u8> {
        match self {
            Self::Every => Some(0),
            Self::Weekday(of) => (of == day.weekday()).then_some(1),
            Self::Day(of) => (of == day).then_some(2),
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every => f.write_str("every"),
            Self::Weekday(day) => {
                let name = WEEK.iter().find(|(_, of)| of == day).map_or("", |(name, _)| name);
                f.write_str(name)
            }
            Self::Day(date) => write!(f, "{date}"),
        }
    }
}

/// A goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// For which days.
    pub scope: Scope,
    /// Of which figure.
    pub measure: Measure,
    /// Whose part; `None` = the team's.
    pub person: Option<PersonId>,
    /// Thousandths.
    pub milli: i64,
}

/// The goals that count on a day, the team's first; by figure, then by person.
pub fn of_day(all: &[Goal], day: Date) -> Vec<Goal> {
    let mut chosen: Vec<Goal> = Vec::new();
    for goal in all.iter().filter(|goal| goal.scope.rank(day).is_some()) {
        let same = |other: &Goal| other.measure == goal.measure && other.person == goal.person;
        match chosen.iter_mut().find(|other| same(other)) {
            Some(other) if other.scope.rank(day) < goal.scope.rank(day) => *other = *goal,
            Some(_) => {}
            None => chosen.push(*goal),
        }
    }
    chosen.sort_by_key(|goal| (goal.person.is_some(), goal.measure, goal.person));
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn goal(scope: &str, measure: Measure, person: Option<u128>, milli: i64) -> Goal {
        Goal {
            scope: Scope::parse(scope).unwrap(),
            measure,
            person: person.map(|n| PersonId(Uuid::from_u128(n))),
            milli,
        }
    }

    #[test]
    fn r_team_01_the_most_particular_goal_of_a_day_counts() {
        let all = [
            goal("every", Measure::FirstReply, None, 30_000),
            goal("sun", Measure::FirstReply, None, 45_000),
            goal("2026-11-22", Measure::FirstReply, None, 60_000),
            goal("every", Measure::Received, None, 200_000),
            goal("every", Measure::Received, Some(1), 40_000),
            goal("mon", Measure::Received, Some(1), 50_000),
        ];
        let on = |day: &str| -> Vec<i64> {
            of_day(&all, day.parse().unwrap())
                .iter()
                .map(|g| g.milli)
                .collect()
        };
        // A Sunday with a date of its own, the next Monday, the next Sunday, a Tuesday.
        assert_eq!(on("2026-11-22"), [60_000, 200_000, 40_000]);
        assert_eq!(on("2026-11-23"), [30_000, 200_000, 50_000]);
        assert_eq!(on("2026-11-29"), [45_000, 200_000, 40_000]);
        assert_eq!(on("2026-11-24"), [30_000, 200_000, 40_000]);
    }

    #[test]
    fn r_team_01_a_figure_keeps_its_goal_from_the_right_side() {
        assert!(Measure::FirstReply.keeps(30_000, 30_000) && !Measure::FirstReply.keeps(30_000, 30_100));
        assert!(Measure::ThreeMinute.keeps(950, 950) && !Measure::ThreeMinute.keeps(950, 949));
        assert!(Measure::Unanswered.keeps(0, 0) && !Measure::Unanswered.keeps(0, 1_000));
        assert!(Measure::Received.keeps(200_000, 201_000) && !Measure::Received.keeps(200_000, 199_000));
    }

    #[test]
    fn what_can_be_no_goal_is_refused() {
        assert!(!Measure::ThreeMinute.takes(1_001) && Measure::ThreeMinute.takes(1_000));
        assert!(!Measure::Received.takes(0) && !Measure::Received.takes(1_500));
        assert!(Measure::Unanswered.takes(0) && !Measure::Unanswered.takes(-1_000));
        assert!(!Measure::FirstReply.takes(0) && Measure::FirstReply.takes(12_500));
    }

    #[test]
    fn names_are_read_back() {
        for measure in Measure::ALL {
            assert_eq!(Measure::parse(measure.as_str()), Some(*measure));
        }
        for text in ["every", "mon", "sun", "2026-11-22"] {
            assert_eq!(Scope::parse(text).map(|s| s.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Scope::parse("someday"), None);
    }
}
