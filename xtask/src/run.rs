//! Running programs, and saying what is going on.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// An error with the exit code that it asks for: 1 something failed, 2 nothing could be done.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    words: String,
}

impl Failure {
    /// The command line or the machine must be changed first: exit code 2.
    pub(crate) fn bad_input(words: impl Into<String>) -> anyhow::Error {
        Self {
            code: 2,
            words: words.into(),
        }
        .into()
    }
    /// A step failed: exit code 1.
    pub(crate) fn failed(words: impl Into<String>) -> anyhow::Error {
        Self {
            code: 1,
            words: words.into(),
        }
        .into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Failure {}

/// Writes a line to stdout, in order with what the programs that we run write there.
#[expect(clippy::print_stdout, reason = "the one place that writes to stdout")]
pub(crate) fn say(line: impl fmt::Display) {
    println!("{line}");
}

/// Seconds with one decimal: `0.4 s`, `83.0 s`.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Where things are.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the environment puts it.
    pub(crate) target: PathBuf,
    /// What `cargo metadata --no-deps` said.
    pub(crate) metadata: serde_json::Value,
}

impl Place {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = cargo();
        command
            .current_dir(here)
            .args(["metadata", "--no-deps", "--format-version", "1", "--offline"]);
        let out = command.output().context("cargo metadata")?;
        if !out.status.success() {
            return Err(Failure::failed(format!(
                "`cargo metadata` failed:\n{}",
                String::from_utf8_lossy(&out.stderr).trim_end()
            )));
        }
        let metadata: serde_json::Value =
            serde_json::from_slice(&out.stdout).context("cargo metadata is not JSON")?;
        let folder = |key: &str| -> Result<PathBuf> {
            let value = metadata[key].as_str();
            Ok(PathBuf::from(
                value.with_context(|| format!("cargo metadata has no `{key}`"))?,
            ))
        };
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
            metadata,
        })
    }

    /// The folder of the pages.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }
}

/// A run that nobody watches: no colours, no moving progress bars.
pub(crate) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    if in_ci() {
        command
            .env("CARGO_TERM_COLOR", "never")
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
    }
    command
}

/// A program that is not cargo.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    if in_ci() {
        command.env("NO_COLOR", "1").env("npm_config_progress", "false");
    }
    command
}

/// The command as one would type it.
pub(crate) fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut line = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

/// Runs it with our own stdin, stdout and stderr.
///
/// # Errors
/// If it cannot be started, or ends with anything but 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line_of(command);
    say(format_args!("$ {line}"));
    let status = command
        .status()
        .with_context(|| format!("`{line}` could not be started"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::failed(format!("`{line}` ended with {status}")))
    }
}

/// Its first line of stdout, trimmed; `None` if it cannot be run or fails.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let out = command.output().ok().filter(|out| out.status.success())?;
    let text = String::from_utf8_lossy(&out.stdout);
    Some(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// Does a piece of work under a heading, and says how long it took.
pub(crate) fn timed<T>(heading: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(format_args!("• {heading}"));
    let begun = Instant::now();
    let done = work()?;
    say(format_args!("  {} ({})", "done", seconds(begun.elapsed())));
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/usr/local/bin/npm");
        command.args(["run", "build"]);
        assert_eq!(line_of(&command), "npm run build");
    }

    #[test]
    fn a_failing_program_is_an_error_of_code_1() {
        let error = run(&mut Command::new("false")).unwrap_err();
        assert_eq!(error.downcast_ref::<Failure>().unwrap().code, 1);
        assert!(run(&mut Command::new("true")).is_ok());
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-program-here"), "{error:#}");
    }
}
