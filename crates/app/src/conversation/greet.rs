//! What the house itself says when a conversation opens: the welcome, or that nobody is there now (R-DESK-11). Automatic
//! entries of the thread: they never stop the clock (R-RESP-01).

use crate::shop::{Values, fill, open_at, values};
use crate::{House, presence};
use std::sync::Arc;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::{ClientId, ConversationId};
use yingke_store::conversation::{Appeared, ThreadRow};
use yingke_store::{AppendJob, Ground};

/// Whether a commit opened a conversation by a buyer of the widget.
pub(crate) fn is_due(a: &Appeared) -> bool {
    !a.open_before
        && a.thread.channel == crate::buyer::WEB
        && a.entries.iter().any(|e| e.kind == EntryKind::Open)
        && a.entries.last().is_some_and(|e| e.sender == "buyer")
}

/// The words for a conversation that has just opened; none = the shop has none to say.
fn words(house: &House, t: &ThreadRow) -> Option<String> {
    let directory = house.directory();
    let shop = directory.shop(t.shop)?;
    let now = open_at(shop, house.now(), presence::any_online(house, shop.id));
    let settings = &shop.settings;
    let text = match (now.within_hours, now.online) {
        (Some(false), _) => settings.closed_text(),
        (_, false) => settings.offline.as_str(),
        (_, true) => settings.welcome.as_str(),
    };
    let known = Values {
        buyer: Some(t.buyer_name.clone()),
        ..values(shop, &now)
    };
    fill(text, &known).filter(|text| !text.trim().is_empty())
}

/// Says them.
pub(crate) async fn greet(house: House, appeared: Arc<Appeared>) {
    let t = &appeared.thread;
    let Some(text) = words(&house, t) else { return };
    let now = house.now();
    let job = AppendJob {
        thread: t.id,
        sender: Sender::Auto,
        client_id: ClientId::new(now),
        kind: EntryKind::Text,
        text,
        file: None,
        data: None,
        quote: None,
        automatic: true,
        at: now,
        new_conversation: ConversationId::new(now),
        policy: Arc::new(house.policy().conversation),
        lines: Arc::default(),
        ground: Ground::default(),
    };
    if let Err(error) = house.0.store.append_queued(job).await {
        tracing::warn!(%error, thread = %t.id, "the welcome could not be said");
    }
}
