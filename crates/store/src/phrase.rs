//! Quick phrases: the team's of a shop, and a person's own in a shop (R-PHRASE-01..09).

use crate::{Effect, Result, Row, Tx, Val, args, sql};
use std::collections::HashMap;
use yingke_domain::phrase::Level;
use yingke_domain::stage::Stage;
use yingke_kernel::{BuyerId, ClientId, FileId, PersonId, PhraseId, PhraseSetId, ShopId, Stamp, ThreadId};

/// A set of phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetRow {
    /// The set.
    pub id: PhraseSetId,
    /// Its shop.
    pub shop: ShopId,
    /// Whose it is; `None` = the team's.
    pub person: Option<PersonId>,
}

/// A picture of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub file: FileId,
    /// What it is called in tables; may be empty.
    pub name: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
}

/// A phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseRow {
    /// The phrase.
    pub id: PhraseId,
    /// Its set.
    pub set: PhraseSetId,
    /// Path of its group, tidy; empty = none.
    pub group: String,
    /// Code, tidy; empty = none.
    pub code: String,
    /// Title; empty = none.
    pub title: String,
    /// The words.
    pub text: String,
    /// How much it does for the sale.
    pub level: Level,
    /// The second question; empty = none.
    pub follow: String,
    /// The stage that it is for.
    pub stage: Option<Stage>,
    /// The scene; empty = none.
    pub scene: String,
    /// Its place in the set.
    pub place: i64,
    /// How often it was used.
    pub used: i64,
    /// When it was used last.
    pub last_used: Option<Stamp>,
    /// The shop's count of changes when it changed last.
    pub rev: i64,
    /// When it was made.
    pub created_at: Stamp,
    /// When it changed last.
    pub changed_at: Stamp,
    /// Who changed it last; `None` = the house itself.
    pub changed_by: Option<PersonId>,
    /// When it was taken out.
    pub removed_at: Option<Stamp>,
    /// Pictures that follow the words.
    pub pictures: Vec<Picture>,
}

/// A use of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The phrase.
    pub phrase: PhraseId,
    /// Where it was sent.
    pub thread: ThreadId,
    /// To whom.
    pub buyer: BuyerId,
    /// By whom.
    pub person: PersonId,
    /// The message's sequence, if it was said.
    pub seq: Option<i64>,
    /// When.
    pub at: Stamp,
}

fn set(row: &Row<'_>) -> Result<SetRow> {
    Ok(SetRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        person: row.opt_id(2)?,
    })
}

fn phrase(row: &Row<'_>) -> Result<PhraseRow> {
    Ok(PhraseRow {
        id: row.id(0)?,
        set: row.id(1)?,
        group: row.string(2)?,
        code: row.string(3)?,
        title: row.string(4)?,
        text: row.string(5)?,
        level: Level::of(row.int(6)?).unwrap_or_default(),
        follow: row.string(7)?,
        stage: row.opt_string(8)?.as_deref().and_then(Stage::parse),
        scene: row.string(9)?,
        place: row.int(10)?,
        used: row.int(11)?,
        last_used: row.opt_stamp(12)?,
        rev: row.int(13)?,
        created_at: row.stamp(14)?,
        changed_at: row.stamp(15)?,
        changed_by: row.opt_id(16)?,
        removed_at: row.opt_stamp(17)?,
        pictures: Vec::new(),
    })
}

fn picture(row: &Row<'_>) -> Result<(PhraseId, Picture)> {
    Ok((
        row.id(0)?,
        Picture {
            file: row.id(1)?,
            name: row.string(2)?,
            width: row.int(3)?,
            height: row.int(4)?,
        },
    ))
}

fn one_use(row: &Row<'_>) -> Result<Use> {
    Ok(Use {
        phrase: row.id(0)?,
        thread: row.id(1)?,
        buyer: row.id(2)?,
        person: row.id(3)?,
        seq: row.opt_int(4)?,
        at: row.stamp(5)?,
    })
}

fn with_pictures(mut rows: Vec<PhraseRow>, pictures: Vec<(PhraseId, Picture)>) -> Vec<PhraseRow> {
    let mut of: HashMap<PhraseId, Vec<Picture>> = HashMap::new();
    for (id, picture) in pictures {
        of.entry(id).or_default().push(picture);
    }
    for row in &mut rows {
        row.pictures = of.remove(&row.id).unwrap_or_default();
    }
    rows
}

/// The set of a shop's team (`person` none), or of a person in a shop.
pub fn find_set(tx: &mut Tx<'_>, shop: ShopId, person: Option<PersonId>) -> Result<Option<SetRow>> {
    match person {
        None => tx.opt(sql!("phrase/team_set"), args![shop], set),
        Some(person) => tx.opt(sql!("phrase/own_set"), args![shop, person], set),
    }
}

/// A set by id.
pub fn get_set(tx: &mut Tx<'_>, id: PhraseSetId) -> Result<Option<SetRow>> {
    tx.opt(sql!("phrase/set_by_id"), args![id], set)
}

/// The same as [`find_set`]; made if there is none.
pub fn ensure_set(tx: &mut Tx<'_>, shop: ShopId, person: Option<PersonId>, now: Stamp) -> Result<SetRow> {
    if let Some(known) = find_set(tx, shop, person)? {
        return Ok(known);
    }
    let row = SetRow {
        id: PhraseSetId::new(now),
        shop,
        person,
    };
    tx.exec(sql!("phrase/insert_set"), args![row.id, shop, person, now])?;
    Ok(find_set(tx, shop, person)?.unwrap_or(row))
}

/// The shop's count of changes.
pub fn version(tx: &mut Tx<'_>, shop: ShopId) -> Result<i64> {
    Ok(tx
        .opt(sql!("phrase/version"), args![shop], |row| row.int(0))?
        .unwrap_or(0))
}

/// Counts one more change of a set and tells the desks after the commit. Changes of a shop are counted one after the other,
/// so nobody who has everything up to a number misses one.
pub fn bump(tx: &mut Tx<'_>, set: SetRow) -> Result<i64> {
    tx.exec(sql!("phrase/bump"), args![set.shop])?;
    let version = version(tx, set.shop)?;
    tx.emit(Effect::Phrases {
        shop: set.shop,
        person: set.person,
        version,
    });
    Ok(version)
}

/// The phrases of a set that were not taken out, by place.
pub fn live(tx: &mut Tx<'_>, set: PhraseSetId) -> Result<Vec<PhraseRow>> {
    let rows = tx.all(sql!("phrase/live"), args![set], phrase)?;
    let pictures = tx.all(sql!("phrase/pictures_of_set"), args![set], picture)?;
    Ok(with_pictures(rows, pictures))
}

/// The phrases of a set that changed after a count, those taken out too, by place.
pub fn changed(tx: &mut Tx<'_>, set: PhraseSetId, after: i64) -> Result<Vec<PhraseRow>> {
    let rows = tx.all(sql!("phrase/changed"), args![set, after], phrase)?;
    pictured(tx, rows)
}

/// What was taken out of a set since a time, latest first.
pub fn removed(tx: &mut Tx<'_>, set: PhraseSetId, since: Stamp, limit: i64) -> Result<Vec<PhraseRow>> {
    let rows = tx.all(sql!("phrase/removed"), args![set, since, limit], phrase)?;
    pictured(tx, rows)
}

/// Phrases by id, taken out or not, by place.
pub fn by_ids(tx: &mut Tx<'_>, ids: &[[u8; 16]]) -> Result<Vec<PhraseRow>> {
    let rows = tx.all(sql!("phrase/by_ids"), args![ids], phrase)?;
    pictured(tx, rows)
}

/// A phrase by id, taken out or not.
pub fn get(tx: &mut Tx<'_>, id: PhraseId) -> Result<Option<PhraseRow>> {
    Ok(by_ids(tx, &[id.bytes()])?.pop())
}

/// The phrase of a set that has a code.
pub fn by_code(tx: &mut Tx<'_>, set: PhraseSetId, code: &str) -> Result<Option<PhraseRow>> {
    let row = tx.opt(sql!("phrase/by_code"), args![set, code], phrase)?;
    Ok(pictured(tx, row.into_iter().collect())?.pop())
}

/// The greatest place in a set and the greatest count at which one of it changed, those taken out too; 0 for an empty set.
pub fn ends(tx: &mut Tx<'_>, set: PhraseSetId) -> Result<(i64, i64)> {
    tx.one(sql!("phrase/ends"), args![set], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })
}

/// How many phrases a set has.
pub fn count(tx: &mut Tx<'_>, set: PhraseSetId) -> Result<i64> {
    tx.one(sql!("phrase/count"), args![set], |row| row.int(0))
}

fn pictured(tx: &mut Tx<'_>, rows: Vec<PhraseRow>) -> Result<Vec<PhraseRow>> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let ids: Vec<[u8; 16]> = rows.iter().map(|r| r.id.bytes()).collect();
    let pictures = tx.all(sql!("phrase/pictures"), args![&ids[..]], picture)?;
    Ok(with_pictures(rows, pictures))
}

/// New phrases with their pictures, never used yet; `rev` and `changed_at` as the rows say.
pub fn insert_many(tx: &mut Tx<'_>, rows: &[PhraseRow]) -> Result<()> {
    let values: Vec<Vec<Val<'_>>> = rows
        .iter()
        .map(|p| {
            args![
                p.id,
                p.set,
                &p.group,
                &p.code,
                &p.title,
                &p.text,
                p.level.number(),
                &p.follow,
                p.stage.map(Stage::as_str),
                &p.scene,
                p.place,
                p.rev,
                p.changed_at,
                p.changed_by
            ]
            .to_vec()
        })
        .collect();
    tx.exec_many(sql!("phrase/insert"), &values)?;
    insert_pictures(tx, rows)
}

/// Writes known phrases anew, with their pictures; uses stay.
pub fn update_many(tx: &mut Tx<'_>, rows: &[PhraseRow]) -> Result<()> {
    let values: Vec<Vec<Val<'_>>> = rows
        .iter()
        .map(|p| {
            args![
                p.id,
                &p.group,
                &p.code,
                &p.title,
                &p.text,
                p.level.number(),
                &p.follow,
                p.stage.map(Stage::as_str),
                &p.scene,
                p.place,
                p.rev,
                p.changed_at,
                p.changed_by,
                p.removed_at
            ]
            .to_vec()
        })
        .collect();
    tx.exec_many(sql!("phrase/update"), &values)?;
    let ids: Vec<[u8; 16]> = rows.iter().map(|r| r.id.bytes()).collect();
    tx.exec(sql!("phrase/delete_pictures"), args![&ids[..]])?;
    insert_pictures(tx, rows)
}

fn insert_pictures(tx: &mut Tx<'_>, rows: &[PhraseRow]) -> Result<()> {
    let values: Vec<Vec<Val<'_>>> = rows
        .iter()
        .flat_map(|p| {
            (0i64..)
                .zip(&p.pictures)
                .map(|(n, a)| args![p.id, n, a.file, &a.name].to_vec())
        })
        .collect();
    tx.exec_many(sql!("phrase/insert_picture"), &values)?;
    Ok(())
}

/// Notes that a phrase was sent; false when this message was counted before.
pub fn record_use(tx: &mut Tx<'_>, shop: ShopId, client: ClientId, made: &Use) -> Result<bool> {
    let values = args![
        made.thread,
        client,
        made.phrase,
        shop,
        made.person,
        made.seq,
        made.at
    ];
    if tx.exec(sql!("phrase/insert_use"), values)? == 0 {
        return Ok(false);
    }
    tx.exec(sql!("phrase/count_use"), args![made.phrase, made.at])?;
    Ok(true)
}

/// Uses in a shop from a time on and before another, in order of time.
pub fn uses_between(tx: &mut Tx<'_>, shop: ShopId, from: Stamp, to: Stamp) -> Result<Vec<Use>> {
    tx.all(sql!("phrase/uses_between"), args![shop, from, to], one_use)
}

/// Uses of a phrase from a time on and before another, latest first.
pub fn uses_of(tx: &mut Tx<'_>, phrase: PhraseId, from: Stamp, to: Stamp, limit: i64) -> Result<Vec<Use>> {
    tx.all(sql!("phrase/uses_of"), args![phrase, from, to, limit], one_use)
}

/// Whose phrases show a file: shop and person (`None` = the team) of each that was not taken out.
pub fn owners_of_file(tx: &mut Tx<'_>, file: FileId) -> Result<Vec<(ShopId, Option<PersonId>)>> {
    tx.all(sql!("phrase/owners_of_file"), args![file], |row| {
        Ok((row.id(0)?, row.opt_id(1)?))
    })
}

/// Lets go of pictures of phrases that were taken out before a time; gives the files, which others may still show.
pub fn drop_old_pictures(tx: &mut Tx<'_>, before: Stamp, limit: i64) -> Result<Vec<FileId>> {
    let files: Vec<FileId> = tx.all(sql!("phrase/old_pictures"), args![before, limit], |row| row.id(0))?;
    let ids: Vec<[u8; 16]> = files.iter().map(FileId::bytes).collect();
    tx.exec(sql!("phrase/drop_old_pictures"), args![&ids[..], before])?;
    Ok(files)
}
