//! Running shops: see them, change them, make one, who works there, the key of their buyers' tokens.

use super::{check_code, check_name, check_zone};
use crate::access::{audited, require};
use crate::{Directory, House, Problem, Result, Shop, ShopSettings, Staff};
use std::collections::BTreeMap;
use yingke_domain::access::{Right, Role, allows};
use yingke_kernel::{PersonId, ShopId};
use yingke_store::shop::{self as rows, ShopRow};
use yingke_store::{Effect, Lane, Tx, conversation};

/// What changes about a shop; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ShopChange {
    /// Name that buyers see.
    pub name: Option<String>,
    /// IANA name of its zone.
    pub zone: Option<String>,
    /// What it sets for itself, as a whole.
    pub settings: Option<ShopSettings>,
}

/// A shop and what the page of shops says of it.
#[derive(Debug, Clone)]
pub struct ShopView {
    /// The shop.
    pub shop: Shop,
    /// Changes with every change of the shop; whoever saves says which version they began from.
    pub version: String,
    /// Channels that are known here: name, number of receiving accounts.
    pub channels: Vec<(String, usize)>,
    /// Lines of the people and of the shops.
    pub lines: Vec<String>,
}

/// Fields that a name, a site or a colour hang on: they need `manage_shops`. All others need `manage_texts`.
const OWNERS_FIELDS: [&str; 9] = [
    "name", "zone", "sites", "color", "side", "dark", "lang", "lines", "lineup",
];

fn may_see(staff: &Staff) -> Result<()> {
    if allows(staff.role, Right::ManageShops) {
        return Ok(());
    }
    require(staff, Right::ManageTexts)
}

/// A shop of the caller by its code.
fn own<'a>(directory: &'a Directory, staff: &Staff, code: &str) -> Result<&'a Shop> {
    directory
        .shop_by_code(code)
        .filter(|shop| directory.is_member(shop.id, staff.person))
        .ok_or_else(|| Problem::not_found("shop"))
}

/// The caller's shops, by code.
pub fn list(house: &House, staff: &Staff) -> Result<Vec<Shop>> {
    may_see(staff)?;
    let directory = house.directory();
    let mut shops: Vec<Shop> = directory.shops_of(staff.person).into_iter().cloned().collect();
    shops.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(shops)
}

/// One of the caller's shops.
pub fn get(house: &House, staff: &Staff, code: &str) -> Result<ShopView> {
    may_see(staff)?;
    let directory = house.directory();
    Ok(view(&directory, own(&directory, staff, code)?))
}

fn view(directory: &Directory, shop: &Shop) -> ShopView {
    let mut channels = BTreeMap::from([(crate::buyer::WEB.to_owned(), 0)]);
    for account in directory.accounts().iter().filter(|a| a.shop == shop.id) {
        *channels.entry(account.channel.clone()).or_insert(0) += 1;
    }
    for channel in shop.settings.lines.keys() {
        channels.entry(channel.clone()).or_insert(0);
    }
    let mut lines: Vec<String> = directory
        .shops()
        .iter()
        .flat_map(|s| {
            directory
                .lines(s.id)
                .seated
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        })
        .chain(
            directory
                .shops()
                .iter()
                .flat_map(|s| s.settings.lines.values().cloned()),
        )
        .collect();
    lines.sort();
    lines.dedup();
    ShopView {
        version: version(shop),
        shop: shop.clone(),
        channels: channels.into_iter().collect(),
        lines,
    }
}

/// A digest of everything that can be changed.
fn version(shop: &Shop) -> String {
    let settings = serde_json::to_string(&shop.settings).unwrap_or_default();
    let text = [&*shop.name, &*shop.zone_name, &*settings].join("\n");
    crate::secret_hash(&text)[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Names of what differs: `name`, `zone`, and the fields of the settings.
fn fields(shop: &Shop, name: &str, zone: &str, settings: &ShopSettings) -> Vec<String> {
    let mut changed = Vec::new();
    if shop.name != name {
        changed.push("name".to_owned());
    }
    if shop.zone_name != zone {
        changed.push("zone".to_owned());
    }
    let as_map = |settings: &ShopSettings| match serde_json::to_value(settings) {
        Ok(serde_json::Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (as_map(&shop.settings), as_map(settings));
    changed.extend(
        new.iter()
            .filter(|(k, v)| old.get(*k) != Some(v))
            .map(|(k, _)| k.clone()),
    );
    changed
}

/// Changes a shop of the caller; gives it as it is now and the names of the fields that changed. `version` is the one that
/// the caller began from: a shop that somebody else changed meanwhile is refused with `shop_changed`.
pub async fn change(
    house: &House,
    staff: &Staff,
    code: &str,
    from: &str,
    change: ShopChange,
) -> Result<(ShopView, Vec<String>)> {
    may_see(staff)?;
    let directory = house.directory();
    let shop = own(&directory, staff, code)?;
    if version(shop) != from {
        return Err(Problem::conflict(
            "shop_changed",
            "somebody changed this shop meanwhile; load it again and save once more",
        ));
    }
    let name = change
        .name
        .map_or_else(|| shop.name.clone(), |n| n.trim().to_owned());
    let zone = change.zone.unwrap_or_else(|| shop.zone_name.clone());
    let mut settings = change.settings.unwrap_or_else(|| shop.settings.clone());
    settings.tidy();
    check_name(&name)?;
    check_zone(&zone)?;
    settings.check()?;
    let changed = fields(shop, &name, &zone, &settings);
    if changed
        .iter()
        .any(|field| OWNERS_FIELDS.contains(&field.as_str()))
    {
        require(staff, Right::ManageShops)?;
    }
    if changed
        .iter()
        .any(|field| !OWNERS_FIELDS.contains(&field.as_str()))
    {
        require(staff, Right::ManageTexts)?;
    }
    if !changed.is_empty() {
        let row = ShopRow {
            id: shop.id,
            code: shop.code.clone(),
            name,
            zone,
            settings: serde_json::to_string(&settings).unwrap_or_default(),
            secret: shop.secret.clone(),
        };
        let before = (shop.name.clone(), shop.zone_name.clone(), shop.settings.clone());
        let (now, by, detail) = (house.now(), staff.person, changed.join(", "));
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                // Looked at again within the transaction: the directory is only a copy.
                let stored = rows::all(tx)?.into_iter().find(|s| s.id == row.id);
                let same = stored.is_some_and(|s| {
                    let settings: ShopSettings = serde_json::from_str(&s.settings).unwrap_or_default();
                    (s.name, s.zone, settings) == before
                });
                if !same {
                    let detail = "somebody changed this shop meanwhile; load it again and save once more";
                    return Err(Problem::conflict("shop_changed", detail).into());
                }
                rows::update(tx, &row)?;
                audited(tx, now, Some(by), "shop.change", &row.code, &detail)
            })
            .await?;
        house.refresh_directory().await?;
        house.0.router.notify_one();
    }
    let directory = house.directory();
    Ok((view(&directory, own(&directory, staff, code)?), changed))
}

/// A new shop, for which the people of the house work; the code is for good. Refused: `bad_settings`, `code_taken`.
pub async fn create(house: &House, staff: &Staff, code: &str, name: &str, zone: &str) -> Result<ShopView> {
    require(staff, Right::ManageShops)?;
    check_code(code)?;
    check_name(name)?;
    check_zone(zone)?;
    let now = house.now();
    let row = ShopRow {
        id: ShopId::new(now),
        code: code.to_owned(),
        name: name.trim().to_owned(),
        zone: zone.to_owned(),
        settings: "{}".to_owned(),
        secret: crate::secret_hash(&crate::new_secret()).to_vec(),
    };
    let people: Vec<(PersonId, Option<String>)> = house
        .directory()
        .people()
        .iter()
        .filter(|p| p.active)
        .map(|p| (p.id, p.line.clone()))
        .collect();
    let by = staff.person;
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::insert(tx, &row, now).map_err(|e| {
                if e.is_constraint("shop_code_key") {
                    let detail = format!("there is a shop {:?} already; choose another code", row.code);
                    Problem::conflict("code_taken", detail).into()
                } else {
                    e
                }
            })?;
            for (person, line) in &people {
                crate::routing::join(tx, row.id, *person, line.as_deref())?;
            }
            crate::phrase::lay_stock(tx, row.id, Some(by), now)?;
            audited(tx, now, Some(by), "shop.create", &row.code, &row.name)
        })
        .await?;
    house.refresh_directory().await?;
    get(house, staff, code)
}

/// The key with which the shop's own site signs the tokens of known buyers, hexadecimal. Every look is audited.
pub async fn key(house: &House, staff: &Staff, code: &str) -> Result<String> {
    require(staff, Right::ManageShops)?;
    let directory = house.directory();
    let shop = own(&directory, staff, code)?;
    let (now, by, subject) = (house.now(), staff.person, shop.code.clone());
    house
        .write(Lane::Any, move |tx| {
            audited(tx, now, Some(by), "shop.key_shown", &subject, "")
        })
        .await?;
    Ok(hex(&shop.secret))
}

/// Another key. Tokens signed with the old one are refused from now on, and addresses of pictures must be fetched anew.
pub async fn rotate_key(house: &House, staff: &Staff, code: &str) -> Result<String> {
    require(staff, Right::ManageShops)?;
    let directory = house.directory();
    let shop = own(&directory, staff, code)?;
    let secret = crate::secret_hash(&crate::new_secret()).to_vec();
    let (now, by, id, subject, stored) = (
        house.now(),
        staff.person,
        shop.id,
        shop.code.clone(),
        secret.clone(),
    );
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::set_secret(tx, id, &stored)?;
            audited(tx, now, Some(by), "shop.key_rotated", &subject, "")
        })
        .await?;
    house.refresh_directory().await?;
    Ok(hex(&secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Active people and whether they work for this shop, by name.
pub fn members(house: &House, staff: &Staff, code: &str) -> Result<Vec<(crate::Person, bool)>> {
    require(staff, Right::ManageShops)?;
    let directory = house.directory();
    let shop = own(&directory, staff, code)?;
    let mut people: Vec<_> = directory
        .people()
        .iter()
        .filter(|p| p.active)
        .map(|p| (p.clone(), directory.is_member(shop.id, p.id)))
        .collect();
    people.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(people)
}

/// Somebody begins or ceases to work for a shop. A shop keeps an owner (`last_owner`), and whoever holds conversations there
/// hands them over first (`holds_conversations`).
pub async fn set_member(
    house: &House,
    staff: &Staff,
    code: &str,
    person: PersonId,
    works: bool,
) -> Result<()> {
    require(staff, Right::ManageShops)?;
    let directory = house.directory();
    let shop = own(&directory, staff, code)?;
    let who = directory
        .person(person)
        .filter(|p| p.active)
        .ok_or_else(|| Problem::not_found("person"))?;
    if directory.is_member(shop.id, person) == works {
        return Ok(());
    }
    let owners = directory
        .members(shop.id)
        .filter(|p| p.role == Role::Owner)
        .count();
    if !works && who.role == Role::Owner && owners < 2 {
        return Err(Problem::conflict(
            "last_owner",
            "the last owner of a shop stays; let another owner work for it first",
        ));
    }
    let (now, by, id, subject) = (house.now(), staff.person, shop.id, shop.code.clone());
    let line = who.line.clone();
    let detail = format!("{} {}", who.name, if works { "joins" } else { "leaves" });
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if works {
                crate::routing::join(tx, id, person, line.as_deref())?;
            } else {
                if !conversation::held_by(tx, &[*id.0.as_bytes()], person)?.is_empty() {
                    let detail =
                        "this person holds conversations of the shop; let them hand these over first";
                    return Err(Problem::conflict("holds_conversations", detail).into());
                }
                crate::routing::part(tx, id, person)?;
            }
            tx.emit(Effect::Person(person));
            audited(tx, now, Some(by), "shop.member", &subject, &detail)
        })
        .await?;
    house.refresh_directory().await?;
    house.0.router.notify_one();
    Ok(())
}
