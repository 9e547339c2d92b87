//! The numbers for Prometheus, on a door of their own: `/metrics`.

use crate::Hub;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use yingke_app::House;
use yingke_app::gauge::{Numbers, numbers};
use yingke_kernel::{Histogram, Reading};

/// What this room counts.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Microseconds from a message's arrival to its answer.
    acks: Histogram,
    /// Messages that were stored: of people, of buyers.
    stored: [AtomicU64; 2],
    /// Messages that were refused, and those that could not be stored now.
    refused: AtomicU64,
    failed: AtomicU64,
    /// Answers over HTTP by the first digit of their status.
    answers: [AtomicU64; 6],
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            acks: Histogram::new(Histogram::MICROS),
            stored: Default::default(),
            refused: AtomicU64::default(),
            failed: AtomicU64::default(),
            answers: Default::default(),
        }
    }
}

impl Counts {
    /// A message was stored and is answered.
    pub(crate) fn stored(&self, by_buyer: bool, begun: tokio::time::Instant) {
        self.acks
            .record(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
        self.stored[usize::from(by_buyer)].fetch_add(1, Relaxed);
    }
    /// A message was refused, or (`failed`) could not be stored now.
    pub(crate) fn not_stored(&self, failed: bool) {
        let count = if failed { &self.failed } else { &self.refused };
        count.fetch_add(1, Relaxed);
    }
    /// A request was answered.
    pub(crate) fn answered(&self, status: StatusCode) {
        if let Some(count) = self.answers.get(usize::from(status.as_u16() / 100)) {
            count.fetch_add(1, Relaxed);
        }
    }
}

/// The numbers of this house. `backups`: folders where backups lie. Serve it where only those come who may read it.
pub fn metrics(house: House, hub: Hub, backups: Vec<PathBuf>) -> Router {
    Router::new()
        .route("/metrics", get(give))
        .with_state((house, hub, backups))
}

async fn give(State((house, hub, backups)): State<(House, Hub, Vec<PathBuf>)>) -> Response {
    match numbers(&house, backups).await {
        Ok(numbers) => (
            [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
            page(&numbers, &hub),
        )
            .into_response(),
        Err(problem) => crate::problem::Refusal(problem).into_response(),
    }
}

/// The page under way.
#[derive(Default)]
struct Page(String);

impl Page {
    // Writing to a String cannot fail.
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }
    fn value(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = match labels {
            "" => writeln!(self.0, "{name} {value}"),
            labels => writeln!(self.0, "{name}{{{labels}}} {value}"),
        };
    }
    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, "gauge", help);
        self.value(name, "", value);
    }
    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, "counter", help);
        self.value(name, "", value);
    }
    /// `unit`: what one of the histogram's units is in the name's unit.
    fn histogram(&mut self, name: &str, help: &str, reading: &Reading, unit: f64) {
        self.head(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        for (bound, count) in &reading.up_to {
            self.value(&bucket, &format!("le=\"{}\"", *bound as f64 * unit), count);
        }
        self.value(&bucket, "le=\"+Inf\"", reading.count);
        self.value(&format!("{name}_sum"), "", reading.sum as f64 * unit);
        self.value(&format!("{name}_count"), "", reading.count);
    }
}

const MICRO: f64 = 1e-6;

fn page(n: &Numbers, hub: &Hub) -> String {
    let counts = hub.counts();
    let mut page = Page::default();
    page.head("yingke_info", "gauge", "The program and its database.");
    page.value(
        "yingke_info",
        &format!(
            "version=\"{}\",database=\"{}\"",
            env!("CARGO_PKG_VERSION"),
            n.database
        ),
        1,
    );
    page.head(
        "yingke_messages_total",
        "counter",
        "Messages stored since the start, by who wrote them.",
    );
    for (who, count) in ["staff", "buyer"].iter().zip(&counts.stored) {
        page.value(
            "yingke_messages_total",
            &format!("from=\"{who}\""),
            count.load(Relaxed),
        );
    }
    page.counter(
        "yingke_messages_refused_total",
        "Messages refused since the start.",
        counts.refused.load(Relaxed),
    );
    page.counter(
        "yingke_messages_failed_total",
        "Messages that could not be stored when they came.",
        counts.failed.load(Relaxed),
    );
    page.histogram(
        "yingke_ack_seconds",
        "From a message's arrival to its acknowledgement.",
        &counts.acks.read(),
        MICRO,
    );
    page.head(
        "yingke_http_answers_total",
        "counter",
        "Answers over HTTP, by status.",
    );
    for (digit, count) in counts.answers.iter().enumerate().skip(1) {
        page.value(
            "yingke_http_answers_total",
            &format!("status=\"{digit}xx\""),
            count.load(Relaxed),
        );
    }
    let (desks, widgets) = hub.connections();
    page.head("yingke_connections", "gauge", "Open sockets, by kind.");
    page.value("yingke_connections", "kind=\"desk\"", desks);
    page.value("yingke_connections", "kind=\"widget\"", widgets);
    page.gauge("yingke_buyers_waiting", "Buyers in the queue.", n.waiting);
    page.gauge(
        "yingke_longest_wait_seconds",
        "For how long the first in the queue has waited.",
        n.longest_wait_secs,
    );
    page.gauge(
        "yingke_conversations_open",
        "Conversations that are open.",
        n.open,
    );
    page.head("yingke_people", "gauge", "People by their state.");
    for (state, count) in &n.people {
        page.value("yingke_people", &format!("state=\"{state}\""), count);
    }
    page.gauge("yingke_store_queue", "Writes that wait.", n.store.waiting);
    page.counter("yingke_store_writes_total", "Writes done.", n.store.jobs);
    page.histogram(
        "yingke_store_group_size",
        "Writes in a transaction.",
        &n.store.sizes,
        1.0,
    );
    page.histogram(
        "yingke_store_commit_seconds",
        "Until a transaction is on disk.",
        &n.store.commits,
        MICRO,
    );
    if let Some(bytes) = n.database_bytes {
        page.gauge(
            "yingke_database_bytes",
            "Size of the database, its log apart.",
            bytes,
        );
    }
    if n.database == "sqlite" {
        page.gauge("yingke_log_bytes", "Size of the write-ahead log.", n.log_bytes);
    }
    for (name, (behind, threads)) in [("figures", n.figures_behind), ("search", n.search_behind)] {
        page.gauge(
            &format!("yingke_{name}_lag_seconds"),
            "For how long it has not equalled the facts.",
            behind.as_secs_f64(),
        );
        page.gauge(
            &format!("yingke_{name}_threads"),
            "Threads that it has not taken in yet.",
            threads,
        );
    }
    if let Some(at) = n.backup_at {
        page.gauge(
            "yingke_backup_age_seconds",
            "Age of the newest backup; absent without one.",
            n.now.secs_since(at),
        );
    }
    if let Some(bytes) = resident() {
        page.gauge("process_resident_memory_bytes", "Memory of the process.", bytes);
    }
    page.0
}

/// Memory of this process; `None` where there is no /proc.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_written_as_prometheus_reads_it() {
        let histogram = Histogram::new(&[1_000, 5_000]);
        histogram.record(800);
        histogram.record(7_000);
        let mut page = Page::default();
        page.histogram("x_seconds", "Words.", &histogram.read(), MICRO);
        assert_eq!(
            page.0,
            "# HELP x_seconds Words.\n# TYPE x_seconds histogram\nx_seconds_bucket{le=\"0.001\"} 1\n\
             x_seconds_bucket{le=\"0.005\"} 1\nx_seconds_bucket{le=\"+Inf\"} 2\nx_seconds_sum 0.0078\nx_seconds_count 2\n"
        );
        assert!(resident().is_some_and(|bytes| bytes > 1_000_000));
    }
}
