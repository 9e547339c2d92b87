//! Telephone calls with buyers, and what was agreed in them (R-CHANNEL-05).
//!
//! What was agreed by word of mouth is to stand in the chat as well. Until a message there says it, the confirmation is
//! open, due after a time of the policy, and chased.

use yingke_kernel::Stamp;

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The buyer called the shop.
    In,
    /// The shop called the buyer.
    Out,
}

impl Direction {
    /// All of them.
    pub const ALL: &[Self] = &[Self::In, Self::Out];
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|d| d.as_str() == text)
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The matter is settled.
    Settled,
    /// Something was agreed and is still to be done.
    Agreed,
    /// To be called again.
    CallAgain,
    /// Nobody answered.
    NoAnswer,
    /// The buyer did not want to talk.
    Declined,
    /// It was somebody else's number.
    WrongNumber,
}

impl Outcome {
    /// All of them, in the order in which they are offered.
    pub const ALL: &[Self] = &[
        Self::Settled,
        Self::Agreed,
        Self::CallAgain,
        Self::NoAnswer,
        Self::Declined,
        Self::WrongNumber,
    ];
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Agreed => "agreed",
            Self::CallAgain => "call_again",
            Self::NoAnswer => "no_answer",
            Self::Declined => "declined",
            Self::WrongNumber => "wrong_number",
        }
    }
    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|o| o.as_str() == text)
    }
    /// Whether anybody spoke with the buyer: only then something can have been agreed.
    pub const fn spoke(self) -> bool {
        matches!(
            self,
            Self::Settled | Self::Agreed | Self::CallAgain | Self::Declined
        )
    }
}

/// Why a call cannot stand so on the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Odd {
    /// Neither buyer nor order nor number.
    #[error("a call is with somebody: give the buyer's thread, an order number or a telephone number")]
    Nobody,
    /// Something is to be confirmed and nothing was agreed.
    #[error("what is to be confirmed in the chat must be written down")]
    NothingAgreed,
    /// Nobody spoke, and yet something was agreed.
    #[error("nobody was spoken to; then nothing was agreed")]
    NotSpoken,
    /// There is no chat to confirm it in.
    #[error("it can only be confirmed in a chat; give the buyer's thread")]
    NoChat,
    /// It lies ahead.
    #[error("a call that was not yet made cannot be logged")]
    Ahead,
    /// It lasted longer than a day, or less than nothing.
    #[error("a call lasts from 0 to 86400 seconds")]
    BadLength,
}

/// What is logged of a call, as far as the rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// When it was.
    pub at: Stamp,
    /// How long, seconds, if known.
    pub secs: Option<i64>,
    /// Whether the buyer's chat is known.
    pub has_chat: bool,
    /// Whether an order or a telephone number is known.
    pub has_number: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// What was agreed.
    pub agreed: &'a str,
    /// It must be confirmed in the chat.
    pub confirm: bool,
}

/// Whether a call can be logged so at `now`.
pub fn check(said: &Said<'_>, now: Stamp) -> Result<(), Odd> {
    let agreed = !said.agreed.trim().is_empty();
    if !said.has_chat && !said.has_number {
        return Err(Odd::Nobody);
    }
    if said.at > now {
        return Err(Odd::Ahead);
    }
    if said.secs.is_some_and(|secs| !(0..=86_400).contains(&secs)) {
        return Err(Odd::BadLength);
    }
    if !said.outcome.spoke() && (agreed || said.confirm) {
        return Err(Odd::NotSpoken);
    }
    match (said.confirm, agreed, said.has_chat) {
        (true, false, _) => Err(Odd::NothingAgreed),
        (true, _, false) => Err(Odd::NoChat),
        _ => Ok(()),
    }
}

/// When what was agreed at `at` must stand in the chat.
pub fn due(at: Stamp, within_secs: i64) -> Stamp {
    at.plus_secs(within_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said<'static> {
        Said {
            at: Stamp::from_secs(100),
            secs: None,
            has_chat: true,
            has_number: false,
            outcome: Outcome::Agreed,
            agreed: "周五前补发",
            confirm: true,
        }
    }
    fn check_at(said: Said<'_>) -> Result<(), Odd> {
        check(&said, Stamp::from_secs(200))
    }

    #[test]
    fn r_channel_05_a_call_is_with_somebody_and_was_made() {
        assert_eq!(check_at(said()), Ok(()));
        let bare = Said {
            has_chat: false,
            confirm: false,
            agreed: "",
            outcome: Outcome::NoAnswer,
            ..said()
        };
        assert_eq!(check_at(bare), Err(Odd::Nobody));
        assert_eq!(
            check_at(Said {
                has_number: true,
                ..bare
            }),
            Ok(())
        );
        assert_eq!(
            check_at(Said {
                at: Stamp::from_secs(201),
                ..said()
            }),
            Err(Odd::Ahead)
        );
        assert_eq!(
            check_at(Said {
                secs: Some(-1),
                ..said()
            }),
            Err(Odd::BadLength)
        );
        assert_eq!(
            check_at(Said {
                secs: Some(86_401),
                ..said()
            }),
            Err(Odd::BadLength)
        );
    }

    #[test]
    fn r_channel_05_only_what_was_agreed_is_confirmed_and_only_in_a_chat() {
        assert_eq!(
            check_at(Said {
                agreed: "  ",
                ..said()
            }),
            Err(Odd::NothingAgreed)
        );
        assert_eq!(
            check_at(Said {
                has_chat: false,
                has_number: true,
                ..said()
            }),
            Err(Odd::NoChat)
        );
        for outcome in [Outcome::NoAnswer, Outcome::WrongNumber] {
            assert_eq!(check_at(Said { outcome, ..said() }), Err(Odd::NotSpoken));
            assert!(!outcome.spoke());
        }
        assert_eq!(due(Stamp::from_secs(100), 1_800), Stamp::from_secs(1_900));
    }

    #[test]
    fn names_go_out_and_come_back() {
        assert!(
            Outcome::ALL
                .iter()
                .all(|o| Outcome::parse(o.as_str()) == Some(*o))
        );
        assert!(
            Direction::ALL
                .iter()
                .all(|d| Direction::parse(d.as_str()) == Some(*d))
        );
        assert_eq!((Outcome::parse("maybe"), Direction::parse("up")), (None, None));
    }
}
