//! Threads that a connection follows: what is sent of their entries is without a hole.

use super::{As, End, Session, WATCHED, Watched};
use crate::conversation::view::{self, Slice};
use crate::ws::hub::Delivery;
use crate::ws::protocol::ServerFrame;
use yingke_app::ThreadRow;
use yingke_kernel::{Problem, ThreadId};

impl Session {
    /// Begins to follow a thread: registered first, read afterwards, so that nothing falls between.
    pub(super) async fn resume(&mut self, thread: ThreadId, after: i64) -> Result<(), End> {
        if let Err(problem) = self.look(thread).await {
            return self.problem(&problem).await;
        }
        let i = match self.watched.iter().position(|w| w.thread == thread) {
            Some(i) => i,
            None if self.watched.len() >= WATCHED => {
                let detail = format!("a connection follows at most {WATCHED} threads; close one first");
                return self.problem(&Problem::conflict("too_many_watched", detail)).await;
            }
            None => {
                if matches!(self.who, As::Desk(..)) {
                    self.api.hub.watch(&self.line, thread);
                }
                self.watched.push(Watched {
                    thread,
                    last: 0,
                    used: false,
                });
                self.watched.len() - 1
            }
        };
        if after >= 0 {
            self.watched[i].last = after;
            return self.catch_up(thread).await;
        }
        let limit = after.saturating_neg().min(crate::conversation::entries::PAGE);
        match view::history(&self.api.house, &self.audience(), thread, Slice::Last, limit).await {
            Ok(history) => {
                let from = history.entries.first().map_or(0, |e| e.seq - 1);
                let more = self.entries(i, from, history).await?;
                if more { self.catch_up(thread).await } else { Ok(()) }
            }
            Err(problem) => self.problem(&problem).await,
        }
    }

    /// The thread's row, if this connection may see it.
    pub(super) async fn look(&mut self, thread: ThreadId) -> Result<ThreadRow, Problem> {
        match &self.who {
            As::Desk(staff, _) => yingke_app::conversation::thread(&self.api.house, staff, thread).await,
            As::Guest(guest) => yingke_app::conversation::thread_of_guest(&self.api.house, guest).await,
        }
    }

    pub(super) async fn deliver(&mut self, delivery: &Delivery) -> Result<(), End> {
        let (thread, seq, text) = match delivery {
            Delivery::Frame(text) => return self.put(text.clone()).await,
            Delivery::Entry { thread, seq, text } => (*thread, *seq, text),
        };
        match self.watched.iter_mut().find(|w| w.thread == thread) {
            Some(w) => match place_in(w.last, seq) {
                Place::Known => Ok(()),
                Place::Next => {
                    w.last = seq;
                    self.put(text.clone()).await
                }
                Place::Gap => Box::pin(self.catch_up(thread)).await,
            },
            // Held by this person and not open on this desk: the list wants to know.
            None if matches!(self.who, As::Desk(..)) => self.put(text.clone()).await,
            // A widget that has not asked for its history yet will get it all with the answer.
            None => Ok(()),
        }
    }

    /// Sends what the store has beyond what was sent.
    pub(super) async fn catch_up(&mut self, thread: ThreadId) -> Result<(), End> {
        let Some(i) = self.watched.iter().position(|w| w.thread == thread) else {
            return Ok(());
        };
        let audience = self.audience();
        loop {
            let from = self.watched[i].last;
            let page = crate::conversation::entries::PAGE;
            match view::history(&self.api.house, &audience, thread, Slice::After(from), page).await {
                Ok(history) => {
                    let more = self.entries(i, from, history).await?;
                    if !more {
                        return Ok(());
                    }
                }
                Err(problem) => return self.problem(&problem).await,
            }
        }
    }

    /// Sends a piece of history; true when more must follow.
    pub(super) async fn entries(&mut self, i: usize, from: i64, history: view::History) -> Result<bool, End> {
        let view::History { entries, row } = history;
        // A client that knows more than the store (which was restored) goes on from what there is.
        let last = entries.last().map_or(from.min(row.live.last_seq), |e| e.seq);
        let more = last < row.live.last_seq && !entries.is_empty();
        self.watched[i].last = last;
        let is_desk = matches!(self.who, As::Desk(..));
        let ask_rating = match &self.who {
            As::Guest(guest) if !more => yingke_app::conversation::to_be_rated(&self.api.house, guest.thread)
                .await
                .ok()
                .flatten()
                .map(|conversation| conversation.to_string()),
            _ => None,
        };
        self.say(&ServerFrame::Entries {
            thread: row.id.to_string(),
            from,
            entries,
            more,
            last_seq: row.live.last_seq,
            buyer_read: row.buyer_read,
            shop_read: row.shop_read,
            live: is_desk.then(|| view::live(&row, &self.api.house.directory())),
            ask_rating,
        })
        .await?;
        Ok(more)
    }
}

/// Where an entry stands to what was sent.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Known,
    Next,
    Gap,
}

fn place_in(last: i64, seq: i64) -> Place {
    match seq - last {
        ..=0 => Place::Known,
        1 => Place::Next,
        _ => Place::Gap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_sent_once_and_in_its_place() {
        let places: Vec<Place> = (4..=7).map(|seq| place_in(5, seq)).collect();
        assert_eq!(places, [Place::Known, Place::Known, Place::Next, Place::Gap]);
    }
}
