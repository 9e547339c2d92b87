//! What a transaction asks to have done after it is on disk.

use crate::conversation::Appeared;
use std::sync::Arc;

/// Something to publish after the commit, in commit order.
#[derive(Debug, Clone)]
pub enum Effect {
    /// New entries of a thread.
    Appeared(Arc<Appeared>),
    /// A number with no meaning of its own, for the driver's tests.
    Custom(u64),
}
