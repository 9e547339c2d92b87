//! Suggested answers for an open question: phrases of the team and of one's own, words that went to several buyers, and what the
//! goods say of themselves. The rules are in `yingke_domain::suggest`.

mod memory;

pub(crate) use memory::Memory;

use crate::access::require;
use crate::conversation::about::{orders_of, product_of, row_marks};
use crate::conversation::may_see;
use crate::phrase::Whose;
use crate::{Directory, House, Problem, Result, Staff};
use std::collections::HashMap;
use yingke_domain::access::Right;
use yingke_domain::conversation::EntryKind;
use yingke_domain::guard::{self, Verdict};
use yingke_domain::phrase::{Hole, fill};
use yingke_domain::suggest::claims::{Claim, Known, Standing, speaks_of_abroad};
use yingke_domain::suggest::rank::{Asked, Entry, Index, about, marks};
use yingke_kernel::{PhraseId, ProductId, ShopId, ThreadId};
use yingke_store::conversation as rows;
use yingke_store::goods::ProductRow;
use yingke_store::phrase::{PhraseRow, by_ids, find_set};

/// Suggestions of an answer.
pub const SUGGESTED: usize = 5;
/// Entries before the end that are read: the question and what stood before it.
const READ: i64 = 40;
/// What a suggestion loses that cannot be sent before something is filled in.
const HOLE: f32 = 0.4;
/// What a suggestion loses that takes something for granted which nobody has proved.
const UNPROVED: f32 = 0.4;
/// What words of earlier answers lose against phrases: nobody has looked at them as a phrase is looked at.
const UNREVIEWED: f32 = 0.3;

/// Where a suggestion comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A phrase.
    Phrase {
        /// Whose set.
        whose: Whose,
        /// The phrase.
        row: Box<PhraseRow>,
    },
    /// Words that went to several buyers.
    Answer,
    /// What is known of the product before the buyer.
    Product {
        /// The product.
        product: ProductId,
        /// Its title.
        title: String,
    },
}

/// A text that may answer the question.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// Where it comes from.
    pub source: Source,
    /// The words, values in the place of variables.
    pub text: String,
    /// Variables without a value, as places in the words.
    pub missing: Vec<Hole>,
    /// What the words take for granted and nobody has proved: to be looked at before they are sent (R-SPEECH-16).
    pub unproved: Vec<Claim>,
    /// Where the words answer the buyer's, in UTF-16 units.
    pub why: Vec<(usize, usize)>,
}

/// What is suggested for a thread.
#[derive(Debug, Clone, Default)]
pub struct Suggested {
    /// The last of the buyer's messages that stand open; none = nothing stands open.
    pub seq: Option<i64>,
    /// What the buyer asks about, in the buyer's words.
    pub about: Vec<String>,
    /// The best first; none when nothing fits well.
    pub suggestions: Vec<Suggestion>,
}

enum Key {
    Phrase(Whose, PhraseId),
    Answer(u32),
    Product(usize),
}

/// The best answers for the buyer's open question.
///
/// # Errors
/// Without the right `receive`; `not_found` for a thread of a shop that the caller does not work for.
pub async fn suggest(house: &House, staff: &Staff, thread: ThreadId) -> Result<Suggested> {
    require(staff, Right::Receive)?;
    let (row, talk, product, bought) = house
        .read(move |tx| {
            let row = rows::get(tx, thread)?.ok_or_else(|| Problem::not_found("thread"))?;
            let talk = match row.live.conversation {
                Some(_) => rows::entries_before(tx, thread, i64::MAX, READ)?,
                None => Vec::new(),
            };
            let page = yingke_store::buyer::get(tx, row.buyer)?.and_then(|b| b.page);
            let product = match page.as_deref().and_then(product_of) {
                Some(code) => yingke_store::goods::by_codes(tx, row.shop, &[&code])?.pop(),
                None => None,
            };
            let bought = !orders_of(tx, row.shop, row.buyer, 1)?.is_empty();
            Ok((row, talk, product, bought))
        })
        .await?;
    may_see(house, staff, row.shop)?;
    // Latest first in the store; what was taken back was never said.
    let mut said: Vec<(bool, i64, String)> = talk
        .into_iter()
        .filter(|e| {
            Some(e.conversation) == row.live.conversation && e.kind == EntryKind::Text && !e.text.is_empty()
        })
        .filter_map(|e| match e.sender.as_str() {
            "buyer" => Some((false, e.seq, e.text)),
            "agent" if !e.automatic => Some((true, e.seq, e.text)),
            _ => None,
        })
        .collect();
    said.sort_by_key(|(_, seq, _)| *seq);
    let open = said.iter().rposition(|(shop, ..)| *shop).map_or(0, |at| at + 1);
    let Some((_, seq, _)) = said[open..].last() else {
        return Ok(Suggested::default());
    };
    let seq = *seq;
    let memory = &house.0.suggest;
    let lexicon = memory.lexicon()?;
    let words: Vec<&str> = said[open..].iter().map(|(.., text)| text.as_str()).collect();
    let about = about(&lexicon, &words);
    let talk: Vec<(bool, &str)> = said
        .iter()
        .map(|(shop, _, text)| (*shop, text.as_str()))
        .collect();
    let asked = Asked::read(&lexicon, &talk);
    let taught = memory.taught(house, row.shop);

    let (me, shop, stage) = (staff.person, row.shop, Some(row.stage));
    let mut found: Vec<(f32, Key)> = Vec::new();
    let facts = product.as_ref().map(known_of).unwrap_or_default();
    let entries = facts.iter().enumerate().map(|(key, (name, text))| Entry {
        key,
        text,
        title: name,
        group: "",
        code: "",
        level: 1,
        stage: None,
        used: 0,
        sent: [0; 2],
    });
    let known = Index::new(&lexicon, entries);
    found.extend(
        known
            .suggest(&lexicon, &taught.learnt, &asked, None, 2)
            .into_iter()
            .map(|hit| (hit.score, Key::Product(hit.key))),
    );
    if let Some(answers) = &taught.answers {
        let hits = answers.suggest(&lexicon, &taught.learnt, &asked, None, SUGGESTED);
        found.extend(
            hits.into_iter()
                .map(|hit| (hit.score - UNREVIEWED, Key::Answer(hit.key))),
        );
    }
    let (here, reader, learnt, question) = (
        std::sync::Arc::clone(memory),
        std::sync::Arc::clone(&lexicon),
        std::sync::Arc::clone(&taught),
        asked.clone(),
    );
    let (hits, mut phrases) = house
        .read(move |tx| {
            let mut hits = Vec::new();
            for (whose, person) in [(Whose::Team, None), (Whose::Own, Some(me))] {
                let Some(set) = find_set(tx, shop, person)? else {
                    continue;
                };
                let index = here.set(tx, &reader, set)?;
                // Some of them may have a hole, or have been said.
                let best = index.suggest(&reader, &learnt.learnt, &question, stage, 2 * SUGGESTED);
                hits.extend(best.into_iter().map(|hit| (hit.score, whose, hit.key)));
            }
            let ids: Vec<[u8; 16]> = hits.iter().map(|(.., id)| id.bytes()).collect();
            let phrases: HashMap<PhraseId, PhraseRow> =
                by_ids(tx, &ids)?.into_iter().map(|row| (row.id, row)).collect();
            Ok((hits, phrases))
        })
        .await?;
    found.extend(
        hits.into_iter()
            .map(|(score, whose, id)| (score, Key::Phrase(whose, id))),
    );

    let returning = row_marks(house, &row).returning;
    let goods = product.as_ref().map(|product| (product.on_shelf, product.stock));
    let known = Known {
        returning: Some(returning),
        // Who has been here may have bought under a name that the orders do not have.
        bought: (bought || !returning).then_some(bought),
        stock: match goods {
            Some((false, _) | (_, Some(0))) => Some(false),
            Some((true, Some(_))) => Some(true),
            _ => None,
        },
        abroad: Some(said.iter().any(|(shop, _, text)| !shop && speaks_of_abroad(text))),
    };
    // Words that name a colleague were the colleague's own.
    let directory = house.directory();
    let names: Vec<String> = names_of(&directory, row.shop)
        .into_iter()
        .filter(|name| *name != staff.name)
        .collect();
    let values = crate::phrase::facts(house, staff, thread).await?;
    let mut suggestions: Vec<(f32, Suggestion)> = Vec::new();
    for (score, key) in found {
        let (source, text, missing) = match key {
            Key::Phrase(whose, id) => {
                let Some(row) = phrases.remove(&id) else { continue };
                let filled = fill(&row.text, &values);
                (
                    Source::Phrase {
                        whose,
                        row: Box::new(row),
                    },
                    filled.text,
                    filled.missing,
                )
            }
            Key::Answer(at) => {
                let Some(text) = taught.texts.get(at as usize) else {
                    continue;
                };
                (Source::Answer, text.to_string(), Vec::new())
            }
            Key::Product(at) => {
                let (Some(product), Some((_, text))) = (&product, facts.get(at)) else {
                    continue;
                };
                let source = Source::Product {
                    product: product.id,
                    title: product.title.clone(),
                };
                (source, text.clone(), Vec::new())
            }
        };
        let was_said = said.iter().any(|(shop, _, before)| *shop && *before == text);
        if was_said || text.is_empty() {
            continue;
        }
        let standing = match source {
            Source::Phrase { .. } => known.of_phrase(&text),
            Source::Answer if names.iter().any(|name| text.contains(name.as_str())) => continue,
            Source::Answer => known.of_answer(&text),
            // It says what the goods' own record says.
            Source::Product { .. } => Standing::Proved,
        };
        let unproved = match standing {
            Standing::Proved => Vec::new(),
            Standing::Unproved(claims) => claims,
            Standing::Untrue(_) => continue,
        };
        let score = if missing.is_empty() { score } else { score - HOLE };
        let score = if unproved.is_empty() {
            score
        } else {
            score - UNPROVED
        };
        let why = marks(&lexicon, &asked, &text);
        suggestions.push((
            score,
            Suggestion {
                source,
                text,
                missing,
                unproved,
                why,
            },
        ));
    }
    // Nobody is offered words that the guard would stop; words that no one has looked at must be beyond any doubt.
    let policy = house.policy();
    let question = words.join("\n");
    suggestions.retain(|(_, suggestion)| {
        let context = guard::Context {
            question: &question,
            ..guard::Context::default()
        };
        let rules = guard::Ruleset {
            policy: &policy.guard,
            words: None,
        };
        let verdict = guard::read(&suggestion.text, &context, &rules).verdict;
        match suggestion.source {
            Source::Answer => verdict < Verdict::Warn,
            Source::Phrase { .. } | Source::Product { .. } => verdict < Verdict::Block,
        }
    });
    // Stable: the team's before one's own where they are equal.
    suggestions.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Vec<Suggestion> = Vec::new();
    for (_, suggestion) in suggestions {
        if best.len() < SUGGESTED && best.iter().all(|known| known.text != suggestion.text) {
            best.push(suggestion);
        }
    }
    Ok(Suggested {
        seq: Some(seq),
        about,
        suggestions: best,
    })
}

/// Names by which people and accounts of a shop are called, two characters at least.
fn names_of(directory: &Directory, shop: ShopId) -> Vec<String> {
    let people = directory.members(shop).map(|person| person.name.as_str());
    let accounts = directory.accounts().iter().filter(|account| account.shop == shop);
    // An account is written with its shop before it.
    let accounts = accounts.map(|account| account.name.rsplit([':', '：']).next().unwrap_or_default());
    let mut names: Vec<String> = people
        .chain(accounts)
        .map(|name| name.trim().to_owned())
        .filter(|name| name.chars().count() >= 2)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// What is known of a product, each thing as a name and a sentence. Stock is said as it is, never more (R-SPEECH-16).
fn known_of(product: &ProductRow) -> Vec<(String, String)> {
    let title = &product.title;
    let mut known = vec![(
        "价格 多少钱".to_owned(),
        format!("{title}现在的价格是{}元。", product.price),
    )];
    if product.stock.is_some_and(|stock| stock > 0) && product.on_shelf {
        known.push(("库存 有货 现货".to_owned(), format!("{title}目前有货。")));
    }
    let facts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&product.facts).unwrap_or_default();
    for (name, value) in facts {
        let Some(value) = value.as_str().map(str::trim).filter(|v| !v.is_empty()) else {
            continue;
        };
        known.push((name.clone(), format!("{title}的{name}：{value}。")));
    }
    known
}
