//! Order lists: read line by line, stored in slices that do not hold up the desk.

use super::Outcome;
use crate::{House, Problem, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::{Read, Seek};
use yingke_kernel::{ShopId, Stamp};
use yingke_sheets::Item;
use yingke_sheets::orders::{self, OrderRecord};
use yingke_store::order::{OrderItem, OrderRow, Upsert, look_at_many, upsert_many};
use yingke_store::{Lane, Tx};

/// Lines of one background transaction: a few milliseconds.
const SLICE: usize = 200;

/// How an order file is to be read.
#[derive(Debug, Clone, Default)]
pub struct OrderImport {
    /// Shop of the orders; `main` without.
    pub shop: Option<String>,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Imports one file.
pub async fn import_orders(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    options: &OrderImport,
) -> Result<Outcome> {
    let directory = house.directory();
    let code = options.shop.as_deref().unwrap_or("main");
    let shop = directory.shop_by_code(code).ok_or_else(|| {
        Problem::invalid(
            "unknown_shop",
            format!("there is no shop {code:?}; `yingke shop` lists them, `yingke shop {code}` makes it"),
        )
    })?;
    let file =
        orders::open(input, name, &shop.zone).map_err(|e| Problem::invalid("bad_file", e.to_string()))?;
    let layout = file.layout;
    let mut outcome = Outcome::new(name, "orders", layout);
    let mut slice: Vec<OrderRow> = Vec::with_capacity(SLICE);
    for item in file {
        outcome.read += 1;
        match item {
            Item::Refused(refusal) => outcome.refused.push(refusal),
            Item::Record { value, .. } => slice.push(row(value, layout)),
        }
        if slice.len() == SLICE {
            store(
                house,
                shop.id,
                std::mem::take(&mut slice),
                options.dry_run,
                &mut outcome,
            )
            .await?;
            tokio::task::yield_now().await;
        }
    }
    if !slice.is_empty() {
        store(house, shop.id, slice, options.dry_run, &mut outcome).await?;
    }
    outcome.audit(house, options.dry_run).await?;
    if !options.dry_run && outcome.created + outcome.changed > 0 {
        crate::conversation::about::refresh_open(house, shop.id);
    }
    Ok(outcome)
}

fn row(o: OrderRecord, layout: &str) -> OrderRow {
    // Who receives it and where has columns of its own: what is personal stands in one place only.
    let mut facts = Map::new();
    let texts = [
        ("closed_reason", &o.closed_reason),
        ("province", &o.province),
        ("city", &o.city),
        ("district", &o.district),
        ("zip", &o.zip),
        ("message", &o.message),
        ("note", &o.note),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            facts.insert(key.to_owned(), Value::from(value.as_str()));
        }
    }
    facts.insert("total_fen".to_owned(), json!(o.total.0));
    if !o.rest.is_empty() {
        facts.insert("rest".to_owned(), json!(o.rest));
    }
    // An order list tells all articles of an order in one cell and their pieces as one number.
    let items = o.title.map(|title| {
        let quantity = i64::from(o.quantity.unwrap_or(1));
        OrderItem {
            code: String::new(),
            title,
            sku: String::new(),
            quantity,
            price: None,
        }
    });
    let parcel = [o.carrier, o.tracking]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let mut row = OrderRow {
        platform: o.platform.to_owned(),
        number: o.number,
        layout: layout.to_owned(),
        buyer: o.buyer,
        gross: o.gross,
        refund: o.refund,
        net: o.net,
        created: o.created,
        paid: o.paid,
        // The same state with another space in it would not be found by its word.
        state: o.state.map(|state| state.split_whitespace().collect()),
        shipped: o.shipped,
        signed: o.signed,
        receiver: o.receiver,
        phone: o
            .phone
            .map(|text| yingke_domain::buyer::phone(&text).unwrap_or(text)),
        address: o.address,
        parcel: Some(parcel).filter(|text| !text.is_empty()),
        items: items.into_iter().collect(),
        facts: Value::Object(facts).to_string(),
        digest: [0; 32],
    };
    row.digest = digest(&row);
    row
}

/// Over everything but what names the order: an equal line changes nothing.
fn digest(row: &OrderRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    for text in [
        &row.buyer,
        &row.state,
        &row.receiver,
        &row.phone,
        &row.address,
        &row.parcel,
    ] {
        part(text.as_deref().unwrap_or("\0"));
    }
    part(&row.facts);
    for item in &row.items {
        for text in [&item.code, &item.title, &item.sku] {
            part(text);
        }
        part(&item.quantity.to_string());
        part(&item.price.map_or(-1, |price| price.0).to_string());
    }
    for number in [row.gross.0, row.refund.0, row.net.0, row.created.micros()] {
        part(&number.to_string());
    }
    for time in [row.paid, row.shipped, row.signed] {
        part(&time.map_or(i64::MIN, Stamp::micros).to_string());
    }
    hash.finalize().into()
}

async fn store(
    house: &House,
    shop: ShopId,
    slice: Vec<OrderRow>,
    dry_run: bool,
    outcome: &mut Outcome,
) -> Result<()> {
    let now = house.now();
    let done = if dry_run {
        house.read(move |tx| look_at_many(tx, shop, &slice)).await?
    } else {
        house
            .write(Lane::Background, move |tx: &mut Tx<'_>| {
                upsert_many(tx, shop, &slice, now)
            })
            .await?
    };
    for one in done {
        match one {
            Upsert::Created => outcome.created += 1,
            Upsert::Changed => outcome.changed += 1,
            Upsert::Unchanged => outcome.unchanged += 1,
        }
    }
    Ok(())
}
