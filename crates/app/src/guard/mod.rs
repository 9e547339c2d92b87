//! Reading a draft with what the house knows of the buyer (R-SPEECH): the question, what was said before, numbers of orders.
//!
//! As it is written, a draft is read with all of that. On its way out it is read once more: by the words alone, in the memory of
//! the server, and only one whose verdict hangs on the talk (an answer to a certain question, a number, how many are left) is read
//! with what the store knows, exactly as the draft was.

mod words;

use crate::access::{audited, require};
use crate::conversation::about::{orders_of, product_of};
use crate::{House, Problem, Result, Staff};
use words::Known;
use yingke_domain::access::Right;
use yingke_domain::guard::{Context, Lexicon, Ruleset, figures, may_be_somebodys, read as judge, read_alone};
use yingke_domain::policy::Policy;
use yingke_kernel::{ClientId, ProblemKind, ThreadId};
use yingke_store::conversation as rows;
use yingke_store::guard::OverruleRow;
use yingke_store::{Lane, Tx};

pub use words::{BETTER_MAX, WORDS_MAX, WordPage, export, export_by_command, list, put, remove};
pub(crate) use words::{Words, checked, may as may_change_words, store as store_words};
pub use yingke_domain::guard::{Finding, Reading, Severity, ShopWord, Verdict};
pub use yingke_store::guard::WordRow;

/// Entries before the draft that are looked at for the question and for repeats.
const BEFORE: i64 = 30;
/// Orders of the buyer whose numbers may be said.
const ORDERS: i64 = 50;
/// Characters that are read; the box takes fewer.
const LONGEST: usize = 10_000;

/// What is known of a message at the moment when it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Whatever the talk is, it is judged so.
    Read(Reading),
    /// The talk or a number in it decides, nobody has written in this thread since the start, or the shop's own words were not read
    /// yet: the store must be asked ([`read_at_send`]).
    Ask,
}

/// Reads a person's text that is about to be sent, without the store: a pure pass over its words.
pub fn gate(house: &House, staff: &Staff, thread: ThreadId, text: &str) -> Gate {
    let shop = house.0.desk.lock().shops.get(&thread).copied();
    let directory = house.directory();
    let Some(shop) = shop.and_then(|id| directory.shop(id)) else {
        return Gate::Ask;
    };
    // Whoever may not write here is refused by `send`, and learns nothing of the words.
    if !directory.is_member(shop.id, staff.person) {
        return Gate::Read(judge("", &Context::default(), &rules_of(&house.policy(), None)));
    }
    let words = match house.0.words.known(shop.id) {
        Known::None => None,
        Known::Ready(words) => Some(words),
        Known::Unread => return Gate::Ask,
    };
    let context = Context {
        sites: &shop.settings.sites,
        ..Context::default()
    };
    read_alone(text, &context, &rules_of(&house.policy(), words.as_deref())).map_or(Gate::Ask, Gate::Read)
}

fn rules_of<'a>(policy: &'a Policy, words: Option<&'a Lexicon>) -> Ruleset<'a> {
    Ruleset {
        policy: &policy.guard,
        words,
    }
}

/// Why a message is not sent, if it is not: `guard_blocked`, or `guard_warned` as long as nobody overrules it.
pub fn refusal(reading: &Reading, overrule: bool) -> Option<Problem> {
    match reading.verdict {
        Verdict::Block => Some(Problem::conflict(
            "guard_blocked",
            "this may not be said; change the words that are marked",
        )),
        Verdict::Warn if !overrule => Some(Problem::conflict(
            "guard_warned",
            "this is better not said; change the words that are marked, or send it with overrule",
        )),
        _ => None,
    }
}

/// Reads a draft as it is written, with the buyer's question and what was said before.
///
/// # Errors
/// Without the right `receive`; `not_found` for a thread of a shop that the caller does not work for; `text_too_long`.
pub async fn read(house: &House, staff: &Staff, thread: ThreadId, text: &str) -> Result<Reading> {
    require(staff, Right::Receive)?;
    if text.chars().count() > LONGEST {
        return Err(Problem::new(
            ProblemKind::TooLarge,
            "text_too_long",
            format!("a draft has at most {LONGEST} characters; read it in parts"),
        ));
    }
    read_before(house, staff, thread, text, i64::MAX).await
}

/// Reads a message that [`gate`] could not judge alone.
///
/// # Errors
/// `not_found` for a thread of a shop that the caller does not work for.
pub async fn read_at_send(house: &House, staff: &Staff, thread: ThreadId, text: &str) -> Result<Reading> {
    read_before(house, staff, thread, text, i64::MAX).await
}

/// Whether this person's message of that id is stored in the thread: one that comes again is answered as it was, whatever was said
/// in between.
///
/// # Errors
/// The store's.
pub async fn is_sent(house: &House, staff: &Staff, thread: ThreadId, id: ClientId) -> Result<bool> {
    let person = staff.person;
    house.read(move |tx| rows::is_sent(tx, thread, person, id)).await
}

/// Reads with what stands before `seq` of the thread.
async fn read_before(
    house: &House,
    staff: &Staff,
    thread: ThreadId,
    text: &str,
    seq: i64,
) -> Result<Reading> {
    let shops = house.shops_of(staff);
    let numbers = figures(text);
    let looks = !numbers.is_empty();
    // Of any width: the rules fold them.
    let counts = text.chars().any(char::is_numeric);
    let (t, said, orders, stock) = house
        .read(move |tx| {
            let t = rows::get(tx, thread)?
                .filter(|t| shops.contains(&t.shop))
                .ok_or_else(|| Problem::not_found("thread"))?;
            let said = rows::entries_before(tx, thread, seq, BEFORE)?;
            let orders = if looks {
                orders_of(tx, t.shop, t.buyer, ORDERS)?
            } else {
                Vec::new()
            };
            let stock = if counts { stock_before(tx, &t)? } else { None };
            Ok((t, said, orders, stock))
        })
        .await?;
    let words = |by: &dyn Fn(&rows::EntryRow) -> bool| -> Vec<String> {
        said.iter()
            .filter(|e| e.kind.is_message() && by(e))
            .map(|e| e.text.clone())
            .collect()
    };
    let asked = words(&|e| e.sender == "buyer");
    let mut own_words = words(&|e| e.sender == "agent" && e.author == staff.person.0);
    own_words.reverse();
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let mut own: Vec<String> = orders
        .iter()
        .flat_map(|o| [Some(o.row.number.as_str()), o.row.phone.as_deref()])
        .flatten()
        .map(digits)
        .collect();
    // What the buyer wrote here is the buyer's to hear again.
    own.extend(asked.iter().flat_map(|text| figures(text)).map(|f| f.digits));
    let others = others(house, &t, &numbers, &own).await?;
    let policy = house.policy();
    let directory = house.directory();
    let shop = directory.shop(t.shop).ok_or_else(|| Problem::not_found("shop"))?;
    let context = Context {
        question: asked.last().map_or("", String::as_str),
        said: &own_words,
        own: looks.then_some(own.as_slice()),
        others: &others,
        sites: &shop.settings.sites,
        stock,
        today: Some(shop.zone.civil(house.now()).date()),
    };
    let words = house.0.words.read(house, shop.id).await?;
    Ok(judge(text, &context, &rules_of(&policy, words.as_deref())))
}

/// Pieces of the product whose page is open before the buyer (R-SPEECH-16), where the house knows them.
fn stock_before(tx: &mut Tx<'_>, t: &rows::ThreadRow) -> yingke_store::Result<Option<i64>> {
    let page = yingke_store::buyer::get(tx, t.buyer)?.and_then(|buyer| buyer.page);
    let Some(code) = page.as_deref().and_then(product_of) else {
        return Ok(None);
    };
    let found = yingke_store::goods::by_codes(tx, t.shop, &[&code])?;
    Ok(found.first().and_then(|product| product.stock))
}

/// Records that a stored message was sent although it was warned of, with a line on the trail in the same transaction
/// (R-SPEECH). Read again with what stood before it, so that warnings by the buyer's question count too; a repeat records
/// nothing. The trail names the rules, not the words.
///
/// # Errors
/// The store's.
pub async fn overruled(house: &House, staff: &Staff, thread: ThreadId, seq: i64, text: &str) -> Result<()> {
    let reading = read_before(house, staff, thread, text, seq).await?;
    let (at, person) = (house.now(), staff.person);
    let warned: Vec<OverruleRow> = reading
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Warn)
        .map(|f| OverruleRow {
            thread,
            seq,
            rule: f.rule.to_owned(),
            from: f.from as i64,
            to: f.to as i64,
            person,
            at,
        })
        .collect();
    if warned.is_empty() {
        return Ok(());
    }
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let mut named: Vec<&str> = Vec::new();
            for row in &warned {
                if yingke_store::guard::record_overrule(tx, row)? && !named.contains(&&*row.rule) {
                    named.push(&row.rule);
                }
            }
            if named.is_empty() {
                return Ok(());
            }
            let detail = format!("message {seq}: {}", named.join(", "));
            audited(
                tx,
                at,
                Some(person),
                "guard.overruled",
                &thread.to_string(),
                &detail,
            )
        })
        .await
}

/// Numbers of the draft that stand in an order of the shop, and in none of this buyer's (R-SPEECH-04).
async fn others(
    house: &House,
    t: &rows::ThreadRow,
    numbers: &[yingke_domain::guard::Figure],
    own: &[String],
) -> Result<Vec<String>> {
    let asked: Vec<String> = numbers
        .iter()
        .filter(|f| may_be_somebodys(f) && !own.contains(&f.digits))
        .map(|f| f.digits.clone())
        .take(8)
        .collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let shop = t.shop;
    house
        .read(move |tx| {
            let mut found = Vec::new();
            for digits in asked {
                if yingke_store::order::is_known(tx, shop, &digits)? {
                    found.push(digits);
                }
            }
            Ok(found)
        })
        .await
}
