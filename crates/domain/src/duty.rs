//! The lists of the day: the opening list (R-DESK-14) and the early shift's (R-DESK-16).
//!
//! What stands on a list is read live from what the house holds. Only what somebody did about a line is kept: a tick. This
//! module says which groups a list has, when it is due, and what a tick must say.

use crate::policy::DutyPolicy;
use jiff::civil::{Date, Time};
use yingke_kernel::{Stamp, Zone};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$item])* $variant),+ }
        impl $name {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// Name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            /// The one of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named!(
    /// A list of a shop and day.
    List {
        /// Read when the desk opens (R-DESK-14).
        Opening = "opening",
        /// The early shift's (R-DESK-16).
        Early = "early",
    }
);

named!(
    /// What lines of a list are about.
    Group {
        /// New ratings that are bad; urgent.
        BadRating = "bad_rating",
        /// Buyers who wrote while nobody was there (R-DESK-11).
        Left = "left",
        /// Buyers who wait for an answer.
        Waiting = "waiting",
        /// Lines that the shop wrote itself.
        Own = "own",
        /// Orders that are not paid.
        Unpaid = "unpaid",
        /// Orders that are paid and not shipped.
        Unshipped = "unshipped",
        /// Other new ratings.
        Rating = "rating",
        /// Notes of a shift that nobody has taken.
        Handover = "handover",
        /// Answers that were put off and are overdue (R-DESK-08).
        Promise = "promise",
        /// Conversations that somebody holds who is not at the desk.
        Parked = "parked",
        /// Orders of goods that are sold before they are there, each with the day of its arrival.
        Presale = "presale",
        /// Parcels in which something was missing, found and reported.
        Missed = "missed",
        /// Orders that were paid yesterday and are not shipped, each with a reason.
        Yesterday = "yesterday",
    }
);

named!(
    /// What was done about a line.
    Outcome {
        /// Seen to.
        Done = "done",
        /// Left, with a reason.
        Skipped = "skipped",
    }
);

named!(
    /// Why an order is not on its way, or a line was left.
    Reason {
        /// There is none in stock.
        Stock = "stock",
        /// Sold before it is there.
        Presale = "presale",
        /// The address is not certain.
        Address = "address",
        /// The buyer wants it later.
        Buyer = "buyer",
        /// The buyer wants the money back.
        Refund = "refund",
        /// The warehouse is behind.
        Warehouse = "warehouse",
        /// The courier does not go there now.
        Courier = "courier",
        /// Somebody else sees to it.
        Elsewhere = "elsewhere",
        /// Something else; words say what.
        Other = "other",
    }
);

impl List {
    /// Its groups, in the order in which they are shown.
    pub const fn groups(self) -> &'static [Group] {
        match self {
            Self::Opening => &[
                Group::BadRating,
                Group::Left,
                Group::Waiting,
                Group::Own,
                Group::Unshipped,
                Group::Unpaid,
                Group::Rating,
                Group::Handover,
                Group::Promise,
                Group::Parked,
            ],
            Self::Early => &[
                Group::Handover,
                Group::Presale,
                Group::Missed,
                Group::Yesterday,
                Group::Own,
            ],
        }
    }

    /// When it is to be ticked off on a day.
    pub fn due(self, day: Date, zone: &Zone, policy: &DutyPolicy) -> Stamp {
        let time = match self {
            Self::Opening => policy.opening_by,
            Self::Early => policy.early_by,
        };
        zone.stamp(day.to_datetime(Time::midnight()))
            .plus_secs(time.secs())
    }
}

impl Group {
    /// Whether its lines are orders of the shop.
    pub const fn is_orders(self) -> bool {
        matches!(
            self,
            Self::Unpaid | Self::Unshipped | Self::Presale | Self::Yesterday
        )
    }
    /// Whether its lines stand first and are shown as urgent.
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::BadRating | Self::Left)
    }
}

/// What somebody says about a line.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What was done.
    pub outcome: Outcome,
    /// Why, from the list.
    pub reason: Option<Reason>,
    /// Why, in words.
    pub note: &'a str,
    /// Whether the day of arrival is known (R-DESK-16).
    pub has_arrival: bool,
}

/// Why a tick is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither a reason nor words.
    #[error("say why: choose a reason, or write one")]
    NoReason,
    /// The reason is "other", without words.
    #[error("write what the other reason is")]
    NoWords,
    /// Goods that are sold before they are there, without a day of arrival.
    #[error("enter the day on which it reaches the buyer, or skip the line with a reason")]
    NoArrival,
}

/// Whether a tick says what it must: a line that is left needs a reason, so does each order of yesterday that is not on its way, and
/// goods that are sold before they are there need the day of their arrival (R-DESK-16).
///
/// # Errors
/// What is missing.
pub fn judge(group: Group, said: Said<'_>) -> Result<(), Refusal> {
    let has_words = !said.note.trim().is_empty();
    if said.reason == Some(Reason::Other) && !has_words {
        return Err(Refusal::NoWords);
    }
    let must_say_why = said.outcome == Outcome::Skipped || group == Group::Yesterday;
    if must_say_why && said.reason.is_none() && !has_words {
        return Err(Refusal::NoReason);
    }
    if group == Group::Presale && said.outcome == Outcome::Done && !said.has_arrival {
        return Err(Refusal::NoArrival);
    }
    Ok(())
}

/// The day of a time on the shop's wall clock.
pub fn day_of(at: Stamp, zone: &Zone) -> Date {
    zone.civil(at).date()
}

/// Begin of a day, and of the next one.
pub fn span(day: Date, zone: &Zone) -> (Stamp, Stamp) {
    let begin = |day: Date| zone.stamp(day.to_datetime(Time::midnight()));
    let next = day.tomorrow().map_or(Stamp::from_micros(i64::MAX), begin);
    (begin(day), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn said(outcome: Outcome, reason: Option<Reason>, note: &str) -> Said<'_> {
        Said {
            outcome,
            reason,
            note,
            has_arrival: false,
        }
    }

    #[test]
    fn names_are_read_back() {
        for list in List::ALL {
            assert_eq!(List::parse(list.as_str()), Some(*list));
        }
        for group in Group::ALL {
            assert_eq!(Group::parse(group.as_str()), Some(*group));
            let lists = List::ALL.iter().filter(|l| l.groups().contains(group));
            assert!(lists.count() > 0, "{group:?} stands on no list");
        }
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(*reason));
        }
        assert_eq!(Outcome::parse("later"), None);
    }

    #[test]
    fn r_desk_14_bad_ratings_stand_first_and_nothing_that_the_rule_names_is_left_out() {
        let groups = List::Opening.groups();
        assert_eq!(groups[0], Group::BadRating);
        for group in [
            Group::Left,
            Group::Waiting,
            Group::Own,
            Group::Unpaid,
            Group::Unshipped,
            Group::Rating,
            Group::Handover,
            Group::Promise,
            Group::Parked,
        ] {
            assert!(groups.contains(&group), "{group:?}");
        }
    }

    #[test]
    fn r_desk_16_the_early_list_is_due_at_ten_of_the_shops_own_clock() {
        let policy = Policy::parse(Policy::default_text()).unwrap().duty;
        let day: Date = "2026-11-22".parse().unwrap();
        let due = |zone: &str| {
            List::Early
                .due(day, &Zone::named(zone).unwrap(), &policy)
                .to_string()
        };
        assert_eq!(due("Asia/Shanghai"), "2026-11-22T02:00:00Z");
        assert_eq!(due("UTC"), "2026-11-22T10:00:00Z");
    }

    #[test]
    fn r_desk_16_each_order_of_yesterday_needs_a_reason() {
        use Outcome::{Done, Skipped};
        let table = [
            (Group::Yesterday, said(Done, None, ""), Err(Refusal::NoReason)),
            (Group::Yesterday, said(Done, Some(Reason::Stock), ""), Ok(())),
            (Group::Yesterday, said(Done, None, "等配件"), Ok(())),
            (
                Group::Yesterday,
                said(Done, Some(Reason::Other), " "),
                Err(Refusal::NoWords),
            ),
            (Group::Unpaid, said(Done, None, ""), Ok(())),
            (Group::Unpaid, said(Skipped, None, " "), Err(Refusal::NoReason)),
            (Group::Unpaid, said(Skipped, Some(Reason::Elsewhere), ""), Ok(())),
            (Group::Presale, said(Done, None, ""), Err(Refusal::NoArrival)),
            (Group::Presale, said(Skipped, Some(Reason::Refund), ""), Ok(())),
        ];
        for (group, said, expected) in table {
            assert_eq!(judge(group, said), expected, "{group:?} {said:?}");
        }
        let known = Said {
            has_arrival: true,
            ..said(Done, None, "")
        };
        assert_eq!(judge(Group::Presale, known), Ok(()));
    }

    #[test]
    fn a_day_is_the_shops_own() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let at = Stamp::parse("2026-11-21T17:00:00Z").unwrap();
        let day = day_of(at, &zone);
        assert_eq!(day.to_string(), "2026-11-22");
        let (from, to) = span(day, &zone);
        assert_eq!(
            (from.to_string().as_str(), to.secs_since(from)),
            ("2026-11-21T16:00:00Z", 86_400)
        );
    }
}
