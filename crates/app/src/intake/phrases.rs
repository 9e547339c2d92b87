//! Tables of quick phrases: read line by line, judged against the set as a whole, stored in one transaction, so that a set is
//! never half replaced (R-PHRASE-03).

use super::Outcome;
use crate::access::audited;
use crate::phrase::{Line, Place, Plan, Whose, may_write, merged, picture_name, plan};
use crate::{House, Problem, Result, Staff, file};
use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read, Seek};
use std::path::{Component, Path, PathBuf};
use uuid::Uuid;
use yingke_kernel::{FileId, PersonId, ShopId};
use yingke_sheets::phrases::{PhraseFile, PhraseRecord, open};
use yingke_sheets::{Item, Refusal};
use yingke_store::phrase::{self as rows, Picture};
use yingke_store::{Lane, Tx};

/// How a table of phrases is to be read.
#[derive(Debug, Clone, Default)]
pub struct PhraseImport {
    /// Shop of the phrases; `main` without.
    pub shop: Option<String>,
    /// Login of the person whose own phrases they become; the team's without.
    pub person: Option<String>,
    /// Folder that pictures are looked for in; none = only pictures that phrases of the shop show already.
    pub folder: Option<PathBuf>,
    /// Take out what the file does not have; nothing while a line of it is refused, for its phrase may be one of those.
    pub replace: bool,
    /// Only say what would happen.
    pub dry_run: bool,
}

/// Fields that a refusal may name.
const FIELDS: [&str; 7] = ["group", "code", "title", "text", "follow", "scene", "pictures"];

/// What is done with the lines.
struct Task {
    place: Place,
    by: Option<PersonId>,
    folder: Option<PathBuf>,
    replace: bool,
    dry_run: bool,
}

/// Imports one file by command.
///
/// # Errors
/// `unknown_shop`, `unknown_person`, `bad_file`; what is wrong with a line is in the outcome.
pub async fn import_phrases(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    options: &PhraseImport,
) -> Result<Outcome> {
    let (shop, person) = set_of(house, options.shop.as_deref(), options.person.as_deref())?;
    let task = Task {
        place: Place { shop, person },
        by: None,
        folder: options.folder.clone(),
        replace: options.replace,
        dry_run: options.dry_run,
    };
    run(house, name, input, task).await
}

/// The set that a command names: the shop by code, the person by login.
pub(crate) fn set_of(
    house: &House,
    shop: Option<&str>,
    person: Option<&str>,
) -> Result<(ShopId, Option<PersonId>)> {
    let directory = house.directory();
    let code = shop.unwrap_or("main");
    let shop = directory.shop_by_code(code).map(|s| s.id).ok_or_else(|| {
        Problem::invalid(
            "unknown_shop",
            format!("there is no shop {code:?}; `--shop` takes the code of one"),
        )
    })?;
    let person = person
        .map(|login| {
            let found = directory
                .members(shop)
                .find(|p| p.login.as_deref() == Some(login));
            found.map(|p| p.id).ok_or_else(|| {
                let detail = format!("nobody with the login {login:?} works for the shop {code:?}");
                Problem::invalid("unknown_person", detail)
            })
        })
        .transpose()?;
    Ok((shop, person))
}

/// Imports an upload of the caller. The team's phrases are on the trail.
///
/// # Errors
/// Without the right to change the set; `bad_file`.
#[expect(clippy::too_many_arguments, reason = "what a form says, one by one")]
pub async fn import_phrases_of(
    house: &House,
    staff: &Staff,
    shop: ShopId,
    whose: Whose,
    name: &str,
    bytes: bytes::Bytes,
    replace: bool,
    dry_run: bool,
) -> Result<Outcome> {
    let task = Task {
        place: may_write(house, staff, shop, whose)?,
        by: Some(staff.person),
        folder: None,
        replace,
        dry_run,
    };
    run(house, name, Cursor::new(bytes), task).await
}

async fn run(
    house: &House,
    name: &str,
    input: impl Read + Seek + Send + 'static,
    task: Task,
) -> Result<Outcome> {
    let bad = |e: yingke_sheets::FileError| Problem::invalid("bad_file", e.to_string());
    let file = open(input, name).map_err(bad)?;
    let mut outcome = Outcome::new(name, "phrases", file.layout);
    let columns: HashMap<&'static str, String> = FIELDS
        .iter()
        .map(|field| (*field, file.column(field).unwrap_or(field).to_owned()))
        .collect();
    let lines = read(house, file, &columns, &task, &mut outcome).await?;
    let (place, by, now) = (task.place, task.by, house.now());
    let (replace, dry_run) = (task.replace, task.dry_run);
    let (whole, layout) = (lines.len() as u64, outcome.layout.clone());
    let (read, name) = (outcome.read, name.to_owned());
    let work = move |tx: &mut Tx<'_>| -> yingke_store::Result<(Plan, Vec<FileId>)> {
        let set = if dry_run {
            rows::find_set(tx, place.shop, place.person)?
        } else {
            Some(rows::ensure_set(tx, place.shop, place.person, now)?)
        };
        let known = set
            .map(|set| rows::live(tx, set.id))
            .transpose()?
            .unwrap_or_default();
        let id = set.map_or_else(|| yingke_kernel::PhraseSetId(Uuid::nil()), |set| set.id);
        let before: HashSet<FileId> = known.iter().flat_map(|p| &p.pictures).map(|p| p.file).collect();
        let mut done = plan(id, known.clone(), &lines, replace && whole == read, by, now);
        if replace && whole == read && !done.refused.is_empty() {
            done = plan(id, known, &lines, false, by, now);
        }
        let mut plan = done;
        let Some(set) = set.filter(|_| !dry_run) else {
            return Ok((plan, Vec::new()));
        };
        if !(plan.inserts.is_empty() && plan.updates.is_empty() && plan.removed.is_empty()) {
            let rev = rows::bump(tx, set)?;
            for row in plan.inserts.iter_mut().chain(&mut plan.updates) {
                row.rev = rev;
            }
            for row in &mut plan.removed {
                row.rev = rev;
                row.removed_at = Some(now);
                row.changed_at = now;
                row.changed_by = by;
            }
            // What is taken out first, for its codes may be given to others.
            rows::update_many(tx, &plan.removed)?;
            rows::update_many(tx, &plan.updates)?;
            rows::insert_many(tx, &plan.inserts)?;
        }
        let gone = unused(tx, before)?;
        if place.person.is_none() {
            let act = if replace {
                "phrase.replace"
            } else {
                "import.phrases"
            };
            let detail = format!(
                "{layout}: {read} read, {} created, {} changed, {} unchanged, {} removed, {} refused",
                plan.inserts.len(),
                plan.updates.len(),
                plan.unchanged,
                plan.removed.len(),
                read - whole + plan.refused.len() as u64,
            );
            audited(tx, now, by, act, &name, &detail)?;
        }
        Ok((plan, gone))
    };
    let (plan, gone) = if dry_run {
        house.read(move |tx| work(tx)).await?
    } else {
        house.write(Lane::Background, work).await?
    };
    file::remove_bytes(house, &gone).await;
    outcome.created = plan.inserts.len() as u64;
    outcome.changed = plan.updates.len() as u64;
    outcome.unchanged = plan.unchanged;
    outcome.removed = replace.then_some(plan.removed.len() as u64);
    for (line, field, value, reason) in plan.refused {
        outcome.refused.push(Refusal {
            line,
            column: columns.get(field).cloned(),
            value: Some(value.chars().take(200).collect()),
            reason,
        });
    }
    outcome.refused.sort_by_key(|r| r.line);
    Ok(outcome)
}

/// Files of before that nothing shows any more.
fn unused(tx: &mut Tx<'_>, files: HashSet<FileId>) -> yingke_store::Result<Vec<FileId>> {
    let mut gone = Vec::new();
    for file in files {
        if yingke_store::file::uses(tx, file)? == 0 {
            yingke_store::file::delete(tx, &[file.bytes()])?;
            gone.push(file);
        }
    }
    Ok(gone)
}

/// Reads and checks the lines; what is wrong with one is in the outcome.
async fn read(
    house: &House,
    file: PhraseFile,
    columns: &HashMap<&'static str, String>,
    task: &Task,
    outcome: &mut Outcome,
) -> Result<Vec<Line>> {
    let policy = house.policy().phrase;
    let mut shown: Option<HashMap<String, Picture>> = None;
    let mut lines = Vec::new();
    let mut met: HashMap<(String, String, String), u64> = HashMap::new();
    for item in file {
        outcome.read += 1;
        let (line, record) = match item {
            Item::Record { line, value } => (line, value),
            Item::Refused(refusal) => {
                outcome.refused.push(refusal);
                continue;
            }
        };
        let mut refuse = |field: &str, value: &str, reason: String| {
            outcome.refused.push(Refusal {
                line,
                column: columns.get(field).cloned(),
                value: (!value.is_empty()).then(|| value.chars().take(200).collect()),
                reason,
            });
        };
        let names = record.pictures.clone().unwrap_or_default();
        let draft = merged(&record, None, names.len());
        if let Err(fault) = draft.check(&policy) {
            let value = value_of(&record, fault.field, &names);
            refuse(fault.field, &value, fault.reason);
            continue;
        }
        let key = (draft.code.clone(), draft.group.clone(), draft.text.clone());
        if let Some(first) = met.insert(key, line) {
            let reason = format!("stands in line {first} already: delete one of the two");
            refuse("text", &draft.text, reason);
            continue;
        }
        let mut pictures = Vec::with_capacity(names.len());
        let mut missing = None;
        for name in names {
            if shown.is_none() {
                shown = Some(known_pictures(house, task.place).await?);
            }
            let known = shown.get_or_insert_default();
            if let Some(picture) = known.get(&name) {
                pictures.push(picture.clone());
                continue;
            }
            match taken_in(house, task, &name).await {
                Ok(picture) => {
                    known.insert(name, picture.clone());
                    pictures.push(picture);
                }
                Err(reason) => {
                    missing = Some((name, reason));
                    break;
                }
            }
        }
        if let Some((name, reason)) = missing {
            refuse("pictures", &name, reason);
            continue;
        }
        lines.push(Line {
            line,
            pictures: record.pictures.is_some().then_some(pictures),
            record,
        });
        if lines.len() % 200 == 0 {
            tokio::task::yield_now().await;
        }
    }
    Ok(lines)
}

fn value_of(record: &PhraseRecord, field: &str, names: &[String]) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match field {
        "group" => text(&record.group),
        "code" => text(&record.code),
        "title" => text(&record.title),
        "follow" => text(&record.follow),
        "scene" => text(&record.scene),
        "pictures" => names.join(";"),
        _ => record.text.clone(),
    }
}

/// Pictures of the team's phrases and of this person's, by the names that an export gives them.
async fn known_pictures(house: &House, place: Place) -> Result<HashMap<String, Picture>> {
    house
        .read(move |tx| {
            let mut known = HashMap::new();
            for person in [None, place.person] {
                let Some(set) = rows::find_set(tx, place.shop, person)? else {
                    continue;
                };
                for picture in rows::live(tx, set.id)?.into_iter().flat_map(|p| p.pictures) {
                    known.insert(picture_name(&picture), picture);
                }
            }
            Ok(known)
        })
        .await
}

/// A picture that lies beside the table; nothing outside its folder is read.
async fn taken_in(house: &House, task: &Task, name: &str) -> std::result::Result<Picture, String> {
    let Some(folder) = &task.folder else {
        return Err(
            "no phrase of the shop shows a picture of this name: import without it and add the picture to the phrase"
                .to_owned(),
        );
    };
    let path = Path::new(name);
    if !path
        .components()
        .all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
    {
        return Err("is no path beside the file: write it like pictures/1.jpg".to_owned());
    }
    let bytes = tokio::fs::read(folder.join(path)).await.map_err(|_| {
        "there is no such file beside the table: put it there, or leave the cell empty".to_owned()
    })?;
    if task.dry_run {
        return Ok(Picture {
            file: FileId(Uuid::nil()),
            name: name.to_owned(),
            width: 0,
            height: 0,
        });
    }
    let author = task.by.map_or(Uuid::nil(), |by| by.0);
    let kept = file::keep_picture(house, task.place.shop, author, None, bytes.into()).await;
    let kept = kept.map_err(|problem| problem.detail)?;
    Ok(Picture {
        file: kept.id,
        name: name.to_owned(),
        width: kept.width,
        height: kept.height,
    })
}
