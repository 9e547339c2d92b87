//! Printing a result: lines for people, or one JSON document.

use crate::Format;
use anyhow::Result;
use serde_json::{Map, Value};
use std::io::Write;

/// Named figures in the order in which they are added.
#[derive(Debug, Default)]
pub(crate) struct Figures(Map<String, Value>);

impl Figures {
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// With so many decimals.
    pub(crate) fn round(&mut self, name: &str, value: f64, decimals: i32) -> &mut Self {
        let scale = 10_f64.powi(decimals);
        self.set(name, (value * scale).round() / scale)
    }

    /// The four figures of a latency, in milliseconds.
    pub(crate) fn latency(&mut self, name: &str, s: crate::stats::Summary) -> &mut Self {
        for (part, value) in [("p50", s.p50), ("p90", s.p90), ("p99", s.p99), ("max", s.max)] {
            self.round(&format!("{name}_{part}_ms"), value, 2);
        }
        self
    }

    /// Prints them on standard output.
    pub(crate) fn print(&self, format: Format) -> Result<()> {
        let mut out = std::io::stdout().lock();
        match format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &self.0)?;
                writeln!(out)?;
            }
            Format::Table => {
                let width = self.0.keys().map(String::len).max().unwrap_or(0);
                for (name, value) in &self.0 {
                    match value {
                        Value::String(text) => writeln!(out, "{name:width$}  {text}")?,
                        other => writeln!(out, "{name:width$}  {other}")?,
                    }
                }
            }
        }
        Ok(())
    }
}

impl Figures {
    /// Adds all of another.
    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
