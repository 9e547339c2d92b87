//! The figures of a row, and which of them a turn stands behind.

macro_rules! figures {
    ($($(#[$doc:meta])* $variant:ident $field:ident,)+) => {
        /// The figures of a row. Costs are whole seconds. All add up except `max_wait`, of which the largest stays.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct Figures {
            $($(#[$doc])* pub $field: i64,)+
            /// Seconds: the longest wait of an answered turn; `None` without one.
            pub max_wait: Option<i64>,
        }

        /// A figure by its name in the contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Figure {
            $($(#[$doc])* $variant,)+
            /// Seconds: the longest wait of an answered turn.
            MaxWait,
        }

        const ADDITIVE: usize = [$(Figure::$variant),+].len();

        impl Figure {
            /// All, in the order in which they are stored.
            pub const ALL: [Self; ADDITIVE + 1] = [$(Self::$variant,)+ Self::MaxWait];

            /// Name in the contract.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($field),)+
                    Self::MaxWait => "max_wait",
                }
            }
        }

        impl Figures {
            /// How many integers [`Figures::to_ints`] gives.
            pub const INTS: usize = ADDITIVE + 1;

            /// As integers in a fixed order (that of [`Figure::ALL`]); a `max_wait` of none is -1.
            pub fn to_ints(&self) -> [i64; Self::INTS] {
                [$(self.$field,)+ self.max_wait.unwrap_or(-1)]
            }
            /// The reverse; `None` if there are not so many.
            pub fn from_ints(ints: &[i64]) -> Option<Self> {
                let [$($field,)+ max_wait] = *<&[i64; Self::INTS]>::try_from(ints).ok()?;
                Some(Self { $($field,)+ max_wait: Some(max_wait).filter(|wait| *wait >= 0) })
            }
            /// Adds another row; of `max_wait` the larger stays.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
                self.max_wait = self.max_wait.max(other.max_wait);
            }
            /// Takes away what was added. `max_wait` cannot be taken away and stays: whoever takes away a part whose
            /// `max_wait` equals the row's must find it anew from the parts that remain.
            pub fn sub(&mut self, other: &Self) {
                $(self.$field -= other.$field;)+
            }
            /// Whether no figure differs from zero (then there is no row).
            pub fn is_zero(&self) -> bool {
                *self == Self::default()
            }
            /// The value of one figure; `None` only for `max_wait` without an answered turn.
            pub fn get(&self, figure: Figure) -> Option<i64> {
                match figure {
                    $(Figure::$variant => Some(self.$field),)+
                    Figure::MaxWait => self.max_wait,
                }
            }
        }
    };
}

figures! {
    /// Buyers with any message with this agent that day.
    ConsultNum consult_num,
    /// Buyers who wrote while this agent held the conversation, whose turn this agent answered, or whose turn they held.
    ServiceNum service_num,
    /// Messages of buyers.
    BuyerMsgNum buyer_msg_num,
    /// Messages of persons.
    SellerMsgNum seller_msg_num,
    /// Characters without white space of persons' messages.
    SellerWordNum seller_word_num,
    /// Automatic messages.
    AutoMsgNum auto_msg_num,
    /// Seconds: waits of the first answers.
    FirstReplyCost first_reply_cost,
    /// First answers, once per (agent, buyer, day).
    FirstReplyTimes first_reply_times,
    /// Seconds: waits of answered turns under `metric.max_wait`.
    TotalReplyCost total_reply_cost,
    /// Those turns.
    TotalReplyTimes total_reply_times,
    /// Buyers none of whose turns begun that day was answered.
    NoReplyNum no_reply_num,
    /// Buyers with many slow turns (`clock.slow_buyer_turns`).
    SlowReceptionNum slow_reception_num,
    /// Buyers whose `receive_cost` is over `metric.long_receive`.
    LongReceiveNum long_receive_num,
    /// Answered turns over `clock.slow_secs` (R-RESP-03).
    SlowAnswerNum slow_answer_num,
    /// Turns that ended by the close of the conversation.
    UnansweredTurnNum unanswered_turn_num,
    /// Turns answered within the first figure of `metric.within` (R-RESP-02).
    Within10Num within_10_num,
    /// The second.
    Within30Num within_30_num,
    /// The third.
    Within60Num within_60_num,
    /// The fourth.
    Within180Num within_180_num,
    /// Turns begun.
    TurnTimes turn_times,
    /// Turns judged by the three-minute rate.
    ThreeMinuteTurns three_minute_turns,
    /// Those answered in time.
    ThreeMinuteTimes three_minute_times,
    /// Transfers to this agent.
    TransferInNum transfer_in_num,
    /// Transfers from this agent.
    TransferOutNum transfer_out_num,
    /// Owed answers that this agent gave back by leaving.
    HandedBackNum handed_back_num,
    /// Seconds from first to last message, per conversation and day.
    ReceiveCost receive_cost,
    /// Not in the contract: turns still open, which make the row late.
    OpenTurns open_turns,
    /// Not in the contract: buyers of whom an open turn decides whether they stay unanswered.
    OpenBuyers open_buyers,
}

/// What stands behind a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// Turns ([`super::opens`]).
    Turns,
    /// Messages ([`super::opens_message`]).
    Messages,
    /// Transfers ([`super::opens_transfer`]).
    Transfers,
    /// Hand-backs ([`crate::clock::Derived::handed_back`]).
    HandBacks,
}

impl Figure {
    /// The figure of that name; a derived one (`reply_avg`) gives the figure that it is counted from.
    pub fn parse(name: &str) -> Option<Self> {
        let name = match name {
            "reply_rate" => "service_num",
            "first_reply_avg" => "first_reply_times",
            "reply_avg" => "total_reply_times",
            "three_minute_rate" => "three_minute_turns",
            "qa_ratio" => "seller_msg_num",
            other => other,
        };
        Self::ALL
            .into_iter()
            .find(|figure| figure.as_str() == name && !figure.is_inner())
    }

    /// What stands behind it.
    pub const fn kind(self) -> FigureKind {
        match self {
            Self::ConsultNum
            | Self::BuyerMsgNum
            | Self::SellerMsgNum
            | Self::SellerWordNum
            | Self::AutoMsgNum
            | Self::ReceiveCost
            | Self::LongReceiveNum => FigureKind::Messages,
            Self::TransferInNum | Self::TransferOutNum => FigureKind::Transfers,
            Self::HandedBackNum => FigureKind::HandBacks,
            _ => FigureKind::Turns,
        }
    }

    const fn is_inner(self) -> bool {
        matches!(self, Self::OpenTurns | Self::OpenBuyers)
    }
}

/// A set of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Feeds(u32);

impl Feeds {
    /// Only this one.
    pub const fn of(figure: Figure) -> Self {
        Self(1 << figure as u32)
    }
    /// Whether it is in the set.
    pub const fn has(self, figure: Figure) -> bool {
        self.0 >> (figure as u32) & 1 == 1
    }
    /// The figures of the set.
    pub fn iter(self) -> impl Iterator<Item = Figure> {
        Figure::ALL.into_iter().filter(move |figure| self.has(*figure))
    }
    pub(super) const fn set(&mut self, figure: Figure) {
        self.0 |= 1 << figure as u32;
    }
    pub(super) fn set_if(&mut self, condition: bool, figures: &[Figure]) {
        if condition {
            figures.iter().for_each(|figure| self.set(*figure));
        }
    }
    const fn bit(self, figure: Figure) -> i64 {
        (self.0 >> figure as u32 & 1) as i64
    }
}

impl Figures {
    /// Counts one turn. Figures of people are not counted here: they are one per buyer, not per turn.
    pub(super) fn count(&mut self, feeds: Feeds, wait: Option<i64>) {
        let cost = wait.unwrap_or(0);
        self.turn_times += 1;
        self.first_reply_times += feeds.bit(Figure::FirstReplyTimes);
        self.first_reply_cost += feeds.bit(Figure::FirstReplyCost) * cost;
        self.total_reply_times += feeds.bit(Figure::TotalReplyTimes);
        self.total_reply_cost += feeds.bit(Figure::TotalReplyCost) * cost;
        self.slow_answer_num += feeds.bit(Figure::SlowAnswerNum);
        self.unanswered_turn_num += feeds.bit(Figure::UnansweredTurnNum);
        self.within_10_num += feeds.bit(Figure::Within10Num);
        self.within_30_num += feeds.bit(Figure::Within30Num);
        self.within_60_num += feeds.bit(Figure::Within60Num);
        self.within_180_num += feeds.bit(Figure::Within180Num);
        self.three_minute_turns += feeds.bit(Figure::ThreeMinuteTurns);
        self.three_minute_times += feeds.bit(Figure::ThreeMinuteTimes);
        self.open_turns += feeds.bit(Figure::OpenTurns);
        self.max_wait = self.max_wait.max(wait);
    }
}
