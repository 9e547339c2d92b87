//! Opening hours in words, Chinese and English.

use jiff::civil::{Date, DateTime, Time};
use yingke_domain::hours::{Day, Opening, Outlook};

/// Names of the days of the week, Monday first.
const ZH_DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const EN_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// What the widget says of now: `营业到18:00`, `明早9点上班`, `10月8日周四9:00上班`. Empty when nothing is known.
pub(super) fn outlook(outlook: Outlook, chinese: bool) -> String {
    match (outlook, chinese) {
        (Outlook::AlwaysOpen, true) => "全天营业".to_owned(),
        (Outlook::AlwaysOpen, false) => "open day and night".to_owned(),
        (Outlook::Open { until, days }, true) => match days {
            0 => format!("营业到{}", clock(until.time())),
            _ if until.time() == Time::midnight() && days == 1 => "营业到24:00".to_owned(),
            1 => format!("营业到明天{}", clock(until.time())),
            _ => format!("营业到{}{}", date_zh(until.date()), clock(until.time())),
        },
        (Outlook::Open { until, days }, false) => match days {
            0 => format!("open until {}", clock(until.time())),
            _ if until.time() == Time::midnight() && days == 1 => "open until midnight".to_owned(),
            1 => format!("open until tomorrow {}", clock(until.time())),
            _ => format!("open until {} {}", date_en(until.date()), clock(until.time())),
        },
        (Outlook::Opens { at, days }, true) => opens_zh(at, days),
        (Outlook::Opens { at, days }, false) => {
            let time = clock(at.time());
            match days {
                0 => format!("we are back at {time}"),
                1 => format!("we are back tomorrow at {time}"),
                _ => format!("we are back on {} at {time}", date_en(at.date())),
            }
        }
        (Outlook::Closed, _) => String::new(),
    }
}

fn opens_zh(at: DateTime, days: i32) -> String {
    let early = (5..11).contains(&at.hour());
    let time = if at.minute() == 0 {
        format!("{}点", at.hour())
    } else {
        clock(at.time())
    };
    match (days, early) {
        (0, _) => format!("今天{time}上班"),
        (1, true) => format!("明早{time}上班"),
        (1, false) => format!("明天{time}上班"),
        _ => format!("{}{time}上班", date_zh(at.date())),
    }
}

fn clock(time: Time) -> String {
    format!("{}:{:02}", time.hour(), time.minute())
}

fn date_zh(date: Date) -> String {
    let day = ZH_DAYS[Day::of(date) as usize];
    format!("{}月{}日{day}", date.month(), date.day())
}

fn date_en(date: Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

/// The week in words: `周一至周五9:00–18:00，周六10:00–16:00`; days of equal hours that follow each other are one piece.
pub(super) fn week(opening: &Opening, chinese: bool) -> String {
    let hours_of = |day: Day| {
        opening
            .week
            .of(day)
            .iter()
            .map(|h| {
                let short = |t: String| t.strip_prefix('0').map_or(t.clone(), str::to_owned);
                if h.text() == "00:00-24:00" {
                    return if chinese { "全天" } else { "all day" }.to_owned();
                }
                format!("{}–{}", short(h.from.to_string()), short(h.to.to_string()))
            })
            .collect::<Vec<_>>()
            .join(if chinese { "、" } else { ", " })
    };
    let days: Vec<String> = Day::ALL.into_iter().map(hours_of).collect();
    let mut pieces = Vec::new();
    let mut i = 0;
    while i < days.len() {
        let mut end = i;
        while end + 1 < days.len() && days[end + 1] == days[i] {
            end += 1;
        }
        if !days[i].is_empty() {
            let names = if chinese { ZH_DAYS } else { EN_DAYS };
            let days_named = match (end - i, chinese) {
                (6, true) => "每天".to_owned(),
                (6, false) => "every day ".to_owned(),
                (0, true) => names[i].to_owned(),
                (0, false) => format!("{} ", names[i]),
                (1, true) => format!("{}、{}", names[i], names[end]),
                (_, true) => format!("{}至{}", names[i], names[end]),
                (_, false) => format!("{}–{} ", names[i], names[end]),
            };
            pieces.push(format!("{days_named}{}", days[i]));
        }
        i = end + 1;
    }
    pieces.join(if chinese { "，" } else { "; " })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn now_is_said_in_both_languages() {
        let at = |h, m| date(2026, 10, 8).at(h, m, 0, 0);
        for (what, zh, en) in [
            (Outlook::AlwaysOpen, "全天营业", "open day and night"),
            (
                Outlook::Open {
                    until: at(18, 0),
                    days: 0,
                },
                "营业到18:00",
                "open until 18:00",
            ),
            (
                Outlook::Open {
                    until: at(0, 0),
                    days: 1,
                },
                "营业到24:00",
                "open until midnight",
            ),
            (
                Outlook::Open {
                    until: at(2, 30),
                    days: 1,
                },
                "营业到明天2:30",
                "open until tomorrow 2:30",
            ),
            (
                Outlook::Opens {
                    at: at(13, 30),
                    days: 0,
                },
                "今天13:30上班",
                "we are back at 13:30",
            ),
            (
                Outlook::Opens {
                    at: at(9, 0),
                    days: 1,
                },
                "明早9点上班",
                "we are back tomorrow at 9:00",
            ),
            (
                Outlook::Opens {
                    at: at(13, 0),
                    days: 1,
                },
                "明天13点上班",
                "we are back tomorrow at 13:00",
            ),
            (
                Outlook::Opens {
                    at: at(9, 0),
                    days: 5,
                },
                "10月8日周四9点上班",
                "we are back on Thu 8 Oct at 9:00",
            ),
            (Outlook::Closed, "", ""),
        ] {
            assert_eq!(outlook(what, true), zh);
            assert_eq!(outlook(what, false), en);
        }
    }

    #[test]
    fn a_week_is_said_in_pieces() {
        let opening = |text: &str| serde_json::from_str::<Opening>(text).unwrap();
        let shop = opening(
            r#"{"week":{"mon":["09:00-12:00","13:00-18:00"],"tue":["09:00-12:00","13:00-18:00"],
                "wed":["09:00-12:00","13:00-18:00"],"fri":["20:00-02:00"],"sat":["00:00-24:00"],"sun":["00:00-24:00"]}}"#,
        );
        assert_eq!(
            week(&shop, true),
            "周一至周三9:00–12:00、13:00–18:00，周五20:00–2:00，周六、周日全天"
        );
        assert_eq!(
            week(&shop, false),
            "Mon–Wed 9:00–12:00, 13:00–18:00; Fri 20:00–2:00; Sat–Sun all day"
        );
        assert_eq!(week(&Opening::default(), true), "");
    }
}
