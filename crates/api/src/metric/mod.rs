//! Figures of the response clock (R-METRIC, 2.1).

pub(crate) mod export;
pub(crate) mod performance;
pub(crate) mod sheet;
pub(crate) mod turns;
