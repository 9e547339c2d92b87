//! Through the front door: the binary itself, and a real server with real sockets, on both databases.

mod access;
mod chat;
mod cli;
mod figures;
mod import;
mod program;
mod routing;
