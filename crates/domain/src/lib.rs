//! The rules of the house: pure and synchronous. Facts and policy in, decisions out.
//!
//! One module per capability. Nothing here reads a clock, an environment, a file or a database: the time and the policy
//! are given. No figure of the rulebook stands in this code; each is a key of the policy ([`policy`]).

pub mod abuse;
pub mod access;
pub mod bargain;
pub mod buyer;
pub mod call;
pub mod clock;
pub mod conversation;
pub mod duty;
pub mod escalation;
pub mod goal;
pub mod guard;
pub mod hours;
pub mod incident;
pub mod metric;
pub mod notice;
pub mod order;
pub mod phrase;
pub mod policy;
pub mod presence;
pub mod promise;
pub mod routing;
pub mod search;
pub mod stage;
pub mod suggest;
pub mod urgency;
