//! Figures of the response clock (R-METRIC, 2.1).

pub(crate) mod performance;
pub(crate) mod turns;
