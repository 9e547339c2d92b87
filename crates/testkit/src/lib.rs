//! For tests: throw-away databases and what the rooms share in their tests.

pub mod postgres;
