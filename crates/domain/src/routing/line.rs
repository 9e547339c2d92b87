//! The lines of a shop (R-DESK-03): which there are, in rising authority, who sits where, and which one a buyer waits for.

use crate::order::OrderState;
use crate::stage::Stage;
use std::sync::Arc;

/// The lines that every shop knows, in rising authority.
pub const BUILT_IN: [&str; 6] = [
    "pre_sales",
    "in_sales",
    "after_sales",
    "rescue",
    "supervisor",
    "manager",
];

/// The words by which the trade names them; a house from before may have used one of these as the name of its line.
const TRADE: [(&str, &str); 13] = [
    ("售前", "pre_sales"),
    ("售前客服", "pre_sales"),
    ("presale", "pre_sales"),
    ("presales", "pre_sales"),
    ("售中", "in_sales"),
    ("售中客服", "in_sales"),
    ("售后", "after_sales"),
    ("售后客服", "after_sales"),
    ("aftersale", "after_sales"),
    ("aftersales", "after_sales"),
    ("中差评", "rescue"),
    ("主管", "supervisor"),
    ("店长", "manager"),
];

/// The built-in line that a name of the trade means; any other name is a line of the shop's own and stays as it is.
pub fn canonical(name: &str) -> &str {
    let name = name.trim();
    TRADE
        .iter()
        .find(|(word, _)| *word == name)
        .map_or(name, |(_, line)| line)
}

/// A person's seat on a line of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Seat {
    /// The line.
    pub line: Arc<str>,
    /// Share of the line's buyers that they get, 1 to 1000; 100 is usual, 300 gets three times as many.
    pub weight: u32,
    /// Conversations of this line that they hold at once; none = only the person's total counts.
    pub capacity: Option<u32>,
    /// Words: whoever uses one is best served by them.
    pub skills: Arc<[String]>,
}

/// Weight of a seat that says nothing else.
pub const USUAL_WEIGHT: u32 = 100;

impl Seat {
    /// A usual seat on a line.
    pub fn on(line: &str) -> Self {
        Self {
            line: canonical(line).into(),
            weight: USUAL_WEIGHT,
            capacity: None,
            skills: Arc::default(),
        }
    }
    /// What is wrong with it and how to mend it.
    pub fn fault(&self) -> Option<String> {
        let length = self.line.chars().count();
        if self.line.trim().is_empty() || length > 40 {
            return Some(format!("{:?}: a line's name has 1 to 40 characters", self.line));
        }
        if !(1..=1_000).contains(&self.weight) {
            return Some(format!("weight {} must lie between 1 and 1000", self.weight));
        }
        if self.capacity.is_some_and(|most| !(1..=1_000).contains(&most)) {
            return Some("a capacity must lie between 1 and 1000, or be left out".to_owned());
        }
        if self.skills.len() > 20 {
            return Some("name 20 skills at most".to_owned());
        }
        let bad = self
            .skills
            .iter()
            .find(|word| word.trim().is_empty() || word.chars().count() > 20);
        bad.map(|word| format!("skill {word:?}: a word of 1 to 20 characters"))
    }
}

/// The lines of a shop in rising authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(Vec<Arc<str>>);

impl Default for Ladder {
    fn default() -> Self {
        Self(BUILT_IN.iter().map(|line| Arc::from(*line)).collect())
    }
}

impl Ladder {
    /// The shop's own order; built-in lines that it does not name stand behind those that it does.
    pub fn of<'a>(own: impl IntoIterator<Item = &'a str>) -> Self {
        let mut lines: Vec<Arc<str>> = Vec::new();
        for line in own.into_iter().map(canonical).chain(BUILT_IN) {
            if !lines.iter().any(|known| &**known == line) {
                lines.push(line.into());
            }
        }
        Self(lines)
    }
    /// The lines, lowest first.
    pub fn lines(&self) -> &[Arc<str>] {
        &self.0
    }
    /// Lines above this one, lowest first, then those below it, highest first: where its buyers go when nobody serves it. A line
    /// that is not on the ladder stands below all.
    pub fn from(&self, line: &str) -> impl Iterator<Item = &Arc<str>> {
        let at = self.0.iter().position(|known| &**known == line);
        let (below, above) = match at {
            Some(at) => (&self.0[..at], &self.0[at + 1..]),
            None => (&self.0[..0], &self.0[..]),
        };
        above.iter().chain(below.iter().rev())
    }
}

/// What is known of a waiting buyer that tells whose work it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Situation<'a> {
    /// The line that the quick question names which the buyer pressed.
    pub chosen: Option<&'a str>,
    /// Where the talk stands.
    pub stage: Stage,
    /// State of the latest order.
    pub order: Option<OrderState>,
    /// The buyer spoke of a poor review.
    pub review: bool,
}

/// Whose work it is: what the buyer chose; a review that may be saved; something that is wrong with what came; an order that is
/// paid and has not arrived; else a sale to be made.
pub fn line_for<'a>(of: &Situation<'a>) -> &'a str {
    match (of.chosen, of.review, of.stage, of.order) {
        (Some(line), ..) => canonical(line),
        (None, true, ..) => "rescue",
        (None, false, Stage::Aftersales, _) => "after_sales",
        (
            None,
            false,
            _,
            Some(OrderState::AwaitingShipment | OrderState::PartlyShipped | OrderState::Shipped),
        ) => "in_sales",
        _ => "pre_sales",
    }
}

/// The line that such a buyer waits for in this shop: the wanted one if anybody is seated there, else the nearest above on which
/// somebody is, else pre-sales, else none: whoever is free.
pub fn waits_for(wanted: &str, ladder: &Ladder, seated: &[Arc<str>]) -> Option<Arc<str>> {
    let has = |line: &str| seated.iter().find(|known| &***known == line).cloned();
    if let Some(line) = has(wanted) {
        return Some(line);
    }
    let at = ladder.lines().iter().position(|known| &**known == wanted)?;
    // The supervisor and the manager are asked by people, not by the queue.
    let above = ladder.lines()[at + 1..]
        .iter()
        .filter(|line| !matches!(&***line, "supervisor" | "manager"));
    above
        .into_iter()
        .find_map(|line| has(line))
        .or_else(|| has("pre_sales"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|n| Arc::from(*n)).collect()
    }

    #[test]
    fn r_desk_03_a_buyers_situation_names_the_line() {
        use OrderState::*;
        let of = |stage, order, review, chosen| {
            line_for(&Situation {
                chosen,
                stage,
                order,
                review,
            })
        };
        for (stage, order, review, chosen, line) in [
            (Stage::Welcome, None, false, None, "pre_sales"),
            (Stage::Payment, Some(AwaitingPayment), false, None, "pre_sales"),
            (Stage::Logistics, None, false, None, "pre_sales"),
            (Stage::Welcome, Some(AwaitingShipment), false, None, "in_sales"),
            (Stage::Dialogue, Some(Shipped), false, None, "in_sales"),
            (Stage::Dialogue, Some(Finished), false, None, "pre_sales"),
            (Stage::Aftersales, Some(Shipped), false, None, "after_sales"),
            (Stage::Aftersales, None, false, None, "after_sales"),
            (Stage::Aftersales, Some(Finished), true, None, "rescue"),
            (Stage::Welcome, Some(Shipped), true, Some("售后"), "after_sales"),
            (Stage::Welcome, None, false, Some("brides"), "brides"),
        ] {
            assert_eq!(of(stage, order, review, chosen), line, "{stage:?} {order:?}");
        }
    }

    #[test]
    fn r_desk_03_a_line_without_seats_goes_to_the_next_above() {
        let ladder = Ladder::default();
        let to = |wanted: &str, seated: &[&str]| waits_for(wanted, &ladder, &lines(seated));
        assert_eq!(to("pre_sales", &["pre_sales"]).as_deref(), Some("pre_sales"));
        assert_eq!(
            to("in_sales", &["pre_sales", "after_sales"]).as_deref(),
            Some("after_sales")
        );
        assert_eq!(
            to("rescue", &["pre_sales", "supervisor"]).as_deref(),
            Some("pre_sales")
        );
        assert_eq!(to("pre_sales", &["supervisor"]), None);
        assert_eq!(to("pre_sales", &[]), None);
        assert_eq!(to("unheard", &["pre_sales"]), None);
    }

    #[test]
    fn a_shop_orders_its_lines_and_the_trades_words_are_understood() {
        let ladder = Ladder::of(["售后", "brides"]);
        let names: Vec<&str> = ladder.lines().iter().map(|l| &**l).collect();
        assert_eq!(&names[..3], ["after_sales", "brides", "pre_sales"]);
        assert_eq!(names.len(), BUILT_IN.len() + 1);
        let way: Vec<&str> = ladder.from("brides").map(|l| &**l).collect();
        assert_eq!((way[0], way.last().copied()), ("pre_sales", Some("after_sales")));
        assert_eq!(Ladder::default().from("unheard").count(), BUILT_IN.len());
        assert_eq!(canonical(" 售前 "), "pre_sales");
    }

    #[test]
    fn a_seat_that_cannot_be_says_why() {
        assert_eq!(Seat::on("售前").fault(), None);
        for (change, word) in [
            (
                Seat {
                    weight: 0,
                    ..Seat::on("a")
                },
                "weight",
            ),
            (
                Seat {
                    weight: 1_001,
                    ..Seat::on("a")
                },
                "weight",
            ),
            (
                Seat {
                    capacity: Some(0),
                    ..Seat::on("a")
                },
                "capacity",
            ),
            (
                Seat {
                    skills: [" ".to_owned()].into(),
                    ..Seat::on("a")
                },
                "skill",
            ),
            (Seat::on(" "), "name"),
        ] {
            assert!(change.fault().unwrap().contains(word), "{change:?}");
        }
    }
}
