//! Making, changing, moving, taking out and taking back phrases. Each change raises the shop's count of changes and is told to
//! the desks after the commit (R-PHRASE-05).

use super::{
    PhraseRow, Place, SET_MAX, Whose, forget_unused, may_write, pictures, restorable_since, rows, whose,
};
use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff, file};
use std::collections::HashSet;
use yingke_domain::access::Right;
use yingke_domain::phrase::{Draft, Fault, Level, is_within, moved, tidy_group};
use yingke_domain::policy::PhrasePolicy;
use yingke_domain::stage::Stage;
use yingke_kernel::{FileId, PersonId, PhraseId, PhraseSetId, ShopId, Stamp};
use yingke_store::phrase::SetRow;
use yingke_store::{Lane, Tx};

/// Between two neighbours, so that most moves write one row.
pub(super) const STEP: i64 = 1_024;

/// A new phrase.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// What it says.
    pub draft: Draft,
    /// Its pictures, in order; `draft.pictures` is counted from them.
    pub pictures: Vec<FileId>,
}

/// What changes; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Path of its group.
    pub group: Option<String>,
    /// Code; empty = none.
    pub code: Option<String>,
    /// Title; empty = none.
    pub title: Option<String>,
    /// The words.
    pub text: Option<String>,
    /// Pictures.
    pub pictures: Option<Vec<FileId>>,
    /// Level.
    pub level: Option<Level>,
    /// The second question; empty = none.
    pub follow: Option<String>,
    /// Stage; the inner `None` = none.
    pub stage: Option<Option<Stage>>,
    /// Scene; empty = none.
    pub scene: Option<String>,
    /// The count of changes that the caller saw the phrase at.
    pub rev: Option<i64>,
}

pub(super) fn refused(fault: Fault) -> Problem {
    Problem::invalid(fault.code, format!("{}: {}", fault.field, fault.reason))
}

fn taken(code: &str, other: &PhraseRow) -> Problem {
    let detail = format!(
        "the code {code:?} is that of {:?}; choose another",
        super::sheet::shown(other)
    );
    Problem::conflict("phrase_code_taken", detail)
}

fn gone() -> Problem {
    Problem::not_found("phrase")
}

fn free_code(
    tx: &mut Tx<'_>,
    set: PhraseSetId,
    code: &str,
    own: Option<PhraseId>,
) -> yingke_store::Result<()> {
    if code.is_empty() {
        return Ok(());
    }
    match rows::by_code(tx, set, code)? {
        Some(other) if Some(other.id) != own => Err(taken(code, &other).into()),
        _ => Ok(()),
    }
}

/// The draft that a phrase would be.
pub(super) fn draft_of(row: &PhraseRow) -> Draft {
    Draft {
        group: row.group.clone(),
        code: row.code.clone(),
        title: row.title.clone(),
        text: row.text.clone(),
        pictures: row.pictures.len(),
        level: row.level,
        follow: row.follow.clone(),
        stage: row.stage,
        scene: row.scene.clone(),
    }
}

/// Writes a draft into a row.
pub(super) fn put(row: &mut PhraseRow, draft: Draft) {
    row.group = draft.group;
    row.code = draft.code;
    row.title = draft.title;
    row.text = draft.text;
    row.level = draft.level;
    row.follow = draft.follow;
    row.stage = draft.stage;
    row.scene = draft.scene;
}

pub(super) fn new_row(
    set: PhraseSetId,
    draft: Draft,
    place: i64,
    rev: i64,
    by: Option<PersonId>,
    now: Stamp,
) -> PhraseRow {
    let mut row = PhraseRow {
        id: PhraseId::new(now),
        set,
        group: String::new(),
        code: String::new(),
        title: String::new(),
        text: String::new(),
        level: draft.level,
        follow: String::new(),
        stage: None,
        scene: String::new(),
        place,
        used: 0,
        last_used: None,
        rev,
        created_at: now,
        changed_at: now,
        changed_by: by,
        removed_at: None,
        pictures: Vec::new(),
    };
    put(&mut row, draft);
    row
}

/// Makes a phrase, at the end of its set.
///
/// # Errors
/// Without the right to change the set; a fault of the draft (`phrase_empty`, `phrase_too_long`, …); `phrase_code_taken`;
/// `file_unknown`; `phrase_set_full`.
pub async fn create(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    whose: Whose,
    mut given: Given,
) -> Result<PhraseRow> {
    let place = may_write(house, staff, shop, whose)?;
    given.draft.pictures = given.pictures.len();
    given.draft.tidy();
    given.draft.check(&house.policy().phrase).map_err(refused)?;
    let (now, by) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let set = rows::ensure_set(tx, place.shop, place.person, now)?;
            if rows::count(tx, set.id)? >= SET_MAX as i64 {
                let detail = format!("a set has at most {SET_MAX} phrases; take some out first");
                return Err(Problem::conflict("phrase_set_full", detail).into());
            }
            free_code(tx, set.id, &given.draft.code, None)?;
            let rev = rows::bump(tx, set)?;
            let (last, _) = rows::ends(tx, set.id)?;
            let mut row = new_row(set.id, given.draft.clone(), last + STEP, rev, Some(by), now);
            row.pictures = pictures(tx, place, Some(by), &given.pictures, &[])?;
            rows::insert_many(tx, std::slice::from_ref(&row))?;
            Ok(row)
        })
        .await
}

/// Phrases that the caller may change, all of one set.
fn own(
    tx: &mut Tx<'_>,
    staff: &Staff,
    shops: &[ShopId],
    ids: &[PhraseId],
) -> yingke_store::Result<(SetRow, Vec<PhraseRow>)> {
    let wanted: HashSet<PhraseId> = ids.iter().copied().collect();
    let keys: Vec<[u8; 16]> = wanted.iter().map(PhraseId::bytes).collect();
    let found = rows::by_ids(tx, &keys)?;
    let first = found.first().ok_or_else(gone)?;
    let set = rows::get_set(tx, first.set)?
        .filter(|set| shops.contains(&set.shop) && set.person.is_none_or(|p| p == staff.person))
        .ok_or_else(gone)?;
    if found.len() != wanted.len() || found.iter().any(|p| p.set != set.id) {
        return Err(gone().into());
    }
    if whose(&set) == Whose::Team {
        require(staff, Right::ManagePhrases)?;
    }
    Ok((set, found))
}

/// Changes a phrase.
///
/// # Errors
/// `not_found`; without the right to change the set; as [`create`]; `phrase_changed` when somebody changed it since `rev`.
pub async fn change(
    house: &House,
    staff: &Staff,
    id: PhraseId,
    change: Change,
) -> Result<(Whose, PhraseRow)> {
    require(staff, Right::Receive)?;
    let (shops, policy, now, me) = (
        house.shops_of(staff),
        house.policy().phrase,
        house.now(),
        staff.clone(),
    );
    let (of, row, dropped) = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let (set, mut found) = own(tx, &me, &shops, &[id])?;
            let row = found.pop().filter(|p| p.removed_at.is_none()).ok_or_else(gone)?;
            if change.rev.is_some_and(|seen| seen != row.rev) {
                return Err(Problem::conflict(
                    "phrase_changed",
                    "somebody changed this phrase meanwhile; look at it again and save once more",
                )
                .into());
            }
            let (row, dropped) = changed_row(tx, &change, set, row, &policy, me.person, now)?;
            Ok((whose(&set), row, dropped))
        })
        .await?;
    file::remove_bytes(house, &dropped).await;
    Ok((of, row))
}

fn changed_row(
    tx: &mut Tx<'_>,
    change: &Change,
    set: SetRow,
    mut row: PhraseRow,
    policy: &PhrasePolicy,
    me: PersonId,
    now: Stamp,
) -> yingke_store::Result<(PhraseRow, Vec<FileId>)> {
    let before = row.clone();
    let mut draft = draft_of(&row);
    for (field, value) in [
        (&mut draft.group, &change.group),
        (&mut draft.code, &change.code),
        (&mut draft.title, &change.title),
        (&mut draft.text, &change.text),
        (&mut draft.follow, &change.follow),
        (&mut draft.scene, &change.scene),
    ] {
        if let Some(value) = value {
            value.clone_into(field);
        }
    }
    draft.level = change.level.unwrap_or(draft.level);
    draft.stage = change.stage.unwrap_or(draft.stage);
    if let Some(files) = &change.pictures {
        draft.pictures = files.len();
    }
    draft.tidy();
    draft.check(policy).map_err(refused)?;
    free_code(tx, set.id, &draft.code, Some(row.id))?;
    if let Some(files) = &change.pictures {
        let place = Place {
            shop: set.shop,
            person: set.person,
        };
        row.pictures = pictures(tx, place, Some(me), files, &before.pictures)?;
    }
    put(&mut row, draft);
    if row == before {
        return Ok((row, Vec::new()));
    }
    row.rev = rows::bump(tx, set)?;
    row.changed_at = now;
    row.changed_by = Some(me);
    rows::update_many(tx, std::slice::from_ref(&row))?;
    let left: Vec<FileId> = before
        .pictures
        .iter()
        .map(|p| p.file)
        .filter(|file| row.pictures.iter().all(|p| p.file != *file))
        .collect();
    Ok((row, forget_unused(tx, &left)?))
}

/// Takes phrases out; they can be taken back for a while. The team's are on the trail.
///
/// # Errors
/// `not_found`; without the right to change the set.
pub async fn remove(house: &House, staff: &Staff, ids: Vec<PhraseId>) -> Result<()> {
    require(staff, Right::Receive)?;
    let (shops, now, me) = (house.shops_of(staff), house.now(), staff.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let (set, mut found) = own(tx, &me, &shops, &ids)?;
            found.retain(|p| p.removed_at.is_none());
            if found.is_empty() {
                return Ok(());
            }
            take_out(tx, set, &mut found, Some(me.person), now)?;
            note(tx, set, Some(me.person), "phrase.remove", &found, now)
        })
        .await
}

pub(super) fn take_out(
    tx: &mut Tx<'_>,
    set: SetRow,
    rows_out: &mut [PhraseRow],
    by: Option<PersonId>,
    now: Stamp,
) -> yingke_store::Result<()> {
    let rev = rows::bump(tx, set)?;
    for row in rows_out.iter_mut() {
        row.rev = rev;
        row.removed_at = Some(now);
        row.changed_at = now;
        row.changed_by = by;
    }
    rows::update_many(tx, rows_out)
}

/// On the trail, if they are the team's.
fn note(
    tx: &mut Tx<'_>,
    set: SetRow,
    by: Option<PersonId>,
    act: &str,
    which: &[PhraseRow],
    now: Stamp,
) -> yingke_store::Result<()> {
    if whose(&set) != Whose::Team {
        return Ok(());
    }
    let detail = match which {
        [one] => super::sheet::shown(one),
        many => format!("{} phrases", many.len()),
    };
    let subject = which.first().map(|p| p.id.to_string()).unwrap_or_default();
    audited(tx, now, by, act, &subject, &detail)
}

/// Takes phrases back that were taken out not long ago.
///
/// # Errors
/// `not_found`, also when the time is over; without the right to change the set; `phrase_code_taken`.
pub async fn restore(house: &House, staff: &Staff, ids: Vec<PhraseId>) -> Result<(Whose, Vec<PhraseRow>)> {
    require(staff, Right::Receive)?;
    let since = restorable_since(house);
    let (shops, now, me) = (house.shops_of(staff), house.now(), staff.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let (set, mut found) = own(tx, &me, &shops, &ids)?;
            if found.iter().any(|p| p.removed_at.is_some_and(|at| at < since)) {
                return Err(gone().into());
            }
            let mut codes = HashSet::new();
            for row in found.iter().filter(|p| p.removed_at.is_some()) {
                free_code(tx, set.id, &row.code, Some(row.id))?;
                if !row.code.is_empty() && !codes.insert(row.code.clone()) {
                    return Err(taken(&row.code, row).into());
                }
            }
            let rev = rows::bump(tx, set)?;
            for row in &mut found {
                row.rev = rev;
                row.removed_at = None;
                row.changed_at = now;
                row.changed_by = Some(me.person);
            }
            rows::update_many(tx, &found)?;
            note(tx, set, Some(me.person), "phrase.restore", &found, now)?;
            Ok((whose(&set), found))
        })
        .await
}

/// Moves phrases of one set, as a block in the order given: into a group if one is named, before another phrase, else to the end.
/// Gives the phrases whose place or group changed.
///
/// # Errors
/// `not_found`; without the right to change the set; `phrase_group`.
pub async fn move_to(
    house: &House,
    staff: &Staff,
    ids: Vec<PhraseId>,
    group: Option<String>,
    before: Option<PhraseId>,
) -> Result<(Whose, Vec<PhraseRow>)> {
    require(staff, Right::Receive)?;
    let policy = house.policy().phrase;
    let group = group.map(|group| tidy_group(&group));
    if let Some(group) = &group {
        check_group(group, &policy)?;
    }
    let (shops, now, me) = (house.shops_of(staff), house.now(), staff.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let (set, _) = own(tx, &me, &shops, &ids)?;
            let all = rows::live(tx, set.id)?;
            let mut changed = arranged(all, &ids, group.as_deref(), before).ok_or_else(gone)?;
            if changed.is_empty() {
                return Ok((whose(&set), changed));
            }
            let rev = rows::bump(tx, set)?;
            for row in &mut changed {
                row.rev = rev;
                row.changed_at = now;
                row.changed_by = Some(me.person);
            }
            rows::update_many(tx, &changed)?;
            Ok((whose(&set), changed))
        })
        .await
}

fn check_group(group: &str, policy: &PhrasePolicy) -> Result<()> {
    let draft = Draft {
        group: group.to_owned(),
        text: "-".to_owned(),
        ..Draft::default()
    };
    draft.check(policy).map_err(refused)
}

/// The rows that change when `ids` are put before another, or at the end. `None` when one of them is not there.
fn arranged(
    all: Vec<PhraseRow>,
    ids: &[PhraseId],
    group: Option<&str>,
    before: Option<PhraseId>,
) -> Option<Vec<PhraseRow>> {
    let known = all.clone();
    let (mut block, mut rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|p| ids.contains(&p.id));
    let wanted: HashSet<&PhraseId> = ids.iter().collect();
    if block.len() != wanted.len() {
        return None;
    }
    block.sort_by_key(|p| ids.iter().position(|id| *id == p.id));
    let at = match before {
        None => rest.len(),
        // Before one of themselves: they stay where the first of the others behind it is.
        Some(id) => rest.iter().position(|p| p.id == id)?,
    };
    let low = at.checked_sub(1).map(|i| rest[i].place);
    let high = rest.get(at).map(|p| p.place);
    let count = block.len() as i64;
    let (start, step) = match (low, high) {
        (_, None) => (low.unwrap_or(0), STEP),
        (None, Some(high)) => (high - STEP * (count + 1), STEP),
        (Some(low), Some(high)) => (low, (high - low) / (count + 1)),
    };
    if let Some(group) = group {
        for row in &mut block {
            group.clone_into(&mut row.group);
        }
    }
    if step > 0 {
        for (n, row) in (1..).zip(&mut block) {
            row.place = start + step * n;
        }
        rest.splice(at..at, block);
    } else {
        // No room between the neighbours: everybody gets a new place.
        rest.splice(at..at, block);
        for (n, row) in (1..).zip(&mut rest) {
            row.place = STEP * n;
        }
    }
    let changed = rest.into_iter().filter(|row| {
        known
            .iter()
            .find(|old| old.id == row.id)
            .is_none_or(|old| old != row)
    });
    Some(changed.collect())
}

/// Gives a group another path; what lies below it goes with it, and a group of that name takes it in. Gives how many phrases moved.
///
/// # Errors
/// Without the right to change the set; `phrase_group`; `not_found` when the group has no phrases.
pub async fn rename_group(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    whose: Whose,
    from: &str,
    to: &str,
) -> Result<usize> {
    let place = may_write(house, staff, shop, whose)?;
    let (from, to) = (tidy_group(from), tidy_group(to));
    let policy = house.policy().phrase;
    check_group(&to, &policy)?;
    if from.is_empty() {
        return Err(Problem::invalid(
            "phrase_group",
            "group: name the group that is to be renamed",
        ));
    }
    let (now, me) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let none = || Problem::not_found("group");
            let set = rows::find_set(tx, place.shop, place.person)?.ok_or_else(none)?;
            let mut found = rows::live(tx, set.id)?;
            found.retain(|p| is_within(&p.group, &from));
            if found.is_empty() {
                return Err(none().into());
            }
            let rev = rows::bump(tx, set)?;
            for row in &mut found {
                row.group = moved(&row.group, &from, &to).unwrap_or_default();
                check_group(&row.group, &policy)?;
                row.rev = rev;
                row.changed_at = now;
                row.changed_by = Some(me);
            }
            rows::update_many(tx, &found)?;
            if set.person.is_none() {
                audited(tx, now, Some(me), "phrase.rename_group", &from, &to)?;
            }
            Ok(found.len())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn row(n: u128, place: i64) -> PhraseRow {
        let draft = Draft::default();
        PhraseRow {
            id: PhraseId(Uuid::from_u128(n)),
            ..new_row(
                PhraseSetId(Uuid::nil()),
                draft,
                place,
                1,
                None,
                Stamp::from_secs(0),
            )
        }
    }

    fn order(all: &[PhraseRow], changed: &[PhraseRow]) -> Vec<u128> {
        let mut all: Vec<PhraseRow> = all.to_vec();
        for row in changed {
            let old = all.iter_mut().find(|p| p.id == row.id).unwrap();
            *old = row.clone();
        }
        all.sort_by_key(|p| (p.place, p.id));
        all.iter().map(|p| p.id.0.as_u128()).collect()
    }

    #[test]
    fn a_block_goes_where_it_is_put() {
        let ids =
            |all: &[u128]| -> Vec<PhraseId> { all.iter().map(|n| PhraseId(Uuid::from_u128(*n))).collect() };
        let wide: Vec<PhraseRow> = (1..=4).map(|n| row(n, n as i64 * STEP)).collect();
        let narrow: Vec<PhraseRow> = (1..=4).map(|n| row(n, n as i64)).collect();
        for all in [&wide, &narrow] {
            for (what, before, expected) in [
                (&[4][..], Some(1), [4, 1, 2, 3]),
                (&[1], None, [2, 3, 4, 1]),
                (&[4, 1], Some(3), [2, 4, 1, 3]),
                (&[2], Some(3), [1, 2, 3, 4]),
            ] {
                let before = before.map(|n| PhraseId(Uuid::from_u128(n)));
                let changed = arranged(all.clone(), &ids(what), None, before).unwrap();
                assert_eq!(order(all, &changed), expected, "{what:?}");
            }
        }
        let changed = arranged(wide.clone(), &ids(&[4]), Some("新"), Some(ids(&[2])[0])).unwrap();
        assert_eq!(
            (changed.len(), &*changed[0].group),
            (1, "新"),
            "one row is written"
        );
        assert!(arranged(wide.clone(), &ids(&[9]), None, None).is_none());
        assert!(arranged(wide, &ids(&[1]), None, Some(ids(&[9])[0])).is_none());
    }
}
