//! Seats on the lines of shops, who looks along with whom, and how often a conversation was passed on by the house.

use crate::{Result, Tx, args, sql};
use yingke_domain::routing::Seat;
use yingke_kernel::{ConversationId, PersonId, ShopId, Stamp, ThreadId};

/// Every seat: by shop, person and line.
pub fn seats(tx: &mut Tx<'_>) -> Result<Vec<(ShopId, PersonId, Seat)>> {
    tx.all(sql!("routing/seats"), args![], |row| {
        let skills: Vec<String> = serde_json::from_str(row.text(5)?).unwrap_or_default();
        let seat = Seat {
            line: row.text(2)?.into(),
            weight: u32::try_from(row.int(3)?).unwrap_or(1),
            capacity: row.opt_int(4)?.and_then(|most| u32::try_from(most).ok()),
            skills: skills.into(),
        };
        Ok((row.id(0)?, row.id(1)?, seat))
    })
}

/// The seats of a person in a shop are these from now on.
pub fn put_seats(tx: &mut Tx<'_>, shop: ShopId, person: PersonId, seats: &[Seat]) -> Result<()> {
    tx.exec(sql!("routing/delete_seats"), args![shop, person])?;
    for seat in seats {
        let skills = serde_json::to_string(&*seat.skills).unwrap_or_else(|_| "[]".to_owned());
        let values = args![
            shop,
            person,
            &*seat.line,
            i64::from(seat.weight),
            seat.capacity.map(i64::from),
            &skills
        ];
        tx.exec(sql!("routing/insert_seat"), values)?;
    }
    Ok(())
}

/// How often the house has passed the conversation on by itself since this entry of its thread.
pub fn moves_since(tx: &mut Tx<'_>, thread: ThreadId, seq: i64) -> Result<i64> {
    tx.one(sql!("routing/moves_since"), args![thread, seq], |row| row.int(0))
}

/// Somebody experienced who looks along with somebody who begins (R-DESK-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairRow {
    /// The conversation's thread; at most one of them is open in it.
    pub thread: ThreadId,
    /// Since when.
    pub at: Stamp,
    /// The shop.
    pub shop: ShopId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Who begins, and holds it.
    pub junior: PersonId,
    /// Who was asked.
    pub partner: PersonId,
    /// When they opened it.
    pub seen_at: Option<Stamp>,
}

/// Records that somebody was asked to look along.
pub fn pair(tx: &mut Tx<'_>, p: &PairRow) -> Result<()> {
    tx.exec(
        sql!("routing/pair"),
        args![p.thread, p.at, p.shop, p.conversation, p.junior, p.partner, ""],
    )?;
    Ok(())
}

/// Those that are not over, oldest first.
pub fn open_pairs(tx: &mut Tx<'_>) -> Result<Vec<PairRow>> {
    tx.all(sql!("routing/open_pairs"), args![], |row| {
        Ok(PairRow {
            thread: row.id(0)?,
            at: row.stamp(1)?,
            shop: row.id(2)?,
            conversation: row.id(3)?,
            junior: row.id(4)?,
            partner: row.id(5)?,
            seen_at: row.opt_stamp(6)?,
        })
    })
}

/// The partner of this thread has opened it. False if nobody is asked, or they had.
pub fn see_pair(tx: &mut Tx<'_>, thread: ThreadId, at: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("routing/see_pair"), args![thread, at])? > 0)
}

/// Nobody is asked to look along in this thread any more; `cause`: `moved closed small left`. False if nobody was.
pub fn end_pair(tx: &mut Tx<'_>, thread: ThreadId, at: Stamp, cause: &str) -> Result<bool> {
    Ok(tx.exec(sql!("routing/end_pair"), args![thread, at, cause])? > 0)
}
