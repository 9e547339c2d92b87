//! Signing in at a computer with a telephone that is signed in already (R-PHRASE-10).
//!
//! The computer shows a picture of an address and a number of two digits. The telephone opens the address and says which of three
//! numbers stands there, so that nobody is led to let in a stranger's computer by a picture that was passed on. What is open lives in
//! memory only, for two minutes, and serves once.

use super::session::{SignedIn, begin_proven};
use super::totp::Came;
use super::{audited, picture};
use crate::{House, Problem, Result, Staff, new_secret, secret_hash};
use parking_lot::Mutex;
use std::collections::HashMap;
use yingke_kernel::{PersonId, ProblemKind, Stamp};
use yingke_store::{Lane, Tx};

/// How long a picture serves.
const OPEN_SECS: i64 = 120;
/// Pictures that are open at once in the whole house.
const OPEN_MAX: usize = 1_000;
/// The smallest number that is shown; they have two digits.
const FIRST: u8 = 10;
/// Numbers that are offered.
const CHOICES: usize = 3;

/// Pictures that are open, by the hash of their token.
#[derive(Default)]
pub(crate) struct Scans(Mutex<HashMap<[u8; 32], Open>>);

struct Open {
    /// Hash of what only the computer knows.
    secret: [u8; 32],
    number: u8,
    choices: [u8; CHOICES],
    agent: String,
    address: String,
    until: Stamp,
    answer: Answer,
}

#[derive(Clone, Copy)]
enum Answer {
    None,
    Granted(PersonId),
    Refused,
}

/// What a computer shows.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The address that the telephone opens; its token stands behind `#`.
    pub url: String,
    /// A picture of it, SVG.
    pub qr: String,
    /// The number that the telephone must name.
    pub number: u8,
    /// What only this computer knows; it waits with it.
    pub secret: String,
    /// The token.
    pub token: String,
    /// How long it serves.
    pub until: Stamp,
}

/// What the telephone asks about.
#[derive(Debug, Clone)]
pub struct ScanView {
    /// What the computer's browser calls itself.
    pub agent: String,
    /// Where it is, shortened.
    pub address: String,
    /// Numbers of which one stands there.
    pub numbers: Vec<u8>,
    /// How long it serves.
    pub until: Stamp,
}

/// How it stands for the computer.
#[derive(Debug)]
pub enum Waited {
    /// Nobody has answered.
    Open,
    /// The telephone said no, or another number.
    Refused,
    /// Signed in.
    In(Box<SignedIn>),
}

fn gone() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        "scan_gone",
        "this picture is used or too old; show a new one",
    )
}

fn numbers() -> (u8, [u8; CHOICES]) {
    let mut bytes = [0u8; 16];
    // Without the system's source of chance no secret can be made; stopping is the only honest answer.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    let mut all: Vec<u8> = Vec::with_capacity(CHOICES);
    for n in bytes.iter().map(|b| FIRST + b % 90).chain(FIRST..) {
        if !all.contains(&n) {
            all.push(n);
        }
        if all.len() == CHOICES {
            break;
        }
    }
    let number = all[usize::from(bytes[15]) % CHOICES];
    let choices = [all[0], all[1], all[2]];
    (number, choices)
}

/// Opens a picture for a computer that nobody is signed in at.
///
/// # Errors
/// `too_many` when very many are open.
pub fn begin_scan(house: &House, came: Came<'_>) -> Result<Scan> {
    let now = house.now();
    let (token, secret) = (new_secret(), new_secret());
    let (number, choices) = numbers();
    let until = now.plus_secs(OPEN_SECS);
    let url = format!("{}/scan#{token}", house.0.public_url);
    let qr = picture(&url)?;
    let open = Open {
        secret: secret_hash(&secret),
        number,
        choices,
        agent: came.agent.chars().take(200).collect(),
        address: came.address.to_owned(),
        until,
        answer: Answer::None,
    };
    let mut scans = house.0.scans.0.lock();
    scans.retain(|_, open| now < open.until);
    if scans.len() >= OPEN_MAX {
        let detail = "too many pictures are open; sign in with a password, or try again in a minute";
        return Err(Problem::new(ProblemKind::TooMany, "too_many", detail).retry_after(60));
    }
    scans.insert(secret_hash(&token), open);
    drop(scans);
    Ok(Scan {
        url,
        qr,
        number,
        secret,
        token,
        until,
    })
}

/// What a picture is about, for whoever has scanned it.
///
/// # Errors
/// `scan_gone`.
pub fn inspect_scan(house: &House, token: &str) -> Result<ScanView> {
    let now = house.now();
    let scans = house.0.scans.0.lock();
    let open = scans
        .get(&secret_hash(token))
        .filter(|open| now < open.until && matches!(open.answer, Answer::None))
        .ok_or_else(gone)?;
    Ok(ScanView {
        agent: open.agent.clone(),
        address: open.address.clone(),
        numbers: open.choices.to_vec(),
        until: open.until,
    })
}

/// The telephone's answer: the number that stands at the computer, or none to refuse. Another number refuses too. On the trail.
///
/// # Errors
/// `scan_gone`; `scan_number` for another number.
pub async fn answer_scan(house: &House, staff: &Staff, token: &str, number: Option<u8>) -> Result<()> {
    let (now, key, person) = (house.now(), secret_hash(token), staff.person);
    let (is_right, agent) = {
        let mut scans = house.0.scans.0.lock();
        let open = scans
            .get_mut(&key)
            .filter(|open| now < open.until && matches!(open.answer, Answer::None))
            .ok_or_else(gone)?;
        let is_right = number == Some(open.number);
        // A right answer is granted once it is on the trail.
        open.answer = Answer::Refused;
        (is_right, open.agent.clone())
    };
    let act = if is_right {
        "access.scan_granted"
    } else {
        "access.scan_refused"
    };
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            audited(tx, now, Some(person), act, &person.to_string(), &agent)
        })
        .await?;
    if is_right {
        if let Some(open) = house.0.scans.0.lock().get_mut(&key) {
            open.answer = Answer::Granted(person);
        }
        return Ok(());
    }
    match number {
        None => Ok(()),
        Some(_) => Err(Problem::conflict(
            "scan_number",
            "another number stands there; nobody was signed in, show a new picture and scan again",
        )),
    }
}

/// How a picture stands, for the computer that shows it. Once it is granted the session begins, and the picture is used up.
///
/// # Errors
/// `scan_gone`; `unauthenticated` for somebody who was deactivated meanwhile.
pub async fn wait_scan(house: &House, token: &str, secret: &str) -> Result<Waited> {
    let (now, key) = (house.now(), secret_hash(token));
    let (person, agent, address) = {
        let mut scans = house.0.scans.0.lock();
        let open = scans
            .get(&key)
            .filter(|open| now < open.until && open.secret == secret_hash(secret))
            .ok_or_else(gone)?;
        match open.answer {
            Answer::None => return Ok(Waited::Open),
            Answer::Refused => return Ok(Waited::Refused),
            Answer::Granted(person) => {
                let used = scans.remove(&key).ok_or_else(gone)?;
                (person, used.agent, used.address)
            }
        }
    };
    if !house.directory().person(person).is_some_and(|p| p.active) {
        return Err(Problem::unauthenticated());
    }
    let came = Came {
        agent: &agent,
        address: &address,
        code: None,
    };
    let signed_in = begin_proven(house, person, came, "access.scan_sign_in").await?;
    Ok(Waited::In(Box::new(signed_in)))
}
