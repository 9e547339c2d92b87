//! Notices to the team (R-TEAM-03, R-DUTY-05): whom one is for, how long it is in force, and who has confirmed it.
//!
//! Whom it is for is asked each time and not written down, so whoever joins the shop or the line later gets what is still in
//! force. Nobody confirms their own notice. Owners are in charge of the shop and no part of "everybody": they get what is sent to
//! them by name, or to a line on which they sit.

use crate::access::Role;
use yingke_kernel::{PersonId, Stamp};

/// Most characters of a title.
pub const TITLE_MAX: usize = 60;
/// Most characters of the words.
pub const TEXT_MAX: usize = 2_000;

/// What it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// New goods.
    Goods,
    /// An activity of the shop or of the platform.
    Activity,
    /// A rule has changed.
    Rule,
    /// Anything else.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Goods, Self::Activity, Self::Rule, Self::Other];

    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Activity => "activity",
            Self::Rule => "rule",
            Self::Other => "other",
        }
    }
    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// Whom a notice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who works in the shop.
    Shop,
    /// Whoever serves a line.
    Line(String),
    /// These people.
    People(Vec<PersonId>),
}

impl Audience {
    /// Name on the wire and in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Line(_) => "line",
            Self::People(_) => "people",
        }
    }
}

/// Somebody of the shop, as far as a notice asks.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Who.
    pub person: PersonId,
    /// Their role.
    pub role: Role,
    /// The lines on which they sit; none = they serve every line.
    pub lines: &'a [&'a str],
}

/// Whether a notice of this author is for this person.
pub fn is_for(audience: &Audience, author: PersonId, reader: Reader<'_>) -> bool {
    if reader.person == author {
        return false;
    }
    match audience {
        Audience::Shop => reader.role != Role::Owner,
        Audience::Line(line) if reader.lines.is_empty() => !line.is_empty() && reader.role == Role::Agent,
        Audience::Line(line) => reader.lines.contains(&line.as_str()),
        Audience::People(people) => people.contains(&reader.person),
    }
}

/// Whether a notice is in force: nobody withdrew it, and its end has not come. `until` itself is outside.
pub fn in_force(until: Option<Stamp>, ended: Option<Stamp>, now: Stamp) -> bool {
    ended.is_none() && until.is_none_or(|until| now < until)
}

/// What is wrong with a notice that somebody wants to post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No title.
    NoTitle,
    /// The title is longer than [`TITLE_MAX`].
    LongTitle,
    /// The words are longer than [`TEXT_MAX`].
    LongText,
    /// It would be over before it began.
    EndsBefore,
    /// Nobody is named.
    Nobody,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoTitle => f.write_str("a notice needs a title: one line that says what it is about"),
            Self::LongTitle => write!(
                f,
                "the title has more than {TITLE_MAX} characters; move some of it into the words"
            ),
            Self::LongText => write!(
                f,
                "the words have more than {TEXT_MAX} characters; make them shorter"
            ),
            Self::EndsBefore => f.write_str("it would end before it begins; take a later end, or none"),
            Self::Nobody => f.write_str("name the line or the people whom it is for"),
        }
    }
}

/// Reads what somebody wants to post; `now`: when it would begin.
pub fn check(title: &str, text: &str, until: Option<Stamp>, now: Stamp) -> Result<(), Fault> {
    if title.trim().is_empty() {
        return Err(Fault::NoTitle);
    }
    if title.trim().chars().count() > TITLE_MAX {
        return Err(Fault::LongTitle);
    }
    if text.trim().chars().count() > TEXT_MAX {
        return Err(Fault::LongText);
    }
    if until.is_some_and(|until| until <= now) {
        return Err(Fault::EndsBefore);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    fn reader<'a>(n: u128, role: Role, lines: &'a [&'a str]) -> Reader<'a> {
        Reader {
            person: person(n),
            role,
            lines,
        }
    }

    #[test]
    fn r_team_03_a_notice_is_for_whoever_it_names_and_never_for_its_author() {
        let boss = person(1);
        let to = |audience: &Audience, r: Reader<'_>| is_for(audience, boss, r);
        let agent = reader(2, Role::Agent, &["presale"]);
        let seatless = reader(3, Role::Agent, &[]);
        let owner = reader(4, Role::Owner, &[]);
        let author = reader(1, Role::Supervisor, &["presale"]);
        let other = reader(5, Role::Supervisor, &[]);
        for r in [agent, seatless, other] {
            assert!(to(&Audience::Shop, r));
        }
        assert!(!to(&Audience::Shop, owner) && !to(&Audience::Shop, author));

        let presale = Audience::Line("presale".to_owned());
        let aftersale = Audience::Line("aftersale".to_owned());
        assert!(to(&presale, agent) && !to(&aftersale, agent));
        // Whoever has no seat of their own serves every line; a supervisor does so only on a seat.
        assert!(to(&presale, seatless) && to(&aftersale, seatless));
        assert!(!to(&presale, other) && to(&presale, reader(5, Role::Supervisor, &["presale"])));
        assert!(to(&presale, reader(4, Role::Owner, &["presale"])));
        assert!(!to(&presale, author));

        let named = Audience::People(vec![person(1), person(4)]);
        assert!(to(&named, owner) && !to(&named, agent) && !to(&named, author));
    }

    #[test]
    fn r_team_03_it_ends_by_itself_or_is_withdrawn() {
        let at = |secs: i64| Stamp::from_micros(secs * 1_000_000);
        assert!(in_force(None, None, at(100)));
        assert!(in_force(Some(at(101)), None, at(100)));
        assert!(!in_force(Some(at(100)), None, at(100)));
        assert!(!in_force(Some(at(101)), Some(at(99)), at(100)));
    }

    #[test]
    fn what_is_posted_is_read_first() {
        let at = |secs: i64| Stamp::from_micros(secs * 1_000_000);
        let now = at(100);
        assert_eq!(check(" ", "x", None, now), Err(Fault::NoTitle));
        assert_eq!(check(&"长".repeat(61), "", None, now), Err(Fault::LongTitle));
        assert_eq!(check(&"长".repeat(60), "", None, now), Ok(()));
        assert_eq!(
            check("新品", &"长".repeat(2_001), None, now),
            Err(Fault::LongText)
        );
        assert_eq!(check("新品", "", Some(now), now), Err(Fault::EndsBefore));
        assert_eq!(check("新品", "明天上架", Some(at(101)), now), Ok(()));
    }

    #[test]
    fn names_are_read_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::parse("news"), None);
    }
}
