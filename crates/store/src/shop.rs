//! Shops.

use crate::{Result, Row, Tx, args, sql};
use yingke_kernel::{ShopId, Stamp};

/// A shop as stored.
#[derive(Debug, Clone)]
pub struct ShopRow {
    /// The shop.
    pub id: ShopId,
    /// Short name used in commands and addresses.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// IANA name of its zone.
    pub zone: String,
    /// Settings as JSON; the database never looks into it.
    pub settings: String,
    /// Key of the tokens of known buyers and of signed addresses.
    pub secret: Vec<u8>,
}

fn shop(row: &Row<'_>) -> Result<ShopRow> {
    Ok(ShopRow {
        id: row.id(0)?,
        code: row.string(1)?,
        name: row.string(2)?,
        zone: row.string(3)?,
        settings: row.string(4)?,
        secret: row.bytes(5)?.to_vec(),
    })
}

/// All shops by code.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<ShopRow>> {
    tx.all(sql!("shop/all"), args![], shop)
}

/// A new shop; the code must be free (`shop_code_key`).
pub fn insert(tx: &mut Tx<'_>, shop: &ShopRow, now: Stamp) -> Result<()> {
    let (code, name, zone, settings) = (&shop.code, &shop.name, &shop.zone, &shop.settings);
    tx.exec(
        sql!("shop/insert"),
        args![shop.id, code, name, zone, settings, &shop.secret, now],
    )?;
    Ok(())
}

/// Name, zone and settings of a shop.
pub fn update(tx: &mut Tx<'_>, shop: &ShopRow) -> Result<()> {
    tx.exec(
        sql!("shop/update_settings"),
        args![shop.id, &shop.name, &shop.zone, &shop.settings],
    )?;
    Ok(())
}

/// Another key for the tokens of known buyers and for signed addresses; what was signed with the old one is worth nothing.
pub fn set_secret(tx: &mut Tx<'_>, shop: ShopId, secret: &[u8]) -> Result<()> {
    tx.exec(sql!("shop/set_secret"), args![shop, secret])?;
    Ok(())
}
