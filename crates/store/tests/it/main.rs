//! The driver on both databases, its faults, and the migrations.

mod bed;
mod crash;
mod driver;
mod faults;
mod lanes;
mod migrations;
mod vfs;
