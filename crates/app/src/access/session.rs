//! Passwords and sessions.

use super::audited;
use super::totp::{Came, prove};
use crate::{House, Problem, Result, Staff, new_secret, secret_hash};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::LazyLock;
use yingke_kernel::{PersonId, ProblemKind, Stamp};
use yingke_store::{Lane, Tx, access};

/// A session that has just begun.
#[derive(Debug)]
pub struct SignedIn {
    /// The secret for the cookie; shown once.
    pub secret: String,
    /// Who.
    pub staff: Staff,
    /// When it ends if nobody comes.
    pub expires: Stamp,
}

/// How long a session is believed without asking the store.
const CACHE_SECS: i64 = 20;
/// Wrong passwords of one login before it must wait, and how long.
const WRONG_MAX: u32 = 8;
const WRONG_WAIT_SECS: i64 = 60;

/// Sessions that were seen a moment ago, and logins that were guessed at.
#[derive(Default)]
pub(crate) struct SessionCache {
    seen: Mutex<HashMap<[u8; 32], (PersonId, Stamp)>>,
    wrong: Mutex<HashMap<String, (u32, Stamp)>>,
}

impl SessionCache {
    /// Forgets what was believed of a person's sessions.
    pub(crate) fn forget(&self, person: PersonId) {
        self.seen.lock().retain(|_, (p, _)| *p != person);
    }
    pub(super) fn guess(&self, login: &str, now: Stamp) -> Result<()> {
        let mut wrong = self.wrong.lock();
        wrong.retain(|_, (_, since)| now.secs_since(*since) < WRONG_WAIT_SECS);
        let count = wrong.get(login).map_or(0, |w| w.0);
        if count >= WRONG_MAX {
            return Err(Problem::new(
                ProblemKind::TooMany,
                "too_many",
                format!("too many wrong passwords for this login; wait {WRONG_WAIT_SECS} s"),
            ));
        }
        Ok(())
    }
    pub(super) fn wrong(&self, login: &str, now: Stamp) {
        self.wrong.lock().entry(login.to_owned()).or_insert((0, now)).0 += 1;
    }
}

/// Hashes a password (argon2id). Slow on purpose: run it off the runtime.
pub(crate) fn hash_password(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| {
            tracing::error!(error = %e, "a password could not be hashed");
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "the password could not be stored",
            )
        })
}

/// Checked against when the login does not exist, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_password(&new_secret()).unwrap_or_default());

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

/// Signs in with login and password,
/// and, where there is a second factor, its code (`code_needed` without one).
pub async fn sign_in(house: &House, login: &str, password: &str, came: Came<'_>) -> Result<SignedIn> {
    let login = login.trim().to_owned();
    let now = house.now();
    house.0.sessions.guess(&login, now)?;
    let wanted = login.clone();
    let found = house.read(move |tx| access::person_by_login(tx, &wanted)).await?;
    let (person, hash) = match found {
        Some((person, Some(hash))) => (Some(person), hash),
        _ => (None, NOBODY.clone()),
    };
    let right = password_is_right(password, Some(hash)).await;
    let tried = match person {
        Some(person) if right => begin(house, person, came, "access.sign_in").await,
        _ => Err(wrong_password()),
    };
    if let Err(problem) = &tried
        && matches!(problem.code, "wrong_password" | "wrong_code")
    {
        house.0.sessions.wrong(&login, now);
    }
    tried
}

pub(super) fn wrong_password() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        "wrong_password",
        "login or password is wrong; ask the owner for a new link if it is lost",
    )
}

/// Whether it is the password of this hash; takes as long where there is none.
pub(super) async fn password_is_right(password: &str, hash: Option<String>) -> bool {
    let password = password.to_owned();
    let has = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.clone());
    tokio::task::spawn_blocking(move || verify(&password, &hash))
        .await
        .unwrap_or(false)
        && has
}

/// Begins a session of a person whose password is right, if the second factor is, too.
async fn begin(house: &House, person: PersonId, came: Came<'_>, act: &'static str) -> Result<SignedIn> {
    let (now, code) = (house.now(), came.code.map(str::to_owned));
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            prove(tx, person, code.as_deref(), now)
        })
        .await?;
    begin_proven(house, person, came, act).await
}

/// Begins a session of a person who has proven themselves.
pub(super) async fn begin_proven(
    house: &House,
    person: PersonId,
    came: Came<'_>,
    act: &'static str,
) -> Result<SignedIn> {
    let secret = new_secret();
    let hash = secret_hash(&secret);
    let now = house.now();
    let expires = now.plus_secs(house.policy().access.session_idle_secs);
    let agent: String = came.agent.chars().take(200).collect();
    let address = came.address.to_owned();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::delete_expired_sessions(tx, now)?;
            access::insert_session(tx, &hash, person, now, expires, (&agent, &address))?;
            audited(tx, now, Some(person), act, &person.to_string(), &agent)
        })
        .await?;
    let staff = known(house, person, hash).ok_or_else(Problem::unauthenticated)?;
    Ok(SignedIn {
        secret,
        staff,
        expires,
    })
}

fn known(house: &House, person: PersonId, session: [u8; 32]) -> Option<Staff> {
    let directory = house.directory();
    let p = directory.person(person).filter(|p| p.active)?;
    Some(Staff {
        person,
        name: p.name.clone(),
        role: p.role,
        session,
    })
}

/// Whom a session's secret stands for. Moves the session's end on, at most once a minute.
pub async fn staff(house: &House, secret: &str) -> Result<Option<Staff>> {
    let hash = secret_hash(secret);
    let now = house.now();
    let cached = house.0.sessions.seen.lock().get(&hash).copied();
    if let Some((person, until)) = cached
        && now < until
    {
        return Ok(known(house, person, hash));
    }
    let found = house.read(move |tx| access::session(tx, &hash, now)).await?;
    let Some((person, seen, _, began)) = found else {
        return Ok(None);
    };
    if now.secs_since(seen) >= 60 {
        let policy = house.policy();
        let idle = now.plus_secs(policy.access.session_idle_secs);
        // However much it is used, it ends some day (`access.session_secs`).
        let expires = idle.min(began.plus_secs(policy.access.session_secs));
        house
            .write(Lane::Background, move |tx| {
                access::touch_session(tx, &hash, now, expires)
            })
            .await?;
    }
    let mut seen = house.0.sessions.seen.lock();
    seen.retain(|_, (_, until)| now < *until);
    seen.insert(hash, (person, now.plus_secs(CACHE_SECS)));
    drop(seen);
    Ok(known(house, person, hash))
}

/// Ends the caller's session.
pub async fn sign_out(house: &House, staff: &Staff) -> Result<()> {
    let (session, person, now) = (staff.session, staff.person, house.now());
    house.0.sessions.seen.lock().remove(&session);
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::delete_session(tx, &session)?;
            tx.emit(yingke_store::Effect::Person(person));
            audited(tx, now, Some(person), "access.sign_out", &person.to_string(), "")
        })
        .await?;
    // Again: a request that was read before the session ended may have remembered it meanwhile.
    house.0.sessions.seen.lock().remove(&session);
    Ok(())
}

/// A session as its person sees it.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Name of the session, of no use for signing in.
    pub id: String,
    /// When it began.
    pub created_at: Stamp,
    /// When it was last used, to the minute.
    pub seen_at: Stamp,
    /// When it ends if nobody comes.
    pub expires_at: Stamp,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it began, shortened.
    pub address: String,
    /// Whether it is the caller's own.
    pub current: bool,
}

/// A session's name: a digest of what is stored, so that nobody can turn it round.
fn session_id(hash: &[u8]) -> String {
    let digest = secret_hash(&format!(
        "session {}",
        hash.iter().map(|b| format!("{b:02x}")).collect::<String>()
    ));
    digest[..12].iter().map(|b| format!("{b:02x}")).collect()
}

/// The sessions of a person, last used first: one's own, or those of somebody one may change.
pub async fn sessions(house: &House, staff: &Staff, person: PersonId) -> Result<Vec<SessionView>> {
    may_see_sessions(house, staff, person)?;
    let now = house.now();
    let rows = house.read(move |tx| access::sessions_of(tx, person, now)).await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionView {
            id: session_id(&row.hash),
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
            agent: row.agent,
            address: row.address,
            current: row.hash == staff.session,
        })
        .collect())
}

fn may_see_sessions(house: &House, staff: &Staff, person: PersonId) -> Result<()> {
    if staff.person == person {
        return Ok(());
    }
    let directory = house.directory();
    let role = directory
        .person(person)
        .ok_or_else(|| Problem::not_found("person"))?
        .role;
    super::people::may_make(staff, role)
}

/// Ends one session of a person, or all but the caller's own; gives the hashes that ended.
pub async fn end_sessions(
    house: &House,
    staff: &Staff,
    person: PersonId,
    only: Option<&str>,
) -> Result<Vec<[u8; 32]>> {
    may_see_sessions(house, staff, person)?;
    let (now, by, own) = (house.now(), staff.person, staff.session);
    let only = only.map(str::to_owned);
    let ended = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let mut ended: Vec<[u8; 32]> = Vec::new();
            for row in access::sessions_of(tx, person, now)? {
                let meant = match &only {
                    Some(id) => session_id(&row.hash) == *id,
                    None => row.hash != own,
                };
                if meant && let Ok(hash) = <[u8; 32]>::try_from(row.hash.as_slice()) {
                    access::delete_session(tx, &hash)?;
                    ended.push(hash);
                }
            }
            if !ended.is_empty() {
                let count = ended.len().to_string();
                audited(
                    tx,
                    now,
                    Some(by),
                    "access.sessions_ended",
                    &person.to_string(),
                    &count,
                )?;
            }
            Ok(ended)
        })
        .await?;
    house.0.sessions.forget(person);
    Ok(ended)
}

/// Another password for oneself; needs the old one. All other sessions end; gives their hashes.
pub async fn change_password(house: &House, staff: &Staff, old: &str, new: &str) -> Result<Vec<[u8; 32]>> {
    super::totp::own_password(house, staff, old).await?;
    let login = house
        .directory()
        .person(staff.person)
        .and_then(|p| p.login.clone());
    super::password::fit(new, login.as_deref().unwrap_or_default())?;
    let new = new.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash_password(&new))
        .await
        .map_err(|_| {
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "the password could not be stored",
            )
        })??;
    let (person, now, own) = (staff.person, house.now(), staff.session);
    let ended = house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::set_password(tx, person, &hashed)?;
            let mut ended: Vec<[u8; 32]> = Vec::new();
            for row in access::sessions_of(tx, person, now)? {
                if row.hash != own
                    && let Ok(hash) = row.hash.as_slice().try_into()
                {
                    ended.push(hash);
                }
            }
            access::delete_other_sessions(tx, person, &own)?;
            audited(tx, now, Some(person), "access.password", &person.to_string(), "")?;
            Ok(ended)
        })
        .await?;
    house.0.sessions.forget(person);
    Ok(ended)
}
