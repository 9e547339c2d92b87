//! One-time links: they live ten minutes (a day for invitations), and are consumed by a POST, so that a previewer burns none.

use super::session::{begin_proven, hash_password};
use super::totp::{Came, drop_totp, prove};
use super::{SignedIn, audited, password};
use crate::{House, Problem, Result, new_secret, secret_hash};
use yingke_domain::access::Role;
use yingke_kernel::{PersonId, ProblemKind, Stamp};
use yingke_store::access::{LinkRow, PersonRow};
use yingke_store::{Effect, Lane, Tx, access};

/// How long an invitation lives; a sign-in link's life is policy (`access.link_secs`).
const INVITE_SECS: i64 = 24 * 3600;

/// What a link is for.
#[derive(Debug, Clone)]
pub struct LinkInfo {
    /// `signin`, `owner`, `invite`.
    pub purpose: String,
    /// Whom it signs in.
    pub name: Option<String>,
    /// When it stops working.
    pub expires_at: Stamp,
}

/// What whoever takes an `owner` or `invite` link gives.
#[derive(Debug, Clone, Default)]
pub struct LinkForm {
    /// Name to sign in with (owner; an invitation has it already).
    pub login: Option<String>,
    /// Name that others see.
    pub name: Option<String>,
    /// Password.
    pub password: Option<String>,
}

async fn make(house: &House, purpose: &'static str, person: Option<PersonId>, secs: i64) -> Result<String> {
    let secret = new_secret();
    let hash = secret_hash(&secret);
    let now = house.now();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::insert_link(tx, &hash, purpose, person, now, now.plus_secs(secs))?;
            // An invitation is on the trail by the hand that made it; these come from the machine's own command line.
            if purpose == "invite" {
                return Ok(());
            }
            let whom = person.map_or_else(|| "owner".to_owned(), |p| p.to_string());
            audited(tx, now, None, "access.link_made", &whom, purpose)
        })
        .await?;
    // The secret stands behind `#`: it reaches no server log and no previewer.
    Ok(format!("{}/in#{secret}", house.public_url()))
}

/// The link by which the first owner makes their account; none once there is one.
pub async fn owner_link(house: &House) -> Result<Option<String>> {
    if house.read(access::count_owners).await? > 0 {
        return Ok(None);
    }
    make(house, "owner", None, INVITE_SECS).await.map(Some)
}

/// A link that signs a person in.
pub async fn signin_link(house: &House, person: PersonId) -> Result<String> {
    make(house, "signin", Some(person), house.policy().access.link_secs).await
}

pub(super) async fn invite_link(house: &House, person: PersonId) -> Result<String> {
    make(house, "invite", Some(person), INVITE_SECS).await
}

fn usable(link: Option<LinkRow>, now: Stamp) -> Result<LinkRow> {
    let link = link.ok_or_else(|| {
        Problem::new(
            ProblemKind::NotFound,
            "link_unknown",
            "this link is not known here; ask for a new one",
        )
    })?;
    if link.used_at.is_some() {
        return Err(Problem::conflict(
            "link_used",
            "this link was used already; ask for a new one",
        ));
    }
    if link.expires_at <= now {
        return Err(Problem::conflict(
            "link_expired",
            "this link is too old; ask for a new one",
        ));
    }
    Ok(link)
}

/// What a link is for; does not consume it.
pub async fn inspect_link(house: &House, token: &str) -> Result<LinkInfo> {
    let hash = secret_hash(token);
    let link = usable(house.read(move |tx| access::link(tx, &hash)).await?, house.now())?;
    Ok(LinkInfo {
        purpose: link.purpose,
        name: link.name,
        expires_at: link.expires_at,
    })
}

fn field(value: Option<String>, name: &str, max: usize) -> Result<String> {
    let value = value.unwrap_or_default().trim().to_owned();
    if value.is_empty() || value.chars().count() > max {
        return Err(Problem::invalid(
            "bad_field",
            format!("{name} must have 1 to {max} characters"),
        ));
    }
    Ok(value)
}

/// Consumes a link and signs in.
pub async fn use_link(house: &House, token: &str, form: LinkForm, came: Came<'_>) -> Result<SignedIn> {
    let hash = secret_hash(token);
    let now = house.now();
    let link = usable(house.read(move |tx| access::link(tx, &hash)).await?, now)?;
    let used = || Problem::conflict("link_used", "this link was used already; ask for a new one");
    if link.purpose == "signin" {
        let person = link.person.ok_or_else(|| Problem::not_found("person"))?;
        // The code first: a link is not burnt by a wrong one.
        let code = came.code.map(str::to_owned);
        house.0.sessions.guess(&format!("person {person}"), now)?;
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                prove(tx, person, code.as_deref(), now)?;
                if access::use_link(tx, &hash, now)? {
                    Ok(())
                } else {
                    Err(used().into())
                }
            })
            .await
            .inspect_err(|problem| guessed(house, person, problem, now))?;
        return begin_proven(house, person, came, "access.link").await;
    }
    let secret = form.password.unwrap_or_default();
    let name = field(form.name.or(link.name.clone()), "name", 40)?;
    let invited = link.person.and_then(|p| house.directory().person(p).cloned());
    let login = field(
        form.login.or(invited.as_ref().and_then(|p| p.login.clone())),
        "login",
        60,
    )?;
    // A login given before this rule was stays what it is.
    let login = match invited.as_ref().and_then(|p| p.login.clone()) {
        Some(old) if old == login => login,
        _ => password::login_of(&login)?,
    };
    password::fit(&secret, &login)?;
    let hashed = tokio::task::spawn_blocking(move || hash_password(&secret))
        .await
        .map_err(|_| {
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "the password could not be stored",
            )
        })??;
    let shops: Vec<_> = house.directory().shops().iter().map(|s| s.id).collect();
    let person = invited.as_ref().map_or_else(|| PersonId::new(now), |p| p.id);
    let first_owner = invited.is_none();
    let code = came.code.map(str::to_owned);
    house.0.sessions.guess(&format!("person {person}"), now)?;
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            prove(tx, person, code.as_deref(), now)?;
            if !access::use_link(tx, &hash, now)? {
                return Err(used().into());
            }
            if first_owner {
                if access::count_owners(tx)? > 0 {
                    return Err(Problem::conflict(
                        "owner_exists",
                        "this house has an owner already; ask them",
                    )
                    .into());
                }
                let row = PersonRow {
                    id: person,
                    login: Some(login.clone()),
                    name: name.clone(),
                    role: Role::Owner.as_str().to_owned(),
                    line: None,
                    capacity: None,
                    active: true,
                    has_password: true,
                    grade: None,
                };
                access::insert_person(tx, &row, Some(&hashed), now)?;
                for shop in &shops {
                    access::insert_member(tx, *shop, person)?;
                }
            } else {
                access::set_credentials(tx, person, &login, &name, &hashed)
                    .map_err(|e| super::people::login_taken(e, &login))?;
                access::delete_sessions_of(tx, person)?;
            }
            tx.emit(Effect::Person(person));
            audited(
                tx,
                now,
                Some(person),
                "access.account",
                &person.to_string(),
                &name,
            )
        })
        .await
        .inspect_err(|problem| guessed(house, person, problem, now))?;
    house.refresh_directory().await?;
    house.0.sessions.forget(person);
    begin_proven(house, person, came, "access.link").await
}

fn guessed(house: &House, person: PersonId, problem: &Problem, now: Stamp) {
    if problem.code == "wrong_code" {
        house.0.sessions.wrong(&format!("person {person}"), now);
    }
}

/// A way back for an owner who lost the password or the phone, made at the machine itself: a link that sets a new password. Without
/// a login the only owner is meant. A deactivated owner is let in again.
///
/// # Errors
/// `owner_unknown` when no owner has that login, or when there are several and none was named.
pub async fn recover_owner(
    house: &House,
    login: Option<&str>,
    without_totp: bool,
) -> Result<(String, String)> {
    let directory = house.directory();
    let owners: Vec<_> = directory
        .people()
        .iter()
        .filter(|p| p.role == Role::Owner)
        .collect();
    let found: Vec<_> = owners
        .iter()
        .filter(|p| login.is_none_or(|login| p.login.as_deref() == Some(login)))
        .collect();
    let [owner] = found.as_slice() else {
        let logins: Vec<&str> = owners.iter().filter_map(|p| p.login.as_deref()).collect();
        let detail = if owners.is_empty() {
            "this house has no owner yet; run `yingke link` for the first one".to_owned()
        } else {
            format!("name one of the owners with --login: {}", logins.join(", "))
        };
        return Err(Problem::invalid("owner_unknown", detail));
    };
    let (person, now) = (owner.id, house.now());
    let name = owner.login.clone().unwrap_or_else(|| owner.name.clone());
    if !owner.active {
        house
            .write(Lane::Any, move |tx: &mut Tx<'_>| {
                access::activate_person(tx, person)
            })
            .await?;
        house.refresh_directory().await?;
    }
    if without_totp {
        drop_totp(house, None, person).await?;
    }
    let text = if without_totp { "without second factor" } else { "" };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            audited(tx, now, None, "access.recover_owner", &person.to_string(), text)
        })
        .await?;
    Ok((name, invite_link(house, person).await?))
}
