//! Passwords and sessions.

use super::audited;
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
    fn guess(&self, login: &str, now: Stamp) -> Result<()> {
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
    fn wrong(&self, login: &str, now: Stamp) {
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

/// Signs in with login and password.
pub async fn sign_in(house: &House, login: &str, password: &str, user_agent: &str) -> Result<SignedIn> {
    let login = login.trim().to_owned();
    let now = house.now();
    house.0.sessions.guess(&login, now)?;
    let wanted = login.clone();
    let found = house.read(move |tx| access::person_by_login(tx, &wanted)).await?;
    let (person, hash) = match found {
        Some((person, Some(hash))) => (Some(person), hash),
        _ => (None, NOBODY.clone()),
    };
    let password = password.to_owned();
    let right = tokio::task::spawn_blocking(move || verify(&password, &hash))
        .await
        .unwrap_or(false);
    match person {
        Some(person) if right => begin(house, person, user_agent, "access.sign_in").await,
        _ => {
            house.0.sessions.wrong(&login, now);
            Err(Problem::new(
                ProblemKind::Unauthenticated,
                "wrong_password",
                "login or password is wrong; ask the owner for a new link if it is lost",
            ))
        }
    }
}

/// Begins a session of a person who has proven themselves.
pub(crate) async fn begin(
    house: &House,
    person: PersonId,
    user_agent: &str,
    act: &'static str,
) -> Result<SignedIn> {
    let secret = new_secret();
    let hash = secret_hash(&secret);
    let now = house.now();
    let expires = now.plus_secs(house.policy().access.session_idle_secs);
    let agent: String = user_agent.chars().take(200).collect();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::delete_expired_sessions(tx, now)?;
            access::insert_session(tx, &hash, person, now, expires, &agent)?;
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
