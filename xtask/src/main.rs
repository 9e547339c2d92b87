//! Commands of the project: `cargo demo`, `cargo verify`, `cargo xtask gen`, `cargo xtask check-imports`.
//!
//! Kept small on purpose: it is built before anything else, so it depends on nothing of the house.

mod demo;
mod r#gen;
mod imports;
mod need;
mod run;
mod source;
mod verify;
mod web;

use anyhow::Result;
use run::{Failure, Place, say};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [ARGS…]          build the pages and the program, then run `yingke demo ARGS…`   (also: cargo demo)
  verify [--quick] [--only STEP]…
                        prove the product; --quick leaves out the slow steps            (also: cargo verify)
  verify --list         name the steps
  gen                   write openapi.json and the pages' typed client anew
  check-imports         who may import whom, and what each room may not know";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let code = error.downcast_ref::<Failure>().map_or(1, |failure| failure.code);
            eprintln!("xtask: {error:#}");
            ExitCode::from(code)
        }
    }
}

fn command() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let command = words.next();
    let rest: Vec<String> = words.collect();
    match command.as_deref() {
        Some("demo") => demo::run(&Place::find()?, &rest),
        Some("verify") => verify::run(&Place::find()?, &rest),
        Some("gen") if rest.is_empty() => r#gen::run(&Place::find()?.root),
        Some("gen") => Err(Failure::bad_input("gen takes no arguments")),
        Some("check-imports") => imports::run(&Place::find()?, &rest),
        Some("help" | "--help" | "-h") => {
            say(USAGE);
            Ok(())
        }
        Some(other) => Err(Failure::bad_input(format!(
            "there is no command `{other}`\n\n{USAGE}"
        ))),
        None => Err(Failure::bad_input(USAGE)),
    }
}
