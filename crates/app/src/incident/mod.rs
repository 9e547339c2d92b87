//! What was found wrong (R-FINE-01): findings follow the facts, a person decides about them, the agent may disagree.
//!
//! The follower of the figures derives a thread's turns and hands them here, so a finding is of the same turn that a figure
//! counts. A finding keeps its id while its facts grow; what nobody decided disappears with its facts, what somebody decided
//! stays and says that the facts are gone.

mod find;
mod judge;
mod passed;

pub(crate) use find::{Found, found, record, record_idle, sum_up};
pub use judge::{Decided, Incident, Page, appeal, decide, decisions, evidence, list};
pub use passed::{Step, steps};
pub(crate) use passed::{pass, raised};
