//! The figures of the rulebook as policy: parsed, checked, and chosen by date.
//!
//! A policy is in force from its `effective` day until the next one begins. A computation takes the policy of the day of
//! the fact that it judges ([`PolicyBook::at`]), so a new policy never changes the past.

use crate::access::Role;
use crate::guard::Severity;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;

const DEFAULT: &str = include_str!("../../../policy/default.toml");

/// Why a policy was refused: which key, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// Dotted key (`metric.max_wait`); empty when the text is no TOML at all.
    pub key: String,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}", self.reason),
            key => write!(f, "policy key `{key}`: {}", self.reason),
        }
    }
}

/// A time of day on the shop's wall clock, written `HH:MM`; `24:00` is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// Reads `HH:MM`, 00:00 to 24:00.
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute) = text.trim().split_once(':')?;
        if hour.len() != 2
            || minute.len() != 2
            || !hour.bytes().chain(minute.bytes()).all(|b| b.is_ascii_digit())
        {
            return None;
        }
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        let secs = hour * 3_600 + minute * 60;
        (minute < 60 && secs <= 86_400).then_some(Self(secs))
    }
    /// Seconds since midnight, 0 to 86,400.
    pub const fn secs(self) -> i64 {
        self.0 as i64
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 3_600, self.0 / 60 % 60)
    }
}
impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} is no time of day; write it like \"06:00\""))
        })
    }
}

/// A stretch of the day, start inside, end not; one that ends before it starts runs over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// First moment inside.
    pub from: TimeOfDay,
    /// First moment outside.
    pub to: TimeOfDay,
}

impl Hours {
    /// As it is written: `08:00-23:00`.
    pub fn text(self) -> String {
        format!("{}-{}", self.from, self.to)
    }
    /// Whether this second of the day (0 to 86,399) lies inside.
    pub fn contains(self, second_of_day: i64) -> bool {
        let (from, to) = (self.from.secs(), self.to.secs());
        if from < to {
            (from..to).contains(&second_of_day)
        } else {
            second_of_day >= from || second_of_day < to
        }
    }
}
impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{}-{}", self.from, self.to))
    }
}
impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let parsed = text.split_once('-').and_then(|(from, to)| {
            Some(Self {
                from: TimeOfDay::parse(from)?,
                to: TimeOfDay::parse(to)?,
            })
            .filter(|h| h.from != h.to)
        });
        parsed.ok_or_else(|| {
            serde::de::Error::custom(format!("{text:?} are no hours; write them like \"08:00-23:00\""))
        })
    }
}

/// The response clock (R-RESP).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockPolicy {
    /// Seconds; a first message unanswered for longer raises the alarm (R-RESP-02).
    pub alarm_first_secs: i64,
    /// Seconds; an answer that takes longer is slow (R-RESP-03).
    pub slow_secs: i64,
    /// Slow turns from which on a buyer counts in `slow_reception_num` (2.1).
    pub slow_buyer_turns: i64,
    /// Beginnings of texts that are automatic although a person's account sent them (2.1).
    pub auto_prefix: Vec<String>,
    /// Seconds at which the waiting ring changes its colour, ascending.
    pub ring_secs: [i64; 4],
    /// Seconds, ascending: waits as long as these are grave (R-RESP-04).
    pub tiers_secs: [i64; 2],
}

impl ClockPolicy {
    /// Whether a text of a person's account is automatic (2.1).
    pub fn is_automatic(&self, text: &str) -> bool {
        self.auto_prefix
            .iter()
            .any(|prefix| text.starts_with(prefix.as_str()))
    }
}

/// The three-minute rate (2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreeMinutePolicy {
    /// Seconds; an answer within this is in time.
    pub secs: i64,
    /// Turns begun in these hours are judged.
    pub hours: Hours,
}

/// The service figures (2.1, R-METRIC).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricPolicy {
    /// Seconds; a wait of this length or more stays out of the reply costs and times (2.1, long gap).
    pub max_wait: i64,
    /// When a business day begins (2.1).
    pub day_split: TimeOfDay,
    /// Seconds; a buyer received for longer than this counts in `long_receive_num`.
    pub long_receive: i64,
    /// Seconds, ascending: the four cumulative figures of fast answers (R-RESP-02).
    pub within: [i64; 4],
    /// The three-minute rate.
    pub three_minute: ThreeMinutePolicy,
}

/// When a conversation is over by itself (2.1); both are measured from its last message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationPolicy {
    /// Seconds of silence with no answer owed.
    pub idle_close_secs: i64,
    /// Seconds of silence with an answer owed.
    pub owed_close_secs: i64,
    /// Seconds in which the sender may take a message back.
    pub recall_secs: i64,
    /// Seconds in which a close or a waiver may be undone by whoever did it.
    pub undo_secs: i64,
}

/// Presence of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresencePolicy {
    /// Seconds for which a sign of life holds.
    pub lease_secs: i64,
    /// Seconds for which what a shift left is shown to whoever has not confirmed it (R-DESK-10).
    pub handover_secs: i64,
    /// Seconds without input, nobody waiting, after which the desk asks whether somebody is there (R-RESP-06); 0 = never.
    pub ask_secs: i64,
    /// Seconds to answer that; then the person is set away.
    pub ask_grace_secs: i64,
}

/// How the two limits of R-RESP-04 go together within one wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierMode {
    /// The second takes the place of the first.
    Replace,
    /// Both count.
    Stack,
    /// The second counts once more for each further stretch of its length.
    Repeat,
}

/// What findings cost once they are confirmed (R-FINE-01). Amounts in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentPolicy {
    /// Slow answers of a calendar month that cost nothing (R-RESP-03).
    pub slow_free: usize,
    /// Fen; one more than that in a month.
    pub slow_fine_fen: i64,
    /// Whether each further slow answer costs as much again.
    pub slow_per_further: bool,
    /// Fen; no answer within the first and the second of `clock.tiers_secs` (R-RESP-04).
    pub tier_fines_fen: [i64; 2],
    /// How the two go together within one wait.
    pub tier_mode: TierMode,
    /// Whether such a wait counts as a slow answer besides.
    pub tier_is_slow: bool,
    /// Seconds online without any act, from which on it is idle hanging (R-RESP-06).
    pub idle_secs: i64,
    /// Fen for it.
    pub idle_fine_fen: i64,
    /// Lines that matters are handed up to, in rising authority (R-DESK-13).
    pub pass_up_lines: Vec<String>,
    /// Seconds; passing on a buyer within so long of getting them is sorting, the first time in a wait.
    pub pass_sort_secs: i64,
    /// Fen for passing on without an answer and without handing up; 0 = it is counted only.
    pub pass_fine_fen: i64,
}

/// What an agent may give alone (R-BARGAIN). Amounts in fen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BargainPolicy {
    /// Share of the order, in hundredths of a per cent.
    pub share_bp: i64,
    /// Concessions a day on own authority without a word.
    pub free_a_day: i64,
    /// Further ones with a warning; then the supervisor is asked.
    pub warned_a_day: i64,
    /// Fen; from this on an order's concessions are the supervisor's.
    pub large_order_fen: i64,
    /// Fen; what the second concession applies for, and the most of it (R-BARGAIN-03).
    pub second_fen: i64,
    /// Fen.
    pub second_max_fen: i64,
    /// Seconds after which an unanswered request is urgent (R-BARGAIN-02).
    pub answer_secs: i64,
    /// Channel to the forms that it allows; `other` = all that are not named.
    pub forms: BTreeMap<String, Vec<crate::bargain::Form>>,
}

/// Harassing, irrelevant and malicious words (R-DESK-12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbusePolicy {
    /// Codes of the team's phrases of which the first that there is becomes the one polite answer.
    pub answer_codes: Vec<String>,
    /// Whether an agent blocks a buyer, too.
    pub agent_blocks: bool,
}

/// Telephone calls (R-CHANNEL-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallPolicy {
    /// Seconds within which what was agreed must stand in the chat.
    pub confirm_within_secs: i64,
}

/// Words that put an answer off, and when it is due (R-DESK-08).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromisePolicy {
    /// Seconds after which the answer is due that was put off.
    pub answer_secs: i64,
    /// Words of a message that puts an answer off.
    pub words: Vec<String>,
    /// Characters; a longer message says more than to wait.
    pub max_chars: usize,
}

/// Routing (R-DESK-03, R-DESK-04, R-DESK-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingPolicy {
    /// Conversations that an agent holds at once, unless the person has a figure of their own.
    pub capacity: u32,
    /// Seconds that one place in the queue takes one agent, until the house knows better.
    pub place_secs: i64,
    /// Seconds; no buyer is told a shorter wait.
    pub estimate_floor_secs: i64,
    /// Seconds; a line on which nobody is online keeps its buyers for so long.
    pub overflow_secs: i64,
    /// Percent: what one conversation got beyond one's weight counts beside one in hand; 0 = only what is in hand counts.
    pub balance_percent: u32,
    /// Percent of a full desk that such a lead can count for at most.
    pub balance_most_percent: u32,
    /// Seconds after which a conversation leaves a holder who does not answer; 0 = never.
    pub reassign_secs: i64,
    /// Seconds; a holder who wrote at the answer within them keeps it, for as long again at most.
    pub reassign_typing_secs: i64,
    /// How often it does so within one wait.
    pub reassign_times: u32,
    /// Fen; an open order of this amount is large. 0 = none is.
    pub large_order_fen: i64,
    /// Fen; whoever has paid so much in all is a large buyer. 0 = nobody is.
    pub big_buyer_fen: i64,
    /// Seconds; a large order waits so long for somebody of middle grade before a junior gets it.
    pub grade_secs: i64,
    /// Words of a buyer about a poor review.
    pub review_words: Vec<String>,
}

/// Words of a buyer that tell where the talk stands (R-DESK-06); Latin ones in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagePolicy {
    /// The price.
    pub bargaining: Vec<String>,
    /// Ordering and paying.
    pub payment: Vec<String>,
    /// The parcel.
    pub logistics: Vec<String>,
    /// Something is wrong.
    pub aftersales: Vec<String>,
    /// Thanks and goodbye.
    pub farewell: Vec<String>,
}

/// Reading drafts (R-SPEECH).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardPolicy {
    /// Rules that block.
    pub block: Vec<String>,
    /// Rules that warn.
    pub warn: Vec<String>,
    /// Rules that hint.
    pub hint: Vec<String>,
    /// Telephone lines that may be told.
    pub allowed_lines: Vec<String>,
    /// Sites of this channel.
    pub allowed_sites: Vec<String>,
    /// Names of the transit warehouse.
    pub transit_words: Vec<String>,
    /// The same point so many times is too often.
    pub repeat_times: u32,
    /// Percent of agreement from which on two texts make the same point.
    pub repeat_likeness: u8,
    /// Characters up to which a refusal must bring more than itself.
    pub refusal_chars: usize,
}

impl GuardPolicy {
    /// How severe a rule is; `Off` for one in no list.
    pub fn severity(&self, rule: &str) -> Severity {
        let has = |list: &[String]| list.iter().any(|id| id == rule);
        if has(&self.block) {
            Severity::Block
        } else if has(&self.warn) {
            Severity::Warn
        } else if has(&self.hint) {
            Severity::Hint
        } else {
            Severity::Off
        }
    }

    fn check(&self) -> Result<(), PolicyError> {
        let fault = |key: &str, reason: String| {
            Err(PolicyError {
                key: format!("guard.{key}"),
                reason,
            })
        };
        let mut seen: Vec<&str> = Vec::new();
        for (key, list) in [("block", &self.block), ("warn", &self.warn), ("hint", &self.hint)] {
            for id in list {
                if !crate::guard::rules().any(|rule| rule.id == id) {
                    return fault(
                        key,
                        format!("{id:?} is no rule that the guard reads; write one like \"R-SPEECH-08\""),
                    );
                }
                if seen.contains(&id.as_str()) {
                    return fault(key, format!("{id} stands in two lists; keep one"));
                }
                seen.push(id);
            }
        }
        if !(1..=100).contains(&self.repeat_likeness) {
            return fault(
                "repeat_likeness",
                format!("{} is no percentage; write 1 to 100", self.repeat_likeness),
            );
        }
        if !(2..=100).contains(&self.repeat_times) {
            return fault(
                "repeat_times",
                format!(
                    "{} is out of range; write a whole number from 2 to 100",
                    self.repeat_times
                ),
            );
        }
        if self.transit_words.iter().any(|word| word.trim().is_empty()) {
            return fault(
                "transit_words",
                "an empty word stands in every message; take it out".to_owned(),
            );
        }
        Ok(())
    }
}

/// Who among the waiting comes first (R-DESK-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityPolicy {
    /// Seconds of lead with an unpaid order; 0 = none.
    pub unpaid_order_secs: i64,
    /// Seconds of lead before a product's page.
    pub cart_secs: i64,
    /// Seconds of lead with a question about a product.
    pub product_question_secs: i64,
    /// Words of such a question.
    pub product_words: Vec<String>,
}

/// Sign-in and sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessPolicy {
    /// Seconds for which a sign-in link works, once.
    pub link_secs: i64,
    /// Seconds without use after which a session ends.
    pub session_idle_secs: i64,
    /// Seconds after which a session ends in any case.
    pub session_secs: i64,
    /// Seconds within which the token of a known buyer must expire.
    pub buyer_token_secs: i64,
    /// Roles that must have a second factor.
    pub require_totp: Vec<Role>,
}

/// What is too old to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Days after which the words of a closed conversation are erased; 0 = never.
    pub messages_days: i64,
    /// Days after which files are erased; 0 = never.
    pub files_days: i64,
    /// Days after which contacts of an order are erased; 0 = never.
    pub contacts_days: i64,
}

/// Quick phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhrasePolicy {
    /// Characters of a phrase at most.
    pub text_max: u16,
    /// Pictures of a phrase at most.
    pub pictures_max: u16,
    /// Levels of groups at most.
    pub group_levels: u16,
    /// Days within which a removed phrase can be taken back.
    pub restore_days: i64,
    /// Seconds after a use within which an order of that buyer counts as its sale.
    pub sale_window_secs: i64,
    /// Seconds after which the second question of a phrase is brought to mind although the buyer wrote nothing.
    pub follow_secs: i64,
    /// Seconds after which it is forgotten.
    pub follow_old_secs: i64,
}

/// Notices to the team (R-TEAM-03, R-DUTY-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticePolicy {
    /// Whether whoever has not confirmed an urgent notice gets no new conversations.
    pub block_routing: bool,
}

/// The lists of the day (R-DESK-14, R-DESK-16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyPolicy {
    /// The early list is done by then.
    pub early_by: TimeOfDay,
    /// The opening list is done by then.
    pub opening_by: TimeOfDay,
    /// Hours for which an order that is not paid stands on the list.
    pub unpaid_hours: i64,
    /// Days for which an order that is paid and not shipped stands on the list.
    pub unshipped_days: i64,
    /// Hours from the payment after which it is late.
    pub ship_late_hours: i64,
    /// A rating of so many or fewer is bad.
    pub bad_score: i64,
    /// Words in a title by which goods are known to be sold before they are there.
    pub presale_words: Vec<String>,
}

/// Most words by which such goods are known.
pub const PRESALE_WORDS: usize = 8;

impl DutyPolicy {
    fn check(&self) -> Result<(), PolicyError> {
        let fault = |key: &str, reason: String| {
            Err(PolicyError {
                key: format!("duty.{key}"),
                reason,
            })
        };
        for (key, value, most) in [
            ("unpaid_hours", self.unpaid_hours, 8_784),
            ("unshipped_days", self.unshipped_days, 366),
            ("ship_late_hours", self.ship_late_hours, 8_784),
            ("bad_score", self.bad_score, 5),
        ] {
            if !(1..=most).contains(&value) {
                return fault(
                    key,
                    format!("{value} is out of range; write a whole number from 1 to {most}"),
                );
            }
        }
        if self.presale_words.len() > PRESALE_WORDS
            || self.presale_words.iter().any(|word| word.trim().is_empty())
        {
            return fault(
                "presale_words",
                format!("write {PRESALE_WORDS} words at most, and no empty one"),
            );
        }
        Ok(())
    }
}

/// Every figure of the rulebook that the house computes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// First day on which it is in force (the shop's calendar).
    #[serde(deserialize_with = "day")]
    pub effective: Date,
    /// The response clock.
    pub clock: ClockPolicy,
    /// The service figures.
    pub metric: MetricPolicy,
    /// When a conversation is over by itself.
    pub conversation: ConversationPolicy,
    /// Presence of agents.
    pub presence: PresencePolicy,
    /// What findings cost.
    pub incident: IncidentPolicy,
    /// Answers that were put off.
    pub promise: PromisePolicy,
    /// What an agent may give alone.
    pub bargain: BargainPolicy,
    /// Harassment.
    pub abuse: AbusePolicy,
    /// Telephone calls.
    pub call: CallPolicy,
    /// Routing.
    pub routing: RoutingPolicy,
    /// Where the talk stands.
    pub stage: StagePolicy,
    /// Reading drafts.
    pub guard: GuardPolicy,
    /// Who among the waiting comes first.
    pub priority: PriorityPolicy,
    /// Sign-in and sessions.
    pub access: AccessPolicy,
    /// What is too old to be kept.
    pub retention: RetentionPolicy,
    /// Quick phrases.
    pub phrase: PhrasePolicy,
    /// Notices to the team.
    pub notice: NoticePolicy,
    /// The lists of the day.
    pub duty: DutyPolicy,
}

impl Policy {
    /// The text of the policy that ships with the house.
    pub const fn default_text() -> &'static str {
        DEFAULT
    }

    /// Reads and checks a policy; the first fault found is named.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text).map_err(|e| from_toml(text, &e))?;
        policy.check()?;
        Ok(policy)
    }

    fn check(&self) -> Result<(), PolicyError> {
        let fault = |key: &str, reason: String| {
            Err(PolicyError {
                key: key.to_owned(),
                reason,
            })
        };
        let lengths = [
            ("clock.alarm_first_secs", self.clock.alarm_first_secs),
            ("clock.slow_secs", self.clock.slow_secs),
            ("clock.slow_buyer_turns", self.clock.slow_buyer_turns),
            ("metric.max_wait", self.metric.max_wait),
            ("metric.long_receive", self.metric.long_receive),
            ("metric.three_minute.secs", self.metric.three_minute.secs),
            ("conversation.idle_close_secs", self.conversation.idle_close_secs),
            ("conversation.owed_close_secs", self.conversation.owed_close_secs),
            ("conversation.recall_secs", self.conversation.recall_secs),
            ("conversation.undo_secs", self.conversation.undo_secs),
            ("presence.lease_secs", self.presence.lease_secs),
            ("presence.handover_secs", self.presence.handover_secs),
            ("presence.ask_grace_secs", self.presence.ask_grace_secs),
            ("incident.idle_secs", self.incident.idle_secs),
            ("promise.answer_secs", self.promise.answer_secs),
            ("bargain.large_order_fen", self.bargain.large_order_fen),
            ("bargain.answer_secs", self.bargain.answer_secs),
            ("call.confirm_within_secs", self.call.confirm_within_secs),
            ("routing.capacity", i64::from(self.routing.capacity)),
            ("routing.place_secs", self.routing.place_secs),
            ("routing.estimate_floor_secs", self.routing.estimate_floor_secs),
            ("access.link_secs", self.access.link_secs),
            ("access.session_idle_secs", self.access.session_idle_secs),
            ("access.session_secs", self.access.session_secs),
            ("access.buyer_token_secs", self.access.buyer_token_secs),
            ("phrase.sale_window_secs", self.phrase.sale_window_secs),
            ("phrase.follow_secs", self.phrase.follow_secs),
            ("phrase.follow_old_secs", self.phrase.follow_old_secs),
        ];
        // A hundred years: beyond it an instant plus a length could leave what can be stored.
        const LONGEST: i64 = 100 * 366 * 86_400;
        for (key, value) in lengths {
            if !(1..=LONGEST).contains(&value) {
                return fault(
                    key,
                    format!("{value} is out of range; write a whole number from 1 to {LONGEST}"),
                );
            }
        }
        let [small, large] = self.incident.tier_fines_fen;
        let amounts = [
            ("incident.slow_fine_fen", self.incident.slow_fine_fen),
            ("incident.tier_fines_fen", small.min(large)),
            ("incident.tier_fines_fen", small.max(large)),
            ("incident.idle_fine_fen", self.incident.idle_fine_fen),
            ("incident.pass_fine_fen", self.incident.pass_fine_fen),
            ("bargain.share_bp", self.bargain.share_bp),
            ("bargain.free_a_day", self.bargain.free_a_day),
            ("bargain.warned_a_day", self.bargain.warned_a_day),
            ("bargain.second_fen", self.bargain.second_fen),
            ("bargain.second_max_fen", self.bargain.second_max_fen),
        ];
        // A million yuan: whoever needs more has forgotten that it is fen.
        const DEAREST: i64 = 100_000_000;
        for (key, value) in amounts {
            if !(0..=DEAREST).contains(&value) {
                return fault(
                    key,
                    format!("{value} is out of range; write fen as a whole number from 0 to {DEAREST}"),
                );
            }
        }
        let steps: [(&str, &[i64], &str); 3] = [
            ("clock.ring_secs", &self.clock.ring_secs, "four"),
            ("clock.tiers_secs", &self.clock.tiers_secs, "two"),
            ("metric.within", &self.metric.within, "four"),
        ];
        for (key, steps, count) in steps {
            if steps[0] < 1 || !steps.is_sorted_by(|a, b| a < b) {
                return fault(
                    key,
                    format!("{steps:?} must be {count} numbers above 0, each larger than the one before"),
                );
            }
        }
        for (key, lead) in [
            ("priority.unpaid_order_secs", self.priority.unpaid_order_secs),
            ("priority.cart_secs", self.priority.cart_secs),
            ("presence.ask_secs", self.presence.ask_secs),
            ("incident.pass_sort_secs", self.incident.pass_sort_secs),
            (
                "priority.product_question_secs",
                self.priority.product_question_secs,
            ),
        ] {
            if !(0..=86_400).contains(&lead) {
                return fault(
                    key,
                    format!("{lead} is out of range; write a whole number from 0 (no lead) to 86400"),
                );
            }
        }
        for (key, value, most) in [
            ("routing.overflow_secs", self.routing.overflow_secs, 86_400),
            (
                "routing.balance_percent",
                i64::from(self.routing.balance_percent),
                1_000,
            ),
            (
                "routing.balance_most_percent",
                i64::from(self.routing.balance_most_percent),
                100,
            ),
            ("routing.reassign_secs", self.routing.reassign_secs, 86_400),
            (
                "routing.reassign_typing_secs",
                self.routing.reassign_typing_secs,
                3_600,
            ),
            (
                "routing.reassign_times",
                i64::from(self.routing.reassign_times),
                100,
            ),
            ("routing.grade_secs", self.routing.grade_secs, 86_400),
            (
                "routing.large_order_fen",
                self.routing.large_order_fen,
                100_000_000_000,
            ),
            (
                "routing.big_buyer_fen",
                self.routing.big_buyer_fen,
                100_000_000_000,
            ),
        ] {
            if !(0..=most).contains(&value) {
                return fault(
                    key,
                    format!("{value} is out of range; write a whole number from 0 to {most}"),
                );
            }
        }
        for (key, value, most) in [
            ("phrase.text_max", i64::from(self.phrase.text_max), 10_000),
            ("phrase.pictures_max", i64::from(self.phrase.pictures_max), 9),
            ("phrase.group_levels", i64::from(self.phrase.group_levels), 8),
            ("phrase.restore_days", self.phrase.restore_days, 366),
        ] {
            if !(1..=most).contains(&value) {
                return fault(
                    key,
                    format!("{value} is out of range; write a whole number from 1 to {most}"),
                );
            }
        }
        for (key, days) in [
            ("retention.messages_days", self.retention.messages_days),
            ("retention.files_days", self.retention.files_days),
            ("retention.contacts_days", self.retention.contacts_days),
        ] {
            if !(0..=36_600).contains(&days) {
                return fault(
                    key,
                    format!("{days} is out of range; write a whole number from 0 (kept) to 36600"),
                );
            }
        }
        if self.clock.auto_prefix.iter().any(|prefix| prefix.is_empty()) {
            return fault(
                "clock.auto_prefix",
                "an empty text would make every message automatic; take it out".to_owned(),
            );
        }
        for (key, words) in [
            ("stage.bargaining", &self.stage.bargaining),
            ("stage.payment", &self.stage.payment),
            ("stage.logistics", &self.stage.logistics),
            ("stage.aftersales", &self.stage.aftersales),
            ("stage.farewell", &self.stage.farewell),
            ("priority.product_words", &self.priority.product_words),
            ("routing.review_words", &self.routing.review_words),
        ] {
            if words.iter().any(|word| word.trim().is_empty()) {
                return fault(
                    key,
                    "an empty word stands in every message; take it out".to_owned(),
                );
            }
        }
        self.guard.check()?;
        self.duty.check()?;
        if self.metric.day_split.secs() >= 86_400 {
            return fault(
                "metric.day_split",
                "24:00 is no beginning of a day; write \"00:00\"".to_owned(),
            );
        }
        if self.conversation.owed_close_secs < self.conversation.idle_close_secs {
            return fault(
                "conversation.owed_close_secs",
                format!(
                    "{} is below conversation.idle_close_secs ({}): a buyer who waits would be dropped before one who \
                     does not; raise it",
                    self.conversation.owed_close_secs, self.conversation.idle_close_secs
                ),
            );
        }
        if self.access.session_secs < self.access.session_idle_secs {
            return fault(
                "access.session_secs",
                "must not be below access.session_idle_secs; raise it".to_owned(),
            );
        }
        Ok(())
    }
}

/// A key of the policy, as whoever changes it sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Dotted name: `metric.max_wait`.
    pub name: String,
    /// Rules that it carries out, in the words of the file: `R-RESP, 2.1`, `R-DESK-04`; "(+)" = ours.
    pub rules: String,
    /// What it means, in the words of the file.
    pub about: String,
    /// Its value in the built-in policy.
    pub value: toml::Value,
}

/// Values by key, of those that differ from the built-in policy.
pub type Changes = BTreeMap<String, toml::Value>;

impl Policy {
    /// Every key of the built-in policy in the order of the file, `effective` left out.
    pub fn keys() -> Vec<Key> {
        // Compiled in and read by a test.
        let table: toml::Table = DEFAULT.parse().expect("policy/default.toml is TOML");
        let mut keys: Vec<Key> = Vec::new();
        let (mut section, mut comment) = (String::new(), String::new());
        for line in DEFAULT.lines() {
            let line = line.trim();
            if let Some(words) = line.strip_prefix('#') {
                if !comment.is_empty() {
                    comment.push(' ');
                }
                comment.push_str(words.trim());
            } else if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
                // A line of a value that is a list ends with a comma or holds a quote.
                if name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
                {
                    name.clone_into(&mut section);
                    comment.clear();
                }
            } else if let Some((own, _)) = line.split_once('=').filter(|(own, _)| is_bare(own.trim())) {
                let name = [section.as_str(), own.trim()]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join(".");
                if let Some(value) = look(&table, &name).filter(|_| name != "effective") {
                    let (rules, about) = comment
                        .strip_prefix("... ")
                        .map(|rest| {
                            let rules = keys.last().map_or("", |last: &Key| last.rules.as_str());
                            (rules.to_owned(), rest.to_owned())
                        })
                        .or_else(|| {
                            let (rules, about) = comment.split_once(": ")?;
                            Some((rules.to_owned(), about.to_owned()))
                        })
                        .unwrap_or_default();
                    keys.push(Key {
                        name,
                        rules,
                        about: about.trim_end_matches([' ', '.']).to_owned(),
                        value: value.clone(),
                    });
                }
                comment.clear();
            } else if line.is_empty() {
                comment.clear();
            }
        }
        keys
    }

    /// The built-in policy with other values for some keys, in force from a day.
    pub fn amended(effective: Date, changes: &Changes) -> Result<Self, PolicyError> {
        let mut table: toml::Table = DEFAULT.parse().expect("policy/default.toml is TOML");
        table.insert("effective".to_owned(), toml::Value::String(effective.to_string()));
        for (name, value) in changes {
            let unknown = || PolicyError {
                key: name.clone(),
                reason: "there is no such key; take it out (policy/default.toml shows every key)".to_owned(),
            };
            if name == "effective" {
                return Err(unknown());
            }
            let mut at = &mut table;
            let mut parts = name.split('.').peekable();
            while let Some(part) = parts.next() {
                let slot = at.get_mut(part).ok_or_else(unknown)?;
                if parts.peek().is_none() {
                    if slot.is_table() {
                        return Err(unknown());
                    }
                    *slot = value.clone();
                    break;
                }
                at = slot.as_table_mut().ok_or_else(unknown)?;
            }
        }
        let text = toml::to_string(&table).map_err(|e| PolicyError {
            key: String::new(),
            reason: e.to_string(),
        })?;
        Self::parse(&text)
    }

    /// What differs from the built-in policy, `effective` left out.
    pub fn changes(&self) -> Changes {
        let own = toml::Table::try_from(self).unwrap_or_default();
        Self::keys()
            .into_iter()
            .filter_map(|key| {
                let value = look(&own, &key.name)?.clone();
                (value != key.value).then_some((key.name, value))
            })
            .collect()
    }
}

fn is_bare(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn look<'a>(table: &'a toml::Table, name: &str) -> Option<&'a toml::Value> {
    let mut parts = name.split('.');
    let first = table.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

impl Default for Policy {
    fn default() -> Self {
        // The file is compiled in and a test reads it: it cannot fail at run time.
        Self::parse(DEFAULT).expect("policy/default.toml is a policy")
    }
}

fn day<'de, D: Deserializer<'de>>(d: D) -> Result<Date, D::Error> {
    let text = String::deserialize(d)?;
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("{text:?} is no day; write it like \"2026-10-01\"")))
}

/// Names the key that the parser complained about.
fn from_toml(text: &str, error: &toml::de::Error) -> PolicyError {
    let message = error.message();
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let start = (0..=start).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    let mut section = String::new();
    let mut last = "";
    for line in text[..line_end].lines() {
        last = line.trim();
        if let Some(name) = last.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            section = name.trim_matches('[').trim().to_owned();
        }
    }
    let own = match message.split('`').nth(1) {
        Some(name) if message.starts_with("missing field") || message.starts_with("unknown field") => name,
        _ => last.split_once('=').map_or("", |(key, _)| key.trim()),
    };
    let key = [section.as_str(), own]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(".");
    let mend = if message.starts_with("missing field") {
        "; add it (policy/default.toml shows every key)"
    } else if message.starts_with("unknown field") {
        "; take it out or mend its spelling (policy/default.toml shows every key)"
    } else {
        ""
    };
    PolicyError {
        key,
        reason: format!("{message}{mend}").replace('\n', " "),
    }
}

/// Several policies, each in force from its day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyBook(Vec<Arc<Policy>>);

impl PolicyBook {
    /// One policy for all time.
    pub fn single(policy: Policy) -> Self {
        Self(vec![Arc::new(policy)])
    }

    /// Several; two that begin on the same day, or none at all, are refused.
    pub fn new(policies: impl IntoIterator<Item = Policy>) -> Result<Self, PolicyError> {
        let mut all: Vec<_> = policies.into_iter().map(Arc::new).collect();
        all.sort_by_key(|policy| policy.effective);
        let fault = |reason: String| {
            Err(PolicyError {
                key: "effective".to_owned(),
                reason,
            })
        };
        if all.is_empty() {
            return fault("there is no policy; give at least one".to_owned());
        }
        if let Some(pair) = all.windows(2).find(|pair| pair[0].effective == pair[1].effective) {
            return fault(format!(
                "two policies begin on {}; give one of them another day",
                pair[0].effective
            ));
        }
        Ok(Self(all))
    }

    /// The policy of a day; days before the first one are judged by the first.
    pub fn at(&self, date: Date) -> &Arc<Policy> {
        let next = self.0.partition_point(|policy| policy.effective <= date);
        &self.0[next.saturating_sub(1)]
    }

    /// All, in the order of their days; never empty.
    pub fn all(&self) -> &[Arc<Policy>] {
        &self.0
    }
}

impl Default for PolicyBook {
    fn default() -> Self {
        Self::single(Policy::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn changed(from: &str, to: &str) -> Result<Policy, PolicyError> {
        assert!(DEFAULT.contains(from), "{from}");
        Policy::parse(&DEFAULT.replacen(from, to, 1))
    }

    #[test]
    fn the_default_is_a_policy_and_carries_a_rule_for_each_figure() {
        let policy = Policy::default();
        assert_eq!(policy.metric.three_minute.hours.to.to_string(), "23:00");
        let mut commented = false;
        for line in DEFAULT.lines() {
            let line = line.trim();
            if line.starts_with('#') {
                commented |= line.contains("R-") || line.starts_with("# ...");
            } else if line.contains('=') && !line.starts_with("effective") {
                assert!(commented, "no rule id above {line}");
                commented = false;
            }
        }
    }

    #[test]
    fn every_key_says_its_rule_and_its_meaning() {
        let keys = Policy::keys();
        let named = |name: &str| keys.iter().find(|k| k.name == name).unwrap();
        assert_eq!(named("metric.three_minute.secs").rules, "R-RESP, 2.1");
        assert_eq!(named("routing.capacity").value, toml::Value::Integer(8));
        assert_eq!(
            named("access.session_secs").rules,
            named("access.session_idle_secs").rules
        );
        assert!(
            keys.iter().all(|k| k.rules.contains("R-") && !k.about.is_empty()),
            "{keys:#?}"
        );
        // Every key of the type is there, and nothing else.
        let all = toml::Table::try_from(Policy::default()).unwrap();
        fn leaves(table: &toml::Table) -> usize {
            table.values().map(|v| v.as_table().map_or(1, leaves)).sum()
        }
        assert_eq!(keys.len() + 1, leaves(&all));
    }

    #[test]
    fn an_amended_policy_is_the_built_in_one_but_for_its_changes() {
        let changes = Changes::from([
            ("metric.max_wait".to_owned(), toml::Value::Integer(900)),
            (
                "metric.three_minute.hours".to_owned(),
                toml::Value::String("09:00-21:00".to_owned()),
            ),
        ]);
        let policy = Policy::amended(date(2026, 11, 1), &changes).unwrap();
        assert_eq!(policy.effective, date(2026, 11, 1));
        assert_eq!(policy.metric.max_wait, 900);
        assert_eq!(policy.changes(), changes);
        assert_eq!(
            Policy {
                effective: date(2000, 1, 1),
                ..Policy::amended(date(2026, 11, 1), &Changes::new()).unwrap()
            },
            Policy::default()
        );
        assert!(Policy::default().changes().is_empty());
        for (key, value, reason) in [
            ("metric.maxwait", toml::Value::Integer(1), "no such key"),
            ("metric", toml::Value::Integer(1), "no such key"),
            ("effective", toml::Value::Integer(1), "no such key"),
            ("metric.max_wait", toml::Value::Integer(0), "out of range"),
            ("metric.max_wait", toml::Value::Boolean(true), "invalid type"),
            (
                "metric.within",
                toml::Value::Array(vec![toml::Value::Integer(1)]),
                "invalid length",
            ),
        ] {
            let fault =
                Policy::amended(date(2026, 11, 1), &Changes::from([(key.to_owned(), value)])).unwrap_err();
            assert_eq!(fault.key, key, "{fault}");
            assert!(fault.reason.contains(reason), "{fault}");
        }
    }

    #[test]
    fn a_fault_names_its_key_and_how_to_mend_it() {
        for (from, to, key, reason) in [
            ("max_wait = 600", "max_wait = 0", "metric.max_wait", "from 1"),
            (
                "max_wait = 600",
                "max_wait = \"ten\"",
                "metric.max_wait",
                "invalid type",
            ),
            ("max_wait = 600", "", "metric.max_wait", "add it"),
            (
                "max_wait = 600",
                "max_wait = 600\nmaxwait = 1",
                "metric.maxwait",
                "spelling",
            ),
            (
                "day_split = \"00:00\"",
                "day_split = \"6 am\"",
                "metric.day_split",
                "06:00",
            ),
            (
                "day_split = \"00:00\"",
                "day_split = \"24:00\"",
                "metric.day_split",
                "00:00",
            ),
            (
                "hours = \"08:00-23:00\"",
                "hours = \"08:00\"",
                "metric.three_minute.hours",
                "08:00-23:00",
            ),
            (
                "[10, 30, 60, 180]",
                "[10, 30, 30, 180]",
                "metric.within",
                "larger",
            ),
            (
                "owed_close_secs = 86400",
                "owed_close_secs = 60",
                "conversation.owed_close_secs",
                "raise",
            ),
            (
                "auto_prefix = []",
                "auto_prefix = [\"\"]",
                "clock.auto_prefix",
                "empty",
            ),
            ("capacity = 8", "capacity = 0", "routing.capacity", "from 1"),
            (
                "messages_days = 0",
                "messages_days = -1",
                "retention.messages_days",
                "0 (kept)",
            ),
            (
                "restore_days = 30",
                "restore_days = 0",
                "phrase.restore_days",
                "from 1",
            ),
            (
                "undo_secs = 10",
                "undo_secs = 0",
                "conversation.undo_secs",
                "from 1",
            ),
            ("[1800, 7200]", "[7200, 1800]", "clock.tiers_secs", "two numbers"),
            (
                "cart_secs = 40",
                "cart_secs = -1",
                "priority.cart_secs",
                "no lead",
            ),
            ("\"谢谢\"", "\" \"", "stage.farewell", "empty"),
            (
                "effective = \"2000-01-01\"",
                "effective = \"soon\"",
                "effective",
                "soon",
            ),
        ] {
            let fault = changed(from, to).unwrap_err();
            assert_eq!(fault.key, key, "{fault}");
            assert!(fault.reason.contains(reason), "{fault}");
        }
        assert!(Policy::parse("not toml at all").is_err());
    }

    #[test]
    fn the_policy_of_a_day_is_the_latest_that_began() {
        let later = changed("2000-01-01", "2026-10-01").unwrap();
        let book = PolicyBook::new([later.clone(), Policy::default()]).unwrap();
        assert_eq!(book.at(date(2026, 9, 30)).effective, date(2000, 1, 1));
        assert_eq!(book.at(date(2026, 10, 1)).effective, date(2026, 10, 1));
        assert_eq!(book.at(date(1999, 1, 1)).effective, date(2000, 1, 1));
        assert!(PolicyBook::new([later.clone(), later]).is_err());
        assert!(PolicyBook::new([]).is_err());
    }

    #[test]
    fn hours_take_their_start_and_leave_their_end_also_over_midnight() {
        let hours = |from, to| Hours {
            from: TimeOfDay::parse(from).unwrap(),
            to: TimeOfDay::parse(to).unwrap(),
        };
        let day = hours("08:00", "23:00");
        for (second, inside) in [(28_799, false), (28_800, true), (82_799, true), (82_800, false)] {
            assert_eq!(day.contains(second), inside, "{second}");
        }
        let night = hours("22:00", "06:00");
        assert!(night.contains(79_200) && night.contains(0) && !night.contains(21_600));
        assert!(hours("00:00", "24:00").contains(86_399));
        assert!(TimeOfDay::parse("24:01").is_none() && TimeOfDay::parse("8:00").is_none());
    }

    #[test]
    fn automatic_prefixes_are_the_policys_resp_2_1() {
        let policy = changed("auto_prefix = []", "auto_prefix = [\"[自动]\"]").unwrap();
        assert!(policy.clock.is_automatic("[自动] 您好"));
        assert!(!policy.clock.is_automatic("您好 [自动]"));
        assert!(!Policy::default().clock.is_automatic(""));
    }
}
