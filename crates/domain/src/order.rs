//! Orders as facts: amounts, times and the platform's state, whatever file they came from (R-ORDER).
//!
//! Paid means a payment time, never an amount: in some files the paid amount is already net of refunds. So gross, refund
//! and net are kept apart, and [`check`] holds them together.

use yingke_kernel::{Fen, Stamp};

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $text:literal [$($spelling:literal),+ $(,)?],)+) => {
        /// The state of an order, platform's words made one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum OrderState {
            $($(#[$doc])* $name,)+
        }
        impl OrderState {
            /// All states.
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// Name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// Every word by which the platforms name it.
            pub const fn spellings(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($spelling),+],)+ }
            }
            /// The state of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
            /// Reads a platform's file: its Chinese words with either comma and any spaces, or its code.
            pub fn parse_platform(text: &str) -> Option<Self> {
                let text: String = text
                    .chars()
                    .filter(|c| !c.is_whitespace() && *c != '\u{feff}')
                    .map(|c| match c { ',' => '，', '(' => '（', ')' => '）', other => other })
                    .collect();
                match text.as_str() { $($($spelling)|+ => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

states! {
    /// Placed, no payment yet.
    AwaitingPayment = "awaiting_payment" [
        "等待买家付款", "没有创建支付宝交易", "国际信用卡付款确认中", "待付款",
        "TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY", "PAY_PENDING",
    ],
    /// Paid, to be shipped.
    AwaitingShipment = "awaiting_shipment" [
        "买家已付款，等待卖家发货", "等待卖家发货", "等待卖家发货（已付款）", "待发货", "拼团中",
        "WAIT_SELLER_SEND_GOODS", "PAID_FORBID_CONSIGN", "WAIT_PRE_AUTH_CONFIRM",
    ],
    /// Shipped in part.
    PartlyShipped = "partly_shipped" ["卖家部分发货", "SELLER_CONSIGNED_PART"],
    /// Shipped, to be confirmed by the buyer.
    Shipped = "shipped" [
        "卖家已发货，等待买家确认", "等待买家确认收货", "已发货待确认", "已发货",
        "WAIT_BUYER_CONFIRM_GOODS",
    ],
    /// Signed for, cash on delivery.
    Signed = "signed" ["已签收", "已签收（货到付款）", "TRADE_BUYER_SIGNED"],
    /// Done.
    Finished = "finished" ["交易成功", "TRADE_FINISHED"],
    /// Closed; whether before or after the payment says the payment time.
    Closed = "closed" [
        "交易关闭", "付款后退款成功而关闭", "付款前关闭", "TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO",
    ],
}

/// What is known of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderFact {
    /// Before any refund.
    pub gross: Fen,
    /// Given back to the buyer.
    pub refund: Fen,
    /// `gross - refund`.
    pub net: Fen,
    /// The platform's state; `None` where the file has none.
    pub state: Option<OrderState>,
    /// When it was placed.
    pub created: Stamp,
    /// When it was paid; `None` = never.
    pub paid: Option<Stamp>,
}

impl OrderFact {
    /// Whether it was paid: by its payment time.
    pub const fn is_paid(&self) -> bool {
        self.paid.is_some()
    }
}

/// A step of an order, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Placed.
    Placed,
    /// Paid.
    Paid,
    /// On its way.
    Shipped,
    /// In the buyer's hands.
    Signed,
    /// Done.
    Finished,
    /// Closed instead of what would have followed.
    Closed,
}

impl Step {
    /// Name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Signed => "signed",
            Self::Finished => "finished",
            Self::Closed => "closed",
        }
    }
}

/// The order in one word, as cards say it: `unpaid paid shipped signed closed`.
pub fn brief(state: Option<OrderState>, paid: bool, shipped: bool, signed: bool) -> &'static str {
    match state {
        Some(OrderState::Closed) => "closed",
        Some(OrderState::Signed | OrderState::Finished) => "signed",
        Some(OrderState::Shipped | OrderState::PartlyShipped) if !signed => "shipped",
        _ if signed => "signed",
        _ if shipped => "shipped",
        Some(OrderState::AwaitingShipment) => "paid",
        _ if paid => "paid",
        _ => "unpaid",
    }
}

/// Platforms on which a name is the same buyer: accounts of one house are good on all of its markets.
pub fn markets(platform: &str) -> Vec<&str> {
    const SHARED: [&str; 2] = ["taobao", "tmall"];
    if SHARED.contains(&platform) {
        SHARED.to_vec()
    } else {
        vec![platform]
    }
}

/// How far an order is: each step, whether it is done, and when if that is known (R-ORDER-01). A closed order shows the
/// steps it took and its end. A state that says more than the times is believed: a finished order was shipped, even if no
/// file says when.
pub fn steps(
    state: Option<OrderState>,
    created: Stamp,
    paid: Option<Stamp>,
    shipped: Option<Stamp>,
    signed: Option<Stamp>,
) -> Vec<(Step, bool, Option<Stamp>)> {
    use OrderState::{Closed, Finished, PartlyShipped, Shipped, Signed};
    let is = |states: &[OrderState]| state.is_some_and(|state| states.contains(&state));
    let all = [
        (Step::Placed, true, Some(created)),
        (Step::Paid, paid.is_some(), paid),
        (
            Step::Shipped,
            shipped.is_some() || signed.is_some() || is(&[PartlyShipped, Shipped, Signed, Finished]),
            shipped,
        ),
        (Step::Signed, signed.is_some() || is(&[Signed, Finished]), signed),
        (Step::Finished, is(&[Finished]), None),
    ];
    if state == Some(Closed) {
        return all
            .into_iter()
            .filter(|(step, done, _)| *done && *step != Step::Finished)
            .chain([(Step::Closed, true, None)])
            .collect();
    }
    all.to_vec()
}

/// Why the facts of an order cannot be true together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// An amount below zero.
    #[error("{field} is {amount}; an amount cannot be below 0.00")]
    Negative {
        /// Which.
        field: &'static str,
        /// What it is.
        amount: Fen,
    },
    /// More refunded than paid.
    #[error("refund {refund} is more than the order's {gross}; check both columns")]
    RefundTooLarge {
        /// Given back.
        refund: Fen,
        /// Of.
        gross: Fen,
    },
    /// The amounts do not add up.
    #[error("net {net} is not {gross} less the refund of {refund}; check the three columns")]
    DoesNotAddUp {
        /// Before refunds.
        gross: Fen,
        /// Given back.
        refund: Fen,
        /// What was said to remain.
        net: Fen,
    },
    /// Paid before placed.
    #[error("paid at {paid}, before it was placed at {created}; check both times")]
    PaidBeforeCreated {
        /// Payment time.
        paid: Stamp,
        /// Time of the order.
        created: Stamp,
    },
}

/// Whether the facts of an order can be true together.
pub fn check(order: &OrderFact) -> Result<(), OrderError> {
    for (field, amount) in [("gross", order.gross), ("refund", order.refund)] {
        if amount < Fen(0) {
            return Err(OrderError::Negative { field, amount });
        }
    }
    let OrderFact {
        gross,
        refund,
        net,
        created,
        paid,
        ..
    } = *order;
    if refund > gross {
        return Err(OrderError::RefundTooLarge { refund, gross });
    }
    if gross - refund != net {
        return Err(OrderError::DoesNotAddUp { gross, refund, net });
    }
    match paid {
        Some(paid) if paid < created => Err(OrderError::PaidBeforeCreated { paid, created }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_read_with_either_comma_and_by_code() {
        for (text, state) in [
            ("买家已付款，等待卖家发货", OrderState::AwaitingShipment),
            ("买家已付款,等待卖家发货", OrderState::AwaitingShipment),
            ("卖家已发货， 等待买家确认 ", OrderState::Shipped),
            ("卖家已发货,等待买家确认", OrderState::Shipped),
            ("等待卖家发货(已付款)", OrderState::AwaitingShipment),
            ("\u{feff}交易成功", OrderState::Finished),
            ("交易关闭", OrderState::Closed),
            ("WAIT_BUYER_PAY", OrderState::AwaitingPayment),
        ] {
            assert_eq!(OrderState::parse_platform(text), Some(state), "{text}");
        }
        assert_eq!(OrderState::parse_platform("交易"), None);
        assert_eq!(OrderState::parse_platform(""), None);
        for state in OrderState::ALL {
            assert_eq!(OrderState::parse(state.as_str()), Some(*state));
        }
    }

    #[test]
    fn r_order_01_steps_follow_the_state_and_the_times() {
        let at = Stamp::from_secs;
        let done = |steps: Vec<(Step, bool, Option<Stamp>)>| -> Vec<&'static str> {
            steps.iter().filter(|s| s.1).map(|s| s.0.as_str()).collect()
        };
        assert_eq!(done(steps(None, at(1), None, None, None)), ["placed"]);
        assert_eq!(
            done(steps(None, at(1), Some(at(2)), None, None)),
            ["placed", "paid"]
        );
        let shipped = steps(Some(OrderState::Shipped), at(1), Some(at(2)), None, None);
        assert_eq!(shipped.len(), 5);
        assert_eq!(shipped[2], (Step::Shipped, true, None), "the state is believed");
        assert!(!shipped[3].1);
        assert_eq!(
            done(steps(None, at(1), Some(at(2)), None, Some(at(9)))),
            ["placed", "paid", "shipped", "signed"],
            "who has it was sent it"
        );
        assert_eq!(
            done(steps(
                Some(OrderState::Finished),
                at(1),
                Some(at(2)),
                Some(at(3)),
                None
            )),
            ["placed", "paid", "shipped", "signed", "finished"]
        );
        assert_eq!(brief(None, false, false, false), "unpaid");
        assert_eq!(brief(None, true, true, false), "shipped");
        assert_eq!(
            brief(Some(OrderState::AwaitingPayment), true, false, false),
            "paid"
        );
        assert_eq!(brief(Some(OrderState::Shipped), true, false, true), "signed");
        assert_eq!(brief(Some(OrderState::Finished), true, false, false), "signed");
        assert_eq!(brief(Some(OrderState::Closed), true, true, true), "closed");
        assert_eq!(markets("tmall"), ["taobao", "tmall"]);
        assert_eq!(markets("web"), ["web"]);
        let unpaid = steps(Some(OrderState::Closed), at(1), None, None, None);
        assert_eq!(done(unpaid.clone()), ["placed", "closed"]);
        assert_eq!(unpaid.len(), 2, "what never came is not shown");
        for state in OrderState::ALL {
            for word in state.spellings() {
                assert_eq!(OrderState::parse_platform(word), Some(*state));
            }
        }
    }

    #[test]
    fn facts_that_cannot_be_true_together_are_refused() {
        let good = OrderFact {
            gross: Fen(17_880),
            refund: Fen(2_000),
            net: Fen(15_880),
            state: Some(OrderState::Finished),
            created: Stamp::from_secs(100),
            paid: Some(Stamp::from_secs(108)),
        };
        assert_eq!(check(&good), Ok(()));
        let full = OrderFact {
            refund: good.gross,
            net: Fen(0),
            ..good
        };
        assert!(
            check(&full).is_ok() && full.is_paid(),
            "fully refunded is still paid"
        );
        assert!(!OrderFact { paid: None, ..good }.is_paid());
        let refused = |order: OrderFact| check(&order).unwrap_err().to_string();
        assert!(
            refused(OrderFact {
                refund: Fen(-1),
                ..good
            })
            .contains("refund is -0.01")
        );
        assert!(
            refused(OrderFact {
                refund: Fen(17_881),
                ..good
            })
            .contains("more than the order's 178.80")
        );
        assert!(
            refused(OrderFact {
                net: Fen(15_881),
                ..good
            })
            .contains("158.81")
        );
        assert!(
            refused(OrderFact {
                paid: Some(Stamp::from_secs(99)),
                ..good
            })
            .contains("before it was placed")
        );
    }
}
