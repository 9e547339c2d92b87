//! Buyers in the widget: guests by a secret, known buyers by a token of the shop.

mod erase;
mod export;
mod record;
mod token;

use crate::{Guest, House, Problem, Result, Shop, new_secret, secret_hash};
use parking_lot::Mutex;
use std::collections::HashMap;
use yingke_kernel::{BuyerId, ShopId, Stamp};
use yingke_store::{Lane, Tx, buyer as rows};

pub use erase::erase;
pub(crate) use erase::{bare_facts, bare_mark};
pub use export::export;
pub use record::{
    Change, Record, change, episodes, orders, own_orders, record, reveal_order, reveal_phone, shown_external,
    tag, tags_in_use,
};
pub(crate) use record::{authors, externals, find, may_reveal};
pub use token::{KnownBuyer, sign};
pub use yingke_store::buyer::{BuyerRow, Episode};

/// What the ids of known buyers begin with; a guest's is a plain id of ours.
const KNOWN: &str = "known:";
/// Channel of the widget.
pub const WEB: &str = "web";
/// How long a guest is believed without asking the store.
const CACHE_SECS: i64 = 60;
/// Most guests remembered.
const CACHE_MAX: usize = 10_000;

/// Guests that were seen a moment ago.
#[derive(Default)]
pub(crate) struct GuestCache(Mutex<HashMap<[u8; 32], Believed>>);

/// A guest, whether the buyer is known by a token, and until when that is believed.
type Believed = ((Guest, bool), Stamp);

impl GuestCache {
    /// What is known of this buyer is read again.
    pub(crate) fn forget(&self, buyer: BuyerId) {
        self.0.lock().retain(|_, ((guest, _), _)| guest.buyer != buyer);
    }
}

/// What a widget brings when it opens.
#[derive(Debug, Clone, Default)]
pub struct Hello {
    /// Shop code.
    pub shop: String,
    /// The guest secret that the page kept.
    pub secret: Option<String>,
    /// The shop's word for who this is.
    pub known: Option<String>,
}

/// What it gets.
#[derive(Debug, Clone)]
pub struct Welcomed {
    /// Who it is now.
    pub guest: Guest,
    /// The secret to keep.
    pub secret: String,
    /// Whether this buyer is new.
    pub new: bool,
    /// Whether the shop has said who this is.
    pub known: bool,
}

/// What must be done once with a known buyer's token.
struct Once {
    jti: String,
    exp: Stamp,
    /// Hash of the guest secret that the page had until now.
    guest: Option<[u8; 32]>,
}

/// Opens the widget: the guest whose secret it is, a known buyer by token, or a new guest.
pub async fn hello(house: &House, hello: Hello) -> Result<Welcomed> {
    let directory = house.directory();
    let shop = directory
        .shop_by_code(&hello.shop)
        .ok_or_else(|| Problem::not_found("shop"))?;
    if let Some(token) = &hello.known {
        return known(house, shop, token, hello.secret.as_deref()).await;
    }
    if let Some(secret) = &hello.secret
        && let Some((guest, known)) = look_up(house, secret).await?
        && guest.shop == shop.id
    {
        return Ok(Welcomed {
            guest,
            secret: secret.clone(),
            new: false,
            known,
        });
    }
    let now = house.now();
    let external = BuyerId::new(now).to_string();
    // The end of a UUIDv7 is chance, its beginning the time.
    let name = format!("访客{}", external[external.len() - 4..].to_uppercase());
    welcome(house, shop.id, external, name, None).await
}

/// A known buyer: same buyer on every device. What they said as a guest before goes with them, one way. Sign-out is simply a page that forgets its secret and greets anew.
async fn known(house: &House, shop: &Shop, token: &str, guest_secret: Option<&str>) -> Result<Welcomed> {
    let now = house.now();
    let claims = token::verify(
        token,
        &shop.secret,
        &shop.code,
        now,
        house.policy().access.buyer_token_secs,
    )?;
    let name = claims
        .name
        .clone()
        .filter(|n| !n.trim().is_empty())
        .unwrap_or_else(|| claims.buyer.clone());
    let once = Once {
        jti: claims.jti,
        exp: Stamp::from_secs(claims.exp),
        guest: guest_secret.map(secret_hash),
    };
    welcome(
        house,
        shop.id,
        format!("{KNOWN}{}", claims.buyer),
        name,
        Some(once),
    )
    .await
}

async fn welcome(
    house: &House,
    shop: ShopId,
    external: String,
    name: String,
    once: Option<Once>,
) -> Result<Welcomed> {
    let now = house.now();
    let secret = new_secret();
    let hash = secret_hash(&secret);
    let called = name.clone();
    let known = once.is_some();
    let before = once.as_ref().and_then(|once| once.guest);
    let (buyer, thread, new) = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let (buyer, thread, new) = match &once {
                None => rows::buyer_and_thread(tx, shop, WEB, &external, &called, now)?,
                Some(once) => {
                    if !rows::use_known_token(tx, shop, &once.jti, once.exp, now)? {
                        let detail = "this buyer token was used already; sign a new one for each page";
                        return Err(Problem::conflict("token_used", detail).into());
                    }
                    // Another known buyer's secret (a shared computer) is nobody's history but theirs.
                    let guest = once
                        .guest
                        .map(|hash| rows::guest(tx, &hash))
                        .transpose()?
                        .flatten();
                    match guest.filter(|g| g.shop == shop && !g.external.starts_with(KNOWN)) {
                        Some(guest) => {
                            let (buyer, thread) = rows::identify(tx, &guest, WEB, &external, &called, now)?;
                            (buyer, thread, false)
                        }
                        None => {
                            let (buyer, thread, new) =
                                rows::buyer_and_thread(tx, shop, WEB, &external, &called, now)?;
                            if !new {
                                rows::rename(tx, buyer, &called)?;
                            }
                            (buyer, thread, new)
                        }
                    }
                }
            };
            rows::insert_guest(tx, &hash, shop, buyer, now)?;
            Ok((buyer, thread, new))
        })
        .await?;
    house.0.desk.lock().shops.insert(thread, shop);
    house
        .0
        .guests
        .0
        .lock()
        .retain(|hash, ((guest, _), _)| guest.buyer != buyer && Some(*hash) != before);
    Ok(Welcomed {
        guest: Guest {
            shop,
            buyer,
            thread,
            name,
        },
        secret,
        new,
        known,
    })
}

/// The buyer of a platform name, as a guest of the house's own making (simulation).
pub async fn known_by_name(house: &House, shop: ShopId, channel: &str, name: &str) -> Result<Guest> {
    let now = house.now();
    let (channel, wanted) = (channel.to_owned(), name.to_owned());
    let (buyer, thread, _) = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::buyer_and_thread(tx, shop, &channel, &wanted, &wanted, now)
        })
        .await?;
    house.0.desk.lock().shops.insert(thread, shop);
    Ok(Guest {
        shop,
        buyer,
        thread,
        name: name.to_owned(),
    })
}

/// Whom a guest secret stands for.
pub async fn guest(house: &House, secret: &str) -> Result<Option<Guest>> {
    Ok(look_up(house, secret).await?.map(|(guest, _)| guest))
}

/// The same, and whether the shop has said who it is.
async fn look_up(house: &House, secret: &str) -> Result<Option<(Guest, bool)>> {
    let hash = secret_hash(secret);
    let now = house.now();
    if let Some((guest, until)) = house.0.guests.0.lock().get(&hash)
        && now < *until
    {
        return Ok(Some(guest.clone()));
    }
    let Some(row) = house.read(move |tx| rows::guest(tx, &hash)).await? else {
        return Ok(None);
    };
    let known = row.external.starts_with(KNOWN);
    let guest = Guest {
        shop: row.shop,
        buyer: row.buyer,
        thread: row.thread,
        name: row.name,
    };
    let mut cache = house.0.guests.0.lock();
    if cache.len() >= CACHE_MAX {
        cache.retain(|_, (_, until)| now < *until);
        if cache.len() >= CACHE_MAX {
            cache.clear();
        }
    }
    cache.insert(hash, ((guest.clone(), known), now.plus_secs(CACHE_SECS)));
    drop(cache);
    house.0.desk.lock().shops.insert(guest.thread, guest.shop);
    Ok(Some((guest, known)))
}
