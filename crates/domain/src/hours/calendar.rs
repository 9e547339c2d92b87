//! The public calendar of mainland China, for the years that were announced.

use jiff::civil::Date;
use serde::Deserialize;
use std::sync::LazyLock;

const CHINA: &str = include_str!("china.toml");

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What a date is in the public calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarDay {
    /// A public holiday.
    Holiday(&'static Named),
    /// A day of the weekend that is worked to make up for a holiday.
    Workday,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<CalendarYear>,
}

/// One announced year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    workdays: Vec<Date>,
    holiday: Vec<Stretch>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stretch {
    name: Named,
    from: Date,
    to: Date,
}

// The file is compiled in and a test reads it: it cannot fail at run time.
static YEARS: LazyLock<Vec<CalendarYear>> = LazyLock::new(|| {
    toml::from_str::<File>(CHINA)
        .expect("china.toml is a calendar")
        .year
});

impl CalendarYear {
    /// The years that are known, ascending.
    pub fn known() -> &'static [Self] {
        &YEARS
    }
    /// Every day of the year that differs from the week, in order.
    pub fn days(&'static self) -> Vec<(Date, CalendarDay)> {
        let mut days: Vec<_> = self.workdays.iter().map(|d| (*d, CalendarDay::Workday)).collect();
        for stretch in &self.holiday {
            let mut date = stretch.from;
            while date <= stretch.to {
                days.push((date, CalendarDay::Holiday(&stretch.name)));
                let Ok(next) = date.tomorrow() else { break };
                date = next;
            }
        }
        days.sort_by_key(|(date, _)| *date);
        days
    }
}

/// What a date is in mainland China; `None` = a day like its weekday says, or of a year that is not known.
pub fn china(date: Date) -> Option<CalendarDay> {
    let year = YEARS.iter().find(|y| y.year == date.year())?;
    if year.workdays.contains(&date) {
        return Some(CalendarDay::Workday);
    }
    let stretch = year.holiday.iter().find(|s| s.from <= date && date <= s.to)?;
    Some(CalendarDay::Holiday(&stretch.name))
}
