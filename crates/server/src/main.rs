//! The house of an online shop's customer service, in one program.
//!
//! `yingke serve` runs it; the other commands work on the same data folder, through the running server when there is one.

mod args;
mod command;
mod demo;
mod doctor;
mod local;
mod open;
mod pages;
mod print;
mod serve;

use clap::Parser;
use std::process::ExitCode;

// Thousands of idle sockets: this allocator gives memory back and keeps small things small.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    let quiet = if args.quiet() { "warn" } else { "info" };
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("YINGKE_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(quiet)),
        );
    match args.log_format() {
        args::LogFormat::Text => log.init(),
        args::LogFormat::Json => log.json().init(),
    }
    match command::run(args) {
        Ok(done) => done,
        // Whoever read the data has seen enough (`| head`): nothing went wrong.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yingke: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let json = error
        .downcast_ref::<serde_json::Error>()
        .and_then(serde_json::Error::io_error_kind);
    io.or(json) == Some(std::io::ErrorKind::BrokenPipe)
}
