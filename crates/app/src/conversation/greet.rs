//! What the house itself says: the welcome when a conversation opens, or that nobody is there now (R-DESK-11), and the set
//! answers to quick questions. Automatic entries of the thread: they never stop the clock (R-RESP-01).

use crate::shop::{Values, fill, open_at, values};
use crate::{House, presence};
use std::sync::Arc;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_kernel::{ClientId, ConversationId};
use yingke_store::conversation::{Appeared, EntryRow, ThreadRow};
use yingke_store::{AppendJob, Ground};

/// Whether a commit opened a conversation by a buyer of the widget.
pub(crate) fn is_due(a: &Appeared) -> bool {
    !a.open_before
        && a.thread.channel == crate::buyer::WEB
        && a.entries.iter().any(|e| e.kind == EntryKind::Open)
        && a.entries.last().is_some_and(|e| e.sender == "buyer")
}

/// The words for a conversation that has just opened, or that nobody listens to this buyer now; none = the shop has none to say.
fn words(house: &House, a: &Appeared) -> Option<String> {
    let t = &a.thread;
    let directory = house.directory();
    let shop = directory.shop(t.shop)?;
    if a.entries.last().is_some_and(|e| e.automatic) {
        return Some(crate::abuse::not_listening(shop.settings.language()));
    }
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

/// Whether a commit brought words of a buyer in the widget, which may be one of the shop's quick questions.
pub(crate) fn may_ask(a: &Appeared) -> bool {
    a.thread.channel == crate::buyer::WEB && a.entries.iter().any(is_asked)
}

fn is_asked(e: &EntryRow) -> bool {
    e.sender == "buyer" && e.kind == EntryKind::Text && !e.automatic
}

/// The shop's set answers to what was asked, in the order of asking; a question without one is an agent's.
pub(crate) fn answers(house: &House, a: &Appeared) -> Vec<String> {
    let directory = house.directory();
    let Some(shop) = directory.shop(a.thread.shop) else {
        return Vec::new();
    };
    let set = &shop.settings.questions;
    if set.iter().all(|question| question.answer.is_none()) {
        return Vec::new();
    }
    let now = open_at(shop, house.now(), presence::any_online(house, shop.id));
    let known = Values {
        buyer: Some(a.thread.buyer_name.clone()),
        ..values(shop, &now)
    };
    a.entries
        .iter()
        .filter(|e| is_asked(e))
        .filter_map(|e| {
            let question = set
                .iter()
                .find(|q| fill(&q.text, &known).is_some_and(|text| text.trim() == e.text.trim()))?;
            fill(question.answer.as_deref()?, &known).filter(|text| !text.trim().is_empty())
        })
        .collect()
}

/// Says the welcome, if it is due, then the answers.
pub(crate) async fn speak(house: House, appeared: Arc<Appeared>, welcome: bool, answers: Vec<String>) {
    let t = &appeared.thread;
    if welcome && let Some(text) = words(&house, &appeared) {
        say(&house, t, text).await;
    }
    for text in answers {
        say(&house, t, text).await;
    }
}

async fn say(house: &House, t: &ThreadRow, text: String) {
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
        tracing::warn!(%error, thread = %t.id, "an automatic word could not be said");
    }
}
