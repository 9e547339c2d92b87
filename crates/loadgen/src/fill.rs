//! A shop with a history: imported as a shop would import it, then started, or counted anew.

use crate::Common;
use crate::http::Http;
use crate::machine::load_average;
use crate::report::Figures;
use crate::server::{Launch, Place, folder_mib, place};
use crate::shop::owner_by_command;
use crate::stats::Latencies;
use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, civil};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Agents of the history.
const AGENTS: u64 = 200;
/// Messages of one conversation.
const TALK: u64 = 10;
/// Conversations of one buyer.
const VISITS: u64 = 5;
/// Day on which the history begins, shop's time; it covers [`DAYS`].
const FIRST_DAY: civil::Date = civil::date(2026, 9, 1);
const DAYS: u64 = 30;
/// Reports that are asked for over HTTP.
const PAGES: usize = 20;

/// A line of the history, whose words are wanted.
pub(crate) struct Line {
    /// Number of the conversation.
    pub(crate) talk: u64,
    /// Number in the conversation.
    pub(crate) i: u64,
    /// Whether the buyer writes.
    pub(crate) is_buyer: bool,
}

/// Two sentences in turn, each different by its numbers.
fn plain_words(line: Line) -> String {
    let text = if line.is_buyer {
        "这款有货吗，尺码怎么选"
    } else {
        "亲，有货的，按平时的尺码拍就可以"
    };
    format!("{text} {}-{}", line.talk, line.i)
}

/// Chat lines as `import chats` takes them: conversations of ten messages, spread over a month of days from nine to half past nine.
fn write_lines(file: &Path, messages: u64, words: &mut dyn FnMut(Line) -> String) -> Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file).context("the history could not be written")?);
    let talks = messages.div_ceil(TALK);
    let mut left = messages;
    for talk in 0..talks {
        let agent = talk % AGENTS;
        let buyer = talk / VISITS;
        let day =
            FIRST_DAY.checked_add(jiff::Span::new().days(i64::try_from(talk * DAYS / talks.max(1))?))?;
        let of_day = i64::try_from((talk * 7_919) % 45_000)?;
        let mut at = day
            .at(9, 0, 0, 0)
            .checked_add(SignedDuration::from_secs(of_day))?;
        for i in 0..TALK.min(left) {
            let is_buyer = i % 2 == 0;
            let from = if is_buyer { "buyer" } else { "agent" };
            let text = words(Line { talk, i, is_buyer });
            let seconds = if is_buyer {
                20 + (talk * 31 + i) % 60
            } else {
                3 + (talk * 17 + i * 7) % 150
            };
            at = at.checked_add(SignedDuration::from_secs(i64::try_from(seconds)?))?;
            writeln!(
                out,
                r#"{{"shop":"main","channel":"taobao","conversation":"c-{talk}","buyer":"tb_{buyer}","agent":"店铺:{agent:03}","at":"{at}+08:00","from":"{from}","text":"{text}"}}"#
            )?;
        }
        left -= TALK.min(left);
    }
    out.flush().context("the history could not be written")
}

/// Imports so many messages into the place, unless it has a history already. Seconds that it took.
fn fill(place: &Place, messages: u64) -> Result<Option<f64>> {
    fill_with(place, messages, "plain", &mut plain_words)
}

/// The same with words of the caller's, and a name for the kind of history, so that one is not taken for another. The words
/// are asked for even if the history is there already.
pub(crate) fn fill_with(
    place: &Place,
    messages: u64,
    name: &str,
    words: &mut dyn FnMut(Line) -> String,
) -> Result<Option<f64>> {
    let lines = tempfile::NamedTempFile::new()?;
    write_lines(lines.path(), messages, words)?;
    let launch = &place.launch;
    let mark = launch.data.join(".loadgen-filled");
    if let Ok(text) = std::fs::read_to_string(&mark) {
        if text.trim() != format!("{name} {messages}") {
            bail!(
                "{} holds {} messages, not {name} {messages}; name another folder",
                launch.data.display(),
                text.trim()
            );
        }
        return Ok(None);
    }
    eprintln!("importing {messages} messages …");
    let began = Instant::now();
    let done = launch
        .command(&["import", "chats"])
        .args(["--format", "json"])
        .arg(lines.path())
        .stdout(Stdio::piped())
        .output()
        .context("the import could not be started")?;
    let result: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
    if !done.status.success() || result[0]["created"] != messages {
        bail!(
            "the import did not create {messages} messages: {result} {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    std::fs::write(&mark, format!("{name} {messages}"))?;
    Ok(Some(began.elapsed().as_secs_f64()))
}

/// Measures the time from the start of the process to the first good answer.
pub(crate) fn ready(common: &Common, messages: u64, starts: usize, data: Option<PathBuf>) -> Result<()> {
    let place = place(common, data)?;
    let imported = fill(&place, messages)?;
    let mut all = Vec::new();
    let load = load_average();
    for _ in 0..starts.max(1) {
        all.push(start_once(&place.launch)?);
    }
    all.sort_by_key(|(_, healthy)| *healthy);
    let ms = |d: Duration| d.as_secs_f64() * 1_000.0;
    let (line, healthy) = all[all.len() / 2];
    let mut figures = Figures::default();
    figures
        .set("what", "ready")
        .set("messages", messages)
        .set("starts", all.len())
        .round("ready_line_median_ms", ms(line), 1)
        .round("healthy_median_ms", ms(healthy), 1)
        .round("healthy_max_ms", all.last().map_or(0.0, |(_, h)| ms(*h)), 1)
        .set("load_average_before", load.as_str());
    if common.database.is_none() {
        figures.round("data_folder_mib", folder_mib(&place.launch.data), 1);
    }
    if let Some(seconds) = imported {
        figures.round("import_seconds", seconds, 1).round(
            "import_lines_per_second",
            messages as f64 / seconds,
            0,
        );
    }
    figures.print(common.format)
}

fn start_once(launch: &Launch) -> Result<(Duration, Duration)> {
    let began = Instant::now();
    let server = launch.start()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { Http::new(server.address).must("GET", "/healthz", None).await })?;
    let healthy = began.elapsed();
    let line = server.ready_after;
    server.stop()?;
    Ok((line, healthy))
}

/// Counts the figures of the whole history from the stored messages, and compares them with the derived rows.
pub(crate) fn recompute(common: &Common, messages: u64, data: Option<PathBuf>) -> Result<()> {
    let place = place(common, data)?;
    let imported = fill(&place, messages)?;
    let last = FIRST_DAY.checked_add(jiff::Span::new().days(i64::try_from(DAYS)?))?;
    let (from, to) = (FIRST_DAY.to_string(), last.to_string());
    let report = |as_of: Option<&str>| -> Result<(f64, serde_json::Value)> {
        let mut command = place.launch.command(&["report", "performance"]);
        command.args(["--from", &from, "--to", &to, "--by", "agent", "--format", "json"]);
        if let Some(at) = as_of {
            command.args(["--as-of", at]);
        }
        let began = Instant::now();
        let done = command.output().context("the report could not be started")?;
        let seconds = began.elapsed().as_secs_f64();
        if !done.status.success() {
            bail!("the report failed: {}", String::from_utf8_lossy(&done.stderr));
        }
        Ok((seconds, serde_json::from_slice(&done.stdout)?))
    };
    let (derived_seconds, derived) = report(None)?;
    // A moment after the last message: nothing is left out, and everything is counted from the messages.
    let (seconds, fresh) = report(Some(&format!("{last}T23:59:59+08:00")))?;
    if derived != fresh {
        bail!("the derived rows and the recomputation differ");
    }
    let pages = pages(&place.launch, &from, &to)?.summary();
    let mut figures = Figures::default();
    figures
        .set("what", "recompute")
        .set("messages", messages)
        .set("agents", fresh.as_array().map_or(0, Vec::len))
        .round("recomputed_seconds", seconds, 2)
        .round("derived_report_seconds", derived_seconds, 2)
        .latency("month_by_agent_with_days_over_http", pages);
    if let Some(seconds) = imported {
        figures.round("import_seconds", seconds, 1);
    }
    figures.print(common.format)
}

/// The figures that the page shows before anybody chooses others.
const SHOWN: &str = "service_num,first_reply_avg,reply_avg,max_wait,slow_answer_num,three_minute_rate,no_reply_num,reply_rate,\
                     buyer_msg_num,seller_msg_num,qa_ratio,turn_times,total_reply_times";

/// The page of a whole month by agent with each day, as the desk asks for it, again and again.
fn pages(launch: &Launch, from: &str, to: &str) -> Result<Latencies> {
    let server = launch.start()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let latencies = runtime.block_on(async {
        let mut owner = owner_by_command(&server, launch).await?;
        let path = format!("/api/v1/metric/sheet?from={from}&to={to}&by=agent&days={SHOWN}");
        let mut latencies = Latencies::default();
        for _ in 0..PAGES {
            let began = Instant::now();
            owner.http.must("GET", &path, None).await?;
            latencies.add(began.elapsed());
        }
        anyhow::Ok(latencies)
    })?;
    server.stop()?;
    Ok(latencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_has_as_many_lines_as_asked_and_all_are_json() {
        let file = tempfile::NamedTempFile::new().unwrap();
        write_lines(file.path(), 1_234, &mut plain_words).unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert_eq!(text.lines().count(), 1_234);
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(
            (first["from"].as_str(), first["agent"].as_str()),
            (Some("buyer"), Some("店铺:000"))
        );
        assert!(first["at"].as_str().unwrap().starts_with("2026-09-01T09:"));
        assert!(
            text.lines()
                .all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok())
        );
    }
}
