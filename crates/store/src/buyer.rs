//! Buyers, guests of the widget, tokens of known buyers.

use crate::{Result, Row, Tx, args, sql};
use std::collections::HashMap;
use uuid::Uuid;
use yingke_kernel::{BuyerId, ConversationId, FileId, PersonId, ShopId, Stamp, ThreadId};

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

/// What is known of a buyer.
#[derive(Debug, Clone)]
pub struct BuyerRow {
    /// The buyer.
    pub id: BuyerId,
    /// The shop.
    pub shop: ShopId,
    /// The channel.
    pub channel: String,
    /// Name or id on the channel.
    pub external: String,
    /// Name that the desk shows.
    pub name: String,
    /// When they were here first.
    pub created_at: Stamp,
    /// The known buyer that this guest turned out to be.
    pub joined: Option<BuyerId>,
    /// Telephone, digits only.
    pub phone: Option<String>,
    /// City.
    pub city: Option<String>,
    /// What the shop remarks.
    pub remark: String,
    /// A JSON object, name to text.
    pub attributes: String,
    /// JSON of the page that they look at.
    pub page: Option<String>,
    /// When they were seen last on a page of the shop; 0 = never.
    pub seen_at: Stamp,
    /// When the house forgot them.
    pub erased_at: Option<Stamp>,
}

/// A thread of a buyer, as the buyer's file needs it.
#[derive(Debug, Clone)]
pub struct BuyerThread {
    /// The thread.
    pub id: ThreadId,
    /// How many conversations it has had.
    pub conversations: i64,
    /// Who holds it.
    pub holder: Option<PersonId>,
    /// Who served it last.
    pub last_agent: Option<PersonId>,
}

fn buyer(row: &Row<'_>) -> Result<BuyerRow> {
    Ok(BuyerRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        channel: row.string(2)?,
        external: row.string(3)?,
        name: row.string(4)?,
        created_at: row.stamp(5)?,
        joined: row.opt_id(6)?,
        phone: row.opt_string(7)?,
        city: row.opt_string(8)?,
        remark: row.string(9)?,
        attributes: row.string(10)?,
        page: row.opt_string(11)?,
        seen_at: row.stamp(12)?,
        erased_at: row.opt_stamp(13)?,
    })
}

/// A buyer by id.
pub fn get(tx: &mut Tx<'_>, id: BuyerId) -> Result<Option<BuyerRow>> {
    tx.opt(sql!("buyer/get"), args![id], buyer)
}

/// A buyer and every guest who turned out to be this buyer, oldest first.
pub fn identities(tx: &mut Tx<'_>, id: BuyerId) -> Result<Vec<BuyerRow>> {
    tx.all(sql!("buyer/identities"), args![id], buyer)
}

/// Writes name, telephone, city, remark and attributes.
pub fn update(tx: &mut Tx<'_>, b: &BuyerRow) -> Result<()> {
    let values = args![b.id, &b.name, &b.phone, &b.city, &b.remark, &b.attributes];
    tx.exec(sql!("buyer/update"), values)?;
    Ok(())
}

/// What the buyer looks at now (JSON), and when.
pub fn set_page(tx: &mut Tx<'_>, id: BuyerId, page: Option<&str>, now: Stamp) -> Result<()> {
    tx.exec(sql!("buyer/set_page"), args![id, page, now])?;
    Ok(())
}

/// Puts a tag to a buyer; false when it is there already.
pub fn insert_tag(
    tx: &mut Tx<'_>,
    shop: ShopId,
    buyer: BuyerId,
    tag: &str,
    by: Option<PersonId>,
    now: Stamp,
) -> Result<bool> {
    Ok(tx.exec(sql!("buyer/insert_tag"), args![shop, buyer, tag, by, now])? == 1)
}

/// Takes a tag off a buyer; false when it was not there.
pub fn delete_tag(tx: &mut Tx<'_>, shop: ShopId, buyer: BuyerId, tag: &str) -> Result<bool> {
    Ok(tx.exec(sql!("buyer/delete_tag"), args![shop, buyer, tag])? == 1)
}

/// Tags of a buyer, oldest first.
pub fn tags(tx: &mut Tx<'_>, shop: ShopId, buyer: BuyerId) -> Result<Vec<String>> {
    tx.all(sql!("buyer/tags"), args![shop, buyer], |row| row.string(0))
}

/// Tags in use in a shop and how many buyers have each, the most used first.
pub fn tags_in_use(tx: &mut Tx<'_>, shop: ShopId, limit: i64) -> Result<Vec<(String, i64)>> {
    tx.all(sql!("buyer/tags_in_use"), args![shop, limit], |row| {
        Ok((row.string(0)?, row.int(1)?))
    })
}

/// Threads of these buyers, the one that was written in last first.
pub fn threads(tx: &mut Tx<'_>, buyers: &[[u8; 16]]) -> Result<Vec<BuyerThread>> {
    tx.all(sql!("buyer/threads"), args![buyers], |row| {
        Ok(BuyerThread {
            id: row.id(0)?,
            conversations: row.int(1)?,
            holder: row.opt_id(2)?,
            last_agent: row.opt_id(3)?,
        })
    })
}

/// A buyer found by name or telephone, with a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The buyer who counts.
    pub buyer: BuyerId,
    /// Name that the desk shows.
    pub name: String,
    /// The channel.
    pub channel: String,
    /// Name or id on the channel.
    pub external: String,
    /// Telephone.
    pub phone: Option<String>,
    /// The thread.
    pub thread: ThreadId,
}

/// Buyers with one of these names on one of these channels, or with one of these telephones; a buyer once for each thread,
/// the one that was written in last first.
pub fn by_contact(
    tx: &mut Tx<'_>,
    shop: ShopId,
    channels: &[&str],
    externals: &[&str],
    phones: &[&str],
) -> Result<Vec<Contact>> {
    let values = args![shop, channels, externals, phones];
    tx.all(sql!("buyer/by_contact"), values, |row| {
        Ok(Contact {
            buyer: row.id(0)?,
            name: row.string(1)?,
            channel: row.string(2)?,
            external: row.string(3)?,
            phone: row.opt_string(4)?,
            thread: row.id(5)?,
        })
    })
}

/// Whether one of these people or accounts wrote in one of these threads.
pub fn wrote(tx: &mut Tx<'_>, threads: &[[u8; 16]], authors: &[[u8; 16]]) -> Result<bool> {
    Ok(tx
        .opt(sql!("buyer/wrote"), args![threads, authors], |row| row.int(0))?
        .is_some())
}

/// A conversation as the buyer's file lists it.
#[derive(Debug, Clone)]
pub struct Episode {
    /// The conversation.
    pub id: ConversationId,
    /// Its thread.
    pub thread: ThreadId,
    /// When it opened.
    pub opened_at: Stamp,
    /// When it closed.
    pub closed_at: Option<Stamp>,
    /// Its first entry; 0 when it has none.
    pub seq: i64,
    /// How many messages.
    pub messages: i64,
    /// Who answered: people or accounts.
    pub agents: Vec<Uuid>,
    /// First words of the buyer.
    pub words: String,
    /// JSON of the last mark that the buyer gave.
    pub rating: Option<String>,
}

/// Conversations of these threads, newest first, before (`opened_at`, `id`).
pub fn episodes(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    before: (Stamp, ConversationId),
    limit: i64,
) -> Result<Vec<Episode>> {
    let mut found = tx.all(
        sql!("buyer/episodes"),
        args![threads, before.0, before.1, limit],
        |row| {
            Ok(Episode {
                id: row.id(0)?,
                thread: row.id(1)?,
                opened_at: row.stamp(2)?,
                closed_at: row.opt_stamp(3)?,
                seq: 0,
                messages: 0,
                agents: Vec::new(),
                words: String::new(),
                rating: None,
            })
        },
    )?;
    let ids: Vec<[u8; 16]> = found.iter().map(|e| e.id.bytes()).collect();
    let place: HashMap<ConversationId, usize> = found.iter().enumerate().map(|(i, e)| (e.id, i)).collect();
    let values = args![threads, &ids];
    tx.each(sql!("buyer/episode_sizes"), values, |row| {
        if let Some(i) = place.get(&row.id(0)?) {
            (found[*i].seq, found[*i].messages) = (row.int(1)?, row.int(2)?);
        }
        Ok(())
    })?;
    tx.each(sql!("buyer/episode_agents"), values, |row| {
        if let Some(i) = place.get(&row.id(0)?) {
            found[*i].agents.push(row.uuid(1)?);
        }
        Ok(())
    })?;
    tx.each(sql!("buyer/episode_words"), values, |row| {
        if let Some(i) = place.get(&row.id(0)?) {
            found[*i].words = row.string(1)?;
        }
        Ok(())
    })?;
    tx.each(sql!("buyer/episode_ratings"), values, |row| {
        if let Some(i) = place.get(&row.id(0)?) {
            found[*i].rating = row.opt_string(1)?;
        }
        Ok(())
    })?;
    Ok(found)
}

/// How many of these threads have an open conversation.
pub fn open_threads(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<i64> {
    tx.one(sql!("buyer/open_threads"), args![threads], |row| row.int(0))
}

/// A file of a buyer's threads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerFile {
    /// The file.
    pub id: FileId,
    /// Its name; empty for pictures.
    pub name: String,
    /// Content type.
    pub kind: String,
    /// Size.
    pub bytes: i64,
}

/// Files that were given or sent in these threads.
pub fn files(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<Vec<BuyerFile>> {
    tx.all(sql!("buyer/files"), args![threads], |row| {
        Ok(BuyerFile {
            id: row.id(0)?,
            name: row.string(1)?,
            kind: row.string(2)?,
            bytes: row.int(3)?,
        })
    })
}

/// Makes the house forget what was said in these threads: words, payloads and files go; numbers, kinds, times, authors and
/// counted words stay, and so do the marks without their words. `score` makes of a mark what may stay. Names that imported
/// conversations had are replaced.
pub fn blank_threads(
    tx: &mut Tx<'_>,
    threads: &[[u8; 16]],
    score: impl Fn(&str) -> Option<String>,
) -> Result<u64> {
    let blanked = tx.exec(sql!("buyer/blank_entries"), args![threads])?;
    let marks = tx.all(sql!("buyer/marks"), args![threads], |row| {
        Ok((row.id::<ThreadId>(0)?, row.int(1)?, row.string(2)?))
    })?;
    for (thread, seq, mark) in marks {
        tx.exec(sql!("buyer/set_data"), args![thread, seq, &score(&mark)])?;
    }
    tx.exec(sql!("buyer/blank_threads"), args![threads])?;
    let named = tx.all(sql!("buyer/named_conversations"), args![threads], |row| {
        row.id::<ConversationId>(0)
    })?;
    for conversation in named {
        let name = conversation.to_string();
        tx.exec(sql!("buyer/rename_conversation"), args![conversation, &name])?;
    }
    tx.exec(
        sql!("buyer/blank_audit"),
        args![&texts_of(threads).iter().map(String::as_str).collect::<Vec<_>>()],
    )?;
    Ok(blanked)
}

/// Ids as the audit trail writes them.
fn texts_of(ids: &[[u8; 16]]) -> Vec<String> {
    ids.iter().map(|id| Uuid::from_bytes(*id).to_string()).collect()
}

/// Makes the house forget who a buyer is: name, contacts, remark, attributes, page, tags, guest secrets.
pub fn erase(tx: &mut Tx<'_>, id: BuyerId, name: &str, now: Stamp) -> Result<()> {
    // Unique among the buyers of a channel, and nobody's name.
    let external = format!("erased:{id}");
    tx.exec(sql!("buyer/erase"), args![id, &external, name, now])?;
    let ids = [id.bytes()];
    tx.exec(sql!("buyer/delete_tags"), args![&ids[..]])?;
    tx.exec(sql!("buyer/delete_guests"), args![&ids[..]])?;
    Ok(())
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
