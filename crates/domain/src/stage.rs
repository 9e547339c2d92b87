//! Where the talk with a buyer stands (R-DESK-06): read from what is said and from the buyer's latest order.
//!
//! A stage is a hint for the desk, never a fact: it decides which phrases are offered, nothing else. The words are the
//! policy's (`[stage]`). What neither words nor order explain stays as it is; what a person set by hand holds until the
//! conversation is over (the caller does not ask this rule then).

use crate::order::OrderState;
use crate::policy::StagePolicy;

/// Where the talk stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody has answered yet.
    #[default]
    Welcome,
    /// Questions and answers.
    Dialogue,
    /// The price is talked about.
    Bargaining,
    /// Ordering and paying.
    Payment,
    /// The parcel.
    Logistics,
    /// Something is wrong with what came.
    Aftersales,
    /// Thanks and goodbye.
    Farewell,
}

impl Stage {
    /// All stages, in the order in which a sale goes.
    pub const ALL: &[Self] = &[
        Self::Welcome,
        Self::Dialogue,
        Self::Bargaining,
        Self::Payment,
        Self::Logistics,
        Self::Aftersales,
        Self::Farewell,
    ];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Dialogue => "dialogue",
            Self::Bargaining => "bargaining",
            Self::Payment => "payment",
            Self::Logistics => "logistics",
            Self::Aftersales => "aftersales",
            Self::Farewell => "farewell",
        }
    }
    /// The stage of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|stage| stage.as_str() == text)
    }
}

/// Who said it; automatic texts say nothing about the stage (R-RESP-01 treats them the same way).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The buyer.
    Buyer,
    /// A person of the house.
    Person,
}

/// The stage after a message. `order`: state of the buyer's latest order, if the house knows one.
pub fn after(now: Stage, by: Speaker, text: &str, order: Option<OrderState>, words: &StagePolicy) -> Stage {
    if by == Speaker::Person {
        // The agent's words are not asked: whoever offers help with a refund has not got one to deal with.
        return if now == Stage::Welcome {
            settled(Stage::Dialogue, order)
        } else {
            now
        };
    }
    match said(text, words) {
        // A goodbye before anything was said is a greeting.
        Some(Stage::Farewell) if now == Stage::Welcome => now,
        Some(stage) => stage,
        None => match now {
            Stage::Welcome | Stage::Farewell => now,
            Stage::Dialogue => settled(now, order),
            other => other,
        },
    }
}

/// The stage after a fact about the buyer's order: paying is over once it is paid, the parcel once it is signed for.
pub fn on_order(now: Stage, order: OrderState) -> Stage {
    match (now, order) {
        (Stage::Dialogue | Stage::Bargaining, OrderState::AwaitingPayment) => Stage::Payment,
        (
            Stage::Dialogue | Stage::Bargaining | Stage::Payment,
            OrderState::AwaitingShipment | OrderState::PartlyShipped | OrderState::Shipped,
        ) => Stage::Logistics,
        (now, _) => now,
    }
}

/// Plain talk with a buyer who has ordered is about that order.
fn settled(now: Stage, order: Option<OrderState>) -> Stage {
    order.map_or(now, |order| on_order(now, order))
}

/// Which stage a text names. The later stages win: "the refund for what I paid" is no payment.
fn said(text: &str, words: &StagePolicy) -> Option<Stage> {
    let lower;
    let text = if text.bytes().any(|b| b.is_ascii_uppercase()) {
        lower = text.to_ascii_lowercase();
        &lower
    } else {
        text
    };
    let names = |list: &[String]| list.iter().any(|word| text.contains(word.as_str()));
    [
        (Stage::Aftersales, &words.aftersales),
        (Stage::Logistics, &words.logistics),
        (Stage::Payment, &words.payment),
        (Stage::Bargaining, &words.bargaining),
        (Stage::Farewell, &words.farewell),
    ]
    .into_iter()
    .find(|(_, list)| names(list))
    .map(|(stage, _)| stage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use proptest::prelude::*;

    fn words() -> StagePolicy {
        Policy::default().stage
    }

    #[test]
    fn r_desk_06_what_a_buyer_says_names_the_stage() {
        use Stage::*;
        for (before, text, after_it) in [
            (Welcome, "在吗", Welcome),
            (Dialogue, "这款是什么材质的", Dialogue),
            (Dialogue, "能便宜点吗", Bargaining),
            (Bargaining, "有没有优惠券", Bargaining),
            (Dialogue, "怎么付款", Payment),
            (Payment, "什么时候发货", Logistics),
            (Logistics, "到哪了，单号给我", Logistics),
            (Logistics, "收到就坏了，我要退货", Aftersales),
            (Dialogue, "退款什么时候到账，我付款了", Aftersales),
            (Aftersales, "好的谢谢", Farewell),
            (Welcome, "谢谢", Welcome),
            (Farewell, "嗯", Farewell),
            (Farewell, "对了，快递到了吗", Logistics),
            (Dialogue, "OK BYE", Farewell),
        ] {
            assert_eq!(
                after(before, Speaker::Buyer, text, None, &words()),
                after_it,
                "{before:?} {text}"
            );
        }
    }

    #[test]
    fn r_desk_06_the_order_says_what_plain_talk_is_about() {
        use OrderState::*;
        for (before, order, after_it) in [
            (Stage::Dialogue, AwaitingPayment, Stage::Payment),
            (Stage::Bargaining, AwaitingPayment, Stage::Bargaining),
            (Stage::Dialogue, AwaitingShipment, Stage::Logistics),
            (Stage::Dialogue, Shipped, Stage::Logistics),
            (Stage::Dialogue, Finished, Stage::Dialogue),
            (Stage::Dialogue, Closed, Stage::Dialogue),
        ] {
            assert_eq!(
                after(before, Speaker::Buyer, "嗯嗯", Some(order), &words()),
                after_it,
                "{order:?}"
            );
        }
        assert_eq!(on_order(Stage::Payment, AwaitingShipment), Stage::Logistics);
        assert_eq!(on_order(Stage::Bargaining, AwaitingPayment), Stage::Payment);
        assert_eq!(on_order(Stage::Aftersales, Shipped), Stage::Aftersales);
    }

    #[test]
    fn r_desk_06_the_first_answer_ends_the_welcome() {
        let person = |now, order| after(now, Speaker::Person, "退款也可以找我", order, &words());
        assert_eq!(person(Stage::Welcome, None), Stage::Dialogue);
        assert_eq!(
            person(Stage::Welcome, Some(OrderState::Shipped)),
            Stage::Logistics
        );
        assert_eq!(person(Stage::Bargaining, None), Stage::Bargaining);
    }

    #[test]
    fn names_are_read_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.as_str()), Some(*stage));
        }
        assert_eq!(Stage::parse("after_sales"), None);
    }

    proptest! {
        #[test]
        fn r_desk_06_a_stage_has_a_reason_and_saying_it_twice_changes_nothing(
            stage in prop::sample::select(Stage::ALL),
            text in "[a-z退款快递付便宜谢价格发货 ]{0,12}",
            order in prop::option::of(prop::sample::select(OrderState::ALL)),
            by_buyer in any::<bool>(),
        ) {
            let words = words();
            let by = if by_buyer { Speaker::Buyer } else { Speaker::Person };
            let next = after(stage, by, &text, order, &words);
            prop_assert_eq!(after(next, by, &text, order, &words), next);
            let by_words = by_buyer && said(&text, &words) == Some(next);
            let by_order = order.is_some_and(|o| on_order(Stage::Dialogue, o) == next);
            let first_answer = !by_buyer && stage == Stage::Welcome && next == Stage::Dialogue;
            prop_assert!(next == stage || by_words || by_order || first_answer, "{:?} -> {:?}", stage, next);
        }
    }
}
