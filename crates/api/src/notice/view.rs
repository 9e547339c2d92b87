//! A notice as one viewer sees it.

use crate::ws::protocol::{NoticeRow, PersonRef};
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::notice::{NoticeRow as Stored, Words, is_addressed, posts, readers};
use yingke_app::{Directory, House};
use yingke_domain::notice::{Audience, Kind, in_force};
use yingke_kernel::{PersonId, Problem, Stamp};

/// How many there are for whom it is, and how many of them have confirmed it.
pub(crate) fn count(directory: &Directory, n: &Stored) -> (i64, i64) {
    let readers = readers(directory, n);
    let read = readers.iter().filter(|p| n.confirmed(**p).is_some()).count();
    (read as i64, readers.len() as i64)
}

/// Whether urgent notices hold up new conversations now, and what time it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground {
    pub(crate) blocks: bool,
    pub(crate) now: Stamp,
}

impl Ground {
    pub(crate) fn of(house: &House) -> Self {
        Self {
            blocks: house.policy().notice.block_routing,
            now: house.now(),
        }
    }
}

/// The wire form of a notice for this viewer. `counts`: for whoever posts.
pub(crate) fn notice(
    n: &Stored,
    viewer: PersonId,
    counts: Option<(i64, i64)>,
    directory: &Directory,
    ground: Ground,
) -> NoticeRow {
    let name = |id: PersonId| directory.actor_name(id.0).unwrap_or_default().to_owned();
    let mine = is_addressed(directory, n, viewer);
    let standing = in_force(n.until, n.ended_at, ground.now);
    NoticeRow {
        id: n.id.to_string(),
        shop: directory.shop(n.shop).map(|s| s.code.clone()).unwrap_or_default(),
        kind: n.kind.as_str().to_owned(),
        audience: n.audience.as_str().to_owned(),
        line: match &n.audience {
            Audience::Line(line) => Some(line.clone()),
            _ => None,
        },
        people: match &n.audience {
            Audience::People(people) => people
                .iter()
                .map(|id| PersonRef {
                    person: id.to_string(),
                    name: name(*id),
                })
                .collect(),
            _ => Vec::new(),
        },
        title: n.wording.title.clone(),
        text: n.wording.text.clone(),
        urgent: n.wording.urgent,
        by: name(n.person),
        at: n.at.to_string(),
        revision: n.revision,
        changed_by: name(n.wording.person),
        changed_at: n.wording.at.to_string(),
        until: n.until.map(|at| at.to_string()),
        ended_at: n.ended_at.map(|at| at.to_string()),
        ended_by: n.ended_by.map(name),
        in_force: standing,
        mine,
        confirmed_at: n.confirmed(viewer).map(|at| at.to_string()),
        blocks: mine && standing && n.wording.urgent && ground.blocks,
        reminded: n.reminded == n.revision,
        read: counts.map(|(read, _)| read),
        readers: counts.map(|(_, all)| all),
    }
}

/// The wire form for whoever calls.
pub(crate) fn for_caller(n: &Stored, viewer: PersonId, house: &House) -> NoticeRow {
    let directory = house.directory();
    let counts = posts(&directory, viewer).then(|| count(&directory, n));
    notice(n, viewer, counts, &directory, Ground::of(house))
}

/// What a notice says, and until when.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NoticeWords {
    /// The title: one line.
    pub title: String,
    /// The words.
    #[serde(default)]
    pub text: String,
    /// To be confirmed before the first conversation of a shift.
    #[serde(default)]
    pub urgent: bool,
    /// It ends by itself then, RFC 3339; absent = it does not.
    #[serde(default)]
    pub until: Option<String>,
}

impl NoticeWords {
    pub(crate) fn read(self) -> Result<Words, Problem> {
        let until = self.until.as_deref();
        Ok(Words {
            until: until
                .map(|text| crate::http::parse_time(text, "until"))
                .transpose()?,
            title: self.title,
            text: self.text,
            urgent: self.urgent,
        })
    }
}

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Result<Kind, Problem> {
    Kind::parse(name).ok_or_else(|| {
        let known: Vec<_> = Kind::ALL.iter().map(|k| k.as_str()).collect();
        Problem::invalid("bad_field", format!("kind is one of {}", known.join(", ")))
    })
}
