//! Harassing, irrelevant and malicious words: marks that a supervisor confirms, blocks, reports (R-DESK-12).
//!
//! A mark is a proposal: only once somebody else with the right confirms it do the words leave the response figures. A block
//! holds from its beginning to its end or until it is lifted, whichever is earlier; what a blocked buyer writes is stored and
//! nothing else.

use yingke_kernel::{PersonId, Stamp};

macro_rules! names {
    ($(#[$doc:meta])* $enum:ident { $($(#[$d:meta])* $name:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $enum {
            $($(#[$d])* $name,)+
        }
        impl $enum {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// Name on the wire and in the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// The one of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

names! {
    /// What is wrong with the words.
    Sort {
        /// Insults, threats, obscenity.
        Harassing = "harassing",
        /// Has nothing to do with the shop: advertising, chain letters, jokes.
        Irrelevant = "irrelevant",
        /// Means harm: extortion, false orders, bait.
        Malicious = "malicious",
    }
}

names! {
    /// Where a mark stands.
    MarkState {
        /// Proposed; the figures are as before.
        Open = "open",
        /// The words are out of the response figures.
        Confirmed = "confirmed",
        /// The figures stay as before.
        Refused = "refused",
        /// Whoever proposed it took it back.
        Withdrawn = "withdrawn",
        /// It was confirmed, and a supervisor took that back: the figures are as if it had never been.
        Revoked = "revoked",
    }
}

/// What somebody wants with a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The supervisor says yes.
    Confirm,
    /// The supervisor says no.
    Refuse,
    /// Whoever proposed it does not any more.
    Withdraw,
    /// A supervisor takes the confirmation back.
    Revoke,
}

/// Why a mark is not decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody was faster.
    #[error("this mark was decided already")]
    Settled,
    /// Nobody confirms or refuses their own.
    #[error("you proposed this mark yourself; somebody else decides it")]
    Own,
    /// Nobody confirmed it, so there is nothing to take back.
    #[error("only a confirmed mark can be taken back by a supervisor")]
    NotConfirmed,
    /// Only whoever proposed it takes it back.
    #[error("somebody else proposed this mark; only they take it back")]
    NotOwn,
}

/// What becomes of a mark by an act of `by`.
pub fn decide(
    state: MarkState,
    proposer: PersonId,
    by: PersonId,
    what: Decision,
) -> Result<MarkState, Refusal> {
    if what == Decision::Revoke {
        // Whoever it is: the words count again, which is nobody's gain.
        return match state {
            MarkState::Confirmed => Ok(MarkState::Revoked),
            _ => Err(Refusal::NotConfirmed),
        };
    }
    if state != MarkState::Open {
        return Err(Refusal::Settled);
    }
    match (what, proposer == by) {
        (Decision::Revoke, _) => Err(Refusal::NotConfirmed),
        (Decision::Withdraw, true) => Ok(MarkState::Withdrawn),
        (Decision::Withdraw, false) => Err(Refusal::NotOwn),
        (_, true) => Err(Refusal::Own),
        (Decision::Confirm, false) => Ok(MarkState::Confirmed),
        (Decision::Refuse, false) => Ok(MarkState::Refused),
    }
}

/// Whether a block holds at this time. `until`: its end, `None` = until lifted; `lifted`: when somebody lifted it.
pub fn is_blocked(until: Option<Stamp>, lifted: Option<Stamp>, now: Stamp) -> bool {
    until.is_none_or(|end| now < end) && lifted.is_none_or(|end| now < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u8) -> PersonId {
        format!("00000000-0000-7000-8000-0000000000{n:02x}")
            .parse()
            .unwrap()
    }

    #[test]
    fn r_desk_12_a_mark_is_decided_once_and_by_somebody_else() {
        let (agent, boss) = (person(1), person(2));
        let open = |by, what| decide(MarkState::Open, agent, by, what);
        assert_eq!(open(boss, Decision::Confirm), Ok(MarkState::Confirmed));
        assert_eq!(open(boss, Decision::Refuse), Ok(MarkState::Refused));
        assert_eq!(open(agent, Decision::Confirm), Err(Refusal::Own));
        assert_eq!(open(agent, Decision::Refuse), Err(Refusal::Own));
        assert_eq!(open(agent, Decision::Withdraw), Ok(MarkState::Withdrawn));
        assert_eq!(open(boss, Decision::Withdraw), Err(Refusal::NotOwn));
        // What was confirmed is taken back by whoever decides, and only that.
        for by in [agent, boss] {
            let back = |state| decide(state, agent, by, Decision::Revoke);
            assert_eq!(back(MarkState::Confirmed), Ok(MarkState::Revoked));
            for state in [
                MarkState::Open,
                MarkState::Refused,
                MarkState::Withdrawn,
                MarkState::Revoked,
            ] {
                assert_eq!(back(state), Err(Refusal::NotConfirmed));
            }
        }
        for state in [
            MarkState::Confirmed,
            MarkState::Refused,
            MarkState::Withdrawn,
            MarkState::Revoked,
        ] {
            assert_eq!(
                decide(state, agent, boss, Decision::Confirm),
                Err(Refusal::Settled)
            );
        }
    }

    #[test]
    fn r_desk_12_a_block_holds_until_its_end_or_until_it_is_lifted() {
        let t = Stamp::from_secs;
        assert!(is_blocked(None, None, t(9_999)));
        assert!(is_blocked(Some(t(10)), None, t(9)) && !is_blocked(Some(t(10)), None, t(10)));
        assert!(!is_blocked(None, Some(t(5)), t(5)) && is_blocked(None, Some(t(5)), t(4)));
        assert!(!is_blocked(Some(t(10)), Some(t(5)), t(7)));
        assert!(!is_blocked(Some(t(10)), Some(t(50)), t(20)));
    }

    #[test]
    fn names_go_out_and_come_back() {
        assert!(Sort::ALL.iter().all(|s| Sort::parse(s.as_str()) == Some(*s)));
        assert!(
            MarkState::ALL
                .iter()
                .all(|s| MarkState::parse(s.as_str()) == Some(*s))
        );
        assert_eq!(Sort::parse("rude"), None);
    }
}
