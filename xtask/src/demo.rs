//! `cargo demo`: builds everything, then becomes `yingke demo`.

use crate::run::{self as process, Place, cargo, line_of, say, seconds, timed};
use crate::{need, web};
use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

/// Builds the pages and the program, then runs the demonstration with the words after `demo`.
///
/// # Errors
/// Whatever fails on the way; does not come back if all goes well.
pub(crate) fn run(place: &Place, words: &[String]) -> Result<()> {
    let begun = Instant::now();
    timed("1/4  Rust, Node and npm", need::toolchain)?;
    timed("2/4  packages of the pages", || web::install(place))?;
    timed("3/4  pages", || web::build(place))?;
    timed("4/4  program (the first time takes some minutes)", || {
        process::run(cargo().current_dir(&place.root).args([
            "build",
            "--release",
            "--package",
            "yingke-server",
        ]))
    })?;
    say(format_args!(
        "built in {}; Ctrl+C ends the demonstration\n",
        seconds(begun.elapsed())
    ));
    // Replaces this process, so that Ctrl+C and kill reach the server itself.
    let mut server = Command::new(place.target.join("release").join("yingke"));
    server.arg("demo").args(words);
    let line = line_of(&server);
    Err(server.exec()).with_context(|| format!("`{line}` could not be started"))
}
