//! The words that a shop does not want said: looked at, changed, and kept ready in memory for whoever writes (R-SPEECH).

use crate::access::{audited, exported, require};
use crate::{House, Problem, Result, Staff};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use yingke_domain::access::Right;
use yingke_domain::guard::{Lexicon, Severity, ShopWord};
use yingke_kernel::{PersonId, ProblemKind, ShopId};
use yingke_store::guard as rows;
use yingke_store::guard::WordRow;
use yingke_store::{Lane, Tx};

/// Words of one shop at most (R-SPEECH): a table that every message is read by has an end.
pub const WORDS_MAX: usize = 100_000;
/// Characters of what is said instead.
pub const BETTER_MAX: usize = 200;
/// Words that one call changes.
const AT_ONCE: usize = 1_000;

/// The words of the shops that have some: read when first needed, again after a change.
#[derive(Debug, Default)]
pub(crate) struct Words(Mutex<HashMap<ShopId, Slot>>);

#[derive(Debug, Default)]
struct Slot {
    /// Counts changes, so that what was read before one is not kept after it.
    changes: u64,
    ready: Option<Arc<Lexicon>>,
}

/// What is known of a shop's words without asking the store.
pub(super) enum Known {
    /// The shop has none.
    None,
    /// They are here.
    Ready(Arc<Lexicon>),
    /// The store has them.
    Unread,
}

impl Words {
    /// Shops that have words.
    pub(crate) fn of_shops(shops: impl IntoIterator<Item = ShopId>) -> Self {
        let slots = shops.into_iter().map(|shop| (shop, Slot::default()));
        Self(Mutex::new(slots.collect()))
    }

    pub(super) fn known(&self, shop: ShopId) -> Known {
        match self.0.lock().get(&shop) {
            None => Known::None,
            Some(Slot {
                ready: Some(ready), ..
            }) => Known::Ready(Arc::clone(ready)),
            Some(_) => Known::Unread,
        }
    }

    fn changed(&self, shop: ShopId) {
        let mut slots = self.0.lock();
        let slot = slots.entry(shop).or_default();
        slot.changes += 1;
        slot.ready = None;
    }

    /// The words of a shop, read if need be.
    pub(super) async fn read(&self, house: &House, shop: ShopId) -> Result<Option<Arc<Lexicon>>> {
        let changes = match self.0.lock().get(&shop) {
            None => return Ok(None),
            Some(Slot {
                ready: Some(ready), ..
            }) => return Ok(Some(Arc::clone(ready))),
            Some(slot) => slot.changes,
        };
        let read = house
            .read(move |tx| {
                let words = rows::words_of(tx, shop)?;
                Ok(Arc::new(Lexicon::shop(words.iter().map(|row| &row.word))))
            })
            .await?;
        if let Some(slot) = self.0.lock().get_mut(&shop)
            && slot.changes == changes
        {
            slot.ready = Some(Arc::clone(&read));
        }
        Ok(Some(read))
    }
}

/// A page of a shop's words.
#[derive(Debug, Clone)]
pub struct WordPage {
    /// By key.
    pub words: Vec<WordRow>,
    /// How many the shop has in all.
    pub total: i64,
}

/// Words of a shop that hold `words` (empty = all), after a key.
///
/// # Errors
/// Without the right `manage_texts`; `not_found` for a shop that the caller does not work for.
pub async fn list(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    words: String,
    severity: Option<Severity>,
    after: String,
    limit: i64,
) -> Result<WordPage> {
    may(house, staff, shop)?;
    house
        .read(move |tx| {
            Ok(WordPage {
                words: rows::word_page(tx, shop, &words, severity, &after, limit)?,
                total: rows::count_words(tx, shop)?,
            })
        })
        .await
}

pub(crate) fn may(house: &House, staff: &Staff, shop: ShopId) -> Result<()> {
    require(staff, Right::ManageTexts)?;
    if house.directory().is_member(shop, staff.person) {
        Ok(())
    } else {
        Err(Problem::not_found("shop"))
    }
}

/// The word as it is stored, or what is wrong with it: the field and why.
pub(crate) fn checked(word: &ShopWord) -> std::result::Result<(String, ShopWord), (&'static str, String)> {
    let tidy = ShopWord {
        word: word.word.trim().to_owned(),
        severity: word.severity,
        better: word.better.trim().to_owned(),
    };
    let key = ShopWord::key(&tidy.word).map_err(|fault| ("word", fault.to_string()))?;
    if tidy.better.chars().count() > BETTER_MAX {
        let reason = format!("is longer than {BETTER_MAX} characters; make it shorter");
        return Err(("better", reason));
    }
    Ok((key, tidy))
}

/// Puts words in; one that is there already says what is new of it. On the trail.
///
/// # Errors
/// Without the right `manage_texts`; `bad_word` that names the word; `too_many_words`.
pub async fn put(house: &House, staff: &Staff, shop: ShopId, words: Vec<ShopWord>) -> Result<()> {
    may(house, staff, shop)?;
    if words.len() > AT_ONCE {
        let detail = format!("at most {AT_ONCE} words in one call; import a table for more");
        return Err(Problem::invalid("too_many_words", detail));
    }
    let (now, by) = (house.now(), Some(staff.person));
    let mut rows = Vec::with_capacity(words.len());
    for word in &words {
        let (key, word) = checked(word)
            .map_err(|(field, reason)| Problem::invalid("bad_word", format!("{field}: {reason}")))?;
        rows.push(WordRow {
            shop,
            key,
            word,
            changed_at: now,
            changed_by: by,
        });
    }
    let named: Vec<&str> = rows.iter().map(|r| r.word.word.as_str()).take(5).collect();
    let detail = format!("{}: {}", rows.len(), named.join(", "));
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::put_words(tx, &rows)?;
            if rows::count_words(tx, shop)? > WORDS_MAX as i64 {
                return Err(full().into());
            }
            audited(tx, now, by, "guard.words", &shop.to_string(), &detail)
        })
        .await?;
    house.0.words.changed(shop);
    Ok(())
}

fn full() -> Problem {
    let detail = format!("a shop has at most {WORDS_MAX} words; take some out first");
    Problem::conflict("too_many_words", detail)
}

/// Takes words out; one that is not there is none. On the trail.
///
/// # Errors
/// Without the right `manage_texts`; `bad_word` for what cannot be a word; `too_many_words`.
pub async fn remove(house: &House, staff: &Staff, shop: ShopId, words: Vec<String>) -> Result<()> {
    may(house, staff, shop)?;
    if words.len() > AT_ONCE {
        let detail = format!("at most {AT_ONCE} words in one call");
        return Err(Problem::invalid("too_many_words", detail));
    }
    let keys = words
        .iter()
        .map(|word| ShopWord::key(word).map_err(|e| Problem::invalid("bad_word", format!("word: {e}"))))
        .collect::<Result<Vec<_>>>()?;
    let (now, by) = (house.now(), staff.person);
    let detail = format!(
        "{}: {}",
        words.len(),
        words
            .iter()
            .take(5)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    );
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::remove_words(tx, shop, &keys)?;
            audited(
                tx,
                now,
                Some(by),
                "guard.words_removed",
                &shop.to_string(),
                &detail,
            )
        })
        .await?;
    house.0.words.changed(shop);
    Ok(())
}

/// All words of a shop, for a table of them.
///
/// # Errors
/// When the store cannot answer.
async fn all(house: &House, shop: ShopId) -> Result<Vec<ShopWord>> {
    house
        .read(move |tx| {
            Ok(rows::words_of(tx, shop)?
                .into_iter()
                .map(|row| row.word)
                .collect())
        })
        .await
}

/// The words of a shop, by command; `main` without a code.
///
/// # Errors
/// `unknown_shop`.
pub async fn export_by_command(house: &House, shop: Option<&str>) -> Result<Vec<ShopWord>> {
    let (shop, _) = crate::intake::set_of(house, shop, None)?;
    let words = all(house, shop).await?;
    noted(house, None, shop, words.len(), "csv").await?;
    Ok(words)
}

/// Puts on the trail that the words were taken out.
async fn noted(
    house: &House,
    by: Option<PersonId>,
    shop: ShopId,
    rows: usize,
    form: &'static str,
) -> Result<()> {
    let now = house.now();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            exported(
                tx,
                now,
                by,
                "guard.words_export",
                &shop.to_string(),
                (rows as i64, form, ""),
            )
        })
        .await
}

/// All words of a shop as a file, `xlsx` or `csv`; its bytes and their kind.
///
/// # Errors
/// Without the right `manage_texts`; `not_found`; `bad_form_name`.
pub async fn export(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    form: &str,
) -> Result<(Vec<u8>, &'static str)> {
    use yingke_sheets::phrases::Form;
    may(house, staff, shop)?;
    let words = all(house, shop).await?;
    let (bytes, form) = match form {
        "csv" => (yingke_sheets::words::csv(&words), Form::Csv),
        "xlsx" => (yingke_sheets::words::xlsx(&words), Form::Xlsx),
        _ => {
            let detail = format!("{form:?} is no form of a table of words; take xlsx or csv");
            return Err(Problem::invalid("bad_form_name", detail));
        }
    };
    let bytes = bytes.map_err(|e| Problem::new(ProblemKind::Internal, "not_written", e.to_string()))?;
    noted(house, Some(staff.person), shop, words.len(), form.ending()).await?;
    Ok((bytes, form.mime()))
}

/// Stores words in slices that do not hold up the desk.
pub(crate) async fn store(
    house: &House,
    shop: ShopId,
    rows: Vec<WordRow>,
    removed: Vec<String>,
) -> Result<()> {
    const SLICE: usize = 500;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let slice: Vec<WordRow> = rows.by_ref().take(SLICE).collect();
        let stored = house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                rows::put_words(tx, &slice)
            })
            .await;
        house.0.words.changed(shop);
        stored?;
    }
    for keys in removed.chunks(SLICE) {
        let keys = keys.to_vec();
        let stored = house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                rows::remove_words(tx, shop, &keys)
            })
            .await;
        house.0.words.changed(shop);
        stored?;
    }
    Ok(())
}
