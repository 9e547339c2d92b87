//! Bargaining: what may be given, requests to the supervisor, the record.

pub(crate) mod answer;
pub(crate) mod ask;
pub(crate) mod board;
pub(crate) mod concede;
pub(crate) mod export;
pub(crate) mod report;
pub(crate) mod requests;
pub(crate) mod step;
pub(crate) mod take;
pub(crate) mod view;
pub(crate) mod withdraw;
