//! Calls as the pages see them, and as they say them.

use crate::http::parse_time;
use crate::ws::protocol::CallRow;
use serde::Deserialize;
use utoipa::ToSchema;
use yingke_app::Directory;
use yingke_app::call::{CallRow as Row, Log};
use yingke_domain::buyer::mask_phone;
use yingke_domain::call::{Direction, Outcome};
use yingke_kernel::{PersonId, Problem, ShopId, ThreadId};

/// The wire form of a call; the telephone is masked.
pub(crate) fn call(c: &Row, buyer_name: &str, directory: &Directory) -> CallRow {
    let name = |person: PersonId| directory.actor_name(person.0).unwrap_or_default().to_owned();
    CallRow {
        id: c.id.to_string(),
        shop: directory.shop(c.shop).map(|s| s.code.clone()).unwrap_or_default(),
        thread: c.thread.map(|t| t.to_string()),
        buyer_name: buyer_name.to_owned(),
        number: c.number.clone(),
        phone: if c.phone.is_empty() {
            String::new()
        } else {
            mask_phone(&c.phone)
        },
        direction: c.direction.as_str().to_owned(),
        person: c.person.to_string(),
        person_name: name(c.person),
        at: c.at.to_string(),
        secs: c.secs,
        outcome: c.outcome.as_str().to_owned(),
        words: c.words.clone(),
        agreed: c.agreed.clone(),
        due_at: c.due_at.map(|at| at.to_string()),
        confirmed_seq: c.confirmed_seq,
        confirmed_by: c.confirmed_by.map(name),
        confirmed_at: c.confirmed_at.map(|at| at.to_string()),
    }
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallDirection {
    /// The buyer called.
    In,
    /// The shop called.
    Out,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallOutcome {
    /// The matter is settled.
    Settled,
    /// Something was agreed.
    Agreed,
    /// To be called again.
    CallAgain,
    /// Nobody answered.
    NoAnswer,
    /// The buyer did not want to talk.
    Declined,
    /// Somebody else's number.
    WrongNumber,
}

impl CallOutcome {
    /// The rule's word.
    pub(super) const fn of(self) -> Outcome {
        match self {
            Self::Settled => Outcome::Settled,
            Self::Agreed => Outcome::Agreed,
            Self::CallAgain => Outcome::CallAgain,
            Self::NoAnswer => Outcome::NoAnswer,
            Self::Declined => Outcome::Declined,
            Self::WrongNumber => Outcome::WrongNumber,
        }
    }
}

/// What is logged of a call.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct LogCall {
    /// The buyer's chat. When a call is changed, it stays what it was.
    #[serde(default)]
    pub thread: Option<String>,
    /// Shop code, where there is no chat.
    #[serde(default)]
    pub shop: Option<String>,
    /// The platform's order number.
    #[serde(default)]
    pub number: String,
    /// The buyer's telephone; empty = the one that the house knows.
    #[serde(default)]
    pub phone: String,
    /// Who called whom.
    pub direction: CallDirection,
    /// When, RFC 3339; absent = now, or what it was.
    #[serde(default)]
    pub at: Option<String>,
    /// How long, seconds.
    #[serde(default)]
    pub secs: Option<i64>,
    /// What came of it.
    pub outcome: CallOutcome,
    /// About what.
    #[serde(default)]
    pub words: String,
    /// What was agreed.
    #[serde(default)]
    pub agreed: String,
    /// It must be confirmed in the chat.
    #[serde(default)]
    pub confirm: bool,
}

impl LogCall {
    /// As the house takes it.
    pub(super) fn read(self, directory: &Directory) -> Result<Log, Problem> {
        let thread: Option<ThreadId> = self
            .thread
            .as_deref()
            .map(|t| crate::http::parse_id(t, "thread"))
            .transpose()?;
        let shop: Option<ShopId> = match self.shop.as_deref() {
            None => None,
            Some(code) => Some(
                directory
                    .shop_by_code(code)
                    .map(|s| s.id)
                    .ok_or_else(|| Problem::not_found("shop"))?,
            ),
        };
        Ok(Log {
            thread,
            shop,
            number: self.number,
            phone: self.phone,
            direction: match self.direction {
                CallDirection::In => Direction::In,
                CallDirection::Out => Direction::Out,
            },
            at: self.at.as_deref().map(|at| parse_time(at, "at")).transpose()?,
            secs: self.secs,
            outcome: self.outcome.of(),
            words: self.words,
            agreed: self.agreed,
            confirm: self.confirm,
        })
    }
}
