//! Data on standard output: a table for reading, one JSON document, or csv.

use crate::args::Format;
use anyhow::Result;
use serde_json::Value;
use std::io::Write;
use yingke_sheets::csv_out::CsvOut;

/// Prints a document: an array of rows, in the form that was asked for.
pub(crate) fn document(data: &Value, format: Format) -> Result<()> {
    let stdout = std::io::stdout();
    document_to(&mut stdout.lock(), data, format)
}

/// The same to somewhere else.
pub(crate) fn document_to(out: &mut impl Write, data: &Value, format: Format) -> Result<()> {
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, data)?;
            writeln!(out)?;
        }
        Format::Csv => csv(data, out)?,
        Format::Table => table(data, out)?,
    }
    out.flush()?;
    Ok(())
}

fn columns(rows: &[Value]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for row in rows.iter().filter_map(Value::as_object) {
        for key in row.keys() {
            if !columns.contains(key) {
                columns.push(key.clone());
            }
        }
    }
    columns
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => list
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Some(Value::Array(list)) => list.len().to_string(),
        Some(other) => other.to_string(),
    }
}

fn csv(data: &Value, out: &mut impl Write) -> Result<()> {
    let rows = data.as_array().map(Vec::as_slice).unwrap_or_default();
    let columns = columns(rows);
    let mut csv = CsvOut::new(out)?;
    csv.row(&columns)?;
    for row in rows {
        let cells: Vec<String> = columns.iter().map(|c| cell(row.get(c))).collect();
        csv.row(&cells)?;
    }
    csv.finish()?;
    Ok(())
}

/// Columns that the terminal needs for a text: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if (c as u32) < 0x1100 { 1 } else { 2 })
        .sum()
}

fn table(data: &Value, out: &mut impl Write) -> Result<()> {
    let rows = data.as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        writeln!(out, "(nothing)")?;
        return Ok(());
    }
    let columns = columns(rows);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|c| cell(row.get(c))).collect())
        .collect();
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(i, name)| {
            cells
                .iter()
                .map(|row| width(&row[i]))
                .max()
                .unwrap_or(0)
                .max(width(name))
        })
        .collect();
    let mut line = |row: &[String]| -> Result<()> {
        let mut text = String::new();
        for (i, value) in row.iter().enumerate() {
            let pad = " ".repeat(widths[i] - width(value));
            let number = value.parse::<f64>().is_ok();
            if i > 0 {
                text.push_str("  ");
            }
            if number {
                text.push_str(&pad);
            }
            text.push_str(value);
            if !number {
                text.push_str(&pad);
            }
        }
        writeln!(out, "{}", text.trim_end())?;
        Ok(())
    };
    line(&columns)?;
    for row in &cells {
        line(row)?;
    }
    // Refusals are what the reader must act upon: each on a line of its own.
    for row in rows {
        for refusal in row.get("refused").and_then(Value::as_array).into_iter().flatten() {
            let file = cell(row.get("file"));
            let place = [cell(refusal.get("line")), cell(refusal.get("column"))].join(" ");
            let mut at = format!("{file}:{}", place.trim_end());
            // Where nothing stood, nothing is shown.
            let value = cell(refusal.get("value"));
            if !value.is_empty() {
                at.push_str(&format!(" {value:?}"));
            }
            writeln!(out, "{at}: {}", cell(refusal.get("reason")))?;
        }
    }
    Ok(())
}
