//! Who and what there is, in memory: shops, people, accounts. Small, read at every message, replaced as a whole when changed.

use crate::shop::ShopSettings;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::access::{Grade, Role};
use yingke_domain::routing::{Ladder, Seat};
use yingke_kernel::{AccountId, PersonId, ShopId, Zone};
use yingke_store::{Result, StoreError, Tx, access, routing, shop};

/// A shop.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The shop.
    pub id: ShopId,
    /// Short name.
    pub code: String,
    /// Name that buyers see.
    pub name: String,
    /// Its zone.
    pub zone: Zone,
    /// IANA name of the zone.
    pub zone_name: String,
    /// Its settings.
    pub settings: ShopSettings,
    /// Key of known buyers' tokens and of signed addresses.
    pub secret: Vec<u8>,
}

/// Somebody of the house.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person.
    pub id: PersonId,
    /// Name to sign in with.
    pub login: Option<String>,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Line of work.
    pub line: Option<String>,
    /// Own capacity; none = the policy's.
    pub capacity: Option<u32>,
    /// Whether they work here still.
    pub active: bool,
    /// Whether they took their invitation.
    pub has_password: bool,
    /// How far they have come; none = not graded.
    pub grade: Option<Grade>,
    /// Whether they are asked for a second factor.
    pub totp: bool,
}

/// A platform account.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// Its shop.
    pub shop: ShopId,
    /// Its channel.
    pub channel: String,
    /// Its name.
    pub name: String,
    /// Who works under it.
    pub person: Option<PersonId>,
}

/// Everything of the above.
#[derive(Debug, Default)]
pub struct Directory {
    shops: Vec<Shop>,
    people: Vec<Person>,
    accounts: Vec<Account>,
    members: Vec<(ShopId, PersonId)>,
    by_actor: HashMap<Uuid, Actor>,
    seats: HashMap<(ShopId, PersonId), Arc<[Seat]>>,
    lines: HashMap<ShopId, Arc<Lines>>,
}

/// The lines of a shop (R-DESK-03).
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// In rising authority.
    pub ladder: Ladder,
    /// Those on which somebody who works here is seated.
    pub seated: Vec<Arc<str>>,
    /// Skills of those seats.
    pub skills: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Actor {
    Person(usize),
    Account(usize),
}

impl Directory {
    /// Reads it all.
    pub fn read(tx: &mut Tx<'_>) -> Result<Self> {
        let shops = shop::all(tx)?
            .into_iter()
            .map(|row| {
                let zone = Zone::named(&row.zone).ok_or_else(|| {
                    StoreError::Inconsistent(format!("shop {} has no zone {:?}", row.code, row.zone))
                })?;
                let settings = serde_json::from_str(&row.settings).unwrap_or_default();
                let (id, code, name, secret) = (row.id, row.code, row.name, row.secret);
                Ok(Shop {
                    id,
                    code,
                    name,
                    zone,
                    zone_name: row.zone,
                    settings,
                    secret,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let totp = access::totp_people(tx)?;
        let people = access::people(tx)?
            .into_iter()
            .map(|row| {
                let role = Role::parse(&row.role).ok_or_else(|| {
                    StoreError::Inconsistent(format!("a person of unknown role {:?}", row.role))
                })?;
                Ok(Person {
                    id: row.id,
                    login: row.login,
                    name: row.name,
                    role,
                    line: row.line,
                    capacity: row.capacity.and_then(|c| u32::try_from(c).ok()),
                    active: row.active,
                    has_password: row.has_password,
                    totp: totp.contains(&row.id),
                    grade: row.grade.as_deref().and_then(Grade::parse),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let accounts: Vec<Account> = access::accounts(tx)?
            .into_iter()
            .map(|a| Account {
                id: a.id,
                shop: a.shop,
                channel: a.channel,
                name: a.name,
                person: a.person,
            })
            .collect();
        let members = access::members(tx)?;
        let mut by_actor = HashMap::with_capacity(people.len() + accounts.len());
        by_actor.extend(people.iter().enumerate().map(|(i, p)| (p.id.0, Actor::Person(i))));
        by_actor.extend(
            accounts
                .iter()
                .enumerate()
                .map(|(i, a)| (a.id.0, Actor::Account(i))),
        );
        let mut seats: HashMap<(ShopId, PersonId), Vec<Seat>> = HashMap::new();
        for (shop, person, seat) in routing::seats(tx)? {
            seats.entry((shop, person)).or_default().push(seat);
        }
        let seats = seats.into_iter().map(|(key, own)| (key, own.into())).collect();
        let mut directory = Self {
            shops,
            people,
            accounts,
            members,
            by_actor,
            seats,
            lines: HashMap::new(),
        };
        let lines = directory
            .shops
            .iter()
            .map(|s| (s.id, Arc::new(directory.lines_of(s))));
        directory.lines = lines.collect();
        Ok(directory)
    }

    fn lines_of(&self, shop: &Shop) -> Lines {
        let own = shop.settings.lineup.iter().map(|line| line.code.as_str());
        let mut lines = Lines {
            ladder: Ladder::of(own),
            ..Lines::default()
        };
        for person in self.members(shop.id) {
            for seat in self.seats(shop.id, person.id).iter() {
                if !lines.seated.contains(&seat.line) {
                    lines.seated.push(Arc::clone(&seat.line));
                }
                for skill in seat
                    .skills
                    .iter()
                    .filter(|skill| !lines.skills.contains(skill))
                    .cloned()
                    .collect::<Vec<_>>()
                {
                    lines.skills.push(skill);
                }
            }
        }
        lines
    }
    /// The lines of a shop.
    pub fn lines(&self, shop: ShopId) -> Arc<Lines> {
        self.lines.get(&shop).cloned().unwrap_or_default()
    }
    /// The seats of a person in a shop; none = they serve every line.
    pub fn seats(&self, shop: ShopId, person: PersonId) -> Arc<[Seat]> {
        self.seats.get(&(shop, person)).cloned().unwrap_or_default()
    }

    /// A shop by id.
    pub fn shop(&self, id: ShopId) -> Option<&Shop> {
        self.shops.iter().find(|s| s.id == id)
    }
    /// Zone of a shop; the built-in one if there is no such shop.
    pub fn zone_of(&self, id: ShopId) -> Zone {
        self.shop(id).map_or_else(Zone::shanghai, |s| s.zone.clone())
    }
    /// A shop by code.
    pub fn shop_by_code(&self, code: &str) -> Option<&Shop> {
        self.shops.iter().find(|s| s.code == code)
    }
    /// All shops by code.
    pub fn shops(&self) -> &[Shop] {
        &self.shops
    }
    /// A person by id.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        match self.by_actor.get(&id.0) {
            Some(Actor::Person(i)) => self.people.get(*i),
            _ => None,
        }
    }
    /// Everybody, oldest first.
    pub fn people(&self) -> &[Person] {
        &self.people
    }
    /// All accounts.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }
    /// An account by id.
    pub fn account(&self, id: Uuid) -> Option<&Account> {
        match self.by_actor.get(&id) {
            Some(Actor::Account(i)) => self.accounts.get(*i),
            _ => None,
        }
    }
    /// Name of a person or account.
    pub fn actor_name(&self, id: Uuid) -> Option<&str> {
        match self.by_actor.get(&id)? {
            Actor::Person(i) => self.people.get(*i).map(|p| p.name.as_str()),
            Actor::Account(i) => self.accounts.get(*i).map(|a| a.name.as_str()),
        }
    }
    /// Whom figures count this person or account for: the person an account is bound to, else itself.
    pub fn judged(&self, id: Uuid) -> Uuid {
        self.account(id).and_then(|a| a.person).map_or(id, |p| p.0)
    }
    /// Line of a person (or of the person behind an account).
    pub fn line_of(&self, id: Uuid) -> Option<&str> {
        self.person(PersonId(self.judged(id)))
            .and_then(|p| p.line.as_deref())
    }
    /// Shops that a person works for.
    pub fn shops_of(&self, person: PersonId) -> Vec<&Shop> {
        self.members
            .iter()
            .filter(|(_, p)| *p == person)
            .filter_map(|(s, _)| self.shop(*s))
            .collect()
    }
    /// Whether a person works for a shop.
    pub fn is_member(&self, shop: ShopId, person: PersonId) -> bool {
        self.members.contains(&(shop, person))
    }
    /// Active people of a shop.
    pub fn members(&self, shop: ShopId) -> impl Iterator<Item = &Person> {
        self.members
            .iter()
            .filter(move |(s, _)| *s == shop)
            .filter_map(|(_, p)| self.person(*p))
            .filter(|p| p.active)
    }
}
