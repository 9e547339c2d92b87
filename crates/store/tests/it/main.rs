//! The driver on both databases, its faults, and the migrations.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed")]

mod backup;
mod bed;
mod contract;
mod crash;
mod driver;
mod faults;
mod lanes;
mod migrations;
mod statements;
mod tls;
mod vfs;
