//! Through the front door: the binary itself, and a real server with real sockets, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod abuse;
mod access;
mod bargain;
mod buyer;
mod call;
mod chat;
mod cli;
mod duty;
mod escalation;
mod figures;
mod goal;
mod guard;
mod guard_cli;
mod import;
mod incident;
mod notice;
mod ops;
mod pairs;
mod phrase;
mod phrase_cli;
mod place;
mod program;
mod proxies;
mod report;
mod routing;
mod scan;
mod search;
mod seats;
mod second_factor;
mod suggest;
mod talk;
mod worklog;
