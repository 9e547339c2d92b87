//! What was promised in a draft, and by when (R-SPEECH-12).

use super::fold::plain;
use super::number::digit;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// What a promise is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Something will be done by a time.
    Date,
    /// A price or reduction.
    Price,
    /// Something that comes with the order.
    Gift,
    /// Money or goods for a trouble.
    Compensation,
}

/// A promise of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// What it is about.
    pub what: What,
    /// The day by which it falls due, where the words say one and the day of writing is known.
    pub due: Option<Date>,
}

/// What a reason code of R-SPEECH-12 promises.
pub(super) fn what(reason: &str) -> What {
    match reason {
        "promise_gift" => What::Gift,
        "promise_price" => What::Price,
        "promise_compensation" => What::Compensation,
        _ => What::Date,
    }
}

/// The day that the words name; `today` is the shop's day of writing.
pub(super) fn due(text: &str, today: Date) -> Option<Date> {
    let chars = plain(text).chars;
    let text: String = chars.iter().collect();
    for (word, days) in [
        ("大后天", 3),
        ("后天", 2),
        ("明天", 1),
        ("明早", 1),
        ("明日", 1),
        ("明晚", 1),
        ("今天", 0),
        ("今日", 0),
        ("今晚", 0),
        ("马上", 0),
        ("现在", 0),
    ] {
        if text.contains(word) {
            return today.checked_add(days.days()).ok();
        }
    }
    for (n, c) in chars.iter().enumerate() {
        let Some((number, next)) = number_at(&chars, n) else {
            continue;
        };
        if n > 0 && number_at(&chars, n - 1).is_some() {
            continue;
        }
        let rest: String = chars[next..].iter().take(4).collect();
        let _ = c;
        if rest.starts_with("小时") {
            return today.checked_add((number.div_euclid(24)).days()).ok();
        }
        if rest.starts_with("天") || rest.starts_with("日内") {
            return today.checked_add(number.days()).ok();
        }
        if rest.starts_with('月')
            && let Some((day, end)) = number_at(&chars, next + 1)
            && matches!(chars.get(end), Some('号' | '日'))
        {
            let date = Date::new(today.year(), i8::try_from(number).ok()?, i8::try_from(day).ok()?).ok()?;
            return if date < today {
                Date::new(today.year() + 1, date.month(), date.day()).ok()
            } else {
                Some(date)
            };
        }
        if rest.starts_with('号') {
            let day = i8::try_from(number).ok()?;
            return (0..12_i32)
                .filter_map(|months| today.first_of_month().checked_add(months.months()).ok())
                .filter_map(|first| Date::new(first.year(), first.month(), day).ok())
                .find(|date| *date >= today);
        }
    }
    None
}

fn number_at(chars: &[char], from: usize) -> Option<(i64, usize)> {
    let mut value = 0;
    let mut at = from;
    while let Some(d) = chars.get(at).and_then(|c| digit(*c)) {
        value = value * 10 + i64::from(d);
        at += 1;
        if at - from > 3 {
            return None;
        }
    }
    (at > from).then_some((value, at))
}
