//! Typed ids. Each is a UUIDv7 inside and an opaque string on the wire.

use crate::Stamp;
use uuid::Uuid;

/// A UUIDv7 of the given time; its random part comes from the operating system.
fn uuid_at(now: Stamp) -> Uuid {
    let mut random = [0u8; 10];
    // The operating system's source does not fail on a running machine; without it no secret could be made either.
    getrandom::fill(&mut random).expect("the operating system gives random bytes");
    uuid::Builder::from_unix_timestamp_millis(now.micros().max(0) as u64 / 1_000, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, ordered by the time it was made.
            pub fn new(now: Stamp) -> Self {
                Self(uuid_at(now))
            }
            /// The 16 bytes that are stored.
            pub fn bytes(&self) -> [u8; 16] {
                *self.0.as_bytes()
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A shop.
    ShopId,
    /// Somebody who works in the house: owner, supervisor, agent.
    PersonId,
    /// A receiving account of a platform (`店铺:小美`), possibly bound to a person.
    AccountId,
    /// A buyer, one per shop and channel.
    BuyerId,
    /// Everything between one shop, one channel and one buyer; owns the sequence.
    ThreadId,
    /// An episode of a thread.
    ConversationId,
    /// What a client calls its own message, so that a repeat is known as one.
    ClientId,
    /// A stored picture or file.
    FileId,
    /// An order.
    OrderId,
    /// An article of a shop.
    ProductId,
    /// A quick phrase.
    PhraseId,
    /// A set of quick phrases: a shop's, or a person's in a shop.
    PhraseSetId,
    /// A version of the policy.
    PolicyId,
    /// Something that was found wrong.
    IncidentId,
    /// A notice to the team.
    NoticeId,
    /// What was given to a buyer below the price.
    ConcessionId,
    /// A request to a higher hand.
    ApprovalId,
    /// What was done about a line of a list of the day.
    TickId,
    /// An entry of the work log.
    WorklogId,
    /// Words that somebody holds to be abuse.
    MarkId,
    /// A buyer whom a shop does not listen to.
    BlockId,
    /// What was handed to a platform or the police.
    ReportId,
    /// A telephone call with a buyer.
    CallId,
    /// A line of the audit trail.
    AuditId,
    /// A connection of a desk or a widget.
    ConnectionId,
}
