//! What every function of a capability does, the same on both databases: values, order, what is not there, what is unique.

mod abuse;
mod access;
mod append;
mod bargain;
mod buyer;
mod call;
mod conversation;
mod duty;
mod escalation;
mod file;
mod goal;
mod goods;
mod guard;
mod health;
mod history;
mod incident;
mod intake;
mod metric;
mod notice;
mod order;
mod phrase;
mod policy;
mod presence;
mod retention;
mod routing;
mod search;
mod shop;
mod suggest;
mod worklog;

use crate::bed::{Bed, LANE};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;
use yingke_domain::conversation::{EntryKind, Sender};
use yingke_domain::policy::{ConversationPolicy, Policy};
use yingke_kernel::{BuyerId, ConversationId, PersonId, ShopId, Stamp, ThreadId};
use yingke_store::{AppendJob, Appended, Result, Tx};

/// A test inside one transaction of a fresh house, on both databases.
macro_rules! contract {
    ($name:ident, |$tx:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test needs every word")]
            use super::*;
            fn run($tx: &mut yingke_store::Tx<'_>) -> yingke_store::Result<()> {
                $body
                Ok(())
            }
            #[test]
            fn sqlite() {
                $crate::contract::in_house($crate::bed::Bed::house_sqlite(), run);
            }
            #[test]
            fn postgres() {
                if let Some(bed) = $crate::bed::Bed::house_postgres(1) {
                    $crate::contract::in_house(bed, run);
                }
            }
        }
    };
}
pub(crate) use contract;

/// A test with a house of its own, on both databases; one lane, so that what a hold gathers is one group.
macro_rules! in_both_houses {
    ($name:ident, |$bed:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "not every test needs every word")]
            use super::*;
            fn run($bed: $crate::bed::Bed) $body
            #[test]
            fn sqlite() {
                run($crate::bed::Bed::house_sqlite());
            }
            #[test]
            fn postgres() {
                if let Some(bed) = $crate::bed::Bed::house_postgres(1) {
                    run(bed);
                }
            }
        }
    };
}
pub(crate) use in_both_houses;

pub(crate) fn in_house(bed: Bed, run: fn(&mut Tx<'_>) -> Result<()>) {
    bed.store.write_blocking(LANE, run).unwrap();
}

/// An id made of a number: the smaller number comes first.
pub(crate) fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

/// A time so many seconds after an arbitrary one.
pub(crate) fn at(secs: i64) -> Stamp {
    Stamp::from_secs(1_800_000_000).plus_secs(secs)
}

/// Rows have no equality of their own: their words are compared.
pub(crate) fn same<T: std::fmt::Debug>(left: T, right: T) {
    assert_eq!(format!("{left:#?}"), format!("{right:#?}"));
}

pub(crate) fn a_shop(tx: &mut Tx<'_>, n: u128) -> Result<ShopId> {
    let row = yingke_store::shop::ShopRow {
        id: id(n),
        code: format!("shop-{n}"),
        name: format!("Shop {n}"),
        zone: "Asia/Shanghai".to_owned(),
        settings: "{}".to_owned(),
        secret: vec![n as u8; 32],
    };
    yingke_store::shop::insert(tx, &row, at(0))?;
    Ok(row.id)
}

pub(crate) fn a_person(tx: &mut Tx<'_>, n: u128) -> Result<PersonId> {
    let row = yingke_store::access::PersonRow {
        id: id(n),
        login: Some(format!("login-{n}")),
        name: format!("Person {n}"),
        role: "agent".to_owned(),
        line: None,
        capacity: None,
        active: true,
        has_password: false,
        grade: None,
    };
    yingke_store::access::insert_person(tx, &row, Some("hash"), at(n as i64))?;
    Ok(row.id)
}

pub(crate) fn a_thread(tx: &mut Tx<'_>, shop: ShopId, buyer: &str) -> Result<(BuyerId, ThreadId)> {
    yingke_store::buyer::buyer_and_thread(tx, shop, "web", buyer, buyer, at(0))
        .map(|found| (found.0, found.1))
}

/// Short closing times of no meaning: 100 seconds of silence, 1000 with an answer owed.
pub(crate) fn policy() -> Arc<ConversationPolicy> {
    Arc::new(ConversationPolicy {
        idle_close_secs: 100,
        owed_close_secs: 1_000,
        ..Policy::parse(Policy::default_text()).unwrap().conversation
    })
}

/// A text message; its client id is made of `n`, the conversation that it may open of `n` and the thread.
pub(crate) fn message(thread: ThreadId, sender: Sender, n: u128, text: &str, when: Stamp) -> AppendJob {
    AppendJob {
        thread,
        sender,
        client_id: id(n),
        kind: EntryKind::Text,
        text: text.to_owned(),
        file: None,
        automatic: false,
        at: when,
        new_conversation: ConversationId(Uuid::from_u128(thread.0.as_u128() ^ (n + 1))),
        policy: policy(),
        lines: Arc::new(BTreeMap::new()),
        data: None,
        quote: None,
        ground: yingke_store::Ground::default(),
    }
}

/// Stores one message in the transaction at hand.
pub(crate) fn say(tx: &mut Tx<'_>, job: AppendJob) -> Result<Appended> {
    let mut answers = yingke_store::append::append_group(tx, &mut [job]);
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

fn source(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Lines that are no comment.
fn code(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[test]
fn every_function_of_a_capability_has_a_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut missing = Vec::new();
    let mut seen = 0;
    for file in std::fs::read_dir(root.join("src")).unwrap() {
        let path = file.unwrap().path();
        let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".rs"))
        else {
            continue;
        };
        // These three hold no statements of a capability; migrations have tests of their own.
        if matches!(name, "lib" | "effect" | "migrate") {
            continue;
        }
        let tests = root.join(format!("tests/it/contract/{name}.rs"));
        let tests = if tests.exists() {
            code(&source(tests))
        } else {
            String::new()
        };
        for line in source(path.clone()).lines() {
            let Some(rest) = line.strip_prefix("pub fn ") else {
                continue;
            };
            let function = rest.split(['(', '<']).next().unwrap_or_default();
            seen += 1;
            if !tests.contains(&format!("{name}::{function}(")) {
                missing.push(format!("{name}::{function}"));
            }
        }
    }
    assert!(
        seen > 60,
        "only {seen} functions found: the scan does not read the sources"
    );
    assert!(
        missing.is_empty(),
        "no test in tests/it/contract/<capability>.rs calls: {}",
        missing.join(", ")
    );
}
