//! Who waits, in order (R-DESK-02): kept sorted, so that one more or one less costs the same however many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;
use yingke_kernel::{Stamp, ThreadId};

/// Where a conversation stands in its line: whoever wrote while nobody was there first (R-DESK-11), then the others; each oldest
/// first, a buyer about to buy with a lead (R-DESK-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// Not left for a shift that was to come.
    ordinary: bool,
    /// Since when, less the lead.
    since: Stamp,
}

impl Rank {
    /// `left`: written while nobody was there; `since`: waits since then; `lead`: seconds, of ordinary ones only.
    pub fn new(left: bool, since: Stamp, lead: i64) -> Self {
        Self {
            ordinary: !left,
            since: if left { since } else { since.plus_secs(-lead) },
        }
    }
}

/// Conversations that the same people may serve: of one line, and of large orders or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Class {
    /// The line; none = whoever is free.
    pub line: Option<Arc<str>>,
    /// A large order or a large buyer: not for whoever begins (R-DESK-18).
    pub large: bool,
}

/// The queue of a shop.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    // Words left for the shift stand apart: a new one would else hold up older ones behind it until its own time has come.
    classes: BTreeMap<(Class, bool), BTreeSet<(Rank, ThreadId)>>,
    len: usize,
}

impl Queue {
    /// One more waits.
    pub fn insert(&mut self, class: Class, rank: Rank, thread: ThreadId) {
        if self
            .classes
            .entry((class, rank.ordinary))
            .or_default()
            .insert((rank, thread))
        {
            self.len += 1;
        }
    }
    /// One waits no longer. True if it did.
    pub fn remove(&mut self, class: &Class, rank: Rank, thread: ThreadId) -> bool {
        let key = (class.clone(), rank.ordinary);
        let Some(waiting) = self.classes.get_mut(&key) else {
            return false;
        };
        let was_there = waiting.remove(&(rank, thread));
        if was_there {
            self.len -= 1;
            if waiting.is_empty() {
                self.classes.remove(&key);
            }
        }
        was_there
    }
    /// How many wait.
    pub const fn len(&self) -> usize {
        self.len
    }
    /// Whether nobody waits.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// How many wait for a line.
    pub fn waiting_for(&self, line: Option<&str>) -> usize {
        self.of_line(line).map(BTreeSet::len).sum()
    }
    fn of_line(&self, line: Option<&str>) -> impl Iterator<Item = &BTreeSet<(Rank, ThreadId)>> {
        let line: Option<Arc<str>> = line.map(Arc::from);
        let kinds = [(false, false), (false, true), (true, false), (true, true)];
        kinds.into_iter().filter_map(move |(large, ordinary)| {
            let line = line.clone();
            self.classes.get(&(Class { line, large }, ordinary))
        })
    }
    /// Place among those who wait for the line, 1 = next.
    pub fn place(&self, line: Option<&str>, rank: Rank, thread: ThreadId) -> usize {
        let before = self
            .of_line(line)
            .map(|waiting| waiting.range(..(rank, thread)).count());
        1 + before.sum::<usize>()
    }
    /// The first of each class.
    pub(super) fn heads(&self) -> impl Iterator<Item = (&Class, (Rank, ThreadId))> {
        self.classes
            .iter()
            .filter_map(|((class, _), waiting)| Some((class, *waiting.first()?)))
    }
    /// The one behind, in the same class.
    pub(super) fn behind(&self, class: &Class, at: (Rank, ThreadId)) -> Option<(Rank, ThreadId)> {
        let rest = (Bound::Excluded(at), Bound::Unbounded);
        let key = (class.clone(), at.0.ordinary);
        self.classes.get(&key)?.range(rest).next().copied()
    }
    /// Everybody who waits, class by class.
    pub fn iter(&self) -> impl Iterator<Item = (&Class, Rank, ThreadId)> {
        self.classes.iter().flat_map(|((class, _), waiting)| {
            waiting.iter().map(move |(rank, thread)| (class, *rank, *thread))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn thread(n: u8) -> ThreadId {
        format!("00000000-0000-7000-8000-0000000000{n:02x}")
            .parse()
            .unwrap()
    }

    #[test]
    fn r_desk_11_whoever_was_left_a_word_comes_first_r_desk_05_and_a_lead_counts_among_the_others() {
        let at = Stamp::from_secs;
        let left = Rank::new(true, at(500), 60);
        let first = Rank::new(false, at(400), 0);
        let buyer = Rank::new(false, at(430), 60);
        assert!(left < buyer && buyer < first);
        assert!(Rank::new(true, at(499), 0) < left);
    }

    proptest! {
        #[test]
        fn places_are_those_of_a_sorted_list(all in proptest::collection::vec((0u8..40, 0u8..3, any::<bool>(), any::<bool>(), 0i64..50), 0..60)) {
            let mut queue = Queue::default();
            let mut list: BTreeMap<ThreadId, (Class, Rank)> = BTreeMap::new();
            for (n, line, large, left, since) in all {
                let class = Class { line: (line > 0).then(|| Arc::from(format!("l{line}"))), large };
                let rank = Rank::new(left, Stamp::from_secs(since), 0);
                if let Some((class, rank)) = list.remove(&thread(n)) {
                    prop_assert!(queue.remove(&class, rank, thread(n)));
                    prop_assert!(!queue.remove(&class, rank, thread(n)));
                } else {
                    queue.insert(class.clone(), rank, thread(n));
                    list.insert(thread(n), (class, rank));
                }
            }
            prop_assert_eq!(queue.len(), list.len());
            for (id, (class, rank)) in &list {
                let before = list.iter().filter(|(other, (c, r))| c.line == class.line && (*r, **other) < (*rank, *id)).count();
                prop_assert_eq!(queue.place(class.line.as_deref(), *rank, *id), before + 1);
            }
        }
    }
}
