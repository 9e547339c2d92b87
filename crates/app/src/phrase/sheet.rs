//! Phrases as tables: what an import would do to a set, and what an export says (R-PHRASE-03).

use super::change::{STEP, draft_of, new_row, put};
use super::{PhraseRow, Picture, SET_MAX, Whose, may_read, rows};
use crate::intake::set_of;
use crate::{House, Problem, Result, Staff};
use std::collections::{HashMap, HashSet};
use yingke_domain::phrase::Draft;
use yingke_kernel::{PersonId, PhraseSetId, ShopId, Stamp};
use yingke_sheets::phrases::{Form, PhraseRecord, write};

/// A line of a file on its way into a set; tidy and checked.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) line: u64,
    pub(crate) record: PhraseRecord,
    /// Its pictures; `None` = the file says nothing of them.
    pub(crate) pictures: Option<Vec<Picture>>,
}

/// What becomes of a set.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) inserts: Vec<PhraseRow>,
    pub(crate) updates: Vec<PhraseRow>,
    /// Taken out, because the file replaces everything.
    pub(crate) removed: Vec<PhraseRow>,
    pub(crate) unchanged: u64,
    /// Line, field, value, reason.
    pub(crate) refused: Vec<(u64, &'static str, String, String)>,
}

/// A few words by which a person knows a phrase.
pub(super) fn shown(row: &PhraseRow) -> String {
    let words = if row.title.is_empty() {
        &row.text
    } else {
        &row.title
    };
    words.chars().take(20).collect()
}

/// What a line makes of a phrase; columns that the file does not have change nothing.
pub(crate) fn merged(record: &PhraseRecord, known: Option<&PhraseRow>, pictures: usize) -> Draft {
    let mut draft = known.map(draft_of).unwrap_or_default();
    draft.text.clone_from(&record.text);
    for (field, value) in [
        (&mut draft.group, &record.group),
        (&mut draft.code, &record.code),
        (&mut draft.title, &record.title),
        (&mut draft.follow, &record.follow),
        (&mut draft.scene, &record.scene),
    ] {
        if let Some(value) = value {
            value.clone_into(field);
        }
    }
    draft.level = record.level.unwrap_or(draft.level);
    draft.stage = record.stage.unwrap_or(draft.stage);
    draft.pictures = pictures;
    draft.tidy();
    draft
}

/// Which phrase each line is: one with the same words (in the same group before any other), else the one with its code.
fn matches(known: &[PhraseRow], lines: &[Line]) -> Vec<Option<usize>> {
    let mut by_text: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_code: HashMap<&str, usize> = HashMap::new();
    for (at, row) in known.iter().enumerate() {
        by_text.entry(&row.text).or_default().push(at);
        if !row.code.is_empty() {
            by_code.insert(&row.code, at);
        }
    }
    let mut taken: HashSet<usize> = HashSet::new();
    let mut found: Vec<Option<usize>> = lines
        .iter()
        .map(|line| {
            let draft = merged(&line.record, None, 0);
            let free: Vec<usize> = by_text
                .get(draft.text.as_str())
                .into_iter()
                .flatten()
                .copied()
                .filter(|at| !taken.contains(at))
                .collect();
            let best = free
                .iter()
                .copied()
                .find(|at| !draft.code.is_empty() && known[*at].code == draft.code)
                .or_else(|| free.iter().copied().find(|at| known[*at].group == draft.group))
                .or_else(|| free.first().copied());
            if let Some(at) = best {
                taken.insert(at);
            }
            best
        })
        .collect();
    for (line, found) in lines.iter().zip(&mut found) {
        if found.is_none() {
            let code = merged(&line.record, None, 0).code;
            let at = by_code.get(code.as_str()).copied();
            *found = at.filter(|at| taken.insert(*at));
        }
    }
    found
}

/// What an import does to a set (R-PHRASE-03): a phrase with the same words gets the file's code and what else the file says; one with
/// the same code gets the file's words; all others are new. With `replace`, what the file does not have is taken out.
pub(crate) fn plan(
    set: PhraseSetId,
    known: Vec<PhraseRow>,
    lines: &[Line],
    replace: bool,
    by: Option<PersonId>,
    now: Stamp,
) -> Plan {
    let found = matches(&known, lines);
    let matched: HashSet<usize> = found.iter().flatten().copied().collect();
    let mut plan = Plan::default();
    // Who holds a code when all is done, as far as it is decided.
    let mut holders: HashMap<String, String> = HashMap::new();
    for (at, row) in known.iter().enumerate() {
        if !row.code.is_empty() && (matched.contains(&at) || !replace) {
            holders.insert(row.code.clone(), shown(row));
        }
    }
    let mut place = known.iter().map(|p| p.place).max().unwrap_or(0);
    let mut room = SET_MAX.saturating_sub(if replace { matched.len() } else { known.len() });
    for (line, found) in lines.iter().zip(found) {
        let before = found.map(|at| &known[at]);
        let pictures = match (&line.pictures, before) {
            (Some(pictures), _) => pictures.clone(),
            (None, Some(before)) => before.pictures.clone(),
            (None, None) => Vec::new(),
        };
        let draft = merged(&line.record, before, pictures.len());
        let same_code = before.is_some_and(|p| p.code == draft.code);
        if !draft.code.is_empty() && !same_code {
            if let Some(holder) = holders.get(&draft.code) {
                let reason = format!("is the code of {holder:?}: give one of the two another code");
                plan.refused.push((line.line, "code", draft.code, reason));
                continue;
            }
            holders.insert(draft.code.clone(), draft.text.chars().take(20).collect());
        }
        match before {
            Some(before) => {
                let mut row = before.clone();
                put(&mut row, draft);
                row.pictures = pictures;
                if row == *before {
                    plan.unchanged += 1;
                } else {
                    row.changed_at = now;
                    row.changed_by = by;
                    plan.updates.push(row);
                }
            }
            None if room == 0 => {
                let reason = format!("a set has at most {SET_MAX} phrases: take some out first");
                plan.refused.push((line.line, "text", draft.text, reason));
            }
            None => {
                room -= 1;
                place += STEP;
                let mut row = new_row(set, draft, place, 0, by, now);
                row.pictures = pictures;
                plan.inserts.push(row);
            }
        }
    }
    if replace {
        plan.removed = known
            .into_iter()
            .enumerate()
            .filter(|(at, _)| !matched.contains(at))
            .map(|(_, row)| row)
            .collect();
    }
    plan
}

/// Name of a picture in tables: what it was called, else its id, by which an import finds it again.
pub(crate) fn picture_name(picture: &Picture) -> String {
    if picture.name.is_empty() {
        format!("{}.jpg", picture.file)
    } else {
        picture.name.clone()
    }
}

/// A phrase as a record of a table.
fn record(row: &PhraseRow) -> PhraseRecord {
    PhraseRecord {
        group: Some(row.group.clone()),
        code: Some(row.code.clone()),
        title: Some(row.title.clone()),
        text: row.text.clone(),
        follow: Some(row.follow.clone()),
        level: Some(row.level),
        stage: Some(row.stage),
        scene: Some(row.scene.clone()),
        pictures: Some(row.pictures.iter().map(picture_name).collect()),
    }
}

/// The form of that name.
///
/// # Errors
/// `bad_form_name`.
pub fn form(name: &str) -> Result<Form> {
    Form::parse(name).ok_or_else(|| {
        Problem::invalid(
            "bad_form_name",
            format!("{name:?} is no form of a table of phrases; take csv, xlsx, taobao or v3"),
        )
    })
}

/// The phrases of a set as records, by place; `person` none = the team's.
///
/// # Errors
/// When the store cannot answer.
async fn export_rows(house: &House, shop: ShopId, person: Option<PersonId>) -> Result<Vec<PhraseRecord>> {
    house
        .read(move |tx| match rows::find_set(tx, shop, person)? {
            Some(set) => Ok(rows::live(tx, set.id)?.iter().map(record).collect()),
            None => Ok(Vec::new()),
        })
        .await
}

/// Puts on the trail that a set was taken out.
async fn noted(
    house: &House,
    by: Option<PersonId>,
    shop: ShopId,
    rows: usize,
    form: &'static str,
    is_own: bool,
) -> Result<()> {
    let now = house.now();
    let of = if is_own { "own" } else { "team" };
    house
        .write(yingke_store::Lane::Any, move |tx| {
            crate::access::exported(
                tx,
                now,
                by,
                "phrase.export",
                &shop.to_string(),
                (rows as i64, form, of),
            )
        })
        .await
}

/// A set by command: whose it is by name, and its phrases by place. The shop by code (`main` without), the person by login.
///
/// # Errors
/// `unknown_shop`, `unknown_person`.
pub async fn export_by_command(
    house: &House,
    shop: Option<&str>,
    person: Option<&str>,
) -> Result<(String, Vec<PhraseRecord>)> {
    let (shop, person) = set_of(house, shop, person)?;
    let directory = house.directory();
    let name = match person {
        Some(person) => directory.person(person).map(|p| p.name.clone()),
        None => directory.shop(shop).map(|s| s.name.clone()),
    };
    let records = export_rows(house, shop, person).await?;
    noted(house, None, shop, records.len(), "csv", person.is_some()).await?;
    Ok((name.unwrap_or_default(), records))
}

/// A set as a file.
///
/// # Errors
/// Without the right `receive`, or for a shop that the caller does not work for.
pub async fn export(house: &House, staff: &Staff, shop: ShopId, whose: Whose, form: Form) -> Result<Vec<u8>> {
    may_read(house, staff, shop)?;
    let person = (whose == Whose::Own).then_some(staff.person);
    let records = export_rows(house, shop, person).await?;
    noted(
        house,
        Some(staff.person),
        shop,
        records.len(),
        form.ending(),
        person.is_some(),
    )
    .await?;
    write(form, &staff.name, &records).map_err(|error| {
        tracing::error!(%error, "a table of phrases could not be written");
        Problem::new(
            yingke_kernel::ProblemKind::Internal,
            "internal",
            "the table could not be written",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn known(n: u128, group: &str, code: &str, text: &str) -> PhraseRow {
        let draft = Draft {
            group: group.to_owned(),
            code: code.to_owned(),
            text: text.to_owned(),
            title: "题".to_owned(),
            ..Draft::default()
        };
        PhraseRow {
            id: yingke_kernel::PhraseId(Uuid::from_u128(n)),
            ..new_row(
                PhraseSetId(Uuid::nil()),
                draft,
                n as i64,
                1,
                None,
                Stamp::from_secs(0),
            )
        }
    }

    fn line(n: u64, group: &str, code: &str, text: &str) -> Line {
        Line {
            line: n,
            record: PhraseRecord {
                group: Some(group.to_owned()),
                code: Some(code.to_owned()),
                text: text.to_owned(),
                ..PhraseRecord::default()
            },
            pictures: None,
        }
    }

    fn planned(known: Vec<PhraseRow>, lines: &[Line], replace: bool) -> Plan {
        plan(
            PhraseSetId(Uuid::nil()),
            known,
            lines,
            replace,
            None,
            Stamp::from_secs(9),
        )
    }

    #[test]
    fn r_phrase_03_the_same_words_get_the_files_code() {
        let there = vec![
            known(1, "甲", "a", "有货"),
            known(2, "乙", "b", "发货"),
            known(3, "", "c", "退货"),
        ];
        let lines = [
            line(2, "甲", "x", "有货"),
            line(3, "乙", "b", "今天发货"),
            line(4, "", "c", "退货"),
            line(5, "丙", "d", "新的"),
        ];
        let plan = planned(there, &lines, false);
        let codes: Vec<_> = plan
            .updates
            .iter()
            .map(|p| (&*p.code, &*p.text, &*p.title))
            .collect();
        assert_eq!(
            codes,
            [("x", "有货", "题"), ("b", "今天发货", "题")],
            "what the file does not say stays"
        );
        assert_eq!(
            (plan.inserts.len(), plan.unchanged, plan.removed.len()),
            (1, 1, 0)
        );
        assert!(plan.refused.is_empty() && plan.inserts[0].place > 3);
    }

    #[test]
    fn r_phrase_03_replacing_takes_out_what_the_file_does_not_have() {
        let there = vec![known(1, "甲", "a", "有货"), known(2, "乙", "b", "发货")];
        let plan = planned(
            there,
            &[line(2, "甲", "a", "有货"), line(3, "", "b", "别的")],
            true,
        );
        assert_eq!((plan.unchanged, plan.updates.len()), (1, 1), "known by its code");
        let there = vec![known(1, "甲", "a", "有货"), known(2, "乙", "b", "发货")];
        let plan = planned(there, &[line(2, "甲", "a", "有货")], true);
        assert_eq!(plan.removed.iter().map(|p| &*p.code).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn r_phrase_03_a_code_stays_unique() {
        let there = vec![known(1, "", "a", "有货"), known(2, "", "b", "发货")];
        let plan = planned(
            there,
            &[
                line(2, "", "b", "有货"),
                line(3, "", "z", "一"),
                line(4, "", "z", "二"),
            ],
            false,
        );
        let said: Vec<_> = plan
            .refused
            .iter()
            .map(|(line, field, ..)| (*line, *field))
            .collect();
        assert_eq!(said, [(2, "code"), (4, "code")]);
    }

    #[test]
    fn r_phrase_03_equal_words_in_two_groups_stay_two_phrases() {
        let there = vec![known(1, "甲", "", "好的"), known(2, "乙", "", "好的")];
        let plan = planned(
            there,
            &[line(2, "乙", "", "好的"), line(3, "甲", "", "好的")],
            true,
        );
        assert_eq!(
            (plan.unchanged, plan.removed.len(), plan.inserts.len()),
            (2, 0, 0)
        );
    }
}
