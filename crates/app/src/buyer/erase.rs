//! Making the house forget a buyer: words, names, contacts and files go, numbers and figures stay.

use super::record::find;
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff, file};
use std::collections::BTreeSet;
use yingke_domain::access::Right;
use yingke_kernel::{BuyerId, FileId};
use yingke_store::{Effect, Lane, Tx};

/// What stands where the name stood.
const NOBODY: &str = "已抹掉的买家";

/// What may stay of an order's facts: what its articles cost.
pub(crate) fn bare_facts(facts: &str) -> String {
    let facts: serde_json::Value = serde_json::from_str(facts).unwrap_or_default();
    let mut kept = serde_json::Map::new();
    if let Some(total) = facts.get("total_fen") {
        kept.insert("total_fen".to_owned(), total.clone());
    }
    serde_json::Value::Object(kept).to_string()
}

/// What may stay of a mark: its score.
pub(crate) fn bare_mark(mark: &str) -> Option<String> {
    let mut mark: serde_json::Value = serde_json::from_str(mark).ok()?;
    let place = if mark.get("rating").is_some() {
        mark.get_mut("rating")?
    } else {
        &mut mark
    };
    let score = place.get("score")?.clone();
    *place = serde_json::json!({ "score": score, "words": "" });
    Some(mark.to_string())
}

/// Makes the house forget a buyer. `confirm` is the buyer's name, written by hand. On the trail, with numbers only. The sequence of
/// every thread stays without a hole, and every figure stays what it was. What others keep (backups, exported files) is theirs to forget.
///
/// # Errors
/// Without the right `erase_buyer`; `not_found`; `confirm_wrong`; `conversation_open` while somebody talks with the buyer.
pub async fn erase(house: &House, staff: &Staff, id: BuyerId, confirm: &str) -> Result<()> {
    require(staff, Right::EraseBuyer)?;
    let shops = house.shops_of(staff);
    let confirm = confirm.trim().to_owned();
    let look = {
        let (shops, confirm) = (shops.clone(), confirm.clone());
        move |tx: &mut Tx<'_>| {
            let found = find(tx, &shops, id)?;
            if found.row.name.trim() != confirm {
                return Err(Problem::invalid(
                    "confirm_wrong",
                    "the name that was written is not this buyer's; nothing was erased",
                )
                .into());
            }
            let threads = found.thread_ids();
            if yingke_store::buyer::open_threads(tx, &threads)? > 0 {
                return Err(Problem::conflict(
                    "conversation_open",
                    "a conversation with this buyer is open; close it first, then erase",
                )
                .into());
            }
            let files: BTreeSet<FileId> = yingke_store::buyer::files(tx, &threads)?
                .into_iter()
                .map(|f| f.id)
                .collect();
            Ok((found, files))
        }
    };
    // Bytes first: if anything fails after them, the rows still stand and the erasure is asked for again. The other way round,
    // bytes could stay that nothing names any more.
    let (found, files) = house.read(look.clone()).await?;
    let known: Vec<FileId> = files.into_iter().collect();
    file::remove_bytes(house, &known).await;
    let lane = found.threads.first().map_or(Lane::Any, |t| Lane::from(t.id));
    let (now, who) = (house.now(), staff.person);
    let (buyers, late) = house
        .write(lane, move |tx: &mut Tx<'_>| {
            let (found, files) = look(tx)?;
            let shop = found.row.shop;
            let threads = found.thread_ids();
            let orders = yingke_store::order::of_buyer(tx, shop, &found.keys, i64::MAX)?;
            let entries = yingke_store::buyer::blank_threads(tx, &threads, bare_mark)?;
            yingke_store::abuse::forget(tx, &threads)?;
            yingke_store::call::forget(tx, &threads)?;
            let ids: Vec<[u8; 16]> = files.iter().map(FileId::bytes).collect();
            yingke_store::file::delete(tx, &ids)?;
            for order in &orders {
                yingke_store::order::erase(tx, order.id, &bare_facts(&order.row.facts), now)?;
            }
            let order_ids: Vec<[u8; 16]> = orders.iter().map(|o| o.id.bytes()).collect();
            crate::duty::forget(tx, &threads, &order_ids)?;
            let ids: Vec<[u8; 16]> = found.identities.iter().map(|b| b.id.bytes()).collect();
            crate::worklog::forget(tx, &threads, &order_ids, &ids, now)?;
            for buyer in &found.identities {
                yingke_store::buyer::erase(tx, buyer.id, NOBODY, now)?;
            }
            let detail = format!(
                "{} threads, {entries} entries, {} files, {} orders",
                threads.len(),
                files.len(),
                orders.len()
            );
            let subject = found.row.id.to_string();
            audited(tx, now, Some(who), "buyer.erase", &subject, &detail)?;
            tx.emit(Effect::Forgotten {
                shop,
                threads: found.threads.iter().map(|t| t.id).collect(),
            });
            tx.emit(Effect::Buyer {
                shop,
                buyer: found.row.id,
                threads: found.threads.iter().map(|t| t.id).collect(),
            });
            let buyers: Vec<BuyerId> = found.identities.iter().map(|b| b.id).collect();
            let files: Vec<FileId> = files.into_iter().collect();
            Ok((buyers, files))
        })
        .await?;
    for buyer in buyers {
        house.0.guests.forget(buyer);
    }
    // What came between the two looks.
    file::remove_bytes(house, &late).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_facts_and_marks_only_numbers_stay() {
        assert_eq!(
            bare_facts(r#"{"total_fen":500,"message":"请快","rest":[["买家支付宝账号","a@b.c"]]}"#),
            r#"{"total_fen":500}"#
        );
        assert_eq!(bare_facts("not json"), "{}");
        assert_eq!(
            bare_mark(r#"{"score":4,"words":"我是王小明"}"#).unwrap(),
            r#"{"score":4,"words":""}"#
        );
        assert_eq!(
            bare_mark(r#"{"rating":{"score":4,"words":"谢谢小明"}}"#).unwrap(),
            r#"{"rating":{"score":4,"words":""}}"#
        );
        assert_eq!(bare_mark("{}"), None);
    }
}
