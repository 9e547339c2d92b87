//! What a transaction tells the world once it is committed.

use crate::abuse::MarkRow;
use crate::bargain::ApprovalRow;
use crate::call::CallRow;
use crate::conversation::{Appeared, ThreadRow};
use crate::incident::IncidentRow;
use crate::notice::NoticeRow;
use std::sync::Arc;
use yingke_kernel::{BuyerId, PersonId, ShopId, Stamp, ThreadId};

/// Published in commit order, after the commit and before the answer.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A thread got new entries.
    Appeared(Arc<Appeared>),
    /// A side has seen a thread up to `seq`.
    Read {
        /// The shop.
        shop: ShopId,
        /// The thread.
        thread: ThreadId,
        /// By the buyer; else by the shop.
        by_buyer: bool,
        /// Highest sequence seen.
        seq: i64,
    },
    /// A person's state or rights changed; whoever shows or routes by it asks again.
    Person(PersonId),
    /// A thread's row changed without a new entry (stage, unread mark): lists show it anew.
    Marked(Arc<ThreadRow>),
    /// Name or tags of a buyer changed: whoever shows rows of these threads asks again.
    Buyer {
        /// The shop.
        shop: ShopId,
        /// The buyer.
        buyer: BuyerId,
        /// The buyer's threads.
        threads: Arc<[ThreadId]>,
    },
    /// A history was imported into a thread: derived figures must follow.
    Imported(ThreadId),
    /// What was said in these threads is gone: words, files, names. The index forgets them, desks load them again.
    Forgotten {
        /// The shop.
        shop: ShopId,
        /// The threads.
        threads: Arc<[ThreadId]>,
    },
    /// A request to the supervisor was made, answered or taken (R-BARGAIN-02).
    Approval(Arc<ApprovalRow>),
    /// Words were proposed to be abuse, or that was decided (R-DESK-12).
    Mark(Arc<MarkRow>),
    /// A telephone call was logged, changed or confirmed (R-CHANNEL-05).
    Call(Arc<CallRow>),
    /// Something was found wrong, changed its amount, or was decided (R-FINE-01).
    Incident(Arc<IncidentRow>),
    /// A notice to the team was posted, corrected, confirmed or withdrawn (R-TEAM-03).
    Notice {
        /// As it is now, with who has confirmed it.
        notice: Arc<NoticeRow>,
        /// Besides whoever posts, only this person is concerned; `None` = all for whom it is.
        only: Option<PersonId>,
        /// Whoever has not confirmed it is reminded.
        reminder: bool,
    },
    /// Nobody has touched this person's desk for a while: is somebody there (R-RESP-06)? Answered by any act before `until`.
    StillThere {
        /// Who is asked.
        person: PersonId,
        /// Then they are set away; `None` = they have answered, or need not any more.
        until: Option<Stamp>,
    },
    /// Phrases of a shop changed: the team's, or a person's own. Desks fetch what is newer than what they have.
    Phrases {
        /// The shop.
        shop: ShopId,
        /// Whose set; `None` = the team's.
        person: Option<PersonId>,
        /// The shop's count of changes after it.
        version: i64,
    },
    /// Something was ticked off on a list of the day, or taken back: whoever shows it asks again (R-DESK-14, R-DESK-16).
    Duty {
        /// The shop.
        shop: ShopId,
        /// The list.
        list: yingke_domain::duty::List,
        /// The day, `YYYY-MM-DD`.
        day: Arc<str>,
    },
    /// Somebody was asked to look along with somebody who begins, has opened it, or need not any more (R-DESK-18).
    Pair {
        /// Who with whom.
        pair: Arc<crate::routing::PairRow>,
        /// The buyer.
        buyer_name: Arc<str>,
        /// It is not over.
        open: bool,
    },
    /// A number with no meaning of its own, for the driver's tests.
    Custom(u64),
}
