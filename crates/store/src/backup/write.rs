//! Writing an archive.

use super::schema::{Table, tables};
use super::{
    FORM, Manifest, NOT_KEPT, OnProgress, PartNote, Progress, Step, TableNote, hex, is_kept, keep_name, rows,
};
use crate::migrate::{self, MIGRATIONS};
use crate::{Dialect, Result, Store, StoreError};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use yingke_kernel::Stamp;

/// Bytes of rows before they are compressed into a part.
const PART: usize = 8 * 1024 * 1024;
/// How hard to compress: fast, and rows of text still become a quarter.
const LEVEL: i32 = 3;

/// Writes everything that the store and its data folder hold, at one moment, into the new file `to`, while work goes on; then
/// reads it back and checks it. The file can be read by its owner only, and is on disk when this returns. Blocks.
///
/// # Errors
/// `Refused` if `to` exists or cannot be written, or if the database is damaged; `Full`. Nothing is left of it then.
pub fn write(store: &Store, folder: &Path, to: &Path, now: Stamp, progress: &OnProgress) -> Result<Manifest> {
    let cannot = |e: std::io::Error| cannot(to, &e);
    if to.exists() {
        return Err(StoreError::Refused(format!(
            "the backup {} exists already; choose another name",
            to.display()
        )));
    }
    let partial = Partial::new(to);
    let scratch = Partial::named(to, ".copy");
    let mut archive = Archive::create(&partial.0).map_err(cannot)?;
    let mut manifest = Manifest {
        form: FORM,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        database: match store.dialect() {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
        .to_owned(),
        schema: 0,
        migrations: Vec::new(),
        tables: Vec::new(),
        parts: Vec::new(),
        gone: Vec::new(),
    };
    let copied = |done, of| {
        progress(Progress {
            step: Step::Copy,
            done,
            of,
        });
    };
    let named = store.snapshot(&scratch.0, &copied, |tx| {
        let applied = migrate::applied(tx)?;
        manifest.schema = applied.last().map_or(0, |(number, ..)| *number);
        let list = usize::try_from(manifest.schema)
            .ok()
            .and_then(|count| MIGRATIONS.get(..count))
            .ok_or_else(|| StoreError::Refused("the database is newer than this program".to_owned()))?;
        manifest.migrations = applied.into_iter().map(|(_, name, sum)| (name, sum)).collect();
        let mut named = HashSet::new();
        let mut done = 0;
        for table in tables(list)? {
            if table.name == "file" {
                tx.each("SELECT id FROM file", &[], |row| {
                    named.insert(row.uuid(0)?);
                    Ok(())
                })?;
            }
            let rows = archive.table(tx, &table, &mut done, progress)?;
            manifest.tables.push(TableNote {
                name: table.name,
                columns: table.columns,
                rows,
            });
        }
        Ok(named)
    })?;
    // Bytes lie on disk before their row is stored: every row of the state has its file now, or it was erased since.
    manifest.gone = archive.files(folder, &named, progress).map_err(cannot)?;
    manifest.parts = std::mem::take(&mut archive.parts);
    archive.finish(&manifest).map_err(cannot)?;
    let read = super::verify(&partial.0, progress)?;
    if read != manifest {
        return Err(StoreError::Refused(format!(
            "the backup {} does not read back as it was written; the disk may be failing",
            to.display()
        )));
    }
    std::fs::rename(&partial.0, to)
        .and_then(|()| keep_name(to))
        .map_err(cannot)?;
    Ok(manifest)
}

fn cannot(to: &Path, error: &std::io::Error) -> StoreError {
    let hint = match error.kind() {
        std::io::ErrorKind::StorageFull => "; make room there, or write it elsewhere with --to",
        std::io::ErrorKind::NotFound => "; make its folder first",
        std::io::ErrorKind::PermissionDenied => "; give this user the right to write there",
        _ => "",
    };
    StoreError::Refused(format!(
        "the backup {} cannot be written: {error}{hint}",
        to.display()
    ))
}

/// A file that is gone again unless it was given its name.
struct Partial(PathBuf);

impl Partial {
    fn new(to: &Path) -> Self {
        Self::named(to, ".partial")
    }
    fn named(to: &Path, ending: &str) -> Self {
        let mut name = to.as_os_str().to_owned();
        name.push(ending);
        let path = PathBuf::from(name);
        // Left over from a backup that was killed.
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

struct Archive {
    tar: tar::Builder<BufWriter<File>>,
    parts: Vec<PartNote>,
}

impl Archive {
    fn create(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        let file = File::options()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        Ok(Self {
            tar: tar::Builder::new(BufWriter::with_capacity(256 * 1024, file)),
            parts: Vec::new(),
        })
    }

    fn append(&mut self, path: &str, bytes: u64, content: impl Read) -> std::io::Result<String> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(bytes);
        header.set_mode(0o600);
        let mut content = Hashing {
            content: content.take(bytes),
            sum: Sha256::new(),
            read: 0,
        };
        self.tar.append_data(&mut header, path, &mut content)?;
        if content.read != bytes {
            return Err(std::io::Error::other(format!(
                "{path} became shorter while it was read"
            )));
        }
        Ok(hex(&content.sum.finalize()))
    }

    fn part(&mut self, path: String, bytes: u64, content: impl Read) -> std::io::Result<()> {
        let sha256 = self.append(&path, bytes, content)?;
        self.parts.push(PartNote { path, bytes, sha256 });
        Ok(())
    }

    /// All rows of a table; their number.
    fn table(
        &mut self,
        tx: &mut crate::Tx<'_>,
        table: &Table,
        done: &mut u64,
        progress: &OnProgress,
    ) -> Result<u64> {
        if NOT_KEPT.contains(&table.name.as_str()) {
            return Ok(0);
        }
        let (mut lines, mut rows, mut part) = (String::new(), 0_u64, 0_u32);
        let mut flush = |archive: &mut Self, lines: &mut String| -> Result<()> {
            if lines.is_empty() {
                return Ok(());
            }
            part += 1;
            let path = format!("tables/{}/{part:06}.jsonl.zst", table.name);
            let failed = |e| cannot(Path::new(&path), &e);
            let packed = zstd::bulk::compress(lines.as_bytes(), LEVEL).map_err(failed)?;
            archive
                .part(path.clone(), packed.len() as u64, packed.as_slice())
                .map_err(failed)?;
            lines.clear();
            Ok(())
        };
        tx.each(rows::select(table), &[], |row| {
            rows::write(&mut lines, &table.columns, row)?;
            rows += 1;
            if lines.len() >= PART {
                flush(self, &mut lines)?;
                progress(Progress {
                    step: Step::Rows,
                    done: *done + rows,
                    of: 0,
                });
            }
            Ok(())
        })?;
        flush(self, &mut lines)?;
        *done += rows;
        progress(Progress {
            step: Step::Rows,
            done: *done,
            of: 0,
        });
        Ok(rows)
    }

    /// What lies beside the database. A file that bears an id which the state does not know came later, and is left out.
    fn files(
        &mut self,
        folder: &Path,
        named: &HashSet<Uuid>,
        progress: &OnProgress,
    ) -> std::io::Result<Vec<String>> {
        let mut found = Vec::new();
        walk(folder, "", &mut found)?;
        let of = found.len() as u64;
        let mut missing: HashSet<Uuid> = named.clone();
        for (path, done) in found.into_iter().zip(1..) {
            let id = id_of(&path);
            if path.starts_with("files/") && id.is_some_and(|id| !named.contains(&id)) {
                continue;
            }
            let file = match File::open(folder.join(&path)) {
                Ok(file) => file,
                // Erased since the folder was listed.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                Err(e) => return Err(e),
            };
            let bytes = file.metadata()?.len();
            self.part(path, bytes, file)?;
            if let Some(id) = id {
                missing.remove(&id);
            }
            progress(Progress {
                step: Step::Files,
                done,
                of,
            });
        }
        let mut gone: Vec<String> = missing.into_iter().map(|id| id.to_string()).collect();
        gone.sort();
        Ok(gone)
    }

    fn finish(mut self, manifest: &Manifest) -> std::io::Result<()> {
        let text = serde_json::to_vec_pretty(manifest)?;
        let sum = self.append("manifest.json", text.len() as u64, text.as_slice())?;
        let sum = format!("{sum}  manifest.json\n");
        self.append("manifest.sha256", sum.len() as u64, sum.as_bytes())?;
        let mut out = self.tar.into_inner()?;
        out.flush()?;
        out.get_ref().sync_all()
    }
}

/// The id at the beginning of a file's name.
pub(super) fn id_of(path: &str) -> Option<Uuid> {
    let name = path.rsplit('/').next()?;
    Uuid::try_parse(name.get(..36)?).ok()
}

/// Every regular file below, by its path with `/`, in order.
pub(super) fn walk(root: &Path, below: &str, found: &mut Vec<String>) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(root.join(below)) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    let mut names: Vec<(String, std::fs::FileType)> = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string() {
            names.push((name, entry.file_type()?));
        }
    }
    names.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, kind) in names {
        // `.new`: being written just now.
        if (below.is_empty() && !is_kept(&name)) || name.ends_with(".new") {
            continue;
        }
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        if kind.is_dir() {
            walk(root, &path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads and adds up.
pub(super) struct Hashing<R> {
    pub(super) content: R,
    pub(super) sum: Sha256,
    pub(super) read: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.content.read(into)?;
        self.sum.update(&into[..count]);
        self.read += count as u64;
        Ok(count)
    }
}
