use super::*;
use crate::clock::{Conversation, Fact, How, Source, What, derive};
use proptest::prelude::*;

const A: AgentNo = AgentNo(1);
const B: AgentNo = AgentNo(2);

fn t(secs: i64) -> Stamp {
    Stamp::from_secs(1_700_000_000 + secs)
}
fn held(by: Option<AgentNo>) -> What {
    What::Held {
        by,
        from: None,
        how: How::Assigned,
    }
}
fn back() -> What {
    What::Held {
        by: None,
        from: None,
        how: How::Requeued { handed_back: true },
    }
}
fn buyer() -> What {
    What::Buyer { agent: None }
}
fn says(agent: AgentNo) -> What {
    What::Person { agent, words: 3 }
}
fn derived(list: &[(i64, What)], as_of: i64) -> Derived {
    let facts: Vec<Fact> = list
        .iter()
        .enumerate()
        .map(|(i, (at, what))| Fact {
            seq: i as i64 + 1,
            at: t(*at),
            what: *what,
        })
        .collect();
    let conversation = Conversation {
        facts: &facts,
        source: Source::Live,
    };
    derive(&conversation, &Policy::default().conversation, t(as_of))
}
fn found_by(policy: &Policy, list: &[(i64, What)], as_of: i64) -> Vec<Finding> {
    let mut out = Vec::new();
    of_conversation(&derived(list, as_of), |_| policy, &mut out);
    out
}
fn found(list: &[(i64, What)], as_of: i64) -> Vec<(Rule, Option<AgentNo>, i64, u8, i64)> {
    found_by(&Policy::default(), list, as_of)
        .into_iter()
        .map(|f| (f.rule, f.agent, f.secs, f.tier, f.amount.0))
        .collect()
}
/// Asked at 0, answered after so long by the holder.
fn wait(secs: i64) -> Vec<(i64, What)> {
    vec![(0, held(Some(A))), (0, buyer()), (secs, says(A))]
}

#[test]
fn resp_03_slow_from_the_first_second_over_two_minutes() {
    for (secs, expected) in [
        (119, vec![]),
        (120, vec![]),
        (121, vec![(Rule::Slow, Some(A), 121, 0, 0)]),
    ] {
        assert_eq!(found(&wait(secs), secs + 1), expected, "{secs}");
    }
}

#[test]
fn resp_03_the_fourth_of_a_month_costs_once() {
    let mut policy = Policy::default().incident;
    let cost = |n, policy: &IncidentPolicy| month_of_slow(n, policy).map(|f| f.0);
    assert_eq!(
        [0, 3, 4, 9].map(|n| cost(n, &policy)),
        [None, None, Some(5_000), Some(5_000)]
    );
    policy.slow_per_further = true;
    assert_eq!(
        [3, 4, 6].map(|n| cost(n, &policy)),
        [None, Some(5_000), Some(15_000)]
    );
}

#[test]
fn resp_04_tiers_replace_stack_or_repeat() {
    let mut policy = Policy::default();
    let sum = |policy: &Policy| -> i64 {
        [45 * 60, 150 * 60]
            .iter()
            .flat_map(|secs| found_by(policy, &wait(*secs), secs + 1))
            .map(|f| f.amount.0)
            .sum()
    };
    assert_eq!(sum(&policy), 30_000, "waits of 45 and 150 minutes");
    policy.incident.tier_mode = TierMode::Stack;
    assert_eq!(sum(&policy), 10_000 + 30_000);
    policy.incident.tier_mode = TierMode::Repeat;
    let amount = |secs| grave(secs, &policy.clock, &policy.incident);
    assert_eq!(amount(1_800), (0, Fen(0)), "within 30 minutes is in time");
    assert_eq!(amount(1_801), (1, Fen(10_000)));
    assert_eq!(amount(7_200), (1, Fen(10_000)));
    assert_eq!(amount(7_201), (2, Fen(20_000)));
    assert_eq!(amount(14_400), (2, Fen(20_000)));
    assert_eq!(amount(14_401), (2, Fen(40_000)));
}

#[test]
fn resp_04_a_grave_wait_is_no_slow_one_besides_unless_the_policy_says_so() {
    let mut policy = Policy::default();
    let rules = |policy: &Policy| -> Vec<Rule> {
        found_by(policy, &wait(1_801), 1_900)
            .iter()
            .map(|f| f.rule)
            .collect()
    };
    assert_eq!(rules(&policy), [Rule::Grave]);
    policy.incident.tier_is_slow = true;
    assert_eq!(rules(&policy), [Rule::Grave, Rule::Slow]);
}

#[test]
fn resp_05_the_queue_is_not_judged_and_each_agent_only_for_their_own_stretch() {
    let list = [
        (0, held(Some(A))),
        (0, buyer()),
        (130, back()),
        (4_000, held(Some(B))),
        (4_060, says(B)),
    ];
    assert_eq!(found(&list, 5_000), [(Rule::Slow, Some(A), 130, 0, 0)]);
    assert_eq!(
        found(&[(0, buyer()), (9_000, held(Some(B))), (9_030, says(B))], 9_100),
        []
    );
    // Two stretches with the queue between them are not added up.
    let twice = [
        (0, held(Some(A))),
        (0, buyer()),
        (100, back()),
        (200, held(Some(A))),
        (310, says(A)),
    ];
    assert_eq!(found(&twice, 400), []);
}

#[test]
fn resp_04_both_who_held_a_turn_too_long_are_judged() {
    let list = [
        (0, held(Some(A))),
        (0, buyer()),
        (1_900, held(Some(B))),
        (1_900 + 7_300, says(B)),
    ];
    assert_eq!(
        found(&list, 10_000),
        [
            (Rule::Grave, Some(A), 1_900, 1, 10_000),
            (Rule::Grave, Some(B), 7_300, 2, 20_000)
        ]
    );
}

#[test]
fn resp_2_1_a_finding_rises_while_the_wait_runs() {
    let list = [(0, held(Some(A))), (0, buyer())];
    let at = |now: i64| {
        let all = found_by(&Policy::default(), &list, now);
        all.first().map(|f| (f.rule, f.tier, f.running))
    };
    assert_eq!(at(120), None);
    assert_eq!(at(121), Some((Rule::Slow, 0, true)));
    assert_eq!(at(1_801), Some((Rule::Grave, 1, true)));
    assert_eq!(at(7_201), Some((Rule::Grave, 2, true)));
    let policy = Policy::default();
    let look = |now| next_look(&derived(&list, now), &policy, t(now)).map(|at| at.secs_since(t(0)));
    assert_eq!(
        [0, 120, 121, 1_801, 7_201].map(look),
        [Some(121), Some(121), Some(1_801), Some(7_201), None]
    );
    assert_eq!(
        next_look(&derived(&[(0, buyer())], 5), &policy, t(5)),
        None,
        "the queue's wait"
    );
}

#[test]
fn resp_2_1_what_was_waived_raises_nothing() {
    let list = [
        (0, held(Some(A))),
        (0, buyer()),
        (9_000, What::Waived),
        (9_010, What::Closed),
    ];
    assert_eq!(found(&list, 9_100), []);
}

#[test]
fn resp_07_closed_without_any_answer() {
    let list = [(0, held(Some(A))), (0, buyer()), (60, What::Closed)];
    assert_eq!(found(&list, 100), [(Rule::Unanswered, Some(A), 60, 0, 0)]);
    assert_eq!(
        found(&[(0, buyer()), (60, What::Closed)], 100),
        [(Rule::Unanswered, None, 60, 0, 0)]
    );
    let answered_once = [
        (0, held(Some(A))),
        (0, buyer()),
        (9, says(A)),
        (20, buyer()),
        (60, What::Closed),
    ];
    assert_eq!(found(&answered_once, 100), []);
    assert_eq!(found(&[(0, held(Some(A))), (0, buyer())], 60), [], "still open");
    // The answer was taken back and never given again.
    let recalled = [
        (0, held(Some(A))),
        (0, buyer()),
        (9, says(A)),
        (20, What::Recalled { seq: 3 }),
        (60, What::Closed),
    ];
    assert_eq!(found(&recalled, 100), [(Rule::Unanswered, Some(A), 60, 0, 0)]);
}

#[test]
fn resp_06_idle_from_two_hours_on() {
    let policy = Policy::default().incident;
    assert_eq!(idle(7_199, &policy), None);
    assert_eq!(idle(7_200, &policy), Some(Fen(20_000)));
}

#[test]
fn resp_04_the_same_span_with_resp_06_costs_once_the_higher() {
    let span = |rule, from, to, amount| Span {
        rule,
        from: t(from),
        to: t(to),
        amount: Fen(amount),
    };
    let wait = span(Rule::Grave, 0, 2_000, 10_000);
    let idle = span(Rule::Idle, 0, 7_300, 20_000);
    assert_eq!(one_fine_a_span(&[wait, idle]), [Some(1), None]);
    assert_eq!(
        one_fine_a_span(&[span(Rule::Grave, 0, 2_000, 40_000), idle]),
        [None, Some(0)]
    );
    assert_eq!(
        one_fine_a_span(&[span(Rule::Grave, 7_300, 9_500, 10_000), idle]),
        [None, None]
    );
    let slow = span(Rule::Slow, 0, 150, 0);
    assert_eq!(one_fine_a_span(&[slow, idle]), [None, None]);
    // The dear wait stands for the idle hanging; the cheap one beside it then stands for itself.
    let dear = span(Rule::Grave, 0, 2_000, 40_000);
    let cheap = span(Rule::Grave, 3_000, 5_000, 10_000);
    assert_eq!(one_fine_a_span(&[dear, cheap, idle]), [None, None, Some(0)]);
}

#[test]
fn fine_01_decisions() {
    use Decision::*;
    use State::*;
    let table = [
        (Proposed, Confirm, Ok(Confirmed)),
        (Proposed, Waive, Ok(Waived)),
        (Proposed, Appeal, Err(Refusal::NotConfirmed)),
        (Confirmed, Confirm, Err(Refusal::Already)),
        (Confirmed, Waive, Ok(Waived)),
        (Confirmed, Appeal, Ok(Appealed)),
        (Waived, Confirm, Ok(Confirmed)),
        (Waived, Waive, Err(Refusal::Already)),
        (Waived, Appeal, Err(Refusal::NotConfirmed)),
        (Appealed, Confirm, Ok(Confirmed)),
        (Appealed, Waive, Ok(Waived)),
        (Appealed, Appeal, Err(Refusal::Already)),
    ];
    for (state, decision, expected) in table {
        assert_eq!(decide(state, false, decision), expected, "{state:?} {decision:?}");
        assert_eq!(decide(state, true, decision), Err(Refusal::Running));
    }
}

proptest! {
    /// However a conversation goes: at most one finding of the clock for each turn and agent, never one of the queue, and
    /// what is found does not shrink while time passes.
    #[test]
    fn resp_03_04_one_finding_a_turn_and_agent(steps in proptest::collection::vec((0u8..7, 1i64..4_000), 1..30)) {
        let mut now = 0;
        let mut list = vec![(0, held(Some(A)))];
        for (what, pass) in steps {
            now += pass;
            list.push((now, match what {
                0..=2 => buyer(),
                3 => says(A),
                4 => held(Some(B)),
                5 => back(),
                _ => held(Some(A)),
            }));
        }
        let policy = Policy::default();
        let early = found_by(&policy, &list, now);
        for (i, f) in early.iter().enumerate() {
            if f.rule == Rule::Unanswered {
                continue;
            }
            prop_assert!(f.agent.is_some());
            prop_assert_eq!(f.secs, f.to.secs_since(f.from));
            prop_assert!(f.secs > policy.clock.slow_secs);
            let same = early[..i].iter().filter(|o| o.rule != Rule::Unanswered && o.seq == f.seq && o.agent == f.agent);
            prop_assert_eq!(same.count(), 0);
        }
        let later = found_by(&policy, &list, now + 500);
        for f in early.iter().filter(|f| f.rule != Rule::Unanswered) {
            let again = later.iter().find(|o| o.seq == f.seq && o.agent == f.agent && o.rule != Rule::Unanswered);
            prop_assert!(again.is_some_and(|o| o.secs >= f.secs && o.tier >= f.tier), "{f:?} became {again:?}");
        }
    }
}
