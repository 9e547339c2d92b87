//! `cargo xtask gen`: writes what is generated and checked in. A test of each owner fails while a file is stale.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Writes `openapi.json` from the handlers, and the pages' client from it when the pages' packages are installed.
///
/// # Errors
/// When the description cannot be built or written; says which step it was.
pub(crate) fn run(root: &Path) -> Result<()> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "-p", "yingke-api", "--example", "openapi"])
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the description of the interface could not be built; the compiler's words stand above");
    }
    let path = root.join("openapi.json");
    // Unchanged files keep their time, so that nothing is built anew for nothing.
    if std::fs::read(&path).ok().as_deref() != Some(&output.stdout) {
        std::fs::write(&path, &output.stdout)
            .with_context(|| format!("{} cannot be written", path.display()))?;
        eprintln!("gen: wrote openapi.json");
    }
    let web = root.join("web");
    if !web.join("node_modules").is_dir() {
        eprintln!("gen: the pages' client is left as it is; run `npm ci` in web/ first");
        return Ok(());
    }
    let status = Command::new("npm")
        .args(["run", "gen"])
        .current_dir(&web)
        .status()
        .context("npm cannot be started")?;
    if !status.success() {
        bail!("`npm run gen` in web/ failed; its words stand above");
    }
    Ok(())
}
