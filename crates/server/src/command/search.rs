//! `yingke search`

use super::{Answer, detail};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use yingke_app::House;
use yingke_app::search::{Found, Kind, SearchQuery, search_shops};
use yingke_kernel::{ShopId, Zone};

/// What is looked for, on the command line and on the local socket.
#[derive(Debug, clap::Args, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Words; all of them must be there.
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Some of message,buyer,order,product.
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    kinds: Vec<String>,
    /// In this shop only, by code.
    #[arg(long, value_name = "CODE")]
    shop: Option<String>,
    /// Hits of each kind.
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

/// Looks in all shops: whoever may run commands on the folder may read it.
pub(crate) async fn run(house: &House, words: Words) -> Result<Answer> {
    let kinds = words
        .kinds
        .iter()
        .map(|name| {
            Kind::parse(name)
                .filter(|kind| *kind != Kind::Worklog)
                .with_context(|| format!("--kinds takes some of message,buyer,order,product, not {name:?}"))
        })
        .collect::<Result<Vec<_>>>()?;
    let directory = house.directory();
    let shops: Vec<ShopId> = match &words.shop {
        None => directory.shops().iter().map(|s| s.id).collect(),
        Some(code) => {
            let shop = directory
                .shop_by_code(code)
                .with_context(|| format!("there is no shop {code:?}; `yingke shop` lists them"))?;
            vec![shop.id]
        }
    };
    let query = SearchQuery {
        text: words.words.join(" "),
        kinds,
        limit: words.limit,
        ..SearchQuery::default()
    };
    let found = search_shops(house, shops, query).await.map_err(detail)?;
    Ok(Answer {
        data: rows(&found),
        code: 0,
        error: None,
    })
}

/// One row a hit, all with the same columns.
fn rows(found: &Found) -> serde_json::Value {
    let zone = Zone::shanghai();
    let messages = found.messages.iter().map(|m| {
        json!({"kind": "message", "at": zone.rfc3339(m.at), "id": format!("{}/{}", m.thread, m.seq),
               "name": m.buyer_name, "text": format!("{}: {}", m.name.as_deref().unwrap_or(&m.from), m.text)})
    });
    let buyers = found.buyers.iter().map(
        |b| json!({"kind": "buyer", "at": null, "id": b.buyer.to_string(), "name": b.name, "text": b.remark}),
    );
    let orders = found.orders.iter().map(|o| {
        json!({"kind": "order", "at": zone.rfc3339(o.created), "id": o.number,
               "name": o.buyer_name, "text": o.title})
    });
    let products = found.products.iter().map(|p| {
        json!({"kind": "product", "at": null, "id": p.code, "name": p.title, "text": format!("{}", p.price)})
    });
    messages.chain(buyers).chain(orders).chain(products).collect()
}
