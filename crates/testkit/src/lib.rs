//! For tests: throw-away databases and what the rooms share in their tests.
//!
//! With the feature `house`: a [`TestHouse`] (the use cases with their background jobs, on a throw-away database and a clock
//! that obeys), a [`TestServer`] (the same behind real sockets on a free port), and clients that speak to it as pages do.
//! Whatever fails here is the failure of a test, so these helpers panic with words instead of giving errors.

pub mod postgres;

#[cfg(feature = "house")]
mod client;
#[cfg(feature = "house")]
mod house;
#[cfg(feature = "house")]
mod outbox;
#[cfg(feature = "house")]
mod server;

#[cfg(feature = "house")]
pub use client::{Http, Reply, Socket, multipart};
#[cfg(feature = "house")]
pub use house::{Bed, START, TestHouse, block_on, eventually};
#[cfg(feature = "house")]
pub use outbox::Talker;
#[cfg(feature = "house")]
pub use server::{Desk, Guest, Options, TestServer};

/// The same test on both databases: `both!(async fn name(bed: Bed) { … })` becomes `name::sqlite` and `name::postgres`.
#[cfg(feature = "house")]
#[macro_export]
macro_rules! both {
    ($(#[$meta:meta])* async fn $name:ident($bed:ident: Bed) $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;
            async fn run($bed: $crate::Bed) $body
            #[test]
            fn sqlite() {
                $crate::block_on(run($crate::Bed::sqlite()));
            }
            #[test]
            fn postgres() {
                if let Some(bed) = $crate::Bed::postgres() {
                    $crate::block_on(run(bed));
                }
            }
        }
    };
}
