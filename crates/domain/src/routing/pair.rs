//! Who looks along when somebody who begins has a large order (R-DESK-18).
//!
//! Who is asked is at their desk, holds a middle grade or a higher one, and has the best claim: they answered this buyer last, else
//! they serve the line, else they are a senior, else they have the least in hand. If none of them is there, whoever leads is asked. Nobody
//! is there: the next one who comes.

use crate::access::Grade;
use crate::presence::State;
use std::cmp::Reverse;
use yingke_kernel::PersonId;

/// A colleague who may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mate {
    /// Who.
    pub person: PersonId,
    /// Their effective state.
    pub state: State,
    /// How far they have come; none = not graded.
    pub grade: Option<Grade>,
    /// May act upon what others hold.
    pub leads: bool,
    /// Serves the line of the conversation.
    pub serves: bool,
    /// Answered this buyer last.
    pub known: bool,
    /// Conversations that they hold.
    pub load: u32,
}

/// Whether a large order with this holder needs somebody who looks along.
pub fn is_needed(large: bool, holder: Option<Grade>) -> bool {
    large && holder == Some(Grade::Junior)
}

/// Who is asked to look along with this holder; `None` = nobody who could is at their desk.
pub fn partner(holder: PersonId, mates: &[Mate]) -> Option<PersonId> {
    let there = || mates.iter().filter(|m| m.person != holder && m.state.holds());
    let experienced = there().filter(|m| m.grade.is_some_and(|grade| grade >= Grade::Middle) && !m.leads);
    let best = experienced.min_by_key(|m| {
        (
            !m.known,
            !m.serves,
            m.grade < Some(Grade::Senior),
            m.load,
            Reverse(m.grade),
            m.person,
        )
    });
    // Whoever leads the desk before whoever only owns it: a grade says that they serve.
    let leads = || {
        there()
            .filter(|m| m.leads)
            .min_by_key(|m| (Reverse(m.grade), m.load, m.person))
    };
    best.or_else(leads).map(|m| m.person)
}

/// Whether whoever was asked is still there to look.
pub fn stays(state: State) -> bool {
    state.holds()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn who(n: u128) -> PersonId {
        PersonId(uuid::Uuid::from_u128(n))
    }
    fn mate(n: u128, grade: Option<Grade>) -> Mate {
        Mate {
            person: who(n),
            state: State::Online,
            grade,
            leads: false,
            serves: true,
            known: false,
            load: 3,
        }
    }

    #[test]
    fn r_desk_18_only_a_junior_with_a_large_order_needs_somebody() {
        assert!(is_needed(true, Some(Grade::Junior)));
        for (large, grade) in [
            (false, Some(Grade::Junior)),
            (true, Some(Grade::Middle)),
            (true, None),
        ] {
            assert!(!is_needed(large, grade), "{large} {grade:?}");
        }
    }

    #[test]
    fn r_desk_18_the_best_claim_is_asked() {
        let middle = mate(1, Some(Grade::Middle));
        let senior = mate(2, Some(Grade::Senior));
        let boss = Mate {
            leads: true,
            ..mate(9, None)
        };
        let junior = mate(3, Some(Grade::Junior));
        let asked = |mates: &[Mate]| partner(who(3), mates);
        assert_eq!(asked(&[middle, senior, boss, junior]), Some(who(2)));
        let known = Mate {
            known: true,
            ..middle
        };
        assert_eq!(asked(&[known, senior]), Some(who(1)), "the buyer knows them");
        let elsewhere = Mate {
            serves: false,
            ..senior
        };
        assert_eq!(asked(&[middle, elsewhere]), Some(who(1)), "of the line");
        let busy = Mate {
            load: 9,
            ..mate(1, Some(Grade::Senior))
        };
        assert_eq!(asked(&[busy, senior]), Some(who(2)), "the least in hand");
        let away = Mate {
            state: State::Away,
            ..senior
        };
        assert_eq!(asked(&[away, middle]), Some(who(1)));
        let suspended = Mate {
            state: State::Suspended,
            ..senior
        };
        assert_eq!(
            asked(&[suspended]),
            Some(who(2)),
            "at the desk, only without new buyers"
        );
        assert_eq!(asked(&[away, boss, junior]), Some(who(9)), "else whoever leads");
        assert_eq!(
            asked(&[mate(4, None), junior]),
            None,
            "not graded says nothing of experience"
        );
        assert_eq!(asked(&[]), None);
    }

    proptest! {
        /// Whoever is asked is at their desk, is not the holder, and has a claim; with anybody experienced there, nobody who leads is asked.
        #[test]
        fn r_desk_18_whoever_is_asked_can_help(of in proptest::collection::vec((0u8..4, 0u8..5, any::<bool>(), any::<bool>(), any::<bool>(), 0u32..9), 0..12)) {
            let mates: Vec<Mate> = of.iter().enumerate().map(|(i, (state, grade, leads, serves, known, load))| Mate {
                person: who(i as u128),
                state: [State::Online, State::Suspended, State::Away, State::Offline][usize::from(*state)],
                grade: [None, Some(Grade::Junior), Some(Grade::Middle), Some(Grade::Senior), Some(Grade::Manager)][usize::from(*grade)],
                leads: *leads,
                serves: *serves,
                known: *known,
                load: *load,
            }).collect();
            let can = |m: &&Mate| m.person != who(0) && m.state.holds() && !m.leads && m.grade >= Some(Grade::Middle);
            match partner(who(0), &mates) {
                None => prop_assert!(!mates.iter().any(|m| can(&m) || (m.person != who(0) && m.leads && m.state.holds()))),
                Some(asked) => {
                    let m = mates.iter().find(|m| m.person == asked).unwrap();
                    prop_assert!(can(&m) || (m.leads && m.state.holds() && !mates.iter().any(|m| can(&m))));
                }
            }
        }
    }
}
