//! Instants as stored, and the zone of a shop.

use jiff::{Timestamp, civil, tz::TimeZone};

/// An instant: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(i64);

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time like 2026-10-03T10:10:15+08:00")]
pub struct TimeError(pub String);

impl Stamp {
    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// From whole seconds since the epoch.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs * 1_000_000)
    }
    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// This much later (or earlier, if negative), in seconds.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self(self.0 + secs * 1_000_000)
    }
    /// Whole seconds from `earlier` to this, floored; never below zero (R-RESP, 2.1: wait).
    pub const fn secs_since(self, earlier: Self) -> i64 {
        let d = self.0 - earlier.0;
        if d < 0 { 0 } else { d / 1_000_000 }
    }
    /// Parses RFC 3339 (an offset is required).
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.trim()
            .parse::<Timestamp>()
            .map(Self::from)
            .map_err(|_| TimeError(text.to_owned()))
    }
    /// As a `jiff` timestamp.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }
}

impl From<Timestamp> for Stamp {
    fn from(t: Timestamp) -> Self {
        Self(t.as_microsecond())
    }
}
impl std::fmt::Display for Stamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}
impl std::fmt::Debug for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}
impl serde::Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Stamp {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Stamp::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The zone of a shop. Asia/Shanghai unless the shop says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// By its IANA name; `None` if there is no such zone.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }
    /// Asia/Shanghai, fixed at +08:00 when the machine has no zone data.
    pub fn shanghai() -> Self {
        Self::named("Asia/Shanghai").unwrap_or_else(|| Self(TimeZone::fixed(jiff::tz::offset(8))))
    }
    /// The wall clock of the shop at this instant.
    pub fn civil(&self, at: Stamp) -> civil::DateTime {
        self.0.to_datetime(at.timestamp())
    }
    /// The instant of a wall-clock reading; a reading that occurs twice means the first, one that never occurs the next.
    pub fn stamp(&self, at: civil::DateTime) -> Stamp {
        self.0.to_timestamp(at).map_or(Stamp(i64::MAX), Stamp::from)
    }
    /// RFC 3339 with the zone's offset.
    pub fn rfc3339(&self, at: Stamp) -> String {
        let z = at.timestamp().to_zoned(self.0.clone());
        z.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
    }
    /// The offset from UTC at this instant, in seconds.
    pub fn offset_secs(&self, at: Stamp) -> i64 {
        i64::from(self.0.to_offset(at.timestamp()).seconds())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::shanghai()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_prints() {
        let at = Stamp::parse("2026-10-03T10:10:15+08:00").unwrap();
        assert_eq!(at.to_string(), "2026-10-03T02:10:15Z");
        assert_eq!(Zone::shanghai().rfc3339(at), "2026-10-03T10:10:15+08:00");
        assert!(Stamp::parse("2026-10-03 10:10:15").is_err());
    }

    #[test]
    fn waits_are_floored_and_never_negative() {
        let a = Stamp::from_micros(1_500_000);
        assert_eq!(a.plus_secs(2).secs_since(Stamp::from_micros(1_999_999)), 1);
        assert_eq!(a.secs_since(a.plus_secs(5)), 0);
    }

    #[test]
    fn shop_reads_the_wall_clock() {
        let at = Stamp::parse("2026-10-03T23:59:50+08:00").unwrap();
        let civil = Zone::shanghai().civil(at);
        assert_eq!((civil.day(), civil.hour()), (3, 23));
        assert_eq!(Zone::shanghai().stamp(civil), at);
    }
}
