use super::*;
use crate::policy::TimeOfDay;
use jiff::civil::date;
use proptest::prelude::*;

fn hours(text: &str) -> Hours {
    serde_json::from_value(serde_json::json!(text)).unwrap()
}

fn list(texts: &[&str]) -> Vec<Hours> {
    texts.iter().map(|t| hours(t)).collect()
}

fn at(text: &str) -> Stamp {
    Stamp::parse(&format!("{text}:00+08:00")).unwrap()
}

/// Weekdays with a break at noon, Friday into the night, Sunday closed.
fn shop() -> Opening {
    let day = list(&["09:00-12:00", "13:00-18:00"]);
    Opening {
        week: Week {
            fri: list(&["09:00-12:00", "20:00-02:00"]),
            sat: list(&["10:00-16:00"]),
            sun: Vec::new(),
            ..Week::every_day(day)
        },
        calendar: Follows::China,
        holiday: list(&["10:00-12:00"]),
        days: BTreeMap::from([
            // A Tuesday with a night of its own, a Wednesday off, a Saturday worked like a Friday.
            (
                date(2026, 3, 10),
                Exception::Own {
                    hours: list(&["22:00-04:00"]),
                    name: "盘点".to_owned(),
                },
            ),
            (
                date(2026, 3, 11),
                Exception::Own {
                    hours: Vec::new(),
                    name: String::new(),
                },
            ),
            (
                date(2026, 3, 14),
                Exception::Like {
                    day: Day::Fri,
                    name: "补班".to_owned(),
                },
            ),
            // The calendar's holiday is worked, an ordinary day is a holiday.
            (
                date(2026, 10, 2),
                Exception::Like {
                    day: Day::Fri,
                    name: String::new(),
                },
            ),
            (
                date(2026, 10, 12),
                Exception::Holiday {
                    name: "店庆".to_owned(),
                },
            ),
        ]),
    }
}

#[test]
fn r_duty_01_the_hours_of_a_day_follow_shop_then_calendar_then_week() {
    let shop = shop();
    let zone = Zone::shanghai();
    for (when, open) in [
        // Week: the start is inside, the end is not, the break is closed.
        ("2026-03-09T08:59", false),
        ("2026-03-09T09:00", true),
        ("2026-03-09T12:00", false),
        ("2026-03-09T13:00", true),
        ("2026-03-09T18:00", false),
        // Friday's night lasts into Saturday; Sunday is closed.
        ("2026-03-07T01:59", true),
        ("2026-03-07T02:00", false),
        ("2026-03-08T11:00", false),
        // Own hours over midnight, into a day that is off itself.
        ("2026-03-10T10:00", false),
        ("2026-03-10T23:00", true),
        ("2026-03-11T03:59", true),
        ("2026-03-11T04:00", false),
        ("2026-03-11T10:00", false),
        // A Saturday worked like a Friday, its night included.
        ("2026-03-14T09:30", true),
        ("2026-03-15T01:00", true),
        // Calendar: holiday hours, and a make-up Saturday like a Monday.
        ("2026-10-01T09:30", false),
        ("2026-10-01T10:30", true),
        ("2026-10-10T17:30", true),
        // The shop's own word wins over the calendar and over the week.
        ("2026-10-02T09:30", true),
        ("2026-10-12T09:30", false),
        ("2026-10-12T11:59", true),
        // A year that is not known follows the week.
        ("2031-10-01T17:00", true),
    ] {
        assert_eq!(shop.is_open(at(when), &zone), open, "{when}");
    }
}

#[test]
fn r_desk_11_the_next_opening_is_named() {
    let shop = shop();
    let zone = Zone::shanghai();
    for (when, next) in [
        ("2026-03-09T09:30", "2026-03-09T09:30"),
        ("2026-03-09T12:10", "2026-03-09T13:00"),
        ("2026-03-09T18:00", "2026-03-10T22:00"),
        ("2026-03-11T04:00", "2026-03-12T09:00"),
        ("2026-03-08T03:00", "2026-03-09T09:00"),
        // Over a holiday of nine days.
        ("2026-02-14T18:00", "2026-02-15T10:00"),
    ] {
        assert_eq!(shop.next_open(at(when), &zone), Some(at(next)), "{when}");
    }
    assert_eq!(Opening::default().next_open(at("2026-03-09T09:00"), &zone), None);
}

#[test]
fn what_a_page_says_of_now() {
    let shop = shop();
    let zone = Zone::shanghai();
    let said = |when: &str| shop.outlook(at(when), &zone);
    assert_eq!(
        said("2026-03-09T09:30"),
        Outlook::Open {
            until: date(2026, 3, 9).at(12, 0, 0, 0),
            days: 0
        }
    );
    assert_eq!(
        said("2026-03-06T23:00"),
        Outlook::Open {
            until: date(2026, 3, 7).at(2, 0, 0, 0),
            days: 1
        }
    );
    assert_eq!(
        said("2026-03-12T18:00"),
        Outlook::Opens {
            at: date(2026, 3, 13).at(9, 0, 0, 0),
            days: 1
        }
    );
    assert_eq!(
        Opening::default().outlook(at("2026-03-09T09:00"), &zone),
        Outlook::Closed
    );
    let always = Opening {
        week: Week::every_day(list(&["00:00-24:00"])),
        ..Opening::default()
    };
    assert_eq!(always.outlook(at("2026-03-09T09:00"), &zone), Outlook::AlwaysOpen);
    assert_eq!(always.closes(at("2026-03-09T09:00"), &zone), None);
}

#[test]
fn a_clock_that_is_moved_keeps_the_readings() {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let night = Opening {
        week: Week::every_day(list(&["22:00-06:00"])),
        ..Opening::default()
    };
    // The clock goes from 02:00 to 03:00 on 29 March 2026 and from 03:00 to 02:00 on 25 October: the night is an hour
    // shorter, then an hour longer, and ends at six by the wall clock.
    for (open, last_second, closed) in [
        (
            "2026-03-28T21:00:00Z",
            "2026-03-29T03:59:59Z",
            "2026-03-29T04:00:00Z",
        ),
        (
            "2026-10-24T20:00:00Z",
            "2026-10-25T04:59:59Z",
            "2026-10-25T05:00:00Z",
        ),
    ] {
        let [open, last, closed] = [open, last_second, closed].map(|t| Stamp::parse(t).unwrap());
        assert!(night.is_open(open, &zone) && night.is_open(last, &zone));
        assert!(!night.is_open(closed, &zone));
        assert_eq!(night.closes(open, &zone), Some(closed));
    }
    // An interval that lies wholly in the skipped hour.
    let skipped = Opening {
        week: Week::every_day(list(&["02:10-02:50"])),
        ..Opening::default()
    };
    let before = Stamp::parse("2026-03-28T12:00:00Z").unwrap();
    let next = skipped.next_open(before, &zone).unwrap();
    assert!(skipped.is_open(next, &zone));
}

#[test]
fn faults_are_named_with_their_place() {
    let mut week = Week::every_day(list(&["09:00-18:00"]));
    for (tue, place, word) in [
        (list(&["09:00-12:00", "11:00-14:00"]), "week.tue", "overlap"),
        (list(&["20:00-02:00", "23:00-24:00"]), "week.tue", "overlap"),
        (
            list(&[
                "01:00-02:00",
                "03:00-04:00",
                "05:00-06:00",
                "07:00-08:00",
                "09:00-10:00",
                "11:00-12:00",
                "13:00-14:00",
            ]),
            "week.tue",
            "at most",
        ),
    ] {
        week.tue = tue;
        let opening = Opening {
            week: week.clone(),
            ..Opening::default()
        };
        let fault = opening.check().unwrap_err();
        assert_eq!(fault.place, place);
        assert!(fault.reason.contains(word), "{fault}");
    }
    // Intervals that touch are well, in any order.
    week.tue = list(&["12:00-14:00", "09:00-12:00", "22:00-02:00"]);
    let opening = Opening {
        week,
        ..Opening::default()
    };
    assert_eq!(opening.check(), Ok(()));
    assert_eq!(shop().check(), Ok(()));
}

#[test]
fn hours_are_written_and_read_back() {
    let text = serde_json::to_string(&shop()).unwrap();
    assert!(
        text.contains(r#""2026-10-12":{"kind":"holiday","name":"店庆"}"#),
        "{text}"
    );
    assert!(text.contains(r#""fri":["09:00-12:00","20:00-02:00"]"#), "{text}");
    assert_eq!(serde_json::from_str::<Opening>(&text).unwrap(), shop());
    assert!(serde_json::from_str::<Opening>(r#"{"weeks":{}}"#).is_err());
}

#[test]
fn the_public_calendar_is_whole() {
    let years: Vec<i16> = CalendarYear::known().iter().map(|y| y.year).collect();
    assert_eq!(years, [2025, 2026]);
    for year in CalendarYear::known() {
        let days = year.days();
        assert!(days.iter().all(|(date, _)| date.year() == year.year));
        assert!(days.windows(2).all(|pair| pair[0].0 < pair[1].0), "{}", year.year);
        for (date, day) in &days {
            assert_eq!(china(*date), Some(*day));
            // Only weekends are worked to make up.
            if *day == CalendarDay::Workday {
                assert!(matches!(Day::of(*date), Day::Sat | Day::Sun), "{date}");
            }
        }
    }
    // Days off of the year: 2025 has 28, 2026 has 33.
    let off = |year: &'static CalendarYear| {
        let days = year.days();
        days.iter()
            .filter(|(_, d)| matches!(d, CalendarDay::Holiday(_)))
            .count()
    };
    assert_eq!(
        CalendarYear::known().iter().map(off).collect::<Vec<_>>(),
        [28, 33]
    );
    assert_eq!(china(date(2027, 10, 1)), None);
}

fn interval() -> impl Strategy<Value = Hours> {
    (0u32..96, 1u32..=96)
        .prop_filter("not empty", |(from, to)| from != to && (*from != 0 || *to != 0))
        .prop_map(|(from, to)| {
            let time = |q: u32| TimeOfDay::parse(&format!("{:02}:{:02}", q / 4, q % 4 * 15)).unwrap();
            Hours {
                from: time(from),
                to: time(to),
            }
        })
}

fn opening() -> impl Strategy<Value = Opening> {
    let day = || prop::collection::vec(interval(), 0..3);
    let exception = prop_oneof![
        Just(Exception::Holiday { name: String::new() }),
        (0usize..7).prop_map(|d| Exception::Like {
            day: Day::ALL[d],
            name: String::new()
        }),
        day().prop_map(|hours| Exception::Own {
            hours,
            name: String::new()
        }),
    ];
    (
        prop::array::uniform7(day()),
        day(),
        any::<bool>(),
        prop::collection::btree_map(0i64..30, exception, 0..5),
    )
        .prop_map(|(week, holiday, follows, days)| {
            let [mon, tue, wed, thu, fri, sat, sun] = week;
            Opening {
                week: Week {
                    mon,
                    tue,
                    wed,
                    thu,
                    fri,
                    sat,
                    sun,
                },
                calendar: if follows { Follows::China } else { Follows::None },
                holiday,
                days: days
                    .into_iter()
                    .map(|(n, e)| (date(2026, 3, 20) + jiff::Span::new().days(n), e))
                    .collect(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    /// The next opening is open, and no minute before it is; closing is closed, and no minute before it is.
    #[test]
    fn r_desk_11_nothing_is_open_before_the_next_opening(
        opening in opening(),
        minute in 0i64..14 * 1440,
        berlin in any::<bool>(),
    ) {
        let zone = if berlin { Zone::named("Europe/Berlin").unwrap() } else { Zone::shanghai() };
        // Two weeks around the day on which Berlin moves its clock.
        let at = Stamp::parse("2026-03-21T00:00:00Z").unwrap().plus_secs(minute * 60);
        let end = at.plus_secs(9 * 86_400);
        match opening.next_open(at, &zone) {
            Some(next) => {
                prop_assert!(opening.is_open(next, &zone));
                let mut t = at;
                while t < next && t < end {
                    prop_assert!(!opening.is_open(t, &zone), "{t} is open before {next}");
                    t = t.plus_secs(60);
                }
                if let Some(close) = opening.closes(next, &zone) {
                    prop_assert!(close > next && !opening.is_open(close, &zone));
                    let mut t = next;
                    while t < close && t < end {
                        prop_assert!(opening.is_open(t, &zone), "{t} is closed before {close}");
                        t = t.plus_secs(60);
                    }
                }
            }
            None => {
                let mut t = at;
                while t < end {
                    prop_assert!(!opening.is_open(t, &zone));
                    t = t.plus_secs(600);
                }
            }
        }
    }

    /// A day of which the shop says itself what it is never depends on calendar or week.
    #[test]
    fn r_duty_01_the_shops_own_word_wins(opening in opening(), own in prop::collection::vec(interval(), 0..3), n in 0i64..300) {
        let day = date(2026, 1, 1) + jiff::Span::new().days(n);
        let mut opening = opening;
        opening.days.insert(day, Exception::Own { hours: own.clone(), name: String::new() });
        prop_assert_eq!(opening.hours_on(day), (own.as_slice(), Because::Shop));
    }
}
