//! States of the people (R-RESP-05).

pub(crate) mod hand_over;
pub(crate) mod handover_seen;
pub(crate) mod handovers;
pub(crate) mod people;
pub(crate) mod set_state;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yingke_domain::presence::State;

/// State of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PresenceState {
    /// 在线: takes new buyers.
    Online,
    /// 挂起: keeps the buyers they have, gets no new one.
    Suspended,
    /// 离开: holds nobody.
    Away,
    /// 离线: not there.
    Offline,
}

impl From<State> for PresenceState {
    fn from(state: State) -> Self {
        match state {
            State::Online => Self::Online,
            State::Suspended => Self::Suspended,
            State::Away => Self::Away,
            State::Offline => Self::Offline,
        }
    }
}

impl From<PresenceState> for State {
    fn from(state: PresenceState) -> Self {
        match state {
            PresenceState::Online => Self::Online,
            PresenceState::Suspended => Self::Suspended,
            PresenceState::Away => Self::Away,
            PresenceState::Offline => Self::Offline,
        }
    }
}
