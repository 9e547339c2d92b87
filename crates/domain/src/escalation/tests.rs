use super::*;
use crate::clock::{Conversation, Fact, How, Source, What, derive};
use proptest::prelude::*;

const A: AgentNo = AgentNo(1);
const B: AgentNo = AgentNo(2);
const C: AgentNo = AgentNo(3);
const PRE: LineNo = LineNo(1);
const IN: LineNo = LineNo(2);

fn t(secs: i64) -> Stamp {
    Stamp::from_secs(1_700_000_000 + secs)
}

/// What happens in a conversation, as a story tells it.
#[derive(Debug, Clone, Copy)]
enum Step {
    Asks,
    Says(AgentNo),
    Gets(AgentNo),
    Gives(AgentNo, Option<AgentNo>, Way),
    /// To the queue of a line, from one.
    Sends(AgentNo, LineNo, LineNo),
    Raises(AgentNo),
    House(Option<AgentNo>),
    Waives,
    Recalls(i64),
    Closes,
}
use Step::*;

fn found_by(policy: &Policy, story: &[(i64, Step)], as_of: i64) -> Vec<Finding> {
    let (mut facts, mut passes, mut raised) = (Vec::new(), Vec::new(), Vec::new());
    let held = |by, how| What::Held { by, from: None, how };
    for (i, (at, step)) in story.iter().enumerate() {
        let (seq, at) = (i as i64 + 1, t(*at));
        let what = match *step {
            Asks => What::Buyer { agent: None },
            Says(agent) => What::Person { agent, words: 3 },
            Gets(agent) => held(Some(agent), How::Assigned),
            Gives(_, to, _) => held(to, How::Transferred),
            Sends(..) => held(None, How::Transferred),
            House(to) => held(to, How::Transferred),
            Raises(_) => What::Other,
            Waives => What::Waived,
            Recalls(seq) => What::Recalled { seq },
            Closes => What::Closed,
        };
        facts.push(Fact { seq, at, what });
        let pass = |by, to, way, from_line, to_line| Pass {
            seq,
            at,
            by,
            to,
            way,
            from_line,
            to_line,
        };
        match *step {
            Gives(by, to, way) => {
                passes.push(pass(by, to, way, Some(PRE), None));
                if way == Way::Up {
                    raised.push(Raised { seq, by });
                }
            }
            Sends(by, from, to) => passes.push(pass(by, None, Way::Line, Some(from), Some(to))),
            Raises(by) => raised.push(Raised { seq, by }),
            _ => {}
        }
    }
    let conversation = Conversation {
        facts: &facts,
        source: Source::Live,
    };
    let derived = derive(&conversation, &Policy::default().conversation, t(as_of));
    let mut out = Vec::new();
    of_conversation(&derived, &passes, &raised, |_| policy, &mut out);
    out
}

/// Who passed the buck, at which question, how often.
fn found(story: &[(i64, Step)]) -> Vec<(AgentNo, i64, u8)> {
    found_by(&Policy::default(), story, 9_000)
        .into_iter()
        .map(|f| (f.agent.unwrap(), f.seq, f.tier))
        .collect()
}

#[test]
fn r_desk_13_giving_a_question_to_a_peer_without_a_word_is_found() {
    let story = [
        (0, Gets(A)),
        (5, Asks),
        (90, Gives(A, Some(B), Way::Peer)),
        (120, Says(B)),
    ];
    assert_eq!(found(&story), [(A, 2, 1)]);
    let one = &found_by(&Policy::default(), &story, 200)[0];
    assert_eq!(
        (one.rule, one.secs, one.amount, one.running),
        (Rule::Buck, 85, Fen(0), false)
    );
    assert_eq!((one.from, one.to), (t(5), t(90)));
    // Back to the queue is the same, whoever answers later or nobody.
    assert_eq!(
        found(&[(0, Gets(A)), (5, Asks), (90, Gives(A, None, Way::Peer))]),
        [(A, 2, 1)]
    );
    let mut policy = Policy::default();
    policy.incident.pass_fine_fen = 2_000;
    assert_eq!(found_by(&policy, &story, 200)[0].amount, Fen(2_000));
}

#[test]
fn r_desk_13_whoever_answered_handed_up_or_handed_over_passed_no_buck() {
    for (name, end) in [
        ("handed up", vec![(90, Gives(A, Some(B), Way::Up))]),
        (
            "asked upward first",
            vec![(60, Raises(A)), (90, Gives(A, Some(B), Way::Peer))],
        ),
        (
            "answered first",
            vec![(60, Says(A)), (90, Gives(A, Some(B), Way::Peer))],
        ),
        ("end of shift", vec![(90, Gives(A, None, Way::Handover))]),
        ("promised", vec![(90, Gives(A, Some(B), Way::Promised))]),
        ("whom the buyer knows", vec![(90, Gives(A, Some(B), Way::Known))]),
        ("gives work out", vec![(90, Gives(A, Some(B), Way::Down))]),
        ("another line", vec![(90, Sends(A, PRE, IN))]),
        ("the house", vec![(90, House(Some(B)))]),
        (
            "needs no answer",
            vec![(90, Gives(A, Some(B), Way::Peer)), (120, Waives)],
        ),
    ] {
        let mut story = vec![(0, Gets(A)), (5, Asks)];
        story.extend(end);
        assert_eq!(found(&story), [], "{name}");
    }
    // Before the buyer asks anything nobody owes a word.
    assert_eq!(
        found(&[(0, Gets(A)), (90, Gives(A, Some(B), Way::Peer)), (95, Asks)]),
        []
    );
}

#[test]
fn r_desk_13_handing_up_excuses_whoever_did_and_only_in_that_wait() {
    let asked_by_b = [
        (0, Gets(A)),
        (5, Asks),
        (30, Raises(B)),
        (90, Gives(A, Some(B), Way::Peer)),
    ];
    assert_eq!(found(&asked_by_b), [(A, 2, 1)]);
    let asked_before = [
        (0, Gets(A)),
        (5, Asks),
        (10, Raises(A)),
        (20, Says(A)),
        (30, Asks),
        (90, Gives(A, Some(B), Way::Peer)),
    ];
    assert_eq!(found(&asked_before), [(A, 5, 1)]);
    let after = [
        (0, Gets(A)),
        (5, Asks),
        (90, Gives(A, Some(B), Way::Peer)),
        (95, Raises(A)),
    ];
    assert_eq!(found(&after), [(A, 2, 1)]);
}

#[test]
fn r_desk_13_a_word_that_was_recalled_was_no_answer() {
    let story = [
        (0, Gets(A)),
        (5, Asks),
        (20, Says(A)),
        (25, Recalls(3)),
        (90, Gives(A, Some(B), Way::Peer)),
    ];
    assert_eq!(found(&story), [(A, 2, 1)]);
}

#[test]
fn r_desk_13_a_wrong_address_may_be_passed_on_at_once_and_only_once() {
    let at_once = |secs: i64| vec![(0, Gets(A)), (5, Asks), (5 + secs, Gives(A, Some(B), Way::Peer))];
    assert_eq!(found(&at_once(20)), []);
    assert_eq!(found(&at_once(21)), [(A, 2, 1)]);
    let mut policy = Policy::default();
    policy.incident.pass_sort_secs = 0;
    assert_eq!(found_by(&policy, &at_once(1), 100).len(), 1);
    // Back and forth: each who passed, once, however quickly.
    let mut story = at_once(5);
    story.push((15, Gives(B, Some(A), Way::Peer)));
    assert_eq!(found(&story), [(A, 2, 1), (B, 2, 1)]);
    story.push((20, Gives(A, Some(B), Way::Peer)));
    assert_eq!(found(&story), [(A, 2, 2), (B, 2, 1)]);
    // One who kept it and answered has passed nothing.
    assert_eq!(
        found(&[
            (0, Gets(A)),
            (5, Asks),
            (60, Gives(A, Some(B), Way::Peer)),
            (70, Says(B))
        ]),
        [(A, 2, 1)]
    );
}

#[test]
fn r_desk_13_sending_back_where_it_came_from_is_passing_the_buck() {
    // Pre-sales send it to in-sales, who send it back: the second did.
    let story = [
        (0, Gets(A)),
        (5, Asks),
        (60, Sends(A, PRE, IN)),
        (70, Gets(B)),
        (120, Sends(B, IN, PRE)),
    ];
    assert_eq!(found(&story), [(B, 2, 1)]);
    // To a third line it is sorted on.
    let on = [
        (0, Gets(A)),
        (5, Asks),
        (60, Sends(A, PRE, IN)),
        (70, Gets(B)),
        (120, Sends(B, IN, LineNo(9))),
    ];
    assert_eq!(found(&on), []);
    let to_a_person = [
        (0, Gets(A)),
        (5, Asks),
        (60, Gives(A, Some(C), Way::Line)),
        (120, Gives(C, Some(A), Way::Line)),
    ];
    assert_eq!(found(&to_a_person), [(C, 2, 1)]);
}

#[test]
fn r_desk_13_each_wait_is_judged_by_itself() {
    let story = [
        (0, Gets(A)),
        (5, Asks),
        (90, Gives(A, Some(B), Way::Peer)),
        (100, Says(B)),
        (110, Asks),
        (190, Gives(B, Some(A), Way::Peer)),
        (200, Says(A)),
        (210, Closes),
    ];
    assert_eq!(found(&story), [(A, 2, 1), (B, 5, 1)]);
    // What a close ended is over: who gives it on later passes another question.
    let closed = [
        (0, Gets(A)),
        (5, Asks),
        (60, Closes),
        (90, Gives(A, Some(B), Way::Peer)),
    ];
    assert_eq!(found(&closed), []);
}

fn seats(lines: &[&str]) -> Vec<Seat> {
    lines.iter().map(|line| Seat::on(line)).collect()
}

#[test]
fn r_desk_13_the_way_of_a_transfer() {
    let policy = Policy::default().incident;
    let (pre, after, boss, none) = (
        seats(&["pre_sales"]),
        seats(&["after_sales"]),
        seats(&["supervisor"]),
        vec![],
    );
    let agent = |seats| Standing {
        leads: false,
        grade: None,
        seats,
    };
    let lead = |seats| Standing {
        leads: true,
        grade: None,
        seats,
    };
    let graded = |grade| Standing {
        grade: Some(grade),
        ..agent(&pre)
    };
    let person = |is| Goal::Person { is, known: false };
    let from = |line, by, to| Giving {
        line,
        by,
        to,
        handover: false,
        promised: false,
    };
    let pre_line = Some("pre_sales");
    for (name, giving, expected) in [
        (
            "peer",
            from(pre_line, agent(&pre), person(agent(&pre))),
            Way::Peer,
        ),
        (
            "no seats: every line",
            from(pre_line, agent(&pre), person(agent(&none))),
            Way::Peer,
        ),
        (
            "no line",
            from(None, agent(&none), person(agent(&after))),
            Way::Peer,
        ),
        ("queue", from(pre_line, agent(&pre), Goal::Queue), Way::Peer),
        (
            "same line",
            from(pre_line, agent(&pre), Goal::Line("pre_sales")),
            Way::Peer,
        ),
        (
            "beside",
            from(pre_line, agent(&pre), Goal::Line("in_sales")),
            Way::Line,
        ),
        (
            "after-sales",
            from(pre_line, agent(&pre), Goal::Line("after_sales")),
            Way::Up,
        ),
        (
            "own line",
            from(Some("after_sales"), agent(&after), Goal::Line("after_sales")),
            Way::Peer,
        ),
        (
            "rescue",
            from(Some("after_sales"), agent(&after), Goal::Line("rescue")),
            Way::Up,
        ),
        (
            "down",
            from(Some("after_sales"), agent(&after), Goal::Line("pre_sales")),
            Way::Line,
        ),
        (
            "seated above",
            from(pre_line, agent(&pre), person(agent(&after))),
            Way::Up,
        ),
        (
            "seated below",
            from(Some("after_sales"), agent(&after), person(agent(&pre))),
            Way::Line,
        ),
        (
            "who leads",
            from(pre_line, agent(&pre), person(lead(&boss))),
            Way::Up,
        ),
        (
            "who leads gives out",
            from(pre_line, lead(&none), person(agent(&pre))),
            Way::Down,
        ),
        (
            "a higher grade",
            from(pre_line, graded(Grade::Junior), person(graded(Grade::Middle))),
            Way::Up,
        ),
        (
            "a lower grade",
            from(pre_line, graded(Grade::Middle), person(graded(Grade::Junior))),
            Way::Peer,
        ),
        (
            "not graded",
            from(pre_line, agent(&pre), person(graded(Grade::Senior))),
            Way::Peer,
        ),
        (
            "known",
            from(
                pre_line,
                agent(&pre),
                Goal::Person {
                    is: agent(&pre),
                    known: true,
                },
            ),
            Way::Known,
        ),
        (
            "promised",
            Giving {
                promised: true,
                ..from(pre_line, agent(&pre), Goal::Queue)
            },
            Way::Promised,
        ),
        (
            "hand-over, even to who leads",
            Giving {
                handover: true,
                ..from(pre_line, agent(&pre), person(lead(&none)))
            },
            Way::Handover,
        ),
    ] {
        assert_eq!(way(&giving, &policy), expected, "{name}");
    }
    for known in Way::ALL {
        assert_eq!(Way::parse(known.as_str()), Some(*known));
    }
}

proptest! {
    /// However a conversation goes: nobody is found who passed nothing by hand, nobody twice in a wait, the stretch is within the
    /// wait, and whoever handed up before they passed is not found there.
    #[test]
    fn r_desk_13_only_who_passed_and_once_a_wait(steps in proptest::collection::vec((0u8..12, 0i64..90), 1..40)) {
        let mut now = 0;
        let mut holder = Some(A);
        let mut story = vec![(0, Gets(A))];
        for (what, pass) in steps {
            now += pass;
            let other = if holder == Some(A) { B } else { A };
            let step = match (what, holder) {
                (0..=3, _) => Asks,
                (4, Some(own)) => Says(own),
                (5, Some(own)) => Gives(own, Some(other), Way::Peer),
                (6, Some(own)) => Gives(own, None, Way::Peer),
                (7, Some(own)) => Gives(own, Some(other), Way::Up),
                (8, Some(own)) => Gives(own, Some(other), Way::Handover),
                (9, Some(own)) => Raises(own),
                (10, _) => House(Some(other)),
                (_, None) => Gets(other),
                (11, _) => Waives,
                _ => Asks,
            };
            match step {
                Gives(_, to, _) => holder = to,
                House(to) => holder = to,
                Gets(own) => holder = Some(own),
                _ => {}
            }
            story.push((now, step));
        }
        let all = found_by(&Policy::default(), &story, now + 1);
        for (i, f) in all.iter().enumerate() {
            prop_assert_eq!(f.rule, Rule::Buck);
            prop_assert!(!all[..i].iter().any(|o| o.seq == f.seq && o.agent == f.agent));
            prop_assert!(f.from >= f.at && f.to >= f.from && f.secs <= f.to.secs_since(f.from));
            let by_hand = |(at, step): &(i64, Step)| matches!(step, Gives(by, _, Way::Peer) if Some(*by) == f.agent) && t(*at) == f.to;
            prop_assert!(story.iter().any(by_hand), "{f:?}");
        }
    }
}
