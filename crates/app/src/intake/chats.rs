//! Chat files: read line by line, stored in slices that do not hold up the desk.

use super::Outcome;
use crate::{House, Problem, Result};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Seek};
use yingke_domain::conversation::EntryKind;
use yingke_kernel::{ClientId, ShopId, Zone};
use yingke_sheets::chats::{self, ChatOptions, ChatRecord, From, Kind};
use yingke_sheets::{Item, Refusal};
use yingke_store::intake::{ChatLine, Seen, Stored, look_at_lines, store_lines};
use yingke_store::{Lane, Tx};

/// Lines of one background transaction: a few milliseconds.
const SLICE: usize = 50;

/// How a chat file is to be read.
#[derive(Debug, Clone, Default)]
pub struct ChatImport {
    /// Shop for lines that name none.
    pub shop: Option<String>,
    /// Channel for lines that name none.
    pub channel: Option<String>,
    /// The shop's own accounts, for copied text.
    pub accounts: Vec<String>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Counts equal lines of a file: the first, the second …
///
/// Keeps eight bytes of a keyed hash and a count for each distinct line, nothing of the line itself.
#[derive(Default)]
struct Equal {
    seen: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Equal {
    fn nth(&mut self, identity: &[u8]) -> u32 {
        let count = self.seen.entry(self.hasher.hash_one(identity)).or_insert(0);
        *count += 1;
        *count
    }
}

/// Imports one file.
pub async fn import_chats(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    options: &ChatImport,
) -> Result<Outcome> {
    let directory = house.directory();
    let default_shop = options.shop.clone().unwrap_or_else(|| "main".to_owned());
    let zone = match directory.shop_by_code(&default_shop) {
        Some(shop) => shop.zone.clone(),
        None if options.shop.is_some() => {
            return Err(Problem::invalid(
                "unknown_shop",
                format!(
                    "there is no shop {default_shop:?}; `yingke shop` lists them, `yingke shop {default_shop}` makes it"
                ),
            ));
        }
        None => Zone::shanghai(),
    };
    let chat_options = ChatOptions {
        shop: Some(default_shop),
        channel: options.channel.clone(),
        accounts: options.accounts.clone(),
    };
    let file = chats::open(input, name, &zone, chat_options)
        .map_err(|e| Problem::invalid("bad_file", e.to_string()))?;
    let mut outcome = Outcome::new(name, "chats", file.layout);
    outcome.conversations = Some(0);
    let mut equal = Equal::default();
    let mut seen = Seen::default();
    let mut slice: Vec<ChatLine> = Vec::with_capacity(SLICE);
    for item in file {
        match item {
            Item::Refused(refusal) => {
                outcome.refused.push(refusal);
                outcome.read += 1;
            }
            Item::Record { line, value } => {
                outcome.read += 1;
                let shop = value
                    .shop
                    .as_deref()
                    .and_then(|code| directory.shop_by_code(code))
                    .map(|s| s.id);
                match check(house, line, value, shop, &mut equal) {
                    Ok(line) => slice.push(line),
                    Err(refusal) => outcome.refused.push(refusal),
                }
            }
        }
        if slice.len() == SLICE {
            store(
                house,
                std::mem::take(&mut slice),
                options.dry_run,
                &mut seen,
                &mut outcome,
            )
            .await?;
            tokio::task::yield_now().await;
        }
    }
    if !slice.is_empty() {
        store(house, slice, options.dry_run, &mut seen, &mut outcome).await?;
    }
    house.refresh_directory().await?;
    outcome.audit(house, options.dry_run).await?;
    Ok(outcome)
}

fn kind(kind: Kind) -> EntryKind {
    match kind {
        Kind::Text => EntryKind::Text,
        Kind::Image => EntryKind::Image,
        Kind::Card => EntryKind::Card,
        Kind::Voice => EntryKind::Voice,
        Kind::File => EntryKind::File,
        Kind::Transfer => EntryKind::Transfer,
        Kind::Close => EntryKind::Close,
    }
}

fn check(
    house: &House,
    line: u64,
    record: ChatRecord,
    shop: Option<ShopId>,
    equal: &mut Equal,
) -> std::result::Result<ChatLine, Refusal> {
    let refuse = |column: &str, value: Option<String>, reason: String| Refusal {
        line,
        column: Some(column.to_owned()),
        value,
        reason,
    };
    let Some(shop) = shop else {
        let code = record.shop.clone().unwrap_or_default();
        return Err(refuse(
            "shop",
            Some(code.clone()),
            format!("there is no shop {code:?}; mend the code, or make the shop first: yingke shop {code}"),
        ));
    };
    if record.from == From::Agent
        && record.agent.is_none()
        && record.kind != Kind::Transfer
        && record.kind != Kind::Close
    {
        return Err(refuse(
            "agent",
            None,
            "a line from an agent must name the account that wrote it".to_owned(),
        ));
    }
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(&record.channel);
    match &record.id {
        Some(id) => {
            part("id");
            part(id);
        }
        None => {
            let mut identity = Vec::new();
            for text in [
                shop.to_string().as_str(),
                &record.channel,
                record.conversation.as_deref().unwrap_or(&record.buyer),
                &record.at.micros().to_string(),
                record.from.as_str(),
                record.agent.as_deref().unwrap_or(""),
                record.kind.as_str(),
                &record.text,
            ] {
                identity.extend_from_slice(&(text.len() as u64).to_be_bytes());
                identity.extend_from_slice(text.as_bytes());
            }
            let nth = equal.nth(&identity);
            part("line");
            hash.update(&identity);
            hash.update(nth.to_be_bytes());
        }
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    let policy = house.policy_at(record.at);
    Ok(ChatLine {
        shop,
        conversation: record.conversation.unwrap_or_default(),
        automatic: record.from == From::Agent && policy.clock.is_automatic(&record.text),
        sender: record.from.as_str(),
        kind: kind(record.kind),
        channel: record.channel,
        buyer: record.buyer,
        agent: record.agent,
        to_agent: record.to_agent,
        at: record.at,
        text: record.text,
        identity: ClientId(uuid::Builder::from_custom_bytes(bytes).into_uuid()),
    })
}

async fn store(
    house: &House,
    slice: Vec<ChatLine>,
    dry_run: bool,
    seen: &mut Seen,
    outcome: &mut Outcome,
) -> Result<()> {
    let stored = if dry_run {
        let mut known = std::mem::take(seen);
        let (stored, known) = house
            .read(move |tx| Ok((look_at_lines(tx, &slice, &mut known)?, known)))
            .await?;
        *seen = known;
        stored
    } else {
        let now = house.now();
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                store_lines(tx, &slice, now)
            })
            .await?
    };
    for one in stored {
        match one {
            Stored::Created { conversation } => {
                outcome.created += 1;
                if let Some(count) = &mut outcome.conversations {
                    *count += u64::from(conversation);
                }
            }
            Stored::Changed => outcome.changed += 1,
            Stored::Unchanged => outcome.unchanged += 1,
        }
    }
    Ok(())
}
