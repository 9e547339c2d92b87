//! What a transaction asks to have done after it is on disk.

/// Something to publish after the commit, in commit order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A number with no meaning of its own, for the driver's tests.
    Custom(u64),
}
