//! Bargaining (R-BARGAIN-01..04): what an agent may give alone, what goes to the supervisor, and in which order words are tried.
//!
//! A *concession* is how much less a buyer pays than the order's price, in a form that the platform allows. Everything is
//! judged by the order's total and by how often this agent has used their own authority on the business day.
//!
//! Where the rulebook leaves room:
//!
//! - The share of the order is floored to whole fen: nobody gives a fen more than the share.
//! - An order at or above `bargain.large_order_fen` is a big buyer's: every concession on it is the supervisor's.
//! - Whoever may approve gives without a limit; it is recorded as theirs.
//! - A day's uses are counted on the day of the concession, whatever becomes of the order.

use crate::policy::BargainPolicy;
use yingke_kernel::Fen;

/// How a concession reaches the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The price of the order itself is changed.
    Price,
    /// Freight is lowered.
    Freight,
    /// A coupon is given.
    Coupon,
    /// Transferred after receipt.
    Transfer,
    /// Something is put into the parcel.
    Gift,
}

impl Form {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Price,
        Self::Freight,
        Self::Coupon,
        Self::Transfer,
        Self::Gift,
    ];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Freight => "freight",
            Self::Coupon => "coupon",
            Self::Transfer => "transfer",
            Self::Gift => "gift",
        }
    }
    /// The form of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.as_str() == name)
    }
}

/// Forms that a channel allows, in the order in which they are offered.
pub fn forms(channel: &str, policy: &BargainPolicy) -> Vec<Form> {
    let named = policy.forms.get(channel).or_else(|| policy.forms.get("other"));
    named.cloned().unwrap_or_default()
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// What the order costs now.
    pub total: Fen,
    /// What it is to cost.
    pub price: Fen,
    /// Concessions on own authority that this agent gave today.
    pub used_today: i64,
}

/// What may be done about a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is within the agent's authority; `warning`: the last one of the day.
    Within {
        /// How much.
        off: Fen,
        /// One more today, and the agent must ask.
        warning: bool,
    },
    /// The supervisor decides.
    Ask(Why),
    /// It makes no sense.
    Bad(Nonsense),
}

/// Why the supervisor decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// More than the share of the order.
    BeyondLimit,
    /// The day's concessions are used up.
    UsedUp,
    /// A big order.
    LargeOrder,
}

/// Why a wish makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Nonsense {
    /// The order's price must be above zero.
    #[error("the order's price must be above zero")]
    NoTotal,
    /// The new price must be from zero to below the order's price.
    #[error("the new price must be below the order's price and not below zero")]
    NoConcession,
}

/// The most that an agent gives alone on an order, in fen (R-BARGAIN-01): the share, floored.
pub fn limit(total: Fen, policy: &BargainPolicy) -> Fen {
    Fen((i128::from(total.0.max(0)) * i128::from(policy.share_bp) / 10_000) as i64)
}

/// Judges a wish (R-BARGAIN-01, R-BARGAIN-02).
pub fn judge(wish: Wish, policy: &BargainPolicy) -> Verdict {
    let Wish {
        total,
        price,
        used_today,
    } = wish;
    if total.0 <= 0 {
        return Verdict::Bad(Nonsense::NoTotal);
    }
    if price.0 < 0 || price >= total {
        return Verdict::Bad(Nonsense::NoConcession);
    }
    let off = Fen(total.0 - price.0);
    if total.0 >= policy.large_order_fen {
        return Verdict::Ask(Why::LargeOrder);
    }
    if off > limit(total, policy) {
        return Verdict::Ask(Why::BeyondLimit);
    }
    if used_today >= policy.free_a_day + policy.warned_a_day {
        return Verdict::Ask(Why::UsedUp);
    }
    Verdict::Within {
        off,
        warning: used_today >= policy.free_a_day,
    }
}

/// The round price next below a total that an agent may give alone: whole ten yuan if the authority reaches, else whole five,
/// else whole yuan; `None` = it is round already or the authority does not reach.
pub fn round_off(total: Fen, policy: &BargainPolicy) -> Option<Fen> {
    let most = limit(total, policy);
    [1_000, 500, 100].into_iter().find_map(|step| {
        let off = total.0 % step;
        (off > 0 && off <= most.0).then_some(Fen(total.0 - off))
    })
}

/// A step of the ladder (R-BARGAIN-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The price is the lowest already.
    Lowest,
    /// Only freight can be changed here.
    Freight,
    /// No right to it: place the order, give its number, and the agent applies.
    Apply,
    /// What runs instead: full reduction, red packet, coupon.
    Activity,
    /// A second concession within authority.
    Second,
    /// A small gift.
    Gift,
}

impl Step {
    /// All steps, in the order in which they are tried.
    pub const ALL: &[Self] = &[
        Self::Lowest,
        Self::Freight,
        Self::Apply,
        Self::Activity,
        Self::Second,
        Self::Gift,
    ];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lowest => "lowest",
            Self::Freight => "freight",
            Self::Apply => "apply",
            Self::Activity => "activity",
            Self::Second => "second",
            Self::Gift => "gift",
        }
    }
    /// The step of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.as_str() == name)
    }
    /// Whether the step can be offered truly where these forms are allowed.
    fn fits(self, forms: &[Form]) -> bool {
        match self {
            Self::Freight => forms.contains(&Form::Freight),
            Self::Gift => forms.contains(&Form::Gift),
            _ => true,
        }
    }
}

/// The step to try next (R-BARGAIN-03). A buyer who wavers after the first goes to what runs, or to freight, at once. `None` =
/// all were tried.
pub fn next_step(tried: &[Step], wavers: bool, forms: &[Form]) -> Option<Step> {
    let left = |step: &Step| !tried.contains(step) && step.fits(forms);
    let short = [Step::Activity, Step::Freight];
    if wavers
        && tried.contains(&Step::Lowest)
        && let Some(step) = short.iter().find(|step| left(step))
    {
        return Some(*step);
    }
    Step::ALL.iter().copied().find(left)
}

/// What the second concession is (R-BARGAIN-03, step 5), for an order of that price: what is applied for and the most of it,
/// neither beyond the agent's own authority.
pub fn second(total: Fen, policy: &BargainPolicy) -> (Fen, Fen) {
    let most = limit(total, policy);
    (
        Fen(policy.second_fen.min(most.0)),
        Fen(policy.second_max_fen.min(most.0)),
    )
}

/// Where a request to the supervisor stands (R-BARGAIN-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nobody has answered.
    Open,
    /// Granted as asked.
    Granted,
    /// Another price is offered.
    Countered,
    /// Refused.
    Refused,
    /// The agent took what was granted or offered: the concession is given.
    Taken,
    /// The agent does not need it any more.
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Open,
        Self::Granted,
        Self::Countered,
        Self::Refused,
        Self::Taken,
        Self::Withdrawn,
    ];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Granted => "granted",
            Self::Countered => "countered",
            Self::Refused => "refused",
            Self::Taken => "taken",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == name)
    }
}

/// What is done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Granted as asked.
    Grant,
    /// Refused.
    Refuse,
    /// This price instead.
    Counter(Fen),
    /// The agent takes it.
    Take,
    /// The agent does not need it any more.
    Withdraw,
}

/// Why an act is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was answered, or withdrawn.
    #[error("the request is not open any more")]
    NotOpen,
    /// Nothing was granted.
    #[error("nothing was granted that could be taken")]
    NothingGranted,
    /// The counter-price must lie between the wish and the order's price.
    #[error("a counter-price lies above what was asked for and below the order's price")]
    BadCounter,
}

/// A request: state, the order's price, the price asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Where it stands.
    pub state: State,
    /// The order's price.
    pub total: Fen,
    /// The price asked for.
    pub asked: Fen,
}

/// The state after an act.
pub fn act(request: Request, act: Act) -> Result<State, Refusal> {
    let open = request.state == State::Open;
    match act {
        Act::Take if matches!(request.state, State::Granted | State::Countered) => Ok(State::Taken),
        Act::Take => Err(Refusal::NothingGranted),
        Act::Withdraw if matches!(request.state, State::Open | State::Granted | State::Countered) => {
            Ok(State::Withdrawn)
        }
        _ if !open => Err(Refusal::NotOpen),
        Act::Withdraw => Err(Refusal::NotOpen),
        Act::Grant => Ok(State::Granted),
        Act::Refuse => Ok(State::Refused),
        Act::Counter(price) if price > request.asked && price < request.total => Ok(State::Countered),
        Act::Counter(_) => Err(Refusal::BadCounter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    fn policy() -> BargainPolicy {
        Policy::default().bargain
    }
    fn wish(total: i64, price: i64, used_today: i64) -> Wish {
        Wish {
            total: Fen(total),
            price: Fen(price),
            used_today,
        }
    }

    #[test]
    fn bargain_01_the_share_of_the_order_is_the_limit() {
        let policy = policy();
        assert_eq!(limit(Fen(35_800), &policy), Fen(358));
        let within = |off, warning| Verdict::Within {
            off: Fen(off),
            warning,
        };
        assert_eq!(judge(wish(35_800, 35_500, 0), &policy), within(300, false));
        assert_eq!(judge(wish(35_800, 35_442, 0), &policy), within(358, false));
        assert_eq!(
            judge(wish(35_800, 35_441, 0), &policy),
            Verdict::Ask(Why::BeyondLimit)
        );
        assert_eq!(
            judge(wish(35_800, 35_000, 0), &policy),
            Verdict::Ask(Why::BeyondLimit)
        );
    }

    #[test]
    fn bargain_01_twice_freely_the_third_with_a_warning_then_blocked() {
        let policy = policy();
        let verdicts = [0, 1, 2, 3, 9].map(|used| judge(wish(35_800, 35_500, used), &policy));
        let within = |warning| Verdict::Within {
            off: Fen(300),
            warning,
        };
        assert_eq!(
            verdicts,
            [
                within(false),
                within(false),
                within(true),
                Verdict::Ask(Why::UsedUp),
                Verdict::Ask(Why::UsedUp)
            ]
        );
    }

    #[test]
    fn bargain_01_a_big_order_is_the_supervisors() {
        let policy = policy();
        let large = policy.large_order_fen;
        assert_eq!(
            judge(wish(large, large - 100, 0), &policy),
            Verdict::Ask(Why::LargeOrder)
        );
        assert!(matches!(
            judge(wish(large - 1, large - 101, 0), &policy),
            Verdict::Within { .. }
        ));
    }

    #[test]
    fn bargain_01_what_makes_no_sense() {
        let policy = policy();
        assert_eq!(judge(wish(0, 0, 0), &policy), Verdict::Bad(Nonsense::NoTotal));
        assert_eq!(
            judge(wish(100, 100, 0), &policy),
            Verdict::Bad(Nonsense::NoConcession)
        );
        assert_eq!(
            judge(wish(100, -1, 0), &policy),
            Verdict::Bad(Nonsense::NoConcession)
        );
    }

    #[test]
    fn bargain_01_one_step_to_a_round_price() {
        let policy = policy();
        for (total, round) in [
            (35_800, Some(35_500)),
            (100_300, Some(100_000)),
            (35_000, None),
            (9_990, Some(9_900)),
            (35_860, Some(35_800)),
            (1_999, None),
        ] {
            assert_eq!(round_off(Fen(total), &policy), round.map(Fen), "{total}");
        }
    }

    #[test]
    fn bargain_01_forms_are_those_of_the_platform() {
        let policy = policy();
        assert_eq!(forms("tmall", &policy), [Form::Freight, Form::Coupon, Form::Gift]);
        assert!(forms("taobao", &policy).contains(&Form::Price));
        assert_eq!(forms("somewhere", &policy), forms("other", &policy));
        for form in Form::ALL {
            assert_eq!(Form::parse(form.as_str()), Some(*form));
        }
    }

    #[test]
    fn bargain_03_the_ladder_in_its_order_and_the_short_way_for_who_wavers() {
        let all = Form::ALL;
        let mut tried = Vec::new();
        while let Some(step) = next_step(&tried, false, all) {
            tried.push(step);
        }
        assert_eq!(tried, Step::ALL);
        assert_eq!(next_step(&[], true, all), Some(Step::Lowest));
        assert_eq!(next_step(&[Step::Lowest], true, all), Some(Step::Activity));
        assert_eq!(
            next_step(&[Step::Lowest, Step::Activity], true, all),
            Some(Step::Freight)
        );
        assert_eq!(
            next_step(&[Step::Lowest, Step::Activity, Step::Freight], true, all),
            Some(Step::Apply)
        );
        // Only true claims: no freight where freight cannot be changed.
        assert_eq!(
            next_step(&[Step::Lowest], false, &[Form::Price]),
            Some(Step::Apply)
        );
        for step in Step::ALL {
            assert_eq!(Step::parse(step.as_str()), Some(*step));
        }
    }

    #[test]
    fn bargain_03_the_second_concession_stays_within_authority() {
        let policy = policy();
        assert_eq!(second(Fen(100_000), &policy), (Fen(300), Fen(500)));
        assert_eq!(second(Fen(35_800), &policy), (Fen(300), Fen(358)));
        assert_eq!(second(Fen(10_000), &policy), (Fen(100), Fen(100)));
    }

    #[test]
    fn bargain_02_requests() {
        let request = |state| Request {
            state,
            total: Fen(35_800),
            asked: Fen(34_000),
        };
        let open = request(State::Open);
        assert_eq!(act(open, Act::Grant), Ok(State::Granted));
        assert_eq!(act(open, Act::Refuse), Ok(State::Refused));
        assert_eq!(act(open, Act::Counter(Fen(35_000))), Ok(State::Countered));
        for bad in [34_000, 33_000, 35_800] {
            assert_eq!(act(open, Act::Counter(Fen(bad))), Err(Refusal::BadCounter));
        }
        assert_eq!(act(open, Act::Take), Err(Refusal::NothingGranted));
        assert_eq!(act(open, Act::Withdraw), Ok(State::Withdrawn));
        for state in [State::Granted, State::Countered] {
            assert_eq!(act(request(state), Act::Take), Ok(State::Taken));
            assert_eq!(act(request(state), Act::Withdraw), Ok(State::Withdrawn));
            assert_eq!(act(request(state), Act::Refuse), Err(Refusal::NotOpen));
        }
        for state in [State::Refused, State::Taken, State::Withdrawn] {
            for what in [Act::Grant, Act::Refuse, Act::Counter(Fen(35_000)), Act::Withdraw] {
                assert_eq!(act(request(state), what), Err(Refusal::NotOpen));
            }
            assert_eq!(act(request(state), Act::Take), Err(Refusal::NothingGranted));
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(*state));
        }
    }

    proptest! {
        /// Whatever is within authority is a real concession, not above the share, and a round price always is within.
        #[test]
        fn bargain_01_authority_is_never_exceeded(total in 1i64..10_000_000, price in -10i64..10_000_000, used in 0i64..6) {
            let policy = policy();
            if let Verdict::Within { off, .. } = judge(wish(total, price, used), &policy) {
                prop_assert!(off.0 > 0 && off <= limit(Fen(total), &policy));
                prop_assert_eq!(total - off.0, price);
            }
            if let Some(round) = round_off(Fen(total), &policy)
                && total < policy.large_order_fen
            {
                let fits = matches!(judge(wish(total, round.0, 0), &policy), Verdict::Within { warning: false, .. });
                prop_assert!(fits);
            }
        }
    }
}
