//! Money: integer fen inside, yuan strings with two decimals where people read it.

use std::{fmt, str::FromStr};

/// An amount in fen (1 yuan = 100 fen).
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// A text that is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number.
    #[error("not an amount like 128.50")]
    NotANumber,
    /// More than two decimals that are not zero: rounding here would lose money in silence.
    #[error("an amount has at most two decimals")]
    TooFine,
    /// Beyond what can be stored.
    #[error("amount too large")]
    TooLarge,
}

impl FromStr for Fen {
    type Err = MoneyError;

    /// Reads `128`, `128.5`, `-3.20`, `1,280.00`, `¥128.00`, `128.00元`.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let text = text
            .trim()
            .trim_start_matches(['¥', '￥'])
            .trim_end_matches('元')
            .trim();
        let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits: String = whole.chars().filter(|c| *c != ',').collect();
        if (digits.is_empty() && part.is_empty())
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || !part.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(MoneyError::NotANumber);
        }
        if part.len() > 2 && part[2..].bytes().any(|b| b != b'0') {
            return Err(MoneyError::TooFine);
        }
        let yuan: i64 = if digits.is_empty() {
            0
        } else {
            digits.parse().map_err(|_| MoneyError::TooLarge)?
        };
        let mut cents = part.bytes().map(|b| i64::from(b - b'0'));
        let fen = cents.next().unwrap_or(0) * 10 + cents.next().unwrap_or(0);
        let all = yuan
            .checked_mul(100)
            .and_then(|y| y.checked_add(fen))
            .ok_or(MoneyError::TooLarge)?;
        Ok(Fen(if negative { -all } else { all }))
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", all / 100, all % 100)
    }
}
impl fmt::Debug for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "¥{self}")
    }
}
impl std::ops::Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}
impl std::ops::Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_files_hold() {
        for (text, fen) in [
            ("128", 12_800),
            ("128.5", 12_850),
            ("0.0", 0),
            ("-3.20", -320),
            ("1,280.00", 128_000),
            ("¥9.90", 990),
            (".5", 50),
        ] {
            assert_eq!(text.parse(), Ok(Fen(fen)), "{text}");
        }
        assert_eq!("".parse::<Fen>(), Err(MoneyError::NotANumber));
        assert_eq!("12.345".parse::<Fen>(), Err(MoneyError::TooFine));
        assert_eq!("1e3".parse::<Fen>(), Err(MoneyError::NotANumber));
        assert_eq!("99999999999999999999".parse::<Fen>(), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn prints_what_it_reads(fen in -1_000_000_000_000i64..1_000_000_000_000) {
            prop_assert_eq!(Fen(fen).to_string().parse::<Fen>(), Ok(Fen(fen)));
        }
    }
}
