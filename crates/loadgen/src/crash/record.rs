//! What was sent, answered, stored and seen; and the proof that they agree.
//!
//! Every text is unique: it names its sender and the number of the message among that sender's messages of that thread. What is
//! found wrong is collected as [`Fault`]s; none may be left.

use std::collections::HashMap;
use std::fmt;

/// Something that must never happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Acknowledged under a sequence where something else, or nothing, is stored.
    Lost {
        thread: String,
        seq: i64,
        text: String,
        found: String,
    },
    /// The same message under two sequences.
    Doubled {
        thread: String,
        first: i64,
        second: i64,
        text: String,
    },
    /// A sender's messages stand in another order than they were sent.
    Swapped {
        thread: String,
        seq: i64,
        text: String,
        after: u64,
    },
    /// The sequence of a thread has a hole, or a number twice.
    Hole {
        thread: String,
        expected: i64,
        found: i64,
    },
    /// Stored, but nobody sent it, or it was refused.
    Foreign { thread: String, seq: i64, text: String },
    /// The same message was acknowledged under two sequences.
    AcknowledgedTwice { thread: String, first: i64, second: i64 },
    /// An entry that was stored has changed or is gone.
    Changed {
        thread: String,
        seq: i64,
        was: String,
        is: String,
    },
    /// A side has seen something else than what is stored.
    SeenOther {
        viewer: String,
        thread: String,
        seq: i64,
        seen: String,
        stored: String,
    },
    /// At the end a side has not seen everything.
    Behind {
        viewer: String,
        thread: String,
        seen: i64,
        stored: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost {
                thread,
                seq,
                text,
                found,
            } => {
                write!(
                    f,
                    "LOST: {text:?} was acknowledged as {seq} of thread {thread}, where {found} stands"
                )
            }
            Self::Doubled {
                thread,
                first,
                second,
                text,
            } => {
                write!(
                    f,
                    "DOUBLED: {text:?} stands in thread {thread} as {first} and as {second}"
                )
            }
            Self::Swapped {
                thread,
                seq,
                text,
                after,
            } => {
                write!(
                    f,
                    "SWAPPED: {text:?} ({seq} of thread {thread}) stands after message {after} of the same sender"
                )
            }
            Self::Hole {
                thread,
                expected,
                found,
            } => {
                write!(
                    f,
                    "HOLE: thread {thread} goes on with {found} where {expected} must stand"
                )
            }
            Self::Foreign { thread, seq, text } => {
                write!(
                    f,
                    "FOREIGN: {text:?} ({seq} of thread {thread}) was never sent, or was refused"
                )
            }
            Self::AcknowledgedTwice {
                thread,
                first,
                second,
            } => {
                write!(
                    f,
                    "DOUBLED: one message of thread {thread} was acknowledged as {first} and as {second}"
                )
            }
            Self::Changed { thread, seq, was, is } => {
                write!(f, "CHANGED: {seq} of thread {thread} was {was:?}, and is {is:?}")
            }
            Self::SeenOther {
                viewer,
                thread,
                seq,
                seen,
                stored,
            } => {
                write!(
                    f,
                    "SEEN: {viewer} saw {seen} as {seq} of thread {thread}, where {stored} is stored"
                )
            }
            Self::Behind {
                viewer,
                thread,
                seen,
                stored,
            } => {
                write!(
                    f,
                    "SEEN: {viewer} has seen thread {thread} up to {seen}, but it goes on to {stored}"
                )
            }
        }
    }
}

/// An entry, as far as it is compared. Events have no text here: a buyer is told less of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) seq: i64,
    /// The words of a message; `None` for an event.
    pub(crate) text: Option<String>,
}

impl Line {
    fn shown(&self) -> String {
        match &self.text {
            Some(text) => format!("{text:?}"),
            None => "an event".to_owned(),
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Unanswered,
    Acknowledged(i64),
    Refused,
}

/// The words of a message: who, which of theirs in this thread, and something to carry.
pub(crate) fn words(sender: &str, number: u64) -> String {
    format!("{sender}-{number} 在吗，今天能发货吗")
}

/// Who, and which of theirs.
fn read_words(text: &str) -> Option<(&str, u64)> {
    let (mark, _) = text.split_once(' ')?;
    let (sender, number) = mark.rsplit_once('-')?;
    Some((sender, number.parse().ok()?))
}

/// What a side has seen of a thread without a hole.
#[derive(Debug, Default, Clone)]
pub(crate) struct View {
    /// The sequence before the first line.
    pub(crate) base: i64,
    pub(crate) lines: Vec<Line>,
    /// It was begun, and must reach the end.
    pub(crate) is_live: bool,
}

impl View {
    /// The last sequence that was seen.
    pub(crate) fn last(&self) -> i64 {
        self.base + self.lines.len() as i64
    }
}

/// One thread, as it is stored and as it was dealt with.
#[derive(Debug, Default)]
struct Thread {
    /// All lines from 1, as they were read so far.
    stored: Vec<Line>,
    /// Sequence of each stored text.
    places: HashMap<String, i64>,
    /// Highest number of each sender that is stored.
    last_of: HashMap<String, u64>,
    /// Messages by sender and number - 1.
    sent: HashMap<String, Vec<Fate>>,
    /// Acknowledged, not yet held against the store.
    fresh: Vec<(i64, String)>,
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Record {
    threads: HashMap<String, Thread>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) sent: u64,
    pub(crate) acknowledged: u64,
    pub(crate) refused: u64,
    pub(crate) stored: u64,
}

impl Record {
    /// A sender is about to send its next message into a thread: its words.
    pub(crate) fn send(&mut self, thread: &str, sender: &str) -> String {
        let fates = self
            .threads
            .entry(thread.to_owned())
            .or_default()
            .sent
            .entry(sender.to_owned())
            .or_default();
        fates.push(Fate::Unanswered);
        self.sent += 1;
        words(sender, fates.len() as u64)
    }

    fn fate(&mut self, thread: &str, text: &str) -> Option<&mut Fate> {
        let (sender, number) = read_words(text)?;
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.threads.get_mut(thread)?.sent.get_mut(sender)?.get_mut(index)
    }

    /// The server said that it is stored.
    pub(crate) fn acknowledge(&mut self, thread: &str, text: &str, seq: i64) {
        match self.fate(thread, text) {
            Some(fate @ Fate::Unanswered) => {
                *fate = Fate::Acknowledged(seq);
                self.acknowledged += 1;
                if let Some(t) = self.threads.get_mut(thread) {
                    t.fresh.push((seq, text.to_owned()));
                }
            }
            Some(Fate::Acknowledged(first)) if *first == seq => {}
            Some(Fate::Acknowledged(first)) => {
                let first = *first;
                self.faults.push(Fault::AcknowledgedTwice {
                    thread: thread.to_owned(),
                    first,
                    second: seq,
                });
            }
            _ => self.faults.push(Fault::Foreign {
                thread: thread.to_owned(),
                seq,
                text: text.to_owned(),
            }),
        }
    }

    /// The server said that it will not be stored.
    pub(crate) fn refuse(&mut self, thread: &str, text: &str) {
        match self.fate(thread, text) {
            Some(fate @ Fate::Unanswered) => {
                *fate = Fate::Refused;
                self.refused += 1;
            }
            _ => self.faults.push(Fault::Foreign {
                thread: thread.to_owned(),
                seq: 0,
                text: text.to_owned(),
            }),
        }
    }

    /// Messages without an answer.
    pub(crate) fn unanswered(&self) -> u64 {
        self.sent - self.acknowledged - self.refused
    }

    /// How far the store's thread is known.
    pub(crate) fn known(&self, thread: &str) -> i64 {
        self.threads.get(thread).map_or(0, |t| t.stored.len() as i64)
    }

    /// The next lines of the store, read after `known`.
    pub(crate) fn stored(&mut self, thread: &str, lines: Vec<Line>) {
        let t = self.threads.entry(thread.to_owned()).or_default();
        for line in lines {
            let expected = t.stored.len() as i64 + 1;
            if line.seq != expected {
                self.faults.push(Fault::Hole {
                    thread: thread.to_owned(),
                    expected,
                    found: line.seq,
                });
                return;
            }
            if let Some(text) = &line.text {
                self.stored += 1;
                judge(thread, t, line.seq, text, &mut self.faults);
            }
            t.stored.push(line);
        }
    }

    /// Every acknowledgement since the last time against what is stored. Call it when the store was read after they came.
    pub(crate) fn check_acknowledged(&mut self, snapshot: &HashMap<String, usize>) {
        for (thread, t) in &mut self.threads {
            let until = snapshot.get(thread).copied().unwrap_or(0).min(t.fresh.len());
            for (seq, text) in t.fresh.drain(..until) {
                let found = usize::try_from(seq - 1).ok().and_then(|i| t.stored.get(i));
                if found.is_none_or(|line| line.text.as_deref() != Some(text.as_str())) {
                    let found = found.map_or_else(|| "nothing".to_owned(), Line::shown);
                    self.faults.push(Fault::Lost {
                        thread: thread.clone(),
                        seq,
                        text,
                        found,
                    });
                }
            }
        }
    }

    /// How many acknowledgements wait to be checked, by thread.
    pub(crate) fn fresh(&self) -> HashMap<String, usize> {
        self.threads
            .iter()
            .map(|(thread, t)| (thread.clone(), t.fresh.len()))
            .collect()
    }

    /// The whole thread read once more, at the end: nothing that was read before may differ.
    pub(crate) fn check_whole(&mut self, thread: &str, whole: &[Line]) {
        let Some(t) = self.threads.get(thread) else { return };
        for (i, was) in t.stored.iter().enumerate() {
            let is = whole.get(i);
            if is != Some(was) {
                self.faults.push(Fault::Changed {
                    thread: thread.to_owned(),
                    seq: was.seq,
                    was: was.shown(),
                    is: is.map_or_else(|| "nothing".to_owned(), Line::shown),
                });
                return;
            }
        }
        // Every acknowledgement of the whole run, once more.
        for (sender, fates) in &t.sent {
            for (i, fate) in fates.iter().enumerate() {
                let text = words(sender, i as u64 + 1);
                let place = t.places.get(&text).copied();
                if let Fate::Acknowledged(seq) = fate
                    && place != Some(*seq)
                {
                    let found = place.map_or_else(
                        || "nothing".to_owned(),
                        |p| format!("its words stand at {p}; something else"),
                    );
                    self.faults.push(Fault::Lost {
                        thread: thread.to_owned(),
                        seq: *seq,
                        text,
                        found,
                    });
                } else if *fate == Fate::Refused
                    && let Some(seq) = place
                {
                    self.faults.push(Fault::Foreign {
                        thread: thread.to_owned(),
                        seq,
                        text,
                    });
                }
            }
        }
    }

    /// What a side saw against what is stored. A view that lived to the end must reach `end`.
    pub(crate) fn check_view(&mut self, viewer: &str, thread: &str, view: &View, end: i64) {
        let stored: &[Line] = self.threads.get(thread).map_or(&[], |t| &t.stored);
        for (i, seen) in view.lines.iter().enumerate() {
            let seq = view.base + i as i64 + 1;
            if seen.seq != seq {
                self.faults.push(Fault::Hole {
                    thread: format!("{thread} as {viewer} saw it"),
                    expected: seq,
                    found: seen.seq,
                });
                return;
            }
            let is = usize::try_from(seq - 1).ok().and_then(|i| stored.get(i));
            if is != Some(seen) {
                self.faults.push(Fault::SeenOther {
                    viewer: viewer.to_owned(),
                    thread: thread.to_owned(),
                    seq,
                    seen: seen.shown(),
                    stored: is.map_or_else(|| "nothing".to_owned(), Line::shown),
                });
                return;
            }
        }
        if view.is_live && view.last() < end {
            self.faults.push(Fault::Behind {
                viewer: viewer.to_owned(),
                thread: thread.to_owned(),
                seen: view.last(),
                stored: end,
            });
        }
    }
}

/// A stored message: once, sent, in its sender's order.
fn judge(thread: &str, t: &mut Thread, seq: i64, text: &str, faults: &mut Vec<Fault>) {
    let fault = |text: &str| Fault::Foreign {
        thread: thread.to_owned(),
        seq,
        text: text.to_owned(),
    };
    if let Some(first) = t.places.insert(text.to_owned(), seq) {
        faults.push(Fault::Doubled {
            thread: thread.to_owned(),
            first,
            second: seq,
            text: text.to_owned(),
        });
        return;
    }
    let Some((sender, number)) = read_words(text) else {
        faults.push(fault(text));
        return;
    };
    let is_sent = t
        .sent
        .get(sender)
        .is_some_and(|fates| number >= 1 && number <= fates.len() as u64);
    if !is_sent || text != words(sender, number) {
        faults.push(fault(text));
        return;
    }
    let last = t.last_of.entry(sender.to_owned()).or_default();
    if number < *last {
        faults.push(Fault::Swapped {
            thread: thread.to_owned(),
            seq,
            text: text.to_owned(),
            after: *last,
        });
    }
    *last = number.max(*last);
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: &str = "t";

    fn line(seq: i64, text: Option<String>) -> Line {
        Line { seq, text }
    }

    /// A run of six messages, all stored; `spoil` may harm what is stored before it is judged.
    fn run(spoil: impl Fn(&mut Vec<Line>)) -> Record {
        let mut record = Record::default();
        let mut lines = vec![line(1, None)];
        for i in 0..3 {
            for sender in ["b1", "a1"] {
                let text = record.send(T, sender);
                let seq = lines.len() as i64 + 1;
                // The last one is stored, but its answer was lost.
                if (i, sender) != (2, "a1") {
                    record.acknowledge(T, &text, seq);
                }
                lines.push(line(seq, Some(text)));
            }
        }
        spoil(&mut lines);
        let fresh = record.fresh();
        record.stored(T, lines.clone());
        record.check_acknowledged(&fresh);
        record.check_whole(T, &lines);
        let end = lines.len() as i64;
        let view = View {
            base: 0,
            lines,
            is_live: true,
        };
        record.check_view("buyer 1", T, &view, end);
        record
    }

    fn kinds(record: &Record) -> Vec<String> {
        let mut kinds: Vec<String> = record
            .faults
            .iter()
            .map(|f| f.to_string().split(':').next().unwrap_or_default().to_owned())
            .collect();
        kinds.dedup();
        kinds
    }

    fn renumber(lines: &mut [Line]) {
        for (i, line) in lines.iter_mut().enumerate() {
            line.seq = i as i64 + 1;
        }
    }

    #[test]
    fn a_good_run_has_no_fault() {
        let record = run(|_| {});
        assert_eq!(record.faults, []);
        assert_eq!(
            (
                record.sent,
                record.acknowledged,
                record.unanswered(),
                record.stored
            ),
            (6, 5, 1, 6)
        );
    }

    #[test]
    fn a_dropped_message_is_found() {
        // Taken away with its number, and taken away with the numbers closed up behind it.
        assert!(kinds(&run(|lines| drop(lines.remove(3)))).contains(&"HOLE".to_owned()));
        let closed_up = run(|lines| {
            lines.remove(3);
            renumber(lines);
        });
        assert!(
            kinds(&closed_up).contains(&"LOST".to_owned()),
            "{:?}",
            closed_up.faults
        );
        // The very last of the thread, too.
        let end = run(|lines| lines.truncate(5));
        assert!(kinds(&end).contains(&"LOST".to_owned()), "{:?}", end.faults);
    }

    #[test]
    fn a_message_whose_answer_was_lost_may_be_missing() {
        assert_eq!(run(|lines| drop(lines.pop())).faults, []);
    }

    #[test]
    fn a_doubled_message_is_found() {
        let record = run(|lines| {
            lines.push(lines[2].clone());
            renumber(lines);
        });
        assert!(
            kinds(&record).contains(&"DOUBLED".to_owned()),
            "{:?}",
            record.faults
        );
        // Also the one that was never acknowledged.
        let unanswered = run(|lines| {
            lines.push(lines[6].clone());
            renumber(lines);
        });
        assert!(
            kinds(&unanswered).contains(&"DOUBLED".to_owned()),
            "{:?}",
            unanswered.faults
        );
    }

    #[test]
    fn swapped_messages_of_a_sender_are_found() {
        let record = run(|lines| {
            lines.swap(1, 3);
            renumber(lines);
        });
        let found = kinds(&record);
        assert!(
            found.contains(&"SWAPPED".to_owned()) && found.contains(&"LOST".to_owned()),
            "{:?}",
            record.faults
        );
    }

    #[test]
    fn words_that_changed_or_that_nobody_sent_are_found() {
        let changed = run(|lines| lines[2].text = Some("a1-1 别的".to_owned()));
        assert!(kinds(&changed).contains(&"FOREIGN".to_owned()));
        let foreign = run(|lines| lines.push(line(8, Some("x9-1 hm".to_owned()))));
        assert!(kinds(&foreign).contains(&"FOREIGN".to_owned()));
    }

    #[test]
    fn what_was_stored_once_may_not_change() {
        let mut record = run(|_| {});
        let whole = vec![line(1, None), line(2, Some("b1-1 其他".to_owned()))];
        record.check_whole(T, &whole);
        assert_eq!(kinds(&record), ["CHANGED"]);
    }

    #[test]
    fn a_refused_message_must_not_be_stored() {
        let mut record = Record::default();
        let text = record.send(T, "a1");
        record.refuse(T, &text);
        assert_eq!((record.refused, record.unanswered()), (1, 0));
        let lines = vec![line(1, Some(text))];
        record.stored(T, lines.clone());
        record.check_whole(T, &lines);
        assert_eq!(kinds(&record), ["FOREIGN"]);
    }

    #[test]
    fn one_message_has_one_place() {
        let mut record = Record::default();
        let text = record.send(T, "b1");
        record.acknowledge(T, &text, 4);
        record.acknowledge(T, &text, 4);
        assert_eq!(record.faults, []);
        record.acknowledge(T, &text, 5);
        assert_eq!(kinds(&record), ["DOUBLED"]);
    }

    #[test]
    fn what_a_side_saw_must_be_what_is_stored() {
        let good = run(|_| {});
        let stored = good.threads[T].stored.clone();
        let view = |base: usize, change: fn(&mut Vec<Line>)| {
            let mut lines = stored[base..].to_vec();
            change(&mut lines);
            View {
                base: base as i64,
                lines,
                is_live: true,
            }
        };
        let faults = |view: &View| {
            let mut record = run(|_| {});
            record.check_view("a1", T, view, 7);
            kinds(&record)
        };
        assert!(faults(&view(3, |_| {})).is_empty());
        assert_eq!(faults(&view(0, |lines| drop(lines.pop()))), ["SEEN"]);
        assert_eq!(faults(&view(0, |lines| drop(lines.remove(2)))), ["HOLE"]);
        assert_eq!(faults(&view(0, |lines| lines.push(lines[6].clone()))), ["HOLE"]);
        let swapped = |lines: &mut Vec<Line>| {
            lines.swap(1, 2);
            renumber(lines);
        };
        assert_eq!(faults(&view(0, swapped)), ["SEEN"]);
    }
}
