//! `yingke backup`: by the server that holds the folder, or by this process when none runs.

use super::{Answer, Request, detail};
use crate::args::{Format, House as Words};
use crate::{local, open, print};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use yingke_app::House;
use yingke_app::backup::{Made, Wish, make, of_store};
use yingke_kernel::{Clock, SystemClock};
use yingke_store::backup::{OnProgress, Progress, Step};

/// The command.
pub(super) fn run(words: &Words, to: Option<PathBuf>, keep: Option<u64>, format: Format) -> Result<ExitCode> {
    // Full, because a server has another working folder; a slash at the end says that a folder is meant.
    let to = to
        .map(|to| -> Result<PathBuf> {
            let folder = to.as_os_str().as_encoded_bytes().ends_with(b"/");
            let full = std::path::absolute(&to).with_context(|| format!("--to {}", to.display()))?;
            Ok(if folder { full.join("") } else { full })
        })
        .transpose()?;
    let data = match local::connect(&words.data) {
        Some(server) => {
            let answer = local::ask(server, &Request::Backup { to, keep }, &say)?;
            if let Some(error) = answer.error {
                bail!("{error}");
            }
            answer.data
        }
        None => {
            if words.database.is_none() && !words.data.join("yingke.db").exists() {
                bail!(
                    "there is no house in {}; name its folder with --data",
                    words.data.display()
                );
            }
            // Not migrated: the backup is of what is there.
            let config = yingke_store::StoreConfig {
                target: open::target(words)?,
                ..yingke_store::StoreConfig::sqlite("")
            };
            let store = yingke_store::Store::open(config, Arc::new(|_| {}))?;
            let made = of_store(&store, &words.data, &wish(to, keep), SystemClock.now(), &say);
            store.close();
            row(&made.map_err(detail)?)
        }
    };
    say_no_more();
    print::document(&data, format)?;
    Ok(ExitCode::SUCCESS)
}

fn wish(to: Option<PathBuf>, keep: Option<u64>) -> Wish {
    Wish {
        to,
        keep: keep.map(|keep| usize::try_from(keep).unwrap_or(usize::MAX)),
    }
}

/// By the house that works.
pub(super) async fn of_house(
    house: &House,
    to: Option<PathBuf>,
    keep: Option<u64>,
    progress: Arc<OnProgress>,
) -> Result<Answer> {
    let made = make(house, wish(to, keep), progress).await.map_err(detail)?;
    Ok(Answer::done(row(&made), false))
}

fn row(made: &Made) -> Value {
    let deleted: Vec<String> = made
        .deleted
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    json!([{
        "file": made.file.display().to_string(),
        "bytes": made.bytes,
        "schema": made.manifest.schema,
        "rows": made.manifest.rows(),
        "entries": made.manifest.rows_of("entry"),
        "files": made.manifest.files(),
        "gone": made.manifest.gone,
        "took_ms": made.took_ms,
        "deleted": deleted,
    }])
}

/// Says on a terminal how far it is, in one line that is written over.
pub(super) fn say(progress: Progress) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let what = match progress.step {
        Step::Copy => "copying pages",
        Step::Rows => "rows",
        Step::Files => "files",
        Step::Check => "checking bytes",
    };
    let mut err = std::io::stderr().lock();
    let _ = match progress.of {
        0 => write!(err, "\r\x1b[K{what} {}", progress.done),
        of => write!(err, "\r\x1b[K{what} {} of {of}", progress.done.min(of)),
    };
    let _ = err.flush();
}

/// Takes that line away.
pub(super) fn say_no_more() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}
