//! Everything that the house holds of a buyer, as one JSON document.

use super::record::find;
use crate::access::{audited, require};
use crate::{House, Result, Staff, file, order};
use serde_json::{Value, json};
use yingke_domain::access::Right;
use yingke_kernel::{BuyerId, Stamp};
use yingke_store::conversation::{EntryRow, entries_after};
use yingke_store::{Lane, Tx};

/// Entries of one reading.
const SLICE: i64 = 500;

/// Everything that the house holds of a buyer, as one JSON document: who they are, tags, orders with contacts in full, every entry
/// of every thread, files with addresses that the caller can open for some hours. On the trail.
///
/// # Errors
/// Without the right `export_buyer`; `not_found`.
pub async fn export(house: &House, staff: &Staff, id: BuyerId) -> Result<Value> {
    require(staff, Right::ExportBuyer)?;
    let shops = house.shops_of(staff);
    let (now, who) = (house.now(), staff.person);
    let noted = shops.clone();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let found = find(tx, &noted, id)?;
            audited(tx, now, Some(who), "buyer.export", &found.row.id.to_string(), "")
        })
        .await?;
    let (found, tags, orders, threads, files, ticks, calls, log) = house
        .read(move |tx| {
            let found = find(tx, &shops, id)?;
            let shop = found.row.shop;
            let tags = yingke_store::buyer::tags(tx, shop, found.row.id)?;
            let orders = yingke_store::order::of_buyer(tx, shop, &found.keys, i64::MAX)?;
            let mut threads = Vec::new();
            for thread in &found.threads {
                let (mut all, mut after) = (Vec::new(), 0);
                loop {
                    let slice = entries_after(tx, thread.id, after, SLICE)?;
                    let Some(last) = slice.last() else { break };
                    after = last.seq;
                    all.extend(slice);
                }
                threads.push((thread.id, all));
            }
            let files = yingke_store::buyer::files(tx, &found.thread_ids())?;
            let order_ids: Vec<[u8; 16]> = orders.iter().map(|o| o.id.bytes()).collect();
            let ticks = crate::duty::told_of(tx, &found.thread_ids(), &order_ids)?;
            let calls = yingke_store::call::of_threads(tx, &found.thread_ids(), i64::MAX)?;
            let ids: Vec<[u8; 16]> = found.identities.iter().map(|b| b.id.bytes()).collect();
            let log = yingke_store::worklog::about(tx, &found.thread_ids(), &order_ids, &ids)?;
            Ok((found, tags, orders, threads, files, ticks, calls, log))
        })
        .await?;
    let directory = house.directory();
    let shop = directory.shop(found.row.shop);
    let time = |at: Stamp| at.to_string();
    let address = |id| {
        let path = file::signed_path(house, found.row.shop, id, staff.person.0).unwrap_or_default();
        format!("{}{path}", house.public_url())
    };
    let json_of = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let entry = |e: &EntryRow| {
        json!({
            "seq": e.seq,
            "at": time(e.at),
            "kind": e.kind.as_str(),
            "from": e.sender,
            "name": if e.sender == "buyer" { Some(found.row.name.as_str()) } else { directory.actor_name(e.author) },
            "text": e.text,
            "file": e.file.map(|f| f.to_string()),
            "data": e.data.as_deref().map(json_of),
            "refers": e.refers,
        })
    };
    Ok(json!({
        "exported_at": time(now),
        "shop": shop.map(|s| json!({ "code": s.code, "name": s.name })),
        "buyer": found.row.id.to_string(),
        "tags": tags,
        "identities": found.identities.iter().map(|b| json!({
            "buyer": b.id.to_string(),
            "channel": b.channel,
            "external": b.external,
            "name": b.name,
            "created_at": time(b.created_at),
            "phone": b.phone,
            "city": b.city,
            "remark": b.remark,
            "attributes": json_of(&b.attributes),
            "page": b.page.as_deref().map(json_of),
            "seen_at": (b.seen_at.micros() > 0).then(|| time(b.seen_at)),
            "erased_at": b.erased_at.map(time),
        })).collect::<Vec<_>>(),
        "orders": orders.iter().map(|o| json!({
            "number": o.row.number,
            "platform": o.row.platform,
            "state": order::state(&o.row).map(|s| s.as_str()),
            "state_text": o.row.state,
            "created_at": time(o.row.created),
            "paid_at": o.row.paid.map(time),
            "shipped_at": o.row.shipped.map(time),
            "signed_at": o.row.signed.map(time),
            "gross_fen": o.row.gross.0,
            "refund_fen": o.row.refund.0,
            "net_fen": o.row.net.0,
            "buyer": o.row.buyer,
            "receiver": o.row.receiver,
            "phone": o.row.phone,
            "address": o.row.address,
            "parcel": o.row.parcel,
            "items": o.row.items.iter().map(|i| json!({
                "code": i.code, "title": i.title, "sku": i.sku, "quantity": i.quantity, "price_fen": i.price.map(|p| p.0),
            })).collect::<Vec<_>>(),
            "facts": json_of(&o.row.facts),
        })).collect::<Vec<_>>(),
        "threads": threads.iter().map(|(id, entries)| json!({
            "thread": id.to_string(),
            "entries": entries.iter().map(entry).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "lists": ticks.iter().map(|t| json!({
            "at": time(t.at), "list": t.list.as_str(), "about": t.group.as_str(), "words": t.words, "note": t.note,
        })).collect::<Vec<_>>(),
        "calls": calls.iter().map(|c| json!({
            "at": time(c.at),
            "direction": c.direction.as_str(),
            "person": directory.actor_name(c.person.0),
            "phone": c.phone,
            "order": c.number,
            "secs": c.secs,
            "outcome": c.outcome.as_str(),
            "words": c.words,
            "agreed": c.agreed,
            "confirmed_at": c.confirmed_at.map(time),
            "confirmed_seq": c.confirmed_seq,
        })).collect::<Vec<_>>(),
        "worklog": log.iter().map(|w| json!({
            "at": time(w.at), "problem": w.problem, "cause": w.cause, "solution": w.solution, "order": w.number,
        })).collect::<Vec<_>>(),
        "files": files.iter().map(|f| json!({
            "file": f.id.to_string(), "name": f.name, "mime": f.kind, "bytes": f.bytes, "address": address(f.id),
        })).collect::<Vec<_>>(),
    }))
}
