//! A phrase as the desk shows it.

use crate::http::{Api, own_shops};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use yingke_app::phrase::{PhraseRow, Whose};
use yingke_app::{House, Staff};
use yingke_domain::phrase::Level;
use yingke_domain::stage::Stage;
use yingke_kernel::{FileId, PersonId, PhraseId, Problem, ShopId};

/// Whose phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PhraseSet {
    /// The team's of the shop.
    Team,
    /// One's own in the shop.
    Own,
}

impl From<PhraseSet> for Whose {
    fn from(set: PhraseSet) -> Self {
        match set {
            PhraseSet::Team => Self::Team,
            PhraseSet::Own => Self::Own,
        }
    }
}

impl From<Whose> for PhraseSet {
    fn from(whose: Whose) -> Self {
        match whose {
            Whose::Team => Self::Team,
            Whose::Own => Self::Own,
        }
    }
}

/// A picture that follows the words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhrasePicture {
    /// The file: send it as a message of kind `image`, in any thread, without uploading it again.
    pub file: String,
    /// Its address for whoever has the phrase; it never changes.
    pub url: String,
    /// What it is called in tables.
    pub name: String,
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
}

/// A phrase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Phrase {
    /// The phrase.
    pub phrase: String,
    /// Whose it is.
    pub set: PhraseSet,
    /// Names of its groups, outermost first, joined by `/`; empty = none.
    pub group: String,
    /// Short code, unique in its set; empty = none.
    pub code: String,
    /// Title; empty = none.
    pub title: String,
    /// The words, with variables in braces.
    pub text: String,
    /// Pictures that follow the words, in order.
    pub pictures: Vec<PhrasePicture>,
    /// 1 answers; 2 says the next step too; 3 gives a reason to buy now.
    pub level: i64,
    /// The second question, to be asked later; empty = none.
    pub follow: String,
    /// The stage of the talk that it is for.
    pub stage: Option<String>,
    /// A word for the scene; empty = none.
    pub scene: String,
    /// Its place in the set: the smaller first, equal ones by id.
    pub place: i64,
    /// How often it was used.
    pub used: i64,
    /// When it was used last.
    pub last_used: Option<String>,
    /// The shop's count of changes when it changed last; send it with a change.
    pub rev: i64,
    /// When it changed last.
    pub changed_at: String,
    /// Who changed it last, by name.
    pub changed_by: Option<String>,
    /// When it was taken out; null = it is there.
    pub removed_at: Option<String>,
}

/// A phrase for the desk.
pub(crate) fn phrase(house: &House, whose: Whose, p: PhraseRow) -> Phrase {
    let directory = house.directory();
    let name = |id: PersonId| directory.person(id).map(|p| p.name.clone());
    Phrase {
        phrase: p.id.to_string(),
        set: whose.into(),
        pictures: p
            .pictures
            .into_iter()
            .map(|a| PhrasePicture {
                file: a.file.to_string(),
                url: format!("/api/v1/phrase/pictures/{}", a.file),
                name: a.name,
                width: a.width,
                height: a.height,
            })
            .collect(),
        group: p.group,
        code: p.code,
        title: p.title,
        text: p.text,
        level: p.level.number(),
        follow: p.follow,
        stage: p.stage.map(|stage| stage.as_str().to_owned()),
        scene: p.scene,
        place: p.place,
        used: p.used,
        last_used: p.last_used.map(|at| at.to_string()),
        rev: p.rev,
        changed_at: p.changed_at.to_string(),
        changed_by: p.changed_by.and_then(name),
        removed_at: p.removed_at.map(|at| at.to_string()),
    }
}

/// Readings as they travel.
pub(crate) fn letters(letters: BTreeMap<char, String>) -> BTreeMap<String, String> {
    letters.into_iter().map(|(c, r)| (c.to_string(), r)).collect()
}

/// The shop of this code, or the first of one's own.
pub(crate) fn shop(api: &Api, staff: &Staff, code: Option<&str>) -> Result<ShopId, Problem> {
    let own = own_shops(api, staff, code)?;
    own.first().copied().ok_or_else(|| Problem::not_found("shop"))
}

/// A stage by name; an empty name is none.
pub(crate) fn stage(name: &str) -> Result<Option<Stage>, Problem> {
    if name.is_empty() {
        return Ok(None);
    }
    Stage::parse(name).map(Some).ok_or_else(|| {
        let known: Vec<&str> = Stage::ALL.iter().map(|s| s.as_str()).collect();
        Problem::invalid(
            "bad_stage",
            format!("{name:?} is no stage; take one of {}", known.join(", ")),
        )
    })
}

/// A level by number.
pub(crate) fn level(number: i64) -> Result<Level, Problem> {
    Level::of(number)
        .ok_or_else(|| Problem::invalid("bad_level", format!("{number} is no level; take 1, 2 or 3")))
}

/// Ids of a body.
pub(crate) fn phrases(ids: &[String]) -> Result<Vec<PhraseId>, Problem> {
    let ids: Vec<PhraseId> = ids
        .iter()
        .map(|id| crate::http::parse_id(id, "phrases"))
        .collect::<Result<_, _>>()?;
    if ids.is_empty() {
        return Err(Problem::invalid("no_phrases", "name the phrases"));
    }
    Ok(ids)
}

/// Ids of pictures.
pub(crate) fn files(ids: &[String]) -> Result<Vec<FileId>, Problem> {
    ids.iter()
        .map(|id| crate::http::parse_id(id, "pictures"))
        .collect()
}
