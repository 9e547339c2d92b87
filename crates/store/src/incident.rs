//! What was found wrong, and the stretches of idle hanging.

use crate::{Effect, Result, Row, StoreError, Tx, args, sql};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::incident::{Rule, State};
use yingke_kernel::{Fen, IncidentId, PersonId, ShopId, Stamp, ThreadId};

/// A finding as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRow {
    /// Its id.
    pub id: IncidentId,
    /// The shop.
    pub shop: ShopId,
    /// Which rule.
    pub rule: Rule,
    /// What it is a finding about: `turn conversation idle month`.
    pub kind: String,
    /// What makes it the same finding when it is derived again.
    pub mark: String,
    /// Who is judged; `None` = nobody held it.
    pub person: Option<PersonId>,
    /// The thread that shows it; `None` = idle hanging, or a sum of a month.
    pub thread: Option<ThreadId>,
    /// The buyer's message that began it; 0 = none.
    pub seq: i64,
    /// The fact's time: decides the day, the month and the policy.
    pub at: Stamp,
    /// What is judged begins.
    pub from: Stamp,
    /// What is judged ends; while it runs, when it was last looked at.
    pub to: Stamp,
    /// Whole seconds; a month: how many findings it sums.
    pub secs: i64,
    /// R-RESP-04: which limit was passed; else 0.
    pub tier: i64,
    /// What the policy names for it.
    pub amount: Fen,
    /// It goes on.
    pub running: bool,
    /// It still follows from the facts. One that somebody decided and that does not any more is kept, and says so.
    pub stands: bool,
    /// The finding of the same span that costs instead.
    pub absorbed_by: Option<IncidentId>,
    /// When it was found.
    pub found_at: Stamp,
    /// Where it stands.
    pub state: State,
    /// Who decided last.
    pub decided_by: Option<PersonId>,
    /// When.
    pub decided_at: Option<Stamp>,
    /// Why, in their words.
    pub reason: String,
    /// What the agent says against it.
    pub appeal: String,
}

fn incident(row: &Row<'_>) -> Result<IncidentRow> {
    let unknown =
        |what: &str, text: &str| StoreError::Inconsistent(format!("an incident of unknown {what} {text:?}"));
    Ok(IncidentRow {
        id: row.id(0)?,
        shop: row.id(1)?,
        rule: Rule::parse(row.text(2)?).ok_or_else(|| unknown("rule", "?"))?,
        kind: row.string(3)?,
        mark: row.string(4)?,
        person: row.opt_id(5)?,
        thread: row.opt_id(6)?,
        seq: row.int(7)?,
        at: row.stamp(8)?,
        from: row.stamp(9)?,
        to: row.stamp(10)?,
        secs: row.int(11)?,
        tier: row.int(12)?,
        amount: Fen(row.int(13)?),
        running: row.bool(14)?,
        stands: row.bool(15)?,
        absorbed_by: row.opt_id(16)?,
        found_at: row.stamp(17)?,
        state: State::parse(row.text(18)?).ok_or_else(|| unknown("state", "?"))?,
        decided_by: row.opt_id(19)?,
        decided_at: row.opt_stamp(20)?,
        reason: row.string(21)?,
        appeal: row.string(22)?,
    })
}

/// Writes a finding: a new one as it is; one of the same mark takes the new facts and the state, and keeps its id, when it was
/// found, and what people said about it.
pub fn put(tx: &mut Tx<'_>, i: &IncidentRow) -> Result<()> {
    tx.exec(
        sql!("incident/put"),
        args![
            i.id,
            i.shop,
            i.rule.id(),
            &i.kind,
            &i.mark,
            i.person,
            i.thread,
            i.seq,
            i.at,
            i.from,
            i.to,
            i.secs,
            i.tier,
            i.amount,
            i.running,
            i.stands,
            i.absorbed_by,
            i.found_at,
            i.state.as_str(),
            i.decided_by,
            i.decided_at,
            &i.reason,
            &i.appeal
        ],
    )?;
    Ok(())
}

/// Tells whoever watches of a finding, once the transaction is committed.
pub fn tell(tx: &mut Tx<'_>, incident: IncidentRow) {
    tx.emit(Effect::Incident(Arc::new(incident)));
}

/// The findings that these threads show, by thread and mark.
pub fn of_threads(tx: &mut Tx<'_>, threads: &[[u8; 16]]) -> Result<Vec<IncidentRow>> {
    tx.all(sql!("incident/of_threads"), args![threads], incident)
}

/// One of them.
pub fn get(tx: &mut Tx<'_>, id: IncidentId) -> Result<Option<IncidentRow>> {
    tx.opt(sql!("incident/get"), args![id], incident)
}

/// The finding of that mark.
pub fn by_mark(tx: &mut Tx<'_>, mark: &str) -> Result<Option<IncidentRow>> {
    tx.opt(sql!("incident/by_mark"), args![mark], incident)
}

/// Takes back a finding that the facts do not show any more and that nobody has decided.
pub fn remove(tx: &mut Tx<'_>, id: IncidentId) -> Result<()> {
    tx.exec(sql!("incident/remove"), args![id])?;
    Ok(())
}

/// A supervisor's decision.
pub fn decide(
    tx: &mut Tx<'_>,
    id: IncidentId,
    state: State,
    by: PersonId,
    at: Stamp,
    reason: &str,
) -> Result<()> {
    tx.exec(sql!("incident/decide"), args![id, state.as_str(), by, at, reason])?;
    Ok(())
}

/// What the agent says against it.
pub fn appeal(tx: &mut Tx<'_>, id: IncidentId, words: &str) -> Result<()> {
    tx.exec(
        sql!("incident/appeal"),
        args![id, State::Appealed.as_str(), words],
    )?;
    Ok(())
}

/// Another finding of the same span costs instead of this one; `None` = none does.
pub fn absorb(tx: &mut Tx<'_>, id: IncidentId, by: Option<IncidentId>) -> Result<()> {
    tx.exec(sql!("incident/absorb"), args![id, by])?;
    Ok(())
}

/// Findings of a person by these rules whose stretch meets the time from `from` to before `to`, in order.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    rules: &[Rule],
    from: Stamp,
    to: Stamp,
) -> Result<Vec<IncidentRow>> {
    let rules: Vec<&str> = rules.iter().map(|r| r.id()).collect();
    tx.all(
        sql!("incident/of_person"),
        args![person, &rules, from, to],
        incident,
    )
}

/// Which findings are asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of these shops.
    pub shops: Vec<[u8; 16]>,
    /// Facts from this time on ...
    pub from: Stamp,
    /// ... to before this time.
    pub to: Stamp,
    /// Of one person.
    pub person: Option<PersonId>,
    /// Of one rule.
    pub rule: Option<Rule>,
    /// In one state.
    pub state: Option<State>,
    /// Before this one (time, id): the next page.
    pub before: Option<(Stamp, IncidentId)>,
}

fn one_person(person: Option<PersonId>) -> (i64, PersonId) {
    (
        i64::from(person.is_some()),
        person.unwrap_or(PersonId(Uuid::nil())),
    )
}

/// Findings that match, latest first.
pub fn list(tx: &mut Tx<'_>, filter: &Filter, limit: i64) -> Result<Vec<IncidentRow>> {
    let (of_person, person) = one_person(filter.person);
    let (at, id) = filter
        .before
        .unwrap_or((Stamp::from_micros(i64::MAX), IncidentId(Uuid::nil())));
    tx.all(
        sql!("incident/list"),
        args![
            &filter.shops,
            filter.from,
            filter.to,
            filter.rule.map_or("", Rule::id),
            filter.state.map_or("", State::as_str),
            of_person,
            person,
            at,
            id,
            limit
        ],
        incident,
    )
}

/// How many there are of a rule in a state, and what they cost together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Rule.
    pub rule: Rule,
    /// State.
    pub state: State,
    /// How many.
    pub count: i64,
    /// Fen; those that another finding costs instead of are left out.
    pub amount: Fen,
}

/// Counts of the findings of a time, by rule and state; `rule`, `state` and `before` of the filter are not looked at.
pub fn count(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<Count>> {
    let (of_person, person) = one_person(filter.person);
    tx.all(
        sql!("incident/count"),
        args![&filter.shops, filter.from, filter.to, of_person, person],
        |row| {
            let unknown = || StoreError::inconsistent("an incident of unknown rule or state");
            Ok(Count {
                rule: Rule::parse(row.text(0)?).ok_or_else(unknown)?,
                state: State::parse(row.text(1)?).ok_or_else(unknown)?,
                count: row.int(2)?,
                amount: Fen(row.int(3)?),
            })
        },
    )
}

/// A person has been idle since `since`; `until`: when they did something again.
pub fn put_idle(tx: &mut Tx<'_>, person: PersonId, since: Stamp, until: Option<Stamp>) -> Result<()> {
    tx.exec(sql!("incident/put_idle"), args![person, since, until])?;
    Ok(())
}

/// Who is idle now, and since when.
pub fn open_idle(tx: &mut Tx<'_>) -> Result<Vec<(PersonId, Stamp)>> {
    tx.all(sql!("incident/open_idle"), args![], |row| {
        Ok((row.id(0)?, row.stamp(1)?))
    })
}
