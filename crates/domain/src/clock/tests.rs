//! One test for each sentence of 2.1 that speaks of turns and waits.

use super::*;
use crate::policy::Policy;

const A: AgentNo = AgentNo(1);
const B: AgentNo = AgentNo(2);
const C: AgentNo = AgentNo(3);

fn policy() -> ConversationPolicy {
    Policy::default().conversation
}
fn t(secs: i64) -> Stamp {
    Stamp::from_secs(secs)
}
fn facts(list: &[(i64, What)]) -> Vec<Fact> {
    list.iter()
        .enumerate()
        .map(|(i, (secs, what))| Fact {
            seq: i as i64 + 1,
            at: t(*secs),
            what: *what,
        })
        .collect()
}
fn buyer() -> What {
    What::Buyer { agent: None }
}
fn to(agent: AgentNo) -> What {
    What::Buyer { agent: Some(agent) }
}
fn says(agent: AgentNo) -> What {
    What::Person { agent, words: 4 }
}
fn auto(agent: Option<AgentNo>) -> What {
    What::Automatic { agent }
}
fn given(by: AgentNo) -> What {
    What::Held {
        by: Some(by),
        from: None,
        how: How::Assigned,
    }
}
fn passed(from: AgentNo, by: AgentNo) -> What {
    What::Held {
        by: Some(by),
        from: Some(from),
        how: How::Transferred,
    }
}
fn queue(handed_back: bool) -> What {
    What::Held {
        by: None,
        from: None,
        how: How::Requeued { handed_back },
    }
}
fn live(list: &[(i64, What)], as_of: i64) -> Derived {
    derive(
        &Conversation {
            facts: &facts(list),
            source: Source::Live,
        },
        &policy(),
        t(as_of),
    )
}
fn imported(list: &[(i64, What)], as_of: i64) -> Derived {
    derive(
        &Conversation {
            facts: &facts(list),
            source: Source::Imported,
        },
        &policy(),
        t(as_of),
    )
}
/// (start, shop's wait, agent's wait, owner).
type Seen = (i64, Option<i64>, Option<i64>, Option<AgentNo>);

fn turns(derived: &Derived) -> Vec<Seen> {
    let secs = |turn: &Turn| turn.began.micros() / 1_000_000;
    derived
        .turns
        .iter()
        .map(|turn| (secs(turn), turn.shop_wait(), turn.agent_wait(), turn.owner))
        .collect()
}
fn held(derived: &Derived, turn: usize) -> Vec<(Option<AgentNo>, i64)> {
    let segments = derived.segments(&derived.turns[turn]);
    segments
        .iter()
        .map(|s| (s.holder, s.to.secs_since(s.from)))
        .collect()
}

#[test]
fn resp_01_later_messages_join_the_turn_and_the_wait_runs_from_the_first() {
    let derived = live(
        &[
            (0, given(A)),
            (0, buyer()),
            (300, buyer()),
            (475, says(A)),
            (480, buyer()),
            (510, says(A)),
        ],
        999,
    );
    assert_eq!(
        turns(&derived),
        [
            (0, Some(475), Some(475), Some(A)),
            (480, Some(30), Some(30), Some(A))
        ]
    );
}

#[test]
fn resp_01_automatic_messages_never_end_a_turn() {
    let derived = live(
        &[(0, given(A)), (0, buyer()), (1, auto(None)), (2, auto(Some(A)))],
        60,
    );
    assert!(derived.turns[0].is_open());
    assert_eq!(
        derived
            .messages
            .iter()
            .filter(|m| m.kind == MsgKind::Automatic && m.agent == Some(A))
            .count(),
        2
    );
}

#[test]
fn resp_2_1_no_gap_splits_a_turn() {
    let derived = imported(&[(0, to(A)), (80_000, to(A)), (160_000, says(A))], 200_000);
    assert_eq!(turns(&derived), [(0, Some(160_000), Some(160_000), Some(A))]);
}

#[test]
fn resp_2_1_the_close_ends_a_turn_without_an_answer() {
    let derived = live(
        &[(0, given(A)), (0, buyer()), (50, What::Closed), (60, buyer())],
        70,
    );
    assert_eq!(derived.turns[0].end, TurnEnd::Closed { at: t(50) });
    assert_eq!(derived.turns[0].owner, Some(A));
    assert_eq!((derived.turns[1].is_open(), derived.turns[1].owner), (true, None));
}

#[test]
fn resp_2_1_a_waived_turn_ends_and_is_no_answer() {
    let derived = live(
        &[
            (0, given(A)),
            (0, buyer()),
            (9, What::Waived),
            (20, What::Waived),
            (30, says(A)),
        ],
        70,
    );
    assert_eq!(derived.turns.len(), 1);
    assert_eq!(derived.turns[0].end, TurnEnd::Waived { at: t(9) });
    assert_eq!(derived.turns[0].shop_wait(), None);
}

#[test]
fn r_desk_12_confirmed_abuse_is_no_turn_and_stays_a_message() {
    let mark = |seq| What::Marked { seq };
    let list = [
        (0, given(A)),
        (0, buyer()),
        (10, buyer()),
        (90, says(A)),
        (95, buyer()),
        (300, mark(2)),
    ];
    assert_eq!(
        turns(&live(&list, 200))[0],
        (0, Some(90), Some(90), Some(A)),
        "not before"
    );
    let derived = live(&list, 400);
    assert_eq!(turns(&derived)[0], (10, Some(80), Some(80), Some(A)));
    assert_eq!((derived.turns.len(), derived.messages.len()), (2, 4));
    // The whole conversation: what was written until then, not what comes after.
    let mut all = list.to_vec();
    all[5] = (300, mark(0));
    all.push((310, buyer()));
    let derived = live(&all, 400);
    assert_eq!(derived.turns.len(), 1);
    assert_eq!(
        (derived.turns[0].began, derived.turns[0].is_open()),
        (t(310), true)
    );
}

#[test]
fn r_desk_12_a_blocked_buyers_words_are_neither_timed_nor_counted() {
    let entry = |automatic| EntryFacts::<AgentNo> {
        seq: 1,
        at: t(0),
        kind: EntryKind::Text,
        by: By::Buyer,
        agent: None,
        to: None,
        automatic,
        words: 3,
        refers: 0,
    };
    assert_eq!(Fact::of(&entry(true), |a| a).what, What::Other);
    assert_eq!(Fact::of(&entry(false), |a| a).what, buyer());
    let derived = live(&[(0, given(A)), (0, What::Other)], 10_000);
    assert_eq!((derived.turns.len(), derived.messages.len()), (0, 0));
}

#[test]
fn resp_2_1_ratings_and_the_like_are_no_messages() {
    let derived = live(&[(0, given(A)), (0, What::Other), (9, says(A))], 70);
    assert_eq!((derived.turns.len(), derived.messages.len()), (0, 1));
}

#[test]
fn resp_2_1_recalling_the_only_answer_reopens_the_turn() {
    let list = [
        (0, given(A)),
        (0, buyer()),
        (10, says(A)),
        (20, What::Recalled { seq: 3 }),
        (50, says(A)),
    ];
    assert_eq!(turns(&live(&list, 15)), [(0, Some(10), Some(10), Some(A))]);
    assert!(live(&list, 30).turns[0].is_open());
    let derived = live(&list, 60);
    assert_eq!(turns(&derived), [(0, Some(50), Some(50), Some(A))]);
    assert_eq!(derived.messages.len(), 3, "the recalled one is still a message");
    // not the only answer: the next one stands
    let two = [
        (0, given(A)),
        (0, buyer()),
        (10, says(A)),
        (12, says(A)),
        (20, What::Recalled { seq: 3 }),
    ];
    assert_eq!(turns(&live(&two, 60)), [(0, Some(12), Some(12), Some(A))]);
    // a recalled answer between two questions: they are one turn
    let joined = [
        (0, given(A)),
        (0, buyer()),
        (10, says(A)),
        (20, buyer()),
        (30, says(A)),
        (40, What::Recalled { seq: 3 }),
    ];
    assert_eq!(turns(&live(&joined, 60)), [(0, Some(30), Some(30), Some(A))]);
}

#[test]
fn resp_2_1_waits_are_floored_to_whole_seconds() {
    let mut list = facts(&[(0, to(A)), (11, says(A))]);
    list[1].at = Stamp::from_micros(10_999_999);
    let derived = derive(
        &Conversation {
            facts: &list,
            source: Source::Imported,
        },
        &policy(),
        t(99),
    );
    assert_eq!(derived.turns[0].shop_wait(), Some(10));
}

#[test]
fn resp_2_1_facts_are_ordered_by_time_then_sequence() {
    let mut list = facts(&[(0, given(A)), (5, buyer()), (5, says(A)), (9, buyer())]);
    let straight = derive(
        &Conversation {
            facts: &list,
            source: Source::Live,
        },
        &policy(),
        t(99),
    );
    list.reverse();
    let reversed = derive(
        &Conversation {
            facts: &list,
            source: Source::Live,
        },
        &policy(),
        t(99),
    );
    assert_eq!(straight, reversed);
    assert_eq!(straight.turns[0].shop_wait(), Some(0));
}

#[test]
fn resp_2_1_later_facts_are_left_out() {
    let list = [(0, given(A)), (0, buyer()), (30, says(A))];
    assert!(live(&list, 29).turns[0].is_open());
    assert!(live(&list, 30).turns[0].is_answered());
}

#[test]
fn resp_2_1_an_owed_conversation_is_closed_a_day_after_its_last_message() {
    let day = policy().owed_close_secs;
    let list = [(0, to(A)), (40, to(A)), (41, auto(Some(A)))];
    assert!(imported(&list, 41 + day - 1).turns[0].is_open());
    assert_eq!(
        imported(&list, 41 + day).turns[0].end,
        TurnEnd::Closed { at: t(41 + day) }
    );
    // a late answer re-derives it
    let late = [list[0], list[1], list[2], (41 + day + 5, says(A))];
    assert!(imported(&late, 41 + day + 10).turns[0].is_answered());
}

#[test]
fn resp_2_1_an_answered_turn_belongs_to_the_answerer_from_when_they_got_it() {
    let derived = live(
        &[(0, given(A)), (10, buyer()), (50, passed(A, B)), (70, says(B))],
        99,
    );
    assert_eq!(turns(&derived), [(10, Some(60), Some(20), Some(B))]);
    assert_eq!(held(&derived, 0), [(Some(A), 40), (Some(B), 20)]);
    assert_eq!(
        (derived.transfers[0].from, derived.transfers[0].to),
        (Some(A), Some(B))
    );
    // held before the turn began: the wait is the turn's
    let before = live(
        &[(0, given(A)), (2, passed(A, B)), (10, buyer()), (30, says(B))],
        99,
    );
    assert_eq!(turns(&before), [(10, Some(20), Some(20), Some(B))]);
}

#[test]
fn resp_2_1_the_queue_owns_the_wait_until_somebody_gets_it() {
    let derived = live(&[(0, buyer()), (100, given(A)), (130, says(A))], 200);
    assert_eq!(turns(&derived), [(0, Some(130), Some(30), Some(A))]);
    assert_eq!(held(&derived, 0), [(None, 100), (Some(A), 30)]);
    let nobody = live(&[(0, buyer()), (100, What::Closed)], 200);
    assert_eq!((nobody.turns[0].owner, nobody.messages[0].agent), (None, None));
}

#[test]
fn resp_2_1_given_in_the_instant_of_the_message_is_held_from_it() {
    let derived = live(&[(0, buyer()), (0, given(A)), (9, says(A))], 99);
    assert_eq!(held(&derived, 0), [(Some(A), 9)]);
    assert_eq!(derived.messages[0].agent, Some(A));
}

#[test]
fn resp_2_1_setting_away_with_a_wait_open_is_handed_back() {
    let derived = live(
        &[
            (0, given(A)),
            (5, buyer()),
            (25, queue(true)),
            (65, given(B)),
            (70, says(B)),
        ],
        99,
    );
    assert_eq!(
        derived.handed_back.iter().map(|h| h.agent).collect::<Vec<_>>(),
        [Some(A)]
    );
    assert_eq!(held(&derived, 0), [(Some(A), 20), (None, 40), (Some(B), 5)]);
    assert_eq!(turns(&derived), [(5, Some(65), Some(5), Some(B))]);
    // nothing owed, or no act of the agent: not counted
    assert!(
        live(
            &[(0, given(A)), (5, buyer()), (6, says(A)), (25, queue(true))],
            99
        )
        .handed_back
        .is_empty()
    );
    assert!(
        live(&[(0, given(A)), (5, buyer()), (25, queue(false))], 99)
            .handed_back
            .is_empty()
    );
}

#[test]
fn resp_2_1_got_back_counts_from_the_last_time() {
    let list = [
        (0, given(A)),
        (0, buyer()),
        (10, passed(A, B)),
        (30, passed(B, A)),
        (45, says(A)),
    ];
    assert_eq!(turns(&live(&list, 99)), [(0, Some(45), Some(15), Some(A))]);
    // who answers without holding it: their latest holding, else the turn's start
    let gone = [(0, given(A)), (0, buyer()), (10, passed(A, B)), (45, says(A))];
    assert_eq!(turns(&live(&gone, 99)), [(0, Some(45), Some(45), Some(A))]);
    let stranger = [(0, given(A)), (0, buyer()), (10, passed(A, B)), (45, says(C))];
    assert_eq!(turns(&live(&stranger, 99)), [(0, Some(45), Some(45), Some(C))]);
}

#[test]
fn resp_2_1_imported_the_lines_account_is_the_holder() {
    let derived = imported(&[(0, to(A)), (30, to(A))], 60);
    assert_eq!(
        (derived.turns[0].owner, derived.messages[1].agent),
        (Some(A), Some(A))
    );
    let queue = imported(&[(0, buyer()), (30, auto(None))], 60);
    assert_eq!((queue.turns[0].owner, queue.messages[0].agent), (None, None));
}

#[test]
fn resp_2_1_imported_a_transfer_line_says_when() {
    let derived = imported(&[(0, to(A)), (40, passed(A, B)), (60, says(B))], 99);
    assert_eq!(turns(&derived), [(0, Some(60), Some(20), Some(B))]);
    assert_eq!(derived.messages[0].agent, Some(A));
    assert_eq!(derived.transfers.len(), 1);
}

#[test]
fn resp_2_1_imported_a_transfer_line_goes_before_the_accounts_own_lines() {
    let list = [(0, to(A)), (10, auto(Some(B))), (40, passed(A, B)), (60, says(B))];
    assert_eq!(turns(&imported(&list, 99)), [(0, Some(60), Some(20), Some(B))]);
    // without one it is the first of several, and a transfer to oneself is none
    let several = [
        (0, to(A)),
        (25, auto(Some(B))),
        (30, to(A)),
        (40, auto(Some(B))),
        (50, passed(B, B)),
        (60, says(B)),
    ];
    let derived = imported(&several, 99);
    assert_eq!(turns(&derived), [(0, Some(60), Some(35), Some(B))]);
    assert!(derived.transfers.is_empty());
}

#[test]
fn resp_2_1_imported_without_transfer_line_at_the_first_line_that_is_not_the_answer_else_the_start() {
    for first in [auto(Some(B)), to(B)] {
        let derived = imported(&[(0, to(A)), (25, first), (30, to(A)), (60, says(B))], 99);
        assert_eq!(turns(&derived), [(0, Some(60), Some(35), Some(B))]);
        assert!(derived.transfers.is_empty());
    }
    assert_eq!(
        turns(&imported(&[(0, to(A)), (60, says(B))], 99)),
        [(0, Some(60), Some(60), Some(B))]
    );
    // a line of an earlier turn does not count for this one
    let earlier = imported(&[(0, to(A)), (5, says(B)), (10, to(A)), (60, says(B))], 99);
    assert_eq!(turns(&earlier)[1], (10, Some(50), Some(50), Some(B)));
}

#[test]
fn resp_2_1_imported_conversation_ids_hold_over_idle_time() {
    let derived = imported(
        &[(0, to(A)), (10, says(A)), (7_200, to(A)), (7_230, says(A))],
        9_999,
    );
    assert_eq!(turns(&derived).len(), 2);
}

#[test]
fn resp_2_1_without_ids_half_an_hour_idle_or_a_day_owed_makes_a_new_conversation() {
    let p = policy();
    let (idle, day) = (p.idle_close_secs, p.owed_close_secs);
    let list = facts(&[
        (0, to(A)),
        (10, says(A)),
        (10 + idle - 1, to(A)), // 1 s too early
        (20 + idle, says(A)),
        (20 + 2 * idle, to(A)),           // exactly then: a new one
        (20 + 2 * idle + day - 1, to(A)), // owed: a day
        (20 + 2 * idle + 2 * day - 1, to(A)),
    ]);
    assert_eq!(split_imported(&list, &p), [0..4, 4..6, 6..7]);
    assert!(split_imported(&[], &p).is_empty());
    let closed = facts(&[(0, to(A)), (5, What::Closed), (6, What::Other), (7, to(A))]);
    assert_eq!(split_imported(&closed, &p), [0..3, 3..4]);
}

#[test]
fn a_used_value_derives_like_a_fresh_one() {
    let list = facts(&[
        (0, given(A)),
        (0, buyer()),
        (10, passed(A, B)),
        (30, says(B)),
        (40, queue(true)),
        (50, buyer()),
    ]);
    let conversation = Conversation {
        facts: &list,
        source: Source::Live,
    };
    let fresh = derive(&conversation, &policy(), t(60));
    let mut used = live(&[(0, buyer()), (1, given(C)), (2, says(C)), (3, buyer())], 5);
    derive_into(&conversation, &policy(), t(60), &mut used);
    assert_eq!(fresh, used);
}
