//! Load and crashes over real sockets, against a real `yingke serve`.
//!
//! Every command starts the server itself, on a throw-away folder, and speaks to it only as browsers do: one-time links, cookies,
//! HTTP, `/ws`. `closed`, `open`, `idle`, `ready`, `recompute`, `search` and `worklog` print figures; `crash` kills the server again and again and then
//! proves that nothing acknowledged was lost, doubled or swapped.

mod crash;
mod fill;
mod find;
mod http;
mod idle;
mod load;
mod machine;
mod report;
mod server;
mod shop;
mod socket;
mod stats;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Buyers and agents over real sockets; the crash checker.
#[derive(Parser)]
#[command(name = "yingke-loadgen", version, about)]
struct Words {
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
struct Common {
    /// The program to measure; without: `yingke` beside this one.
    #[arg(long, value_name = "FILE", global = true)]
    bin: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: postgres://user@host/name (an empty database), or `temp` for a throw-away one.
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t = Format::Table, global = true)]
    format: Format,
    /// Threads of the generator.
    #[arg(long, default_value_t = 1, global = true)]
    threads: usize,
}

/// How a result is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading.
    Table,
    /// One document.
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Closed loop: each buyer writes the next message when the last one is acknowledged and seen at the desk.
    Closed {
        #[command(flatten)]
        common: Common,
        /// Buyers who write at the same time.
        #[arg(long, default_value_t = 200)]
        conversations: usize,
        /// Agents who read.
        #[arg(long, default_value_t = 20)]
        agents: usize,
        /// Seconds that are measured, after two of warming up.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// Open loop: messages on a schedule, however slow the answers; latency counts from the scheduled moment.
    Open {
        #[command(flatten)]
        common: Common,
        /// Messages a second in all.
        #[arg(long, default_value_t = 200)]
        rate: u32,
        /// Buyers who write.
        #[arg(long, default_value_t = 200)]
        buyers: usize,
        /// Agents who read.
        #[arg(long, default_value_t = 20)]
        agents: usize,
        /// Seconds that are measured, after two of warming up.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// Seed of the schedule's chance (exponential gaps).
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Memory of the server with buyers who are connected and say nothing.
    Idle {
        #[command(flatten)]
        common: Common,
        /// Connected buyers.
        #[arg(long, default_value_t = 1_000)]
        buyers: usize,
        /// Connected agents.
        #[arg(long, default_value_t = 20)]
        agents: usize,
        /// Messages that each buyer has written before.
        #[arg(long, default_value_t = 0)]
        messages: usize,
    },
    /// From start to ready, in a shop with a history.
    Ready {
        #[command(flatten)]
        common: Common,
        /// Messages of the history.
        #[arg(long, default_value_t = 1_000_000)]
        messages: u64,
        /// Starts that are measured.
        #[arg(long, default_value_t = 5)]
        starts: usize,
        /// Keep the filled shop in this folder, or use the one that is there.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Response figures of a whole history, from the stored messages.
    Recompute {
        #[command(flatten)]
        common: Common,
        /// Messages of the history.
        #[arg(long, default_value_t = 1_000_000)]
        messages: u64,
        /// Keep the filled shop in this folder, or use the one that is there.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Search by words in a shop with a history.
    Search {
        #[command(flatten)]
        common: Common,
        /// Messages of the history.
        #[arg(long, default_value_t = 1_000_000)]
        messages: u64,
        /// Keep the filled shop in this folder, or use the one that is there.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Pages and search of a long work log, which is written over HTTP.
    Worklog {
        #[command(flatten)]
        common: Common,
        /// Entries of the log.
        #[arg(long, default_value_t = 100_000)]
        entries: u64,
    },
    /// Kill the server under load, again and again; then hold what was acknowledged against what is stored and what was seen.
    Crash(crash::Crash),
}

fn main() -> ExitCode {
    match run(Words::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("yingke-loadgen: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Closed {
            common,
            conversations,
            agents,
            seconds,
        } => load::run(
            &common,
            &load::Plan {
                buyers: conversations,
                agents,
                seconds,
                rate: None,
                seed: 0,
            },
        )?,
        Command::Open {
            common,
            rate,
            buyers,
            agents,
            seconds,
            seed,
        } => load::run(
            &common,
            &load::Plan {
                buyers,
                agents,
                seconds,
                rate: Some(rate),
                seed,
            },
        )?,
        Command::Idle {
            common,
            buyers,
            agents,
            messages,
        } => idle::run(&common, buyers, agents, messages)?,
        Command::Ready {
            common,
            messages,
            starts,
            data,
        } => fill::ready(&common, messages, starts, data)?,
        Command::Recompute {
            common,
            messages,
            data,
        } => fill::recompute(&common, messages, data)?,
        Command::Search {
            common,
            messages,
            data,
        } => find::run(&common, messages, data)?,
        Command::Worklog { common, entries } => find::worklog(&common, entries)?,
        Command::Crash(words) => return crash::run(&words),
    }
    Ok(ExitCode::SUCCESS)
}

impl Common {
    fn runtime(&self) -> Result<tokio::runtime::Runtime> {
        Ok(tokio::runtime::Builder::new_multi_thread()
            .worker_threads(self.threads.max(1))
            .enable_all()
            .build()?)
    }
}
