//! `yingke restore`.

use super::{backup, detail};
use crate::args::{Format, House as Words};
use crate::{local, open, print};
use anyhow::{Result, bail};
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use yingke_kernel::{Clock, SystemClock};

/// The command.
pub(super) fn run(words: &Words, file: &Path, replace: bool, format: Format) -> Result<ExitCode> {
    if local::connect(&words.data).is_some() {
        bail!(
            "a server runs on {}; stop it first, or name another folder",
            words.data.display()
        );
    }
    let target = open::target(words)?;
    let restored = yingke_app::backup::restore(
        file,
        &words.data,
        &target,
        replace,
        SystemClock.now(),
        Arc::new(backup::say),
    );
    backup::say_no_more();
    let restored = restored.map_err(detail)?;
    let manifest = &restored.manifest;
    let mut row = json!({
        "file": file.display().to_string(),
        "made_at": manifest.made_at,
        "from": manifest.database,
        "schema": manifest.schema,
        "schema_now": restored.schema,
        "rows": manifest.rows(),
        "entries": manifest.rows_of("entry"),
        "files": manifest.files(),
    });
    if let Some(folder) = &restored.folder_aside {
        row["folder_aside"] = json!(folder.display().to_string());
    }
    if let Some(schema) = &restored.tables_aside {
        row["tables_aside"] = json!(schema);
    }
    print::document(&json!([row]), format)?;
    Ok(ExitCode::SUCCESS)
}
