//! Seats on the lines of shops, and how often a conversation was passed on by the house.

use crate::{Result, Tx, args, sql};
use yingke_domain::routing::Seat;
use yingke_kernel::{PersonId, ShopId, ThreadId};

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
