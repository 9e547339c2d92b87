//! The policy in the house: versions with a day from which they hold, what a new one would change, who set it.
//!
//! A version says what differs from the built-in policy, so that a newer program with more keys understands it. The past is
//! never judged anew: a version begins tomorrow at the earliest, unless nothing has happened yet that it would judge.

mod replay;

pub use replay::{Replay, ReplayRow, replay};

use crate::access::{audited, require};
use crate::{House, Problem, Result, Staff};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use yingke_domain::access::Right;
use yingke_domain::policy::{Changes, Key, Policy, PolicyBook};
use yingke_kernel::{AuditId, PersonId, PolicyId, ProblemKind, Stamp, Zone};
use yingke_store::policy::{self as rows, PolicyRow};
use yingke_store::{Lane, StoreError, Tx};

/// Most characters of a note.
const NOTE_MAX: usize = 200;

/// Where a version stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Another one has followed.
    Past,
    /// In force.
    Current,
    /// Not in force yet: it may be withdrawn.
    Future,
    /// Withdrawn before it came into force.
    Withdrawn,
}

/// A version of the policy.
#[derive(Debug, Clone)]
pub struct Version {
    /// The version; none = the built-in policy, or a file.
    pub id: Option<PolicyId>,
    /// First day on which it is in force.
    pub effective: Date,
    /// Where it stands today.
    pub standing: Standing,
    /// What differs from the built-in policy.
    pub changes: BTreeMap<String, Value>,
    /// Why, in the words of who set it.
    pub note: String,
    /// Who set it.
    pub by: Option<PersonId>,
    /// When it was set; none for the built-in policy and for files.
    pub at: Option<Stamp>,
    /// Who withdrew it, and when.
    pub withdrawn: Option<(Option<PersonId>, Stamp)>,
}

/// Everything that the page of rules shows.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The policies are files named at the start: nothing can be set here.
    pub files: bool,
    /// Today, by which versions begin.
    pub today: Date,
    /// Every key.
    pub keys: Vec<Key>,
    /// Versions, oldest first.
    pub versions: Vec<Version>,
}

/// Today, as policies count days.
pub(crate) fn today(house: &House) -> Date {
    Zone::shanghai().civil(house.now()).date()
}

/// The book of the built-in policy and the versions that were not withdrawn. A key that this program no longer knows is
/// left out and named in the log; a value that it refuses stops the start, because figures would silently change.
pub(crate) fn book(versions: &[PolicyRow]) -> Result<PolicyBook> {
    let known: Vec<String> = Policy::keys().into_iter().map(|key| key.name).collect();
    let mut policies = vec![Policy::default()];
    for row in versions.iter().filter(|v| v.withdrawn.is_none()) {
        let broken = |reason: String| {
            Problem::new(
                ProblemKind::Internal,
                "policy_broken",
                format!(
                    "the policy of {} cannot be read: {reason}; start with --policy FILE until it is mended",
                    row.effective
                ),
            )
        };
        let effective: Date = row.effective.parse().map_err(|e| broken(format!("{e}")))?;
        let mut changes = read_changes(&row.changes).map_err(|e| broken(e.to_string()))?;
        changes.retain(|name, _| {
            let is_known = known.contains(name);
            if !is_known {
                tracing::warn!(effective = %row.effective, key = %name, "a policy names a key that is no more; left out");
            }
            is_known
        });
        policies.push(Policy::amended(effective, &changes).map_err(|e| broken(e.to_string()))?);
    }
    PolicyBook::new(policies).map_err(|e| {
        Problem::new(
            ProblemKind::Internal,
            "policy_broken",
            format!("the policies cannot stand together: {e}"),
        )
    })
}

fn read_changes(text: &str) -> serde_json::Result<Changes> {
    serde_json::from_str(text)
}

fn written(changes: &Changes) -> BTreeMap<String, Value> {
    changes
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::to_value(value).unwrap_or_default()))
        .collect()
}

/// What was asked, as the policy takes it: only what differs from the built-in one. Code `bad_policy`, beginning with the key.
pub(crate) fn wanted(effective: Date, changes: &Map<String, Value>) -> Result<Policy> {
    let fault = |key: &str, reason: &dyn std::fmt::Display| {
        Problem::invalid("bad_policy", format!("{key}: {reason}"))
    };
    let mut asked = Changes::new();
    for (name, value) in changes {
        let value = serde_json::from_value(value.clone()).map_err(|_| {
            fault(
                name,
                &"this is no value of a policy; write a number, a text or a list",
            )
        })?;
        asked.insert(name.clone(), value);
    }
    Policy::amended(effective, &asked).map_err(|e| fault(&e.key, &e.reason))
}

/// Keys, versions and today (R-METRIC-10).
pub async fn overview(house: &House, staff: &Staff) -> Result<Overview> {
    require(staff, Right::SeeFigures)?;
    let today = today(house);
    let in_book = house.policies();
    let current = in_book.at(today).effective;
    let standing = |effective: Date| match effective.cmp(&current) {
        std::cmp::Ordering::Less => Standing::Past,
        std::cmp::Ordering::Equal => Standing::Current,
        std::cmp::Ordering::Greater => Standing::Future,
    };
    let files = house.0.policy_files;
    let mut versions = Vec::new();
    let stored = house.read(rows::all).await?;
    for policy in in_book.all() {
        let own = stored
            .iter()
            .any(|row| !files && row.withdrawn.is_none() && row.effective == policy.effective.to_string());
        if !own {
            versions.push(Version {
                id: None,
                effective: policy.effective,
                standing: standing(policy.effective),
                changes: written(&policy.changes()),
                note: String::new(),
                by: None,
                at: None,
                withdrawn: None,
            });
        }
    }
    if !files {
        for row in stored {
            let Ok(effective) = row.effective.parse::<Date>() else {
                continue;
            };
            versions.push(Version {
                id: Some(row.id),
                effective,
                standing: match row.withdrawn {
                    Some(_) => Standing::Withdrawn,
                    None => standing(effective),
                },
                changes: serde_json::from_str(&row.changes).unwrap_or_default(),
                note: row.note,
                by: row.person,
                at: Some(row.created),
                withdrawn: row.withdrawn,
            });
        }
    }
    versions.sort_by_key(|v| (v.effective, v.at));
    Ok(Overview {
        files,
        today,
        keys: Policy::keys(),
        versions,
    })
}

/// A new version, in force from a day. It begins tomorrow at the earliest, or on any day from which on nothing has happened
/// yet (a house that begins). Refused: `bad_policy`, `policy_past`, `policy_day_taken`, `policy_same`, `policy_files`.
pub async fn adopt(
    house: &House,
    staff: &Staff,
    effective: Date,
    changes: &Map<String, Value>,
    note: &str,
) -> Result<PolicyId> {
    require(staff, Right::ManagePolicy)?;
    not_of_files(house)?;
    let note = note.trim().to_owned();
    if note.chars().count() > NOTE_MAX {
        return Err(Problem::invalid(
            "bad_policy",
            format!("note: {NOTE_MAX} characters at most"),
        ));
    }
    let policy = wanted(effective, changes)?;
    let before = Policy::default().effective;
    if effective <= before {
        return Err(Problem::invalid(
            "bad_policy",
            format!("effective: the built-in policy holds from {before}; choose a later day"),
        ));
    }
    if effective <= today(house) {
        let start = Zone::shanghai().stamp(effective.at(0, 0, 0, 0));
        if house.read(move |tx| rows::any_since(tx, start)).await? {
            return Err(past(house));
        }
    }
    let replaced = house.policies();
    let replaced = replaced.at(effective);
    if (Policy {
        effective,
        ..Policy::clone(replaced)
    }) == policy
    {
        return Err(Problem::invalid(
            "policy_same",
            format!("nothing differs from the policy that holds on {effective} anyway"),
        ));
    }
    let now = house.now();
    let row = PolicyRow {
        id: PolicyId::new(now),
        effective: effective.to_string(),
        changes: serde_json::to_string(&policy.changes()).unwrap_or_default(),
        note,
        person: Some(staff.person),
        created: now,
        withdrawn: None,
    };
    let (id, by, detail) = (row.id, staff.person, difference(replaced, &policy));
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            rows::insert(tx, &row).map_err(|e| taken(e, effective))?;
            audited(tx, now, Some(by), "policy.adopt", &row.effective, &detail)
        })
        .await?;
    reload(house).await?;
    Ok(id)
}

/// Withdraws a version that is not in force yet; one that is, or was, stays as it is (`policy_in_force`).
pub async fn withdraw(house: &House, staff: &Staff, id: PolicyId) -> Result<()> {
    require(staff, Right::ManagePolicy)?;
    not_of_files(house)?;
    let stored = house.read(rows::all).await?;
    let version = stored
        .iter()
        .find(|row| row.id == id && row.withdrawn.is_none())
        .ok_or_else(|| Problem::not_found("policy"))?;
    let effective: Option<Date> = version.effective.parse().ok();
    if effective.is_none_or(|day| day <= today(house)) {
        return Err(Problem::conflict(
            "policy_in_force",
            format!(
                "the policy of {} is in force and stays in the record; set another one from tomorrow on",
                version.effective
            ),
        ));
    }
    let (now, by, day) = (house.now(), staff.person, version.effective.clone());
    house
        .write(Lane::Any, move |tx: &mut Tx<'_>| {
            if !rows::withdraw(tx, id, by, now)? {
                return Err(Problem::not_found("policy").into());
            }
            audited(
                tx,
                now,
                Some(by),
                "policy.withdraw",
                &day,
                &AuditId(id.0).to_string(),
            )
        })
        .await?;
    reload(house).await
}

async fn reload(house: &House) -> Result<()> {
    let versions = house.read(rows::all).await?;
    *house.0.policy.write() = book(&versions)?;
    Ok(())
}

fn not_of_files(house: &House) -> Result<()> {
    if !house.0.policy_files {
        return Ok(());
    }
    Err(Problem::conflict(
        "policy_files",
        "the policies are files named at the start (--policy); change them there, or start without",
    ))
}

fn past(house: &House) -> Problem {
    let tomorrow = today(house).tomorrow().unwrap_or(Date::MAX);
    Problem::conflict(
        "policy_past",
        format!(
            "days that are over or have begun keep the policy they were judged by; choose {tomorrow} or later"
        ),
    )
}

fn taken(error: StoreError, effective: Date) -> StoreError {
    if error.is_constraint("policy_effective") {
        Problem::conflict(
            "policy_day_taken",
            format!("another policy begins on {effective}; withdraw that one first, or choose another day"),
        )
        .into()
    } else {
        error
    }
}

/// `metric.max_wait 600→900, …` for the audit trail.
fn difference(before: &Policy, after: &Policy) -> String {
    let (old, new) = (before.changes(), after.changes());
    Policy::keys()
        .into_iter()
        .filter_map(|key| {
            let from = old.get(&key.name).unwrap_or(&key.value);
            let to = new.get(&key.name).unwrap_or(&key.value);
            (from != to).then(|| format!("{} {from}→{to}", key.name))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
