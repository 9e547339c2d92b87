//! `cargo verify`: everything that proves the product, in order, until the first failure.

use crate::run::{Failure, Place, cargo, program, run as execute, say, seconds};
use crate::{imports, need, web};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// One thing that is proven.
struct Step {
    /// The word for `--only`.
    name: &'static str,
    /// What it proves.
    proves: &'static str,
    run: fn(&Place) -> Result<()>,
    /// What to do when it fails.
    remedy: &'static str,
    /// Left out by `--quick`.
    slow: bool,
}

/// The order matters: cheap before dear, and the pages are built before the binary that holds them.
const STEPS: &[Step] = &[
    Step {
        name: "needs",
        proves: "Rust, Node, npm, Chromium, PostgreSQL and a Chinese font are there",
        run: |_| need::toolchain().and_then(|()| need::packages()),
        remedy: "install what is named above",
        slow: false,
    },
    Step {
        name: "format",
        proves: "the Rust code is formatted",
        run: |place| execute(at_root(place, cargo()).args(["fmt", "--all", "--check"])),
        remedy: "cargo fmt --all",
        slow: false,
    },
    Step {
        name: "imports",
        proves: "every room imports only what it may",
        run: |place| imports::run(place, &[]),
        remedy: "move the code to the room that may do this; the rules are at the head of xtask/src/imports.rs",
        slow: false,
    },
    Step {
        name: "packages",
        proves: "the packages of the pages are those of the lock file",
        run: web::install,
        remedy: "look at npm's words above; `npm install` in web/ mends a lock file that does not fit package.json",
        slow: false,
    },
    Step {
        name: "client",
        proves: "the pages' typed client is that of openapi.json",
        run: web::client,
        remedy: "look at the difference and commit it; `cargo xtask gen` writes it and openapi.json",
        slow: false,
    },
    Step {
        name: "web-types",
        proves: "the pages pass the type check",
        run: |place| execute(&mut web::npm(place, &["run", "typecheck"])),
        remedy: "mend the types; again: npm run typecheck in web/",
        slow: false,
    },
    Step {
        name: "web-lint",
        proves: "the pages pass ESLint and Prettier",
        run: |place| execute(&mut web::npm(place, &["run", "lint"])),
        remedy: "npm run format in web/ mends the format, the rest is by hand",
        slow: false,
    },
    Step {
        name: "web-tests",
        proves: "the unit tests of the pages",
        run: |place| execute(&mut web::npm(place, &["run", "test"])),
        remedy: "again for one page: npm run test --workspace @yingke/desk in web/",
        slow: false,
    },
    Step {
        name: "web-build",
        proves: "the pages build and keep their size limits",
        run: web::build,
        remedy: "look at the words above; again: npm run build in web/",
        slow: false,
    },
    Step {
        name: "clippy",
        proves: "no warnings in any Rust target",
        run: |place| {
            let words = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            execute(at_root(place, cargo()).args(words))
        },
        remedy: "mend each warning; an exception is #[expect(lint, reason = \"…\")]",
        slow: false,
    },
    Step {
        name: "tests",
        proves: "unit, property, contract and integration tests on SQLite and PostgreSQL",
        run: |place| {
            let mut tests = cargo();
            // Without it a machine that lost its PostgreSQL would pass half of the tests.
            at_root(place, &mut tests)
                .args(["test", "--workspace"])
                .env("YINGKE_REQUIRE_POSTGRES", "1");
            execute(&mut tests)
        },
        remedy: "again for one crate: cargo test -p yingke-store",
        slow: false,
    },
    Step {
        name: "programs",
        proves: "the programs of the next two steps build",
        run: |place| execute(at_root(place, cargo()).args(["build", "--workspace", "--bins"])),
        remedy: "mend what the compiler names",
        slow: true,
    },
    Step {
        name: "crash",
        proves: "nothing acknowledged is lost, doubled or out of order when the server is killed",
        run: |place| {
            let mut crash = program(binary(place, "yingke-loadgen"));
            execute(at_root(place, &mut crash).args(["crash", "--kills", "10"]))
        },
        remedy: "docs/reliability.md says how to read the record; again: cargo run -p yingke-loadgen -- crash --kills 10",
        slow: true,
    },
    Step {
        name: "e2e",
        proves: "the pages in Chromium against the real server",
        run: |place| {
            let mut e2e = web::npm(place, &["run", "e2e", "--workspace", "e2e"]);
            execute(e2e.env("YINGKE_BIN", binary(place, "yingke"))).map_err(|error| {
                let told = place.root.join("web/e2e/test-results/ending.txt");
                match std::fs::read_to_string(told) {
                    Ok(lines) if !lines.is_empty() => error.context(format!("\n{lines}")),
                    _ => error,
                }
            })
        },
        remedy: "look at the pictures in web/e2e/test-results; one file alone: npm run e2e --workspace e2e -- tests/talk.spec.ts in web/",
        slow: true,
    },
];

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    quick: bool,
    list: bool,
    only: Vec<String>,
}

/// Runs the steps.
///
/// # Errors
/// The first failing step, with what to do; code 2 for a bad command line or a machine that lacks something.
pub(crate) fn run(place: &Place, words: &[String]) -> Result<()> {
    let wish = parse(words)?;
    if wish.list {
        for step in STEPS {
            let slow = if step.slow { " (slow)" } else { "" };
            say(format_args!("{:10} {}{slow}", step.name, step.proves));
        }
        return Ok(());
    }
    let chosen: Vec<&Step> = STEPS.iter().filter(|step| wish.wants(step)).collect();
    let begun = Instant::now();
    let mut done: Vec<(&Step, Duration)> = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        say(format_args!(
            "\n━━ {}/{} {}: {}",
            index + 1,
            chosen.len(),
            step.name,
            step.proves
        ));
        let from = Instant::now();
        let outcome = (step.run)(place);
        let took = from.elapsed();
        if let Err(error) = outcome {
            let code = error.downcast_ref::<Failure>().map_or(1, |failure| failure.code);
            let rest = chosen.len() - index - 1;
            summary(&done, Some((step, took)), rest, begun.elapsed());
            let name = step.name;
            let words = format!(
                "step `{name}` failed: {error:#}\n  to mend: {}\n  then only this step again: cargo verify --only {name}",
                step.remedy
            );
            return Err(if code == 2 {
                Failure::bad_input(words)
            } else {
                Failure::failed(words)
            });
        }
        say(format_args!("   {}: passed in {}", step.name, seconds(took)));
        done.push((step, took));
    }
    summary(&done, None, 0, begun.elapsed());
    Ok(())
}

fn parse(words: &[String]) -> Result<Wish> {
    let mut wish = Wish::default();
    let mut words = words.iter();
    let names = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--quick" => wish.quick = true,
            "--list" => wish.list = true,
            "--only" => match words.next() {
                Some(name) if STEPS.iter().any(|step| step.name == name) => wish.only.push(name.clone()),
                Some(name) => {
                    return Err(Failure::bad_input(format!(
                        "there is no step `{name}`; there are {}",
                        names()
                    )));
                }
                None => return Err(Failure::bad_input(format!("--only wants a step: {}", names()))),
            },
            other => {
                return Err(Failure::bad_input(format!(
                    "verify does not know `{other}`; it knows --quick, --only STEP, --list"
                )));
            }
        }
    }
    Ok(wish)
}

impl Wish {
    fn wants(&self, step: &Step) -> bool {
        if self.only.is_empty() {
            !(self.quick && step.slow)
        } else {
            self.only.iter().any(|name| name == step.name)
        }
    }
}

fn summary(done: &[(&Step, Duration)], failed: Option<(&Step, Duration)>, rest: usize, total: Duration) {
    say("\n━━ summary");
    for (step, took) in done {
        say(format_args!("   passed  {:10} {:>9}", step.name, seconds(*took)));
    }
    if let Some((step, took)) = failed {
        say(format_args!("   FAILED  {:10} {:>9}", step.name, seconds(took)));
    }
    if rest > 0 {
        say(format_args!(
            "   not run {rest} step{}",
            if rest == 1 { "" } else { "s" }
        ));
    }
    say(format_args!("   total   {:10} {:>9}", "", seconds(total)));
}

fn at_root<C: std::borrow::BorrowMut<Command>>(place: &Place, mut command: C) -> C {
    command.borrow_mut().current_dir(&place.root);
    command
}

/// A program of the dev profile.
fn binary(place: &Place, name: &str) -> PathBuf {
    place.target.join("debug").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn names(line: &str) -> Vec<&'static str> {
        let wish = parse(&words(line)).unwrap();
        STEPS
            .iter()
            .filter(|step| wish.wants(step))
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn everything_runs_unless_less_is_asked_for() {
        assert_eq!(names("").len(), STEPS.len());
        let quick = names("--quick");
        assert!(quick.contains(&"tests") && !quick.contains(&"crash") && !quick.contains(&"e2e"));
        assert_eq!(names("--only e2e"), ["e2e"]);
        assert_eq!(
            names("--only tests --only format"),
            ["format", "tests"],
            "in the order of the list"
        );
    }

    #[test]
    fn bad_words_are_refused_with_what_is_known() {
        for (line, part) in [
            ("--only", "wants a step"),
            ("--only nothing", "there is no step `nothing`"),
            ("-q", "does not know `-q`"),
        ] {
            let error = parse(&words(line)).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(error.downcast_ref::<Failure>().unwrap().code, 2);
        }
    }

    #[test]
    fn steps_have_names_of_their_own_and_the_pages_come_before_the_binary() {
        let at = |name: &str| STEPS.iter().position(|step| step.name == name).unwrap();
        for (index, step) in STEPS.iter().enumerate() {
            assert_eq!(at(step.name), index, "`{}` twice", step.name);
        }
        assert!(at("web-build") < at("clippy") && at("programs") < at("crash") && at("programs") < at("e2e"));
    }
}
