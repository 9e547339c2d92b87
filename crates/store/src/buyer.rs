//! Buyers, guests of the widget, tokens of known buyers.

use crate::{Result, Tx, args, sql};
use yingke_kernel::{BuyerId, ShopId, Stamp, ThreadId};

/// Who a guest secret stands for.
#[derive(Debug, Clone)]
pub struct GuestRow {
    /// The shop.
    pub shop: ShopId,
    /// The buyer.
    pub buyer: BuyerId,
    /// The buyer's name.
    pub name: String,
    /// The thread of this buyer on this channel.
    pub thread: ThreadId,
    /// The buyer's name or id on the channel.
    pub external: String,
}

/// The buyer of this platform name, and the thread; both made now if they are new. True when the buyer was new.
pub fn buyer_and_thread(
    tx: &mut Tx<'_>,
    shop: ShopId,
    channel: &str,
    external: &str,
    name: &str,
    now: Stamp,
) -> Result<(BuyerId, ThreadId, bool)> {
    let find = |tx: &mut Tx<'_>| {
        tx.opt(sql!("buyer/by_external"), args![shop, channel, external], |row| {
            row.id::<BuyerId>(0)
        })
    };
    let (buyer, new) = match find(tx)? {
        Some(buyer) => (buyer, false),
        None => {
            let id = BuyerId::new(now);
            let made = tx.exec(
                sql!("buyer/insert"),
                args![id, shop, channel, external, name, now],
            )?;
            (find(tx)?.unwrap_or(id), made == 1)
        }
    };
    let thread = |tx: &mut Tx<'_>| {
        tx.opt(
            sql!("conversation/thread_of_buyer"),
            args![shop, channel, buyer],
            |row| row.id::<ThreadId>(0),
        )
    };
    if let Some(thread) = thread(tx)? {
        return Ok((buyer, thread, new));
    }
    let id = ThreadId::new(now);
    tx.exec(
        sql!("conversation/insert_thread"),
        args![id, shop, channel, buyer, now],
    )?;
    Ok((buyer, thread(tx)?.unwrap_or(id), new))
}

/// Another name for a buyer.
pub fn rename(tx: &mut Tx<'_>, buyer: BuyerId, name: &str) -> Result<()> {
    tx.exec(sql!("buyer/rename"), args![buyer, name])?;
    Ok(())
}

/// A guest turns out to be a known buyer. One way: if the known buyer was never here, the guest becomes them, with all
/// history; else the guest's secrets open the known buyer's thread from now on, and the guest's own thread stays, marked
/// as theirs. Gives the buyer and the thread that count from now on.
pub fn identify(
    tx: &mut Tx<'_>,
    guest: &GuestRow,
    channel: &str,
    external: &str,
    name: &str,
    now: Stamp,
) -> Result<(BuyerId, ThreadId)> {
    let known = tx.opt(
        sql!("buyer/by_external"),
        args![guest.shop, channel, external],
        |row| row.id::<BuyerId>(0),
    )?;
    match known {
        None => {
            tx.exec(sql!("buyer/identify"), args![guest.buyer, external, name])?;
            Ok((guest.buyer, guest.thread))
        }
        Some(known) if known == guest.buyer => {
            rename(tx, known, name)?;
            Ok((known, guest.thread))
        }
        Some(known) => {
            tx.exec(sql!("buyer/join"), args![guest.buyer, known, name])?;
            tx.exec(sql!("buyer/move_guests"), args![guest.buyer, known])?;
            let (buyer, thread, _) = buyer_and_thread(tx, guest.shop, channel, external, name, now)?;
            rename(tx, buyer, name)?;
            Ok((buyer, thread))
        }
    }
}

/// A new guest secret of a buyer.
pub fn insert_guest(tx: &mut Tx<'_>, hash: &[u8], shop: ShopId, buyer: BuyerId, now: Stamp) -> Result<()> {
    tx.exec(sql!("buyer/insert_guest"), args![hash, shop, buyer, now])?;
    Ok(())
}

/// Whom a guest secret stands for.
pub fn guest(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<GuestRow>> {
    tx.opt(sql!("buyer/guest"), args![hash], |row| {
        Ok(GuestRow {
            shop: row.id(0)?,
            buyer: row.id(1)?,
            name: row.string(2)?,
            thread: row.id(3)?,
            external: row.string(4)?,
        })
    })
}

/// Uses the id of a known buyer's token up; false when it was used before.
pub fn use_known_token(tx: &mut Tx<'_>, shop: ShopId, jti: &str, expires: Stamp, now: Stamp) -> Result<bool> {
    tx.exec(sql!("buyer/delete_known_tokens"), args![now])?;
    Ok(tx.exec(sql!("buyer/insert_known_token"), args![shop, jti, expires])? == 1)
}
