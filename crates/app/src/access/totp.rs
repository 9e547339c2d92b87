//! The second factor: codes of an authenticator (RFC 6238), and recovery codes for whoever lost it.
//!
//! A code is good once: the time step that it was made for is used up with it. Whoever has an authenticator is asked for a code
//! wherever they prove themselves: with the password and with a one-time link.

use super::session::{password_is_right, wrong_password};
use super::{audited, require};
use crate::{House, Problem, Result, Staff, secret_hash};
use totp_rs::{Builder, Totp};
use yingke_domain::access::Right;
use yingke_kernel::{PersonId, ProblemKind, Stamp};
use yingke_store::{Lane, Tx, access};

/// Recovery codes of a set, and letters of one (of 32: no 0 O 1 I).
const CODES: usize = 10;
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What somebody needs to set their authenticator up; shown once.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret in base 32, to be typed where no picture can be taken.
    pub secret: String,
    /// The `otpauth://` address.
    pub uri: String,
    /// The address as a picture, SVG.
    pub qr: String,
}

/// How somebody proves themselves, and from where.
#[derive(Debug, Clone, Copy, Default)]
pub struct Came<'a> {
    /// What the browser calls itself.
    pub agent: &'a str,
    /// Its address, shortened.
    pub address: &'a str,
    /// The code of the second factor, if one was given.
    pub code: Option<&'a str>,
}

fn authenticator(secret: Vec<u8>, issuer: &str, account: &str) -> Result<Totp> {
    // A colon separates the two in the address.
    let clean = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_skew(1)
        .with_account_name(clean(account))
        .with_issuer(Some(clean(issuer)))
        .build()
        .map_err(|error| {
            tracing::error!(%error, "an authenticator could not be made");
            Problem::new(
                ProblemKind::Internal,
                "internal",
                "the authenticator could not be set up",
            )
        })
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    // As in `new_secret`: without chance no secret can be made.
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn new_codes() -> Vec<String> {
    (0..CODES)
        .map(|_| {
            let letters: String = random::<8>()
                .iter()
                .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
                .collect();
            format!("{}-{}", &letters[..4], &letters[4..])
        })
        .collect()
}

/// What is stored of a recovery code: 40 bits of its own, so the person stands in the hash, too.
fn code_hash(person: PersonId, code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret_hash(&format!("{person} {}", plain.to_ascii_uppercase()))
}

fn bad_code() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        "wrong_code",
        "the code is wrong or was used already; wait for the next one, or use a recovery code",
    )
}

/// Uses a code up, in the transaction of what it allows. Nothing to do for somebody without an authenticator.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    person: PersonId,
    code: Option<&str>,
    now: Stamp,
) -> yingke_store::Result<()> {
    let Some(row) = access::totp(tx, person)?.filter(|row| row.confirmed_at.is_some()) else {
        return Ok(());
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Err(Problem::new(
            ProblemKind::Unauthenticated,
            "code_needed",
            "this account has a second factor; send the six digits of the authenticator as `code`",
        )
        .into());
    };
    if use_step(tx, person, row.secret, code, now)? {
        return Ok(());
    }
    if access::use_recovery_code(tx, person, &code_hash(person, code), now)? {
        let left = access::count_recovery_codes(tx, person)?;
        return audited(
            tx,
            now,
            Some(person),
            "access.recovery_code",
            &person.to_string(),
            &left.to_string(),
        );
    }
    Err(bad_code().into())
}

fn use_step(
    tx: &mut Tx<'_>,
    person: PersonId,
    secret: Vec<u8>,
    code: &str,
    now: Stamp,
) -> yingke_store::Result<bool> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let time = u64::try_from(now.micros() / 1_000_000).unwrap_or(0);
    match authenticator(secret, "", "-")?.check(&digits, time) {
        Some(step) => access::use_totp_step(tx, person, i64::try_from(step).unwrap_or(i64::MAX), now),
        None => Ok(false),
    }
}

/// Whether a person is asked for a second factor, and how many recovery codes are left.
pub async fn second_factor(house: &House, person: PersonId) -> Result<(Option<Stamp>, i64)> {
    house
        .read(move |tx| {
            let since = access::totp(tx, person)?.and_then(|row| row.confirmed_at);
            Ok((since, access::count_recovery_codes(tx, person)?))
        })
        .await
}

/// Begins to set up an authenticator; in force once a code was confirmed. Refused while one is in force.
pub async fn enrol(house: &House, staff: &Staff) -> Result<Enrolment> {
    let person = staff.person;
    let secret = random::<20>().to_vec();
    let directory = house.directory();
    let account = directory
        .person(person)
        .and_then(|p| p.login.clone())
        .unwrap_or_else(|| staff.name.clone());
    let issuer = directory
        .shops_of(person)
        .first()
        .map_or_else(|| "Yingke".to_owned(), |shop| shop.name.clone());
    let totp = authenticator(secret.clone(), &issuer, &account)?;
    let uri = totp
        .to_url()
        .map_err(|error| Problem::invalid("bad_field", error.to_string()))?;
    let qr = super::picture(&uri)?;
    let now = house.now();
    let kept = secret.clone();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if access::totp(tx, person)?.is_some_and(|row| row.confirmed_at.is_some()) {
                let detail = "an authenticator is in force; turn it off first, or have it reset";
                return Err(Problem::conflict("totp_on", detail).into());
            }
            access::put_totp(tx, person, &kept, now)
        })
        .await?;
    let secret = totp_rs::Secret::from(secret).to_base32();
    Ok(Enrolment { secret, uri, qr })
}

/// The first code is right: from now on one is asked for. Gives the recovery codes, shown once.
pub async fn confirm_totp(house: &House, staff: &Staff, code: &str) -> Result<Vec<String>> {
    let (person, now, code) = (staff.person, house.now(), code.to_owned());
    let codes = new_codes();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| code_hash(person, code)).collect();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            let row = access::totp(tx, person)?.ok_or_else(|| {
                Problem::conflict("totp_not_begun", "begin to set up the authenticator first")
            })?;
            if row.confirmed_at.is_some() {
                return Err(Problem::conflict("totp_on", "the authenticator is in force already").into());
            }
            if !use_step(tx, person, row.secret, &code, now)? {
                return Err(Problem::invalid(
                    "wrong_code",
                    "the code is wrong; look at the clock of the phone",
                )
                .into());
            }
            access::put_recovery_codes(tx, person, &hashes)?;
            audited(tx, now, Some(person), "access.totp_on", &person.to_string(), "")
        })
        .await?;
    house.refresh_directory().await?;
    Ok(codes)
}

/// New recovery codes in the place of the old ones; needs the password.
pub async fn new_recovery_codes(house: &House, staff: &Staff, password: &str) -> Result<Vec<String>> {
    own_password(house, staff, password).await?;
    let (person, now) = (staff.person, house.now());
    let codes = new_codes();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| code_hash(person, code)).collect();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if access::totp(tx, person)?.is_none_or(|row| row.confirmed_at.is_none()) {
                return Err(
                    Problem::conflict("totp_off", "there is no authenticator to recover from").into(),
                );
            }
            access::put_recovery_codes(tx, person, &hashes)?;
            audited(
                tx,
                now,
                Some(person),
                "access.recovery_codes",
                &person.to_string(),
                "",
            )
        })
        .await?;
    Ok(codes)
}

/// The own second factor off; needs the password. Refused where the policy asks the role for one.
pub async fn totp_off(house: &House, staff: &Staff, password: &str) -> Result<()> {
    own_password(house, staff, password).await?;
    drop_totp(house, Some(staff.person), staff.person).await
}

/// Somebody else's second factor off (R-TEAM-02): for a lost phone. Owners only.
pub async fn reset_totp(house: &House, staff: &Staff, person: PersonId) -> Result<()> {
    require(staff, Right::ManageOwners)?;
    if house.directory().person(person).is_none() {
        return Err(Problem::not_found("person"));
    }
    drop_totp(house, Some(staff.person), person).await
}

pub(super) async fn drop_totp(house: &House, by: Option<PersonId>, person: PersonId) -> Result<()> {
    let now = house.now();
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            access::delete_totp(tx, person)?;
            audited(tx, now, by, "access.totp_off", &person.to_string(), "")
        })
        .await?;
    house.refresh_directory().await
}

pub(super) async fn own_password(house: &House, staff: &Staff, password: &str) -> Result<()> {
    let (person, now) = (staff.person, house.now());
    let guessed = format!("person {person}");
    house.0.sessions.guess(&guessed, now)?;
    let hash = house.read(move |tx| access::password_of(tx, person)).await?;
    if password_is_right(password, hash).await {
        return Ok(());
    }
    house.0.sessions.wrong(&guessed, now);
    Err(wrong_password())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let totp = authenticator(b"12345678901234567890".to_vec(), "店", "a").unwrap();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(totp.check(code, time), Some(time / 30));
            assert_eq!(
                totp.check(code, time + 30),
                Some(time / 30),
                "the step before still counts"
            );
            assert_eq!(totp.check(code, time + 90), None);
        }
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let person = PersonId::new(Stamp::from_micros(1));
        assert_eq!(code_hash(person, "ABCD-2345"), code_hash(person, " abcd 2345"));
        let other = PersonId::new(Stamp::from_micros(2));
        assert_ne!(code_hash(person, "ABCD-2345"), code_hash(other, "ABCD-2345"));
        let codes = new_codes();
        let distinct: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(distinct.len(), CODES);
    }
}
