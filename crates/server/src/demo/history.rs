//! A week of chats before today, so that the figures have something to show. Written as a file and imported like one.

use super::words::Script;
use super::{PLATFORM, told};
use anyhow::Result;
use fastrand::Rng;
use std::io::Cursor;
use yingke_app::House;
use yingke_app::intake::{ChatImport, import_chats};
use yingke_kernel::{Stamp, Zone};

const DAYS: i64 = 7;
const TALKS_A_DAY: usize = 60;

/// Imports the week; a house that has it already changes nothing.
pub(crate) async fn write(house: &House, script: &Script, seed: u64) -> Result<()> {
    let zone = Zone::shanghai();
    let today = zone.civil(house.now()).date();
    let mut lines = String::new();
    for back in 1..=DAYS {
        let day = today.saturating_sub(jiff::Span::new().days(back));
        // The same day gives the same chats, whenever the demonstration runs.
        let mut rng = Rng::with_seed(seed ^ u64::from(day.day_of_year().unsigned_abs()));
        for n in 0..TALKS_A_DAY {
            talk(
                &mut lines,
                script,
                &mut rng,
                &zone,
                zone.stamp(day.at(0, 0, 0, 0)),
                &format!("{day}-{n}"),
            );
        }
    }
    import_chats(
        house,
        "history",
        Cursor::new(lines.into_bytes()),
        &ChatImport::default(),
    )
    .await
    .map_err(told)?;
    Ok(())
}

fn talk(out: &mut String, script: &Script, rng: &mut Rng, zone: &Zone, midnight: Stamp, id: &str) {
    // Two humps: late morning and evening.
    let hour = if rng.bool() {
        9.0 + rng.f64() * 4.0
    } else {
        18.5 + rng.f64() * 4.2
    };
    let mut at = midnight.plus_secs((hour * 3600.0) as i64);
    let agent = &script.agents[rng.usize(0..script.agents.len())].name;
    let buyer = format!(
        "{}{}",
        script.buyers[rng.usize(0..script.buyers.len())],
        rng.u32(10..99)
    );
    let talk = &script.talks[rng.usize(0..script.talks.len())];
    let mut line = |at: Stamp, from: &str, text: &str| {
        let line = serde_json::json!({
            "shop": "main", "channel": PLATFORM, "conversation": id, "buyer": buyer, "agent": agent,
            "at": zone.rfc3339(at), "from": from, "text": text,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    };
    for (i, (question, answer)) in talk.lines.iter().enumerate() {
        line(at, "buyer", question);
        if i == 0 {
            line(at.plus_secs(1), "auto", &script.welcome);
        }
        let wait = match rng.u32(0..100) {
            0..55 => rng.i64(4..18),
            55..85 => rng.i64(18..60),
            85..95 => rng.i64(60..170),
            _ => rng.i64(170..900),
        };
        if rng.u32(0..100) < 2 && i + 1 == talk.lines.len() {
            return;
        }
        at = at.plus_secs(wait);
        line(at, "agent", answer);
        at = at.plus_secs(rng.i64(6..60));
    }
}
