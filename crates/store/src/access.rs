//! People, their accounts, sessions, one-time links, and the audit trail. Secrets are stored as SHA-256 only.

use crate::{Result, Row, Tx, args, sql};
use yingke_kernel::{AccountId, AuditId, PersonId, ShopId, Stamp};

/// A person as stored.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// The person.
    pub id: PersonId,
    /// Name to sign in with; none before the invitation was taken.
    pub login: Option<String>,
    /// Name that colleagues and buyers see.
    pub name: String,
    /// `owner`, `supervisor`, `agent`.
    pub role: String,
    /// Line of work.
    pub line: Option<String>,
    /// Most conversations at once; none = the policy's figure.
    pub capacity: Option<i64>,
    /// Deactivated people cannot sign in and get no conversations.
    pub active: bool,
    /// Whether a password was set.
    pub has_password: bool,
    /// `junior middle senior manager`, or none.
    pub grade: Option<String>,
}

/// An account of a platform, possibly bound to a person.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// Its shop.
    pub shop: ShopId,
    /// Its channel.
    pub channel: String,
    /// Its name as files show it (`店铺:小美`).
    pub name: String,
    /// Who works under it.
    pub person: Option<PersonId>,
}

/// A one-time link.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// `signin`, `owner`, `invite`.
    pub purpose: String,
    /// For whom; none for the first owner.
    pub person: Option<PersonId>,
    /// Name of that person.
    pub name: Option<String>,
    /// When it stops working.
    pub expires_at: Stamp,
    /// When it was used.
    pub used_at: Option<Stamp>,
}

/// A line of the audit trail.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// The line.
    pub id: AuditId,
    /// When.
    pub at: Stamp,
    /// Who; none = the house itself.
    pub person: Option<PersonId>,
    /// What was done: `person.invite`, `conversation.transfer`, …
    pub act: String,
    /// To what.
    pub subject: String,
    /// Details as JSON or words.
    pub detail: String,
}

/// A new person.
pub fn insert_person(tx: &mut Tx<'_>, p: &PersonRow, password_hash: Option<&str>, now: Stamp) -> Result<()> {
    let values = args![
        p.id,
        &p.login,
        &p.name,
        &p.role,
        &p.line,
        p.capacity,
        password_hash,
        p.active,
        now,
        &p.grade
    ];
    tx.exec(sql!("access/insert_person"), values)?;
    Ok(())
}

/// Everybody, oldest first.
pub fn people(tx: &mut Tx<'_>) -> Result<Vec<PersonRow>> {
    tx.all(sql!("access/people"), args![], |row: &Row<'_>| {
        Ok(PersonRow {
            id: row.id(0)?,
            login: row.opt_string(1)?,
            name: row.string(2)?,
            role: row.string(3)?,
            line: row.opt_string(4)?,
            capacity: row.opt_int(5)?,
            active: row.bool(6)?,
            has_password: row.bool(7)?,
            grade: row.opt_string(8)?,
        })
    })
}

/// Id and password hash of an active person.
pub fn person_by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<(PersonId, Option<String>)>> {
    tx.opt(sql!("access/person_by_login"), args![login], |row| {
        Ok((row.id(0)?, row.opt_string(1)?))
    })
}

/// Name, role, line, capacity, active, grade.
pub fn update_person(tx: &mut Tx<'_>, p: &PersonRow) -> Result<()> {
    tx.exec(
        sql!("access/update_person"),
        args![p.id, &p.name, &p.role, &p.line, p.capacity, p.active, &p.grade],
    )?;
    Ok(())
}

/// Lets somebody work here again.
pub fn activate_person(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    tx.exec(sql!("access/activate_person"), args![person, true])?;
    Ok(())
}

/// Login, name and password of a person who took an invitation.
pub fn set_credentials(tx: &mut Tx<'_>, person: PersonId, login: &str, name: &str, hash: &str) -> Result<()> {
    tx.exec(sql!("access/set_credentials"), args![person, login, name, hash])?;
    Ok(())
}

/// Lets a person work for a shop.
pub fn insert_member(tx: &mut Tx<'_>, shop: ShopId, person: PersonId) -> Result<()> {
    tx.exec(sql!("access/insert_member"), args![shop, person])?;
    Ok(())
}

/// Who works for which shop.
pub fn members(tx: &mut Tx<'_>) -> Result<Vec<(ShopId, PersonId)>> {
    tx.all(sql!("access/members"), args![], |row| {
        Ok((row.id(0)?, row.id(1)?))
    })
}

/// All accounts.
pub fn accounts(tx: &mut Tx<'_>) -> Result<Vec<AccountRow>> {
    tx.all(sql!("access/accounts"), args![], |row: &Row<'_>| {
        Ok(AccountRow {
            id: row.id(0)?,
            shop: row.id(1)?,
            channel: row.string(2)?,
            name: row.string(3)?,
            person: row.opt_id(4)?,
        })
    })
}

/// The account of this name; made now if it is new.
pub fn account(tx: &mut Tx<'_>, shop: ShopId, channel: &str, name: &str, now: Stamp) -> Result<AccountId> {
    let find = |tx: &mut Tx<'_>| {
        tx.opt(
            sql!("access/account_by_name"),
            args![shop, channel, name],
            |row| row.id::<AccountId>(0),
        )
    };
    if let Some(id) = find(tx)? {
        return Ok(id);
    }
    let id = AccountId::new(now);
    tx.exec(
        sql!("access/insert_account"),
        args![id, shop, channel, name, None::<PersonId>],
    )?;
    Ok(find(tx)?.unwrap_or(id))
}

/// Binds an account to a person, or frees it.
pub fn bind_account(tx: &mut Tx<'_>, account: AccountId, person: Option<PersonId>) -> Result<()> {
    tx.exec(sql!("access/bind_account"), args![account, person])?;
    Ok(())
}

/// A new session; `from`: what the browser calls itself, and where it is, shortened.
pub fn insert_session(
    tx: &mut Tx<'_>,
    hash: &[u8],
    person: PersonId,
    now: Stamp,
    expires: Stamp,
    from: (&str, &str),
) -> Result<()> {
    let (agent, address) = from;
    tx.exec(
        sql!("access/insert_session"),
        args![hash, person, now, expires, agent, address],
    )?;
    Ok(())
}

/// Person, last seen, end and beginning of a session that still holds.
pub fn session(tx: &mut Tx<'_>, hash: &[u8], now: Stamp) -> Result<Option<(PersonId, Stamp, Stamp, Stamp)>> {
    tx.opt(sql!("access/session"), args![hash, now], |row| {
        Ok((row.id(0)?, row.stamp(1)?, row.stamp(2)?, row.stamp(3)?))
    })
}

/// Moves the end of a session on.
pub fn touch_session(tx: &mut Tx<'_>, hash: &[u8], now: Stamp, expires: Stamp) -> Result<()> {
    tx.exec(sql!("access/touch_session"), args![hash, now, expires])?;
    Ok(())
}

/// Ends a session.
pub fn delete_session(tx: &mut Tx<'_>, hash: &[u8]) -> Result<()> {
    tx.exec(sql!("access/delete_session"), args![hash])?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn delete_sessions_of(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    tx.exec(sql!("access/delete_sessions_of"), args![person])?;
    Ok(())
}

/// Forgets sessions that ended.
pub fn delete_expired_sessions(tx: &mut Tx<'_>, now: Stamp) -> Result<()> {
    tx.exec(sql!("access/delete_expired"), args![now])?;
    Ok(())
}

/// A new one-time link.
pub fn insert_link(
    tx: &mut Tx<'_>,
    hash: &[u8],
    purpose: &str,
    person: Option<PersonId>,
    now: Stamp,
    expires: Stamp,
) -> Result<()> {
    tx.exec(
        sql!("access/insert_link"),
        args![hash, purpose, person, now, expires],
    )?;
    Ok(())
}

/// A link, used or not.
pub fn link(tx: &mut Tx<'_>, hash: &[u8]) -> Result<Option<LinkRow>> {
    tx.opt(sql!("access/link"), args![hash], |row: &Row<'_>| {
        Ok(LinkRow {
            purpose: row.string(0)?,
            person: row.opt_id(1)?,
            name: row.opt_string(2)?,
            expires_at: row.stamp(3)?,
            used_at: row.opt_stamp(4)?,
        })
    })
}

/// Uses a link up; false when it was used or is over.
pub fn use_link(tx: &mut Tx<'_>, hash: &[u8], now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("access/use_link"), args![hash, now])? == 1)
}

/// Owners who can sign in.
pub fn count_owners(tx: &mut Tx<'_>) -> Result<i64> {
    tx.one(sql!("access/count_owners"), args![], |row| row.int(0))
}

/// Writes a line of the audit trail, in the transaction of the act itself.
pub fn audit(tx: &mut Tx<'_>, line: &AuditRow) -> Result<()> {
    let values = args![
        line.id,
        line.at,
        line.person,
        &line.act,
        &line.subject,
        &line.detail
    ];
    tx.exec(sql!("access/insert_audit"), values)?;
    Ok(())
}

/// Which lines of the audit trail.
#[derive(Debug, Clone)]
pub struct AuditFilter {
    /// Lines before this one.
    pub before: AuditId,
    /// Not before this time.
    pub from: Stamp,
    /// Before this time.
    pub to: Stamp,
    /// By this person only.
    pub person: Option<PersonId>,
    /// This act, or with a `.` at the end all that begin so; empty = all.
    pub act: String,
    /// About this only; empty = all.
    pub subject: String,
}

impl AuditFilter {
    /// All lines before one.
    pub fn before(before: AuditId) -> Self {
        Self {
            before,
            from: Stamp::from_micros(i64::MIN),
            to: Stamp::from_micros(i64::MAX),
            person: None,
            act: String::new(),
            subject: String::new(),
        }
    }
}

/// Lines that match, newest first.
pub fn audit_page(tx: &mut Tx<'_>, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRow>> {
    let of_person = i64::from(filter.person.is_some());
    let person = filter.person.unwrap_or(PersonId(uuid::Uuid::nil()));
    // Acts are words of ours without wildcards.
    let begins = if filter.act.ends_with('.') {
        format!("{}%", filter.act)
    } else {
        String::new()
    };
    let values = args![
        filter.before,
        filter.from,
        filter.to,
        of_person,
        person,
        &filter.act,
        &begins,
        &filter.subject,
        limit
    ];
    tx.all(sql!("access/audit_page"), values, |row: &Row<'_>| {
        Ok(AuditRow {
            id: row.id(0)?,
            at: row.stamp(1)?,
            person: row.opt_id(2)?,
            act: row.string(3)?,
            subject: row.string(4)?,
            detail: row.string(5)?,
        })
    })
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Hash of its secret.
    pub hash: Vec<u8>,
    /// When it began.
    pub created_at: Stamp,
    /// When it was last used, to the minute.
    pub seen_at: Stamp,
    /// When it ends.
    pub expires_at: Stamp,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it began, shortened.
    pub address: String,
}

/// Sessions of a person that still hold, last used first.
pub fn sessions_of(tx: &mut Tx<'_>, person: PersonId, now: Stamp) -> Result<Vec<SessionRow>> {
    tx.all(sql!("access/sessions_of"), args![person, now], |row: &Row<'_>| {
        Ok(SessionRow {
            hash: row.bytes(0)?.to_vec(),
            created_at: row.stamp(1)?,
            seen_at: row.stamp(2)?,
            expires_at: row.stamp(3)?,
            agent: row.string(4)?,
            address: row.string(5)?,
        })
    })
}

/// Ends all sessions of a person but one; how many.
pub fn delete_other_sessions(tx: &mut Tx<'_>, person: PersonId, but: &[u8]) -> Result<u64> {
    tx.exec(sql!("access/delete_other_sessions"), args![person, but])
}

/// A person works for a shop no longer.
pub fn delete_member(tx: &mut Tx<'_>, shop: ShopId, person: PersonId) -> Result<()> {
    tx.exec(sql!("access/delete_member"), args![shop, person])?;
    Ok(())
}

/// Password hash of an active person, if they have one.
pub fn password_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>> {
    Ok(tx
        .opt(sql!("access/password_of"), args![person], |row| row.opt_string(0))?
        .flatten())
}

/// Another password.
pub fn set_password(tx: &mut Tx<'_>, person: PersonId, hash: &str) -> Result<()> {
    tx.exec(sql!("access/set_password"), args![person, hash])?;
    Ok(())
}

/// A person's authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpRow {
    /// The shared secret.
    pub secret: Vec<u8>,
    /// Since when it is asked for; none until a first code was right.
    pub confirmed_at: Option<Stamp>,
    /// The last time step that was used up.
    pub step: i64,
}

/// The authenticator of a person.
pub fn totp(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<TotpRow>> {
    tx.opt(sql!("access/totp"), args![person], |row: &Row<'_>| {
        Ok(TotpRow {
            secret: row.bytes(0)?.to_vec(),
            confirmed_at: row.opt_stamp(1)?,
            step: row.int(2)?,
        })
    })
}

/// Who is asked for a second factor.
pub fn totp_people(tx: &mut Tx<'_>) -> Result<Vec<PersonId>> {
    tx.all(sql!("access/totp_people"), args![], |row| row.id(0))
}

/// A new authenticator, not yet confirmed, in the place of any other.
pub fn put_totp(tx: &mut Tx<'_>, person: PersonId, secret: &[u8], now: Stamp) -> Result<()> {
    tx.exec(sql!("access/delete_totp"), args![person])?;
    tx.exec(sql!("access/insert_totp"), args![person, secret, now])?;
    Ok(())
}

/// Uses a time step up, and confirms the authenticator; false when that step or a later one was used.
pub fn use_totp_step(tx: &mut Tx<'_>, person: PersonId, step: i64, now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("access/use_totp_step"), args![person, step, now])? == 1)
}

/// No second factor any more, nor codes.
pub fn delete_totp(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    tx.exec(sql!("access/delete_totp"), args![person])?;
    tx.exec(sql!("access/delete_recovery_codes"), args![person])?;
    Ok(())
}

/// New recovery codes in the place of the old ones.
pub fn put_recovery_codes(tx: &mut Tx<'_>, person: PersonId, hashes: &[[u8; 32]]) -> Result<()> {
    tx.exec(sql!("access/delete_recovery_codes"), args![person])?;
    for hash in hashes {
        tx.exec(sql!("access/insert_recovery_code"), args![person, &hash[..]])?;
    }
    Ok(())
}

/// Uses a recovery code up; false when it is none or was used.
pub fn use_recovery_code(tx: &mut Tx<'_>, person: PersonId, hash: &[u8], now: Stamp) -> Result<bool> {
    Ok(tx.exec(sql!("access/use_recovery_code"), args![person, hash, now])? == 1)
}

/// Recovery codes that are left.
pub fn count_recovery_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<i64> {
    tx.one(sql!("access/count_recovery_codes"), args![person], |row| {
        row.int(0)
    })
}
