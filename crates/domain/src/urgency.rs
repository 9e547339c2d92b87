//! Who among the waiting comes first (R-DESK-05), and how long the others will wait.

use crate::order::OrderState;
use crate::policy::PriorityPolicy;

/// Why a waiting buyer comes before others: a sale is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Priority {
    /// An order was placed and is not paid.
    UnpaidOrder,
    /// The buyer stands before a product's page.
    Cart,
    /// The buyer asked about a product.
    ProductQuestion,
}

impl Priority {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnpaidOrder => "unpaid_order",
            Self::Cart => "cart",
            Self::ProductQuestion => "product_question",
        }
    }

    /// Seconds by which such a buyer counts as having waited longer.
    pub const fn lead_secs(self, policy: &PriorityPolicy) -> i64 {
        match self {
            Self::UnpaidOrder => policy.unpaid_order_secs,
            Self::Cart => policy.cart_secs,
            Self::ProductQuestion => policy.product_question_secs,
        }
    }
}

/// What is known of a waiting buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// State of the latest order.
    pub order: Option<OrderState>,
    /// A product's page is open before the buyer.
    pub on_product: bool,
    /// The conversation asked about a product ([`asks_for_product`]).
    pub asked: bool,
}

/// Why this buyer comes first: the reason with the longest lead; `None` = idle talk.
pub fn priority(wish: Wish, policy: &PriorityPolicy) -> Option<Priority> {
    let reasons = [
        (
            wish.order == Some(OrderState::AwaitingPayment),
            Priority::UnpaidOrder,
        ),
        (wish.on_product, Priority::Cart),
        (wish.asked, Priority::ProductQuestion),
    ];
    let mut best: Option<Priority> = None;
    for (_, reason) in reasons.into_iter().filter(|(holds, _)| *holds) {
        if best.is_none_or(|b| reason.lead_secs(policy) > b.lead_secs(policy)) {
            best = Some(reason);
        }
    }
    best
}

/// Whether a buyer's words ask about a product.
pub fn asks_for_product(text: &str, policy: &PriorityPolicy) -> bool {
    policy
        .product_words
        .iter()
        .any(|word| text.contains(word.as_str()))
}

/// How long somebody at this place will wait, whole seconds: the place times what one place has lately taken one agent,
/// shared by the agents who take new buyers; never less than `floor`. `None` when nobody does, or for whoever does not wait.
pub fn estimate(place: i64, secs_a_place: i64, staff: usize, floor: i64) -> Option<i64> {
    let staff = i64::try_from(staff).ok().filter(|n| *n > 0)?;
    if place < 1 {
        return None;
    }
    let total = place.saturating_mul(secs_a_place.max(0));
    Some((total / staff + i64::from(total % staff != 0)).max(floor))
}

/// What one place took one agent: the wait of somebody who has just been given to an agent, seen backwards through
/// [`estimate`]. `place`: where they stood when they came.
pub fn sample(waited_secs: i64, place: i64, staff: usize) -> Option<i64> {
    let staff = i64::try_from(staff).ok().filter(|n| *n > 0)?;
    (place >= 1 && waited_secs >= 0).then(|| waited_secs.saturating_mul(staff) / place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    #[test]
    fn r_desk_05_a_buyer_about_to_buy_comes_first() {
        let policy = Policy::default().priority;
        let unpaid = Some(OrderState::AwaitingPayment);
        for (order, on_product, asked, reason) in [
            (None, false, false, None),
            (None, false, true, Some(Priority::ProductQuestion)),
            (None, true, true, Some(Priority::Cart)),
            (unpaid, true, true, Some(Priority::UnpaidOrder)),
            (Some(OrderState::Shipped), false, false, None),
        ] {
            let wish = Wish {
                order,
                on_product,
                asked,
            };
            assert_eq!(priority(wish, &policy), reason, "{wish:?}");
        }
        assert!(asks_for_product("这款有货吗", &policy));
        assert!(!asks_for_product("你好呀", &policy));
    }

    #[test]
    fn r_desk_05_the_reason_with_the_longest_lead_counts() {
        let policy = PriorityPolicy {
            unpaid_order_secs: 10,
            cart_secs: 20,
            ..Policy::default().priority
        };
        let wish = Wish {
            order: Some(OrderState::AwaitingPayment),
            on_product: true,
            asked: false,
        };
        assert_eq!(priority(wish, &policy), Some(Priority::Cart));
    }

    #[test]
    fn the_estimate_is_rounded_up_and_none_when_nobody_is_there() {
        for (place, secs, staff, wait) in [
            (1, 60, 1, Some(60)),
            (3, 60, 2, Some(90)),
            (1, 61, 2, Some(31)),
            (1, 0, 3, Some(0)),
            (2, 60, 0, None),
            (0, 60, 2, None),
        ] {
            assert_eq!(estimate(place, secs, staff, 0), wait, "{place} {secs} {staff}");
        }
        assert_eq!(estimate(1, 5, 2, 20), Some(20), "never under the floor");
        assert_eq!(estimate(1, 5, 0, 20), None);
        assert_eq!(sample(90, 3, 2), Some(60));
        assert_eq!(sample(90, 0, 2), None);
    }

    proptest! {
        #[test]
        fn a_sample_predicts_its_own_wait(waited in 0i64..10_000, place in 1i64..50, staff in 1usize..20) {
            let secs = sample(waited, place, staff).unwrap();
            let again = estimate(place, secs, staff, 0).unwrap();
            prop_assert!((again - waited).abs() <= place + 1, "{} for {}", again, waited);
        }
        #[test]
        fn whoever_stands_further_back_never_waits_less(a in 1i64..100, b in 1i64..100, secs in 0i64..600, staff in 1usize..9, floor in 0i64..90) {
            let (near, far) = (a.min(b), a.max(b));
            prop_assert!(estimate(near, secs, staff, floor) <= estimate(far, secs, staff, floor));
            prop_assert!(estimate(near, secs, staff, floor) >= Some(floor));
        }
    }
}
