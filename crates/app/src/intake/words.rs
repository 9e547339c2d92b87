//! Tables of the words that a shop does not want said (R-SPEECH): read line by line, stored in slices.

use super::Outcome;
use crate::access::audited;
use crate::guard::{WORDS_MAX, checked, may_change_words, store_words};
use crate::{House, Problem, Result, Staff};
use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};
use yingke_kernel::{PersonId, ShopId};
use yingke_sheets::words::open;
use yingke_sheets::{Item, Refusal};
use yingke_store::Lane;
use yingke_store::guard::{self as rows, WordRow};

/// How a table of words is to be read.
#[derive(Debug, Clone, Default)]
pub struct WordImport {
    /// Shop of the words; `main` without.
    pub shop: Option<String>,
    /// Take out what the file does not have; nothing while a line of it is refused, for its word may be one of those.
    pub replace: bool,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Imports one file by command.
///
/// # Errors
/// `unknown_shop`, `bad_file`; what is wrong with a line is in the outcome.
pub async fn import_words(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    options: &WordImport,
) -> Result<Outcome> {
    let (shop, _) = super::set_of(house, options.shop.as_deref(), None)?;
    run(house, name, input, shop, None, options).await
}

/// Imports an upload of the caller.
///
/// # Errors
/// Without the right `manage_texts`; `not_found` for a shop that the caller does not work for; `bad_file`.
pub async fn import_words_of(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    name: &str,
    bytes: bytes::Bytes,
    replace: bool,
    dry_run: bool,
) -> Result<Outcome> {
    may_change_words(house, staff, shop)?;
    let options = WordImport {
        shop: None,
        replace,
        dry_run,
    };
    run(
        house,
        name,
        Cursor::new(bytes),
        shop,
        Some(staff.person),
        &options,
    )
    .await
}

async fn run(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    shop: ShopId,
    by: Option<PersonId>,
    options: &WordImport,
) -> Result<Outcome> {
    let file = open(input, name).map_err(|e| Problem::invalid("bad_file", e.to_string()))?;
    let mut outcome = Outcome::new(name, "words", file.layout);
    let known = house.read(move |tx| rows::words_of(tx, shop)).await?;
    let known: HashMap<String, WordRow> = known.into_iter().map(|row| (row.key.clone(), row)).collect();
    let now = house.now();
    let (mut changes, mut met) = (Vec::new(), HashMap::<String, u64>::new());
    let mut room = WORDS_MAX.saturating_sub(if options.replace { 0 } else { known.len() });
    for item in file {
        outcome.read += 1;
        if outcome.read.is_multiple_of(2_000) {
            tokio::task::yield_now().await;
        }
        let (line, word) = match item {
            Item::Record { line, value } => (line, value),
            Item::Refused(refusal) => {
                outcome.refused.push(refusal);
                continue;
            }
        };
        let mut refuse = |value: &str, reason: String| {
            outcome.refused.push(Refusal {
                line,
                column: None,
                value: Some(value.chars().take(200).collect()),
                reason,
            });
        };
        let (key, word) = match checked(&word) {
            Ok(tidy) => tidy,
            Err((field, reason)) => {
                let value = if field == "better" {
                    &word.better
                } else {
                    &word.word
                };
                refuse(value, reason);
                continue;
            }
        };
        if let Some(first) = met.get(&key) {
            let reason = format!("stands in line {first} already: delete one of the two");
            refuse(&word.word, reason);
            continue;
        }
        let before = known.get(&key);
        if before.is_none() || options.replace {
            if room == 0 {
                let reason = format!("a shop has at most {WORDS_MAX} words: take some out first");
                refuse(&word.word, reason);
                continue;
            }
            room -= 1;
        }
        met.insert(key.clone(), line);
        match before {
            Some(before) if before.word == word => outcome.unchanged += 1,
            before => {
                if before.is_some() {
                    outcome.changed += 1;
                } else {
                    outcome.created += 1;
                }
                changes.push(WordRow {
                    shop,
                    key,
                    word,
                    changed_at: now,
                    changed_by: by,
                });
            }
        }
    }
    let mut removed = Vec::new();
    if options.replace {
        if outcome.refused.is_empty() {
            removed.extend(known.into_keys().filter(|key| !met.contains_key(key)));
            removed.sort_unstable();
        }
        outcome.removed = Some(removed.len() as u64);
    }
    if options.dry_run {
        return Ok(outcome);
    }
    store_words(house, shop, changes, removed).await?;
    let act = if options.replace {
        "guard.words_replaced"
    } else {
        "import.words"
    };
    let detail = format!(
        "{}: {} read, {} created, {} changed, {} unchanged, {} removed, {} refused",
        outcome.layout,
        outcome.read,
        outcome.created,
        outcome.changed,
        outcome.unchanged,
        outcome.removed.unwrap_or(0),
        outcome.refused.len(),
    );
    let name = name.to_owned();
    house
        .write(Lane::Background, move |tx| {
            audited(tx, now, by, act, &name, &detail)
        })
        .await?;
    Ok(outcome)
}
