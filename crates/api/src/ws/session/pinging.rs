//! Signs of life, both ways; and what was lost on the way is noticed.

use super::{As, End, RECHECK, SILENT, Session};
use crate::ws::hub::Reason;
use crate::ws::protocol::ServerFrame;
use std::collections::BTreeMap;
use yingke_kernel::ProblemKind;

impl Session {
    /// The last sequences of the watched threads, from the store: whatever was lost on the way here is noticed.
    pub(super) async fn ping(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > SILENT {
            return Err(End::Gone);
        }
        self.pings = self.pings.wrapping_add(1);
        if self.pings.is_multiple_of(RECHECK) {
            self.recheck().await?;
        }
        let mut last = BTreeMap::new();
        for thread in self.watched.iter().map(|w| w.thread).collect::<Vec<_>>() {
            match self.look(thread).await {
                Ok(row) => {
                    last.insert(thread.to_string(), row.live.last_seq);
                    if self
                        .watched
                        .iter()
                        .any(|w| w.thread == thread && w.last < row.live.last_seq)
                    {
                        self.catch_up(thread).await?;
                    }
                }
                Err(problem) if problem.kind == ProblemKind::NotFound => {
                    self.watched.retain(|w| w.thread != thread);
                    self.api.hub.unwatch(&self.line, thread);
                }
                Err(problem) => self.problem(&problem).await?,
            }
        }
        let now = self.api.house.now().to_string();
        self.say(&ServerFrame::Ping { now, last }).await
    }

    /// A desk's session may have ended, or the person's role have changed.
    pub(super) async fn recheck(&mut self) -> Result<(), End> {
        let As::Desk(staff, secret) = &mut self.who else {
            return Ok(());
        };
        match yingke_app::access::staff(&self.api.house, secret).await {
            Ok(Some(fresh)) => {
                *staff = fresh;
                Ok(())
            }
            Ok(None) => Err(End::Bye(Reason::SignedOut)),
            // The store could not answer: no reason to send anybody home.
            Err(_) => Ok(()),
        }
    }
}
