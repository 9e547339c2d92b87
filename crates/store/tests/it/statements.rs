//! Every statement file is taken by both databases, with as many parameters and columns on each.

use crate::bed::Bed;
use std::collections::BTreeMap;
use std::path::Path;
use yingke_store::{Dialect, Shape, migrate};

/// Name without `.sql`, text; a twin keeps its `.pg` or `.sqlite`.
fn files(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if let Some(name) = path.to_str().and_then(|name| name.strip_suffix(".sql")) {
            found.insert(name.to_owned(), std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The shape of every statement of this database; all that are refused are told together.
fn shapes(bed: &Bed, all: &BTreeMap<String, String>) -> BTreeMap<String, Shape> {
    migrate::run(&bed.store).unwrap();
    let (own, other) = match bed.store.dialect() {
        Dialect::Sqlite => (".sqlite", ".pg"),
        Dialect::Postgres => (".pg", ".sqlite"),
    };
    let mut refused = Vec::new();
    let mut shapes = BTreeMap::new();
    for (name, text) in all.iter().filter(|(name, _)| !name.ends_with(other)) {
        let text = text.clone();
        match bed.store.read_blocking(|tx| tx.describe(text)) {
            Ok(shape) => {
                shapes.insert(name.strip_suffix(own).unwrap_or(name).to_owned(), shape);
            }
            Err(error) => refused.push(format!("{name}.sql: {error}")),
        }
    }
    assert!(
        refused.is_empty(),
        "refused by {:?}:\n{}",
        bed.store.dialect(),
        refused.join("\n")
    );
    shapes
}

#[test]
fn both_databases_take_every_statement() {
    let mut all = BTreeMap::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("queries"), &mut all);
    assert!(!all.is_empty());
    let sqlite = shapes(&Bed::bare_sqlite(), &all);
    if let Some(bed) = Bed::bare_postgres() {
        let postgres = shapes(&bed, &all);
        for (name, shape) in &sqlite {
            assert_eq!(
                Some(shape),
                postgres.get(name),
                "{name}.sql: SQLite left, PostgreSQL right"
            );
        }
        // Only a file that names its database may be of one alone (a set-based twin of what SQLite does row by row).
        for name in postgres.keys().filter(|name| !sqlite.contains_key(*name)) {
            assert!(
                all.contains_key(&format!("{name}.pg")),
                "{name}.sql is taken by PostgreSQL only"
            );
        }
    }
}
