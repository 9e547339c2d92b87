//! What is too old to be kept goes by itself: words of conversations, files, contacts of orders. Numbers and figures stay.
//!
//! The policy says after how many days (`[retention]`, 0 = kept). Small slices in the background lane, so that nobody waits.

use crate::access::audited;
use crate::buyer::{bare_facts, bare_mark};
use crate::{House, Result, file};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use yingke_kernel::{FileId, Stamp};
use yingke_store::retention as rows;
use yingke_store::{Effect, Lane, Tx};

/// How often it is looked at.
const TICK: Duration = Duration::from_secs(3_600);
/// How long after the start it is looked at first.
const FIRST: Duration = Duration::from_secs(60);
/// Conversations or orders of one write.
const SLICE: i64 = 20;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What one round erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Conversations whose words are gone.
    pub conversations: u64,
    /// Files.
    pub files: u64,
    /// Orders whose contacts are gone.
    pub orders: u64,
}

/// Runs until stopped.
pub async fn run(house: House, stop: CancellationToken) {
    let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + FIRST, TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let round = async {
            tokio::select! {
                () = stop.cancelled() => Ok(Erased::default()),
                done = erase_old(&house) => done,
            }
        };
        match round.await {
            Ok(erased) if erased != Erased::default() => {
                let Erased {
                    conversations,
                    files,
                    orders,
                } = erased;
                tracing::info!(conversations, files, orders, "what was too old was erased");
            }
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%problem, "what is too old could not be erased; the next round goes on")
            }
        }
    }
}

/// Erases what is older than the policy of today allows. On the trail, a line for each kind that lost something.
///
/// # Errors
/// When the store cannot answer; what was done stays done.
pub async fn erase_old(house: &House) -> Result<Erased> {
    let now = house.now();
    let keep = house.policy().retention;
    let before = |days: i64| (days > 0).then(|| now.plus_secs(-days * DAY));
    let mut erased = Erased::default();
    if let Some(before) = before(keep.messages_days) {
        loop {
            let (done, files) = house
                .write(Lane::Background, move |tx: &mut Tx<'_>| words(tx, before, now))
                .await?;
            file::remove_bytes(house, &files).await;
            erased.conversations += done;
            if done == 0 {
                break;
            }
        }
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                crate::duty::forget_old(tx, before)?;
                yingke_store::worklog::unlink_old(tx, before)
            })
            .await?;
        // What was said on the telephone is as old as what was written.
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                yingke_store::call::forget_old(tx, before)
            })
            .await?;
        note(house, "retention.messages", erased.conversations, before).await?;
    }
    if let Some(before) = before(keep.files_days) {
        loop {
            let files = house
                .write(Lane::Background, move |tx: &mut Tx<'_>| {
                    let files = rows::old_files(tx, before, SLICE)?;
                    let ids: Vec<[u8; 16]> = files.iter().map(FileId::bytes).collect();
                    rows::drop_files(tx, &ids)?;
                    Ok(files)
                })
                .await?;
            file::remove_bytes(house, &files).await;
            erased.files += files.len() as u64;
            if files.is_empty() {
                break;
            }
        }
        note(house, "retention.files", erased.files, before).await?;
    }
    if let Some(before) = before(keep.contacts_days) {
        for shop in house.directory().shops().iter().map(|s| s.id) {
            loop {
                let done = house
                    .write(Lane::Background, move |tx: &mut Tx<'_>| {
                        let old = yingke_store::order::old_contacts(tx, shop, before, SLICE)?;
                        for (id, facts) in &old {
                            yingke_store::order::erase(tx, *id, &bare_facts(facts), now)?;
                        }
                        Ok(old.len() as u64)
                    })
                    .await?;
                erased.orders += done;
                if done == 0 {
                    break;
                }
            }
        }
        note(house, "retention.contacts", erased.orders, before).await?;
    }
    crate::phrase::forget_pictures(house).await?;
    Ok(erased)
}

/// Some conversations: how many, and the files that nothing shows any more.
fn words(tx: &mut Tx<'_>, before: Stamp, now: Stamp) -> yingke_store::Result<(u64, Vec<FileId>)> {
    let old = rows::old_conversations(tx, before, SLICE)?;
    let mut gone = Vec::new();
    let mut threads = Vec::new();
    for (conversation, thread) in &old {
        let (_, files) = rows::blank_conversation(tx, *conversation, *thread, before, now, bare_mark)?;
        for file in files {
            if yingke_store::file::uses(tx, file)? == 0 {
                gone.push(file);
            }
        }
        threads.push(*thread);
    }
    let ids: Vec<[u8; 16]> = gone.iter().map(FileId::bytes).collect();
    yingke_store::file::delete(tx, &ids)?;
    threads.sort_unstable();
    threads.dedup();
    for thread in threads {
        if let Some(row) = yingke_store::conversation::get(tx, thread)? {
            tx.emit(Effect::Forgotten {
                shop: row.shop,
                threads: [thread].into(),
            });
        }
    }
    Ok((old.len() as u64, gone))
}

async fn note(house: &House, act: &'static str, count: u64, before: Stamp) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    let now = house.now();
    let detail = format!("{count} before {before}");
    house
        .write(Lane::Background, move |tx: &mut Tx<'_>| {
            audited(tx, now, None, act, "", &detail)
        })
        .await
}
