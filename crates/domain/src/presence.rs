//! Whether an agent is there, as a lease that must be renewed (R-RESP-05).

use yingke_kernel::Stamp;

/// What an agent has set, or the house has set for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 在线: takes new buyers.
    Online,
    /// 挂起: keeps the buyers they have, gets no new one.
    Suspended,
    /// 离开: holds nobody; what they held goes back to the queue.
    Away,
    /// 离线: not there.
    Offline,
}

impl State {
    /// Name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Suspended => "suspended",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
    /// The state of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Online, Self::Suspended, Self::Away, Self::Offline]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
    /// Whether new conversations may be given to them (R-DESK-02).
    pub const fn takes_new(self) -> bool {
        matches!(self, Self::Online)
    }
    /// Whether waits of the conversations they hold run against them (2.1, "who is judged").
    pub const fn holds(self) -> bool {
        matches!(self, Self::Online | Self::Suspended)
    }
}

/// The state that counts now: whoever's lease has run out (its end included) is offline, whatever they had set.
pub fn effective(state: State, lease_until: Option<Stamp>, now: Stamp) -> State {
    match lease_until {
        Some(until) if now < until => state,
        _ => State::Offline,
    }
}

/// Until when a sign of life at `now` holds.
pub fn lease(now: Stamp, policy: &crate::policy::PresencePolicy) -> Stamp {
    now.plus_secs(policy.lease_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_that_ran_out_is_offline_resp_05() {
        let now = Stamp::from_secs(1_000);
        let until = lease(now, &crate::policy::Policy::default().presence);
        for state in [State::Online, State::Suspended, State::Away, State::Offline] {
            assert_eq!(effective(state, Some(until), now), state);
            assert_eq!(
                effective(state, Some(until), Stamp::from_micros(until.micros() - 1)),
                state
            );
            assert_eq!(effective(state, Some(until), until), State::Offline);
            assert_eq!(effective(state, None, now), State::Offline);
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("Online"), None);
    }

    #[test]
    fn only_online_takes_new_buyers_desk_02() {
        let takes = [State::Online, State::Suspended, State::Away, State::Offline]
            .map(|s| (s.takes_new(), s.holds()));
        assert_eq!(
            takes,
            [(true, true), (false, true), (false, false), (false, false)]
        );
    }
}
