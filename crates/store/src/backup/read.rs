//! Checking an archive, and reading it into an empty house.

use super::write::Hashing;
use super::{FORGOTTEN, FORM, Manifest, OnProgress, PartNote, Progress, Step, hex, keep_name, rows};
use crate::migrate;
use crate::{Dialect, Lane, Result, Store, StoreError, Tx};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Component, Path};
use std::sync::Arc;

/// A manifest at most: some hundred thousand files.
const MANIFEST: u64 = 256 * 1024 * 1024;

/// Reads the whole archive and holds every part against its sum.
///
/// # Errors
/// `Refused` with what is wrong and where: cut off, changed, newer than this program.
pub fn verify(archive: &Path, progress: &OnProgress) -> Result<Manifest> {
    let refused = |what: String| {
        StoreError::Refused(format!(
            "the backup {} {what}; nothing was touched: take another copy of it",
            archive.display()
        ))
    };
    let file = File::open(archive).map_err(|e| {
        StoreError::Refused(format!("the backup {} cannot be opened: {e}", archive.display()))
    })?;
    let of = file.metadata().map(|m| m.len()).unwrap_or_default();
    let mut tar = tar::Archive::new(BufReader::with_capacity(256 * 1024, file));
    let mut met: Vec<PartNote> = Vec::new();
    let mut last = "its beginning".to_owned();
    let mut manifest: Option<(Vec<u8>, String)> = None;
    let mut sealed = false;
    let mut done = 0;
    let entries = tar
        .entries()
        .map_err(|e| refused(format!("is no backup of this program ({e})")))?;
    for entry in entries {
        let mut entry = entry.map_err(|e| refused(format!("is damaged after {last} ({e})")))?;
        let path = entry
            .path()
            .ok()
            .and_then(|path| path.to_str().map(str::to_owned))
            .ok_or_else(|| refused(format!("is damaged after {last}: a name that is no text")))?;
        let bytes = entry.size();
        let broken = |e: std::io::Error| refused(format!("is damaged or cut off in {path} ({e})"));
        match path.as_str() {
            "manifest.json" if manifest.is_none() => {
                let mut text = Vec::new();
                (&mut entry)
                    .take(MANIFEST)
                    .read_to_end(&mut text)
                    .map_err(broken)?;
                whole(text.len() as u64, bytes).map_err(broken)?;
                let sum = hex(&Sha256::digest(&text));
                manifest = Some((text, sum));
            }
            "manifest.sha256" => {
                let mut text = String::new();
                (&mut entry)
                    .take(4_096)
                    .read_to_string(&mut text)
                    .map_err(broken)?;
                let (_, sum) = manifest
                    .as_ref()
                    .ok_or_else(|| refused("has a seal without a manifest".to_owned()))?;
                if text.split_whitespace().next() != Some(sum) {
                    return Err(refused(
                        "is damaged in manifest.json (its sum differs)".to_owned(),
                    ));
                }
                sealed = true;
            }
            _ => {
                let mut content = Hashing {
                    content: &mut entry,
                    sum: Sha256::new(),
                    read: 0,
                };
                std::io::copy(&mut content, &mut std::io::sink()).map_err(broken)?;
                whole(content.read, bytes).map_err(broken)?;
                let sha256 = hex(&content.sum.finalize());
                met.push(PartNote {
                    path: path.clone(),
                    bytes,
                    sha256,
                });
            }
        }
        last = path;
        done += bytes;
        progress(Progress {
            step: Step::Check,
            done,
            of,
        });
    }
    let Some((text, _)) = manifest.filter(|_| sealed) else {
        return Err(refused(format!("ends after {last}: it was cut off")));
    };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| {
        newer(archive, &text).unwrap_or_else(|| refused(format!("has a manifest that cannot be read ({e})")))
    })?;
    if manifest.form > FORM {
        return Err(newer(archive, &text).unwrap_or(StoreError::NotOne(0)));
    }
    for (part, found) in manifest.parts.iter().zip(&met) {
        if part.path != found.path {
            return Err(refused(format!(
                "has {} where its manifest has {}",
                found.path, part.path
            )));
        }
        if part != found {
            return Err(refused(format!("is damaged in {} (its sum differs)", part.path)));
        }
    }
    if manifest.parts.len() != met.len() {
        return Err(refused(format!(
            "has {} parts where its manifest has {}",
            met.len(),
            manifest.parts.len()
        )));
    }
    Ok(manifest)
}

/// `Refused` if the manifest is of a later form.
fn newer(archive: &Path, text: &[u8]) -> Option<StoreError> {
    let form = serde_json::from_slice::<serde_json::Value>(text)
        .ok()?
        .get("form")?
        .as_u64()?;
    (form > u64::from(FORM)).then(|| {
        StoreError::Refused(format!(
            "the backup {} is of form {form}, this program reads up to {FORM}; restore it with the program that wrote it, or a newer one",
            archive.display()
        ))
    })
}

fn whole(read: u64, wanted: u64) -> std::io::Result<()> {
    if read == wanted {
        return Ok(());
    }
    Err(std::io::Error::new(
        std::io::ErrorKind::UnexpectedEof,
        format!("{read} of {wanted} bytes"),
    ))
}

/// Reads an archive into an empty database and an empty folder: checks it whole, then files, then rows in the schema that they
/// were written in, then migrates forward, then looks whether everything is there. On PostgreSQL the database stays as it was if
/// anything fails; on SQLite, and in the folder, remains are the caller's to throw away. Blocks.
///
/// `aside`: a PostgreSQL database that is not empty has its tables moved into a new schema of this name, and the answer says whether
/// there were any.
///
/// # Errors
/// `Refused` with what is wrong: see [`verify`]; a database that is not empty; a schema newer than the program's.
pub fn restore(
    archive: &Path,
    store: &Store,
    folder: &Path,
    aside: Option<&str>,
    progress: Arc<OnProgress>,
) -> Result<(Manifest, bool)> {
    let manifest = verify(archive, &*progress)?;
    fits(archive, &manifest)?;
    let aside = aside
        .filter(|_| store.dialect() == Dialect::Postgres)
        .map(str::to_owned);
    if aside.is_none() {
        store.read_blocking(empty)?;
    }
    files(archive, &manifest, folder, &*progress)?;
    let shared = Arc::new(manifest.clone());
    let path = archive.to_owned();
    let mut moved = false;
    match store.dialect() {
        Dialect::Postgres => {
            let (manifest, progress) = (shared.clone(), progress.clone());
            moved = store.write_blocking(Lane::Any, move |tx| {
                let moved = match &aside {
                    Some(aside) => set_aside(tx, aside)?,
                    None => false,
                };
                migrate::run_to(tx, manifest.schema)?;
                parts(&path, &manifest, &*progress, |note, columns, lines| {
                    rows::load(tx, table_of(&note.path), columns, &note.path, &lines)
                })?;
                forget(tx)?;
                migrate::run_to(tx, i64::MAX)?;
                tx.batch("ANALYZE")?;
                Ok(moved)
            })?;
        }
        Dialect::Sqlite => {
            let schema = shared.schema;
            store.write_blocking(Lane::Any, move |tx| migrate::run_to(tx, schema))?;
            parts(&path, &shared, &*progress, |note, columns, lines| {
                let (note, columns, lines) = (note.clone(), columns.to_vec(), lines);
                store.write_blocking(Lane::Any, move |tx| {
                    rows::load(tx, table_of(&note.path), &columns, &note.path, &lines)
                })
            })?;
            store.write_blocking(Lane::Any, |tx| {
                forget(tx)?;
                migrate::run_to(tx, i64::MAX)?;
                tx.batch("ANALYZE")
            })?;
        }
    }
    store.read_blocking(crate::health::check_sequences)?;
    Ok((manifest, moved))
}

fn forget(tx: &mut Tx<'_>) -> Result<()> {
    for name in FORGOTTEN {
        tx.exec("DELETE FROM derived WHERE name = $1", crate::args![name])?;
    }
    Ok(())
}

/// Whether this program can read what the archive was written in.
fn fits(archive: &Path, manifest: &Manifest) -> Result<()> {
    let known = migrate::known()?;
    let newest = known.last().map_or(0, |(number, ..)| *number);
    if manifest.schema > newest {
        return Err(StoreError::Refused(format!(
            "the backup {} has schema {}, this program knows up to {newest}; restore it with the program that wrote it (version {}), or a newer one",
            archive.display(),
            manifest.schema,
            manifest.program
        )));
    }
    for ((name, sum), (_, own, known)) in manifest.migrations.iter().zip(&known) {
        if sum != known {
            return Err(StoreError::Refused(format!(
                "the backup {} was written by another program: its migration {name} is not this program's {own}",
                archive.display()
            )));
        }
    }
    Ok(())
}

/// Names of the tables that are there.
fn there(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let names = match tx.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        Dialect::Postgres => {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"
        }
    };
    tx.all(names, &[], |row| row.string(0))
}

/// Moves all tables into a new schema of this name; whether there were any.
fn set_aside(tx: &mut Tx<'_>, schema: &str) -> Result<bool> {
    let tables = there(tx)?;
    if tables.is_empty() {
        return Ok(false);
    }
    tx.batch(&format!("CREATE SCHEMA \"{schema}\""))?;
    for table in tables {
        tx.batch(&format!("ALTER TABLE \"{table}\" SET SCHEMA \"{schema}\""))?;
    }
    // What triggers call: the new schema makes its own.
    let functions = tx.all(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE n.nspname = current_schema() AND p.prokind = 'f' \
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
        &[],
        |row| row.string(0),
    )?;
    for function in functions {
        tx.batch(&format!("ALTER FUNCTION {function} SET SCHEMA \"{schema}\""))?;
    }
    Ok(true)
}

fn empty(tx: &mut Tx<'_>) -> Result<()> {
    let tables = there(tx)?;
    match tables.first() {
        None => Ok(()),
        Some(first) => Err(StoreError::Refused(format!(
            "the database is not empty: it has {first} and {} other tables; restore into an empty one, or say --replace to move them aside",
            tables.len() - 1
        ))),
    }
}

fn table_of(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// Every part of a table in turn, unpacked, to `each`, which gives the number of rows; then the numbers are compared.
fn parts(
    archive: &Path,
    manifest: &Manifest,
    progress: &OnProgress,
    mut each: impl FnMut(&PartNote, &[super::Column], Vec<u8>) -> Result<u64>,
) -> Result<()> {
    let lost = |e: std::io::Error| {
        StoreError::Refused(format!(
            "the backup {} changed while it was read: {e}",
            archive.display()
        ))
    };
    let file = File::open(archive).map_err(lost)?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(256 * 1024, file));
    let mut counted: std::collections::HashMap<&str, u64> = std::collections::HashMap::new();
    let (mut done, of) = (0, manifest.rows());
    for (entry, note) in tar.entries_with_seek().map_err(lost)?.zip(&manifest.parts) {
        let mut entry = entry.map_err(lost)?;
        if !note.path.starts_with("tables/") {
            continue;
        }
        let mut packed = Vec::new();
        entry.read_to_end(&mut packed).map_err(lost)?;
        if hex(&Sha256::digest(&packed)) != note.sha256 {
            return Err(lost(std::io::Error::other(note.path.clone())));
        }
        let lines = zstd::stream::decode_all(packed.as_slice()).map_err(lost)?;
        let name = table_of(&note.path);
        let columns = manifest
            .tables
            .iter()
            .find(|table| table.name == name)
            .map(|table| table.columns.as_slice())
            .ok_or_else(|| {
                StoreError::Refused(format!("the backup's part {} belongs to no table", note.path))
            })?;
        let rows = each(note, columns, lines)?;
        *counted.entry(name).or_default() += rows;
        done += rows;
        progress(Progress {
            step: Step::Rows,
            done,
            of,
        });
    }
    for table in &manifest.tables {
        let found = counted.get(table.name.as_str()).copied().unwrap_or_default();
        if found != table.rows {
            return Err(StoreError::Refused(format!(
                "the backup's manifest has {} rows of {}, its parts {found}",
                table.rows, table.name
            )));
        }
    }
    Ok(())
}

/// What lay beside the database.
fn files(archive: &Path, manifest: &Manifest, folder: &Path, progress: &OnProgress) -> Result<()> {
    let failed = |path: &str, e: std::io::Error| {
        StoreError::Refused(format!("{} cannot be restored: {e}", folder.join(path).display()))
    };
    let file = File::open(archive).map_err(|e| failed("", e))?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(256 * 1024, file));
    let (mut done, of) = (0, manifest.files() as u64);
    for (entry, note) in tar
        .entries_with_seek()
        .map_err(|e| failed("", e))?
        .zip(&manifest.parts)
    {
        let mut entry = entry.map_err(|e| failed(&note.path, e))?;
        if note.path.starts_with("tables/") {
            continue;
        }
        let inside = Path::new(&note.path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(StoreError::Refused(format!(
                "the backup's part {:?} would lie outside the data folder",
                note.path
            )));
        }
        let place = folder.join(&note.path);
        let written = (|| {
            if let Some(above) = place.parent() {
                std::fs::create_dir_all(above)?;
            }
            let mut out = File::create_new(&place)?;
            std::io::copy(&mut entry, &mut out)?;
            out.sync_all()?;
            keep_name(&place)
        })();
        written.map_err(|e| failed(&note.path, e))?;
        done += 1;
        progress(Progress {
            step: Step::Files,
            done,
            of,
        });
    }
    Ok(())
}
