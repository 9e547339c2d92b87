//! The guard (R-SPEECH): warnings that a person sent a message in spite of, and the words of a shop's own.

use crate::{Result, Row, Tx, Val, args, pattern, sql};
use yingke_domain::guard::{Severity, ShopWord};
use yingke_kernel::{PersonId, ShopId, Stamp, ThreadId};

/// One warning that was overruled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverruleRow {
    /// The thread.
    pub thread: ThreadId,
    /// Sequence of the message.
    pub seq: i64,
    /// The rule, `R-SPEECH-08`.
    pub rule: String,
    /// First character of the words in the message.
    pub from: i64,
    /// First character after them.
    pub to: i64,
    /// Who sent it all the same.
    pub person: PersonId,
    /// When.
    pub at: Stamp,
}

fn overrule(row: &Row<'_>) -> Result<OverruleRow> {
    Ok(OverruleRow {
        thread: row.id(0)?,
        seq: row.int(1)?,
        rule: row.string(2)?,
        from: row.int(3)?,
        to: row.int(4)?,
        person: row.id(5)?,
        at: row.stamp(6)?,
    })
}

/// Records an overruled warning; whether it is new (a message that is sent again records nothing).
pub fn record_overrule(tx: &mut Tx<'_>, row: &OverruleRow) -> Result<bool> {
    let changed = tx.exec(
        sql!("guard/insert_overrule"),
        args![
            row.thread, row.seq, &row.rule, row.from, row.to, row.person, row.at
        ],
    )?;
    Ok(changed > 0)
}

/// What was overruled in a thread, in the order of its messages.
pub fn overrules_of(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<OverruleRow>> {
    tx.all(sql!("guard/overrules_of"), args![thread], overrule)
}

/// A word that a shop does not want said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordRow {
    /// The shop.
    pub shop: ShopId,
    /// The word as it is compared ([`ShopWord::key`]); one of a shop.
    pub key: String,
    /// The word, what it does, what to say instead.
    pub word: ShopWord,
    /// When it changed last.
    pub changed_at: Stamp,
    /// Who changed it last; `None` = a command.
    pub changed_by: Option<PersonId>,
}

fn word(row: &Row<'_>) -> Result<WordRow> {
    Ok(WordRow {
        shop: row.id(0)?,
        key: row.string(1)?,
        word: ShopWord {
            word: row.string(2)?,
            severity: Severity::parse(&row.string(3)?).unwrap_or(Severity::Off),
            better: row.string(4)?,
        },
        changed_at: row.stamp(5)?,
        changed_by: row.opt_id(6)?,
    })
}

/// Puts words in; one with a known key takes its place.
pub fn put_words(tx: &mut Tx<'_>, rows: &[WordRow]) -> Result<()> {
    let values: Vec<Vec<Val<'_>>> = rows
        .iter()
        .map(|r| {
            args![
                r.shop,
                &r.key,
                &r.word.word,
                r.word.severity.as_str(),
                &r.word.better,
                r.changed_at,
                r.changed_by
            ]
            .to_vec()
        })
        .collect();
    tx.exec_many(sql!("guard/put_word"), &values)?;
    Ok(())
}

/// Takes words out by key; one that is not there is none.
pub fn remove_words(tx: &mut Tx<'_>, shop: ShopId, keys: &[String]) -> Result<()> {
    let values: Vec<Vec<Val<'_>>> = keys.iter().map(|key| args![shop, key].to_vec()).collect();
    tx.exec_many(sql!("guard/remove_word"), &values)?;
    Ok(())
}

/// All words of a shop, by key.
pub fn words_of(tx: &mut Tx<'_>, shop: ShopId) -> Result<Vec<WordRow>> {
    tx.all(sql!("guard/words_of"), args![shop], word)
}

/// Words of a shop by key, after one: those that hold `words` (empty = all) and have a severity (`None` = any).
pub fn word_page(
    tx: &mut Tx<'_>,
    shop: ShopId,
    words: &str,
    severity: Option<Severity>,
    after: &str,
    limit: i64,
) -> Result<Vec<WordRow>> {
    let severity = severity.map_or("", Severity::as_str);
    tx.all(
        sql!("guard/word_page"),
        args![shop, &pattern(words), severity, after, limit],
        word,
    )
}

/// How many words a shop has.
pub fn count_words(tx: &mut Tx<'_>, shop: ShopId) -> Result<i64> {
    tx.one(sql!("guard/count_words"), args![shop], |row| row.int(0))
}

/// Shops that have words of their own.
pub fn shops_with_words(tx: &mut Tx<'_>) -> Result<Vec<ShopId>> {
    tx.all(sql!("guard/shops_with_words"), args![], |row| row.id(0))
}
