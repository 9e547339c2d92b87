//! Reading a draft with what the house knows of the buyer (R-SPEECH): the question, what was said before, numbers of orders.
//!
//! The draft is read by the rules alone first. Only one that holds a number asks the store whose it is.

use crate::access::{audited, require};
use crate::conversation::about::orders_of;
use crate::{House, Problem, Result, Staff};
use yingke_domain::access::Right;
use yingke_domain::guard::{Context, FigureKind, Reading, Ruleset, figures, read as judge};
use yingke_kernel::{ProblemKind, ThreadId};
use yingke_store::conversation as rows;
use yingke_store::{Lane, Tx};

pub use yingke_domain::guard::{Finding, Severity, Verdict, reason};

/// Entries before the draft that are looked at for the question and for repeats.
const BEFORE: i64 = 30;
/// Orders of the buyer whose numbers may be said.
const ORDERS: i64 = 50;
/// Characters that are read; the box takes fewer.
const LONGEST: usize = 10_000;

/// Reads a draft as it would be read when it is sent.
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
    let shops = house.shops_of(staff);
    let numbers = figures(text);
    let looks = !numbers.is_empty();
    let (t, said, orders) = house
        .read(move |tx| {
            let t = rows::get(tx, thread)?
                .filter(|t| shops.contains(&t.shop))
                .ok_or_else(|| Problem::not_found("thread"))?;
            let said = rows::entries_before(tx, thread, i64::MAX, BEFORE)?;
            let orders = if looks {
                orders_of(tx, t.shop, t.buyer, ORDERS)?
            } else {
                Vec::new()
            };
            Ok((t, said, orders))
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
        stock: None,
        today: Some(shop.zone.civil(house.now()).date()),
    };
    let rules = Ruleset {
        policy: &policy.guard,
        words: None,
    };
    Ok(judge(text, &context, &rules))
}

/// Notes on the trail that a draft is sent although it was warned of, with the rules and the words (R-SPEECH). A draft that is not
/// warned of any more notes nothing.
///
/// # Errors
/// As [`read`]; 409 `guard_block` for a draft that may not be sent at all.
pub async fn overrule(house: &House, staff: &Staff, thread: ThreadId, text: &str) -> Result<()> {
    let reading = read(house, staff, thread, text).await?;
    if reading.verdict == Verdict::Block {
        return Err(Problem::conflict(
            "guard_block",
            "this may not be said; change the words that are marked",
        ));
    }
    let chars: Vec<char> = text.chars().collect();
    let warned: Vec<String> = reading
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Warn)
        .map(|f| format!("{} {}", f.rule, chars[f.from..f.to].iter().collect::<String>()))
        .collect();
    if warned.is_empty() {
        return Ok(());
    }
    let (now, who, detail) = (house.now(), staff.person, warned.join("; "));
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            audited(
                tx,
                now,
                Some(who),
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
        .filter(|f| f.kind != FigureKind::Line && f.digits.len() >= 8 && !own.contains(&f.digits))
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
