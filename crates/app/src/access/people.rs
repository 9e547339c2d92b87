//! The people of the house: invite, change, deactivate, bind accounts; and who did what.

use super::link::invite_link;
use super::{audited, require};
use crate::{Account, Directory, House, Person, Problem, Result, Staff, metric, presence, routing};
use std::collections::HashMap;
use yingke_domain::access::{Grade, Right, Role};
use yingke_domain::presence::State;
use yingke_domain::routing::Seat;
use yingke_kernel::{AccountId, BuyerId, OrderId, PersonId, ProductId, ShopId, ThreadId};
use yingke_store::access::{AuditFilter, AuditRow, PersonRow};
use yingke_store::{Effect, Lane, StoreError, Tx, access};

/// A person as the people page shows them.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// Who.
    pub person: Person,
    /// Their state now.
    pub state: State,
    /// Conversations that they hold.
    pub load: u32,
    /// Platform accounts bound to them.
    pub accounts: Vec<Account>,
    /// Shops they work for.
    pub shops: Vec<String>,
    /// Their seats, with the codes of the shops (R-DESK-03).
    pub seats: Vec<(String, Seat)>,
}

/// Somebody new.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Name.
    pub name: String,
    /// Name to sign in with.
    pub login: String,
    /// Role.
    pub role: Role,
    /// Line of work.
    pub line: Option<String>,
    /// Own capacity.
    pub capacity: Option<u32>,
    /// How far they have come (R-GRADE).
    pub grade: Option<Grade>,
}

/// What changes about a person; `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// Role.
    pub role: Option<Role>,
    /// Line (`Some(None)` = no line).
    pub line: Option<Option<String>>,
    /// Capacity (`Some(None)` = the policy's).
    pub capacity: Option<Option<u32>>,
    /// Whether they work here.
    pub active: Option<bool>,
    /// Grade (`Some(None)` = not graded).
    pub grade: Option<Option<Grade>>,
    /// Codes of the shops that they work for from now on.
    pub shops: Option<Vec<String>>,
}

pub(super) fn login_taken(error: StoreError, login: &str) -> StoreError {
    if error.is_constraint("person_login_key") {
        Problem::conflict(
            "login_taken",
            format!("the login {login:?} belongs to somebody else; choose another"),
        )
        .into()
    } else {
        error
    }
}

/// Everybody.
pub fn people(house: &House, staff: &Staff) -> Result<Vec<PersonView>> {
    require(staff, Right::SeePeople)?;
    let directory = house.directory();
    Ok(directory
        .people()
        .iter()
        .map(|person| PersonView {
            person: person.clone(),
            state: presence::state_of(house, person.id),
            load: presence::load_of(house, person.id),
            accounts: directory
                .accounts()
                .iter()
                .filter(|a| a.person == Some(person.id))
                .cloned()
                .collect(),
            shops: directory
                .shops_of(person.id)
                .into_iter()
                .map(|s| s.code.clone())
                .collect(),
            seats: directory
                .shops_of(person.id)
                .into_iter()
                .flat_map(|s| {
                    let seats = directory.seats(s.id, person.id);
                    seats
                        .iter()
                        .map(|seat| (s.code.clone(), seat.clone()))
                        .collect::<Vec<_>>()
                })
                .collect(),
        })
        .collect())
}

pub(super) fn may_make(staff: &Staff, role: Role) -> Result<()> {
    require(
        staff,
        if role == Role::Agent {
            Right::ManagePeople
        } else {
            Right::ManageOwners
        },
    )
}

/// Invites somebody; gives the one-time link by which they set their password.
pub async fn invite(house: &House, staff: &Staff, who: Invite) -> Result<(PersonId, String)> {
    may_make(staff, who.role)?;
    let person = add_person(house, Some(staff.person), who).await?;
    Ok((person, invite_link(house, person).await?))
}

/// A new person without a password, working for every shop.
pub async fn add_person(house: &House, by: Option<PersonId>, who: Invite) -> Result<PersonId> {
    let name = who.name.trim().to_owned();
    let login = super::password::login_of(&who.login)?;
    if name.is_empty() || login.is_empty() || name.chars().count() > 40 || login.chars().count() > 60 {
        return Err(Problem::invalid(
            "bad_field",
            "name needs 1 to 40 characters, login 1 to 60",
        ));
    }
    if who.capacity == Some(0) {
        return Err(Problem::invalid(
            "bad_field",
            "capacity must be at least 1; to stop somebody, deactivate them",
        ));
    }
    let now = house.now();
    let id = PersonId::new(now);
    let shops: Vec<ShopId> = house.directory().shops().iter().map(|s| s.id).collect();
    let row = PersonRow {
        id,
        login: Some(login.clone()),
        name,
        role: who.role.as_str().to_owned(),
        line: who.line,
        capacity: who.capacity.map(i64::from),
        active: true,
        has_password: false,
        grade: who.grade.map(|grade| grade.as_str().to_owned()),
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::insert_person(tx, &row, None, now).map_err(|e| login_taken(e, &login))?;
            for shop in &shops {
                routing::join(tx, *shop, id, row.line.as_deref())?;
            }
            tx.emit(Effect::Person(id));
            let detail = changes(None, &row);
            audited(tx, now, by, "person.invite", &id.to_string(), &detail)
        })
        .await?;
    house.refresh_directory().await?;
    Ok(id)
}

/// What a line of the trail says of a person, as JSON: each field that changed with its value before and after
/// (`{"role":["agent","supervisor"]}`); of somebody new, each field that has a value, before it `null`.
fn changes(before: Option<&PersonRow>, after: &PersonRow) -> String {
    let fields = |row: &PersonRow| {
        [
            ("name", serde_json::json!(row.name)),
            ("role", serde_json::json!(row.role)),
            ("line", serde_json::json!(row.line)),
            ("capacity", serde_json::json!(row.capacity)),
            ("grade", serde_json::json!(row.grade)),
        ]
    };
    let was = before.map(fields);
    let mut changed = serde_json::Map::new();
    for (n, (field, is)) in fields(after).into_iter().enumerate() {
        let was = was
            .as_ref()
            .map_or(serde_json::Value::Null, |was| was[n].1.clone());
        if was != is {
            let _ = changed.insert(field.to_owned(), serde_json::json!([was, is]));
        }
    }
    serde_json::Value::Object(changed).to_string()
}

/// Changes a person. Deactivated = signed out at once, and what they held goes back to the queue.
pub async fn change_person(house: &House, staff: &Staff, id: PersonId, change: Change) -> Result<()> {
    let directory = house.directory();
    let person = directory.person(id).ok_or_else(|| Problem::not_found("person"))?;
    may_make(staff, person.role)?;
    if let Some(role) = change.role {
        may_make(staff, role)?;
    }
    if let Some(name) = &change.name
        && (name.trim().is_empty() || name.chars().count() > 40)
    {
        return Err(Problem::invalid("bad_field", "name needs 1 to 40 characters"));
    }
    if change.capacity == Some(Some(0)) {
        let detail = "capacity must be at least 1; to stop somebody, deactivate them";
        return Err(Problem::invalid("bad_field", detail));
    }
    let owners = directory
        .people()
        .iter()
        .filter(|p| p.role == Role::Owner && p.active)
        .count();
    let stays_owner =
        change.role.unwrap_or(person.role) == Role::Owner && change.active.unwrap_or(person.active);
    if person.role == Role::Owner && !stays_owner && owners < 2 {
        return Err(Problem::conflict(
            "last_owner",
            "the last owner stays; make somebody else an owner first",
        ));
    }
    let shops = change
        .shops
        .map(|codes| wanted_shops(&directory, &codes))
        .transpose()?;
    let had: Vec<ShopId> = directory.shops_of(id).iter().map(|s| s.id).collect();
    let now = house.now();
    let by = staff.person;
    let line_changed = change.line.as_ref().is_some_and(|line| *line != person.line);
    let simple = routing::simple_shops(&directory, id);
    let row = PersonRow {
        id,
        login: person.login.clone(),
        name: change
            .name
            .map_or_else(|| person.name.clone(), |name| name.trim().to_owned()),
        role: change.role.unwrap_or(person.role).as_str().to_owned(),
        line: change.line.unwrap_or_else(|| person.line.clone()),
        capacity: change.capacity.unwrap_or(person.capacity).map(i64::from),
        active: change.active.unwrap_or(person.active),
        has_password: person.has_password,
        grade: change
            .grade
            .unwrap_or(person.grade)
            .map(|grade| grade.as_str().to_owned()),
    };
    let leaves = person.active && !row.active;
    let before = PersonRow {
        name: person.name.clone(),
        role: person.role.as_str().to_owned(),
        line: person.line.clone(),
        capacity: person.capacity.map(i64::from),
        active: person.active,
        grade: person.grade.map(|grade| grade.as_str().to_owned()),
        ..row.clone()
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::update_person(tx, &row)?;
            let seats = routing::of_line(row.line.as_deref());
            for shop in simple.iter().filter(|_| line_changed) {
                yingke_store::routing::put_seats(tx, *shop, id, &seats)?;
            }
            for shop in shops.iter().flatten().filter(|s| !had.contains(s)) {
                routing::join(tx, *shop, id, row.line.as_deref())?;
            }
            for shop in had
                .iter()
                .filter(|s| shops.as_ref().is_some_and(|wanted| !wanted.contains(s)))
            {
                routing::part(tx, *shop, id)?;
            }
            if leaves {
                access::delete_sessions_of(tx, id)?;
            }
            tx.emit(Effect::Person(id));
            let subject = id.to_string();
            let mut detail = changes(Some(&before), &row);
            if shops.is_some() && detail == "{}" {
                detail = r#"{"shops":[]}"#.to_owned();
            }
            if before.active != row.active {
                let act = if row.active {
                    "person.activate"
                } else {
                    "person.deactivate"
                };
                audited(tx, now, Some(by), act, &subject, "")?;
                if detail == "{}" {
                    return Ok(());
                }
            }
            audited(tx, now, Some(by), "person.change", &subject, &detail)
        })
        .await?;
    house.refresh_directory().await?;
    house.0.sessions.forget(id);
    if leaves {
        presence::leave(house, id, State::Offline, "deactivated").await?;
    }
    if line_changed {
        metric::redo_everything(house).await?;
    }
    house.0.router.notify_one();
    Ok(())
}

fn wanted_shops(directory: &Directory, codes: &[String]) -> Result<Vec<ShopId>> {
    if codes.is_empty() {
        return Err(Problem::invalid(
            "bad_field",
            "everybody works for at least one shop; to stop somebody, deactivate them",
        ));
    }
    codes
        .iter()
        .map(|code| {
            directory
                .shop_by_code(code)
                .map(|s| s.id)
                .ok_or_else(|| Problem::not_found("shop"))
        })
        .collect()
}

/// A new one-time link for somebody: to sign in, or to set a password if they have none.
pub async fn new_link(house: &House, staff: &Staff, id: PersonId) -> Result<String> {
    let directory = house.directory();
    let person = directory.person(id).ok_or_else(|| Problem::not_found("person"))?;
    may_make(staff, person.role)?;
    let now = house.now();
    let by = staff.person;
    house
        .write(Lane::Any, move |tx| {
            audited(tx, now, Some(by), "person.link", &id.to_string(), "")
        })
        .await?;
    invite_link(house, id).await
}

/// Binds a platform account to a person; figures follow, back to the first message.
pub async fn bind_account(
    house: &House,
    staff: &Staff,
    id: PersonId,
    shop: ShopId,
    channel: &str,
    name: &str,
) -> Result<()> {
    require(staff, Right::ManagePeople)?;
    if house.directory().person(id).is_none() {
        return Err(Problem::not_found("person"));
    }
    let (channel, name) = (channel.trim().to_owned(), name.trim().to_owned());
    if channel.is_empty() || name.is_empty() {
        return Err(Problem::invalid(
            "bad_field",
            "channel and account must be given, as files show them",
        ));
    }
    let now = house.now();
    let by = staff.person;
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let account = access::account(tx, shop, &channel, &name, now)?;
            access::bind_account(tx, account, Some(id))?;
            audited(
                tx,
                now,
                Some(by),
                "account.bind",
                &id.to_string(),
                &format!("{channel} {name}"),
            )
        })
        .await?;
    house.refresh_directory().await?;
    metric::redo_everything(house).await
}

/// Frees a platform account; figures follow, back to the first message.
pub async fn unbind_account(house: &House, staff: &Staff, id: PersonId, account: AccountId) -> Result<()> {
    require(staff, Right::ManagePeople)?;
    let directory = house.directory();
    let bound = directory
        .account(account.0)
        .filter(|a| a.person == Some(id))
        .ok_or_else(|| Problem::not_found("account"))?;
    let words = format!("{} {}", bound.channel, bound.name);
    let (now, by) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::bind_account(tx, account, None)?;
            audited(tx, now, Some(by), "account.unbind", &id.to_string(), &words)
        })
        .await?;
    house.refresh_directory().await?;
    metric::redo_everything(house).await
}

/// A line of the audit trail, with the name that its subject has now.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// The line.
    pub row: AuditRow,
    /// Name of the person, buyer or article that the act was about, or the number of the order; `None` where there is none.
    pub subject_name: Option<String>,
}

/// The lines of the audit trail that match, newest first.
pub async fn audit(house: &House, staff: &Staff, filter: AuditFilter, limit: i64) -> Result<Vec<AuditLine>> {
    require(staff, Right::SeeAudit)?;
    let directory = house.directory();
    house
        .read(move |tx| {
            let mut known: HashMap<String, Option<String>> = HashMap::new();
            let mut lines = Vec::new();
            for row in access::audit_page(tx, &filter, limit)? {
                let key = format!("{} {}", row.act.split('.').next().unwrap_or(""), row.subject);
                let subject_name = match known.get(&key) {
                    Some(name) => name.clone(),
                    None => known.entry(key).or_insert(name_of(tx, &directory, &row)?).clone(),
                };
                lines.push(AuditLine { row, subject_name });
            }
            Ok(lines)
        })
        .await
}

/// Writes that lines of the trail itself were taken along: how many, and of which days as the page says them.
///
/// # Errors
/// Without the right `see_audit`.
pub async fn audit_exported(house: &House, staff: &Staff, lines: i64, of: String) -> Result<()> {
    require(staff, Right::SeeAudit)?;
    let (now, me) = (house.now(), staff.person);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            super::exported(tx, now, Some(me), "access.audit_export", "", (lines, "csv", &of))
        })
        .await
}

/// What the subject of a line is called.
fn name_of(tx: &mut Tx<'_>, directory: &Directory, row: &AuditRow) -> yingke_store::Result<Option<String>> {
    let capability = row.act.split('.').next().unwrap_or("");
    if capability == "shop" {
        return Ok(directory.shop_by_code(&row.subject).map(|s| s.name.clone()));
    }
    let Ok(id) = row.subject.parse::<PersonId>() else {
        return Ok(None);
    };
    Ok(match capability {
        "conversation" => yingke_store::conversation::get(tx, ThreadId(id.0))?.map(|t| t.buyer_name),
        "buyer" => yingke_store::buyer::get(tx, BuyerId(id.0))?.map(|b| b.name),
        "order" => yingke_store::order::get(tx, OrderId(id.0))?.map(|o| o.row.number),
        "goods" => yingke_store::goods::get(tx, ProductId(id.0))?.map(|p| p.title),
        _ => directory
            .person(id)
            .map(|p| p.name.clone())
            .or_else(|| directory.shop(ShopId(id.0)).map(|s| s.name.clone())),
    })
}

/// A new shop, for which everybody works; or another name and other settings of a known one.
pub async fn add_shop(house: &House, row: yingke_store::shop::ShopRow) -> Result<()> {
    let now = house.now();
    let people: Vec<(PersonId, Option<String>)> = house
        .directory()
        .people()
        .iter()
        .map(|p| (p.id, p.line.clone()))
        .collect();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            match yingke_store::shop::all(tx)?.iter().find(|s| s.code == row.code) {
                Some(known) => {
                    let mut row = row.clone();
                    row.id = known.id;
                    yingke_store::shop::update(tx, &row)?;
                    audited(tx, now, None, "shop.change", &row.code, "command")
                }
                None => {
                    yingke_store::shop::insert(tx, &row, now)?;
                    for (person, line) in &people {
                        routing::join(tx, row.id, *person, line.as_deref())?;
                    }
                    crate::phrase::lay_stock(tx, row.id, None, now)?;
                    audited(tx, now, None, "shop.create", &row.code, &row.name)
                }
            }
        })
        .await?;
    house.refresh_directory().await
}
