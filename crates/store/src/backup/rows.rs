//! Rows as lines: a JSON array, one value for each column.
//!
//! Ids are in their usual form, whole numbers are JSON numbers, bytes base64; a floating-point number is a text, because
//! that is exact.

use super::schema::{Column, Kind, Table};
use crate::{Dialect, Result, Row, StoreError, Tx, Val};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::fmt::Write;
use uuid::Uuid;

/// `SELECT` of all rows.
pub(crate) fn select(table: &Table) -> String {
    format!("SELECT {} FROM \"{}\"", names(&table.columns), table.name)
}

fn names(columns: &[Column]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    names.join(", ")
}

/// Adds the row as a line.
pub(crate) fn write(line: &mut String, columns: &[Column], row: &Row<'_>) -> Result<()> {
    line.push('[');
    for (i, column) in columns.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        let before = line.len();
        // Writing to a String cannot fail.
        let _ = match column.kind {
            Kind::Id => row.opt_uuid(i)?.map(|id| write!(line, "\"{id}\"")),
            Kind::Int => row.opt_int(i)?.map(|n| write!(line, "{n}")),
            Kind::Bool => row.opt_bool(i)?.map(|b| write!(line, "{b}")),
            Kind::Real => row.opt_real(i)?.map(|r| write!(line, "\"{r:?}\"")),
            Kind::Bytes => row
                .opt_bytes(i)?
                .map(|bytes| write!(line, "\"{}\"", STANDARD.encode(bytes))),
            Kind::Text => row
                .opt_text(i)?
                .map(|text| write!(line, "{}", Value::String(text.to_owned()))),
        };
        if line.len() == before {
            line.push_str("null");
        }
    }
    line.push_str("]\n");
    Ok(())
}

/// A value that was read.
enum Cell {
    Null,
    Id(Uuid),
    Int(i64),
    Bool(bool),
    Text(String),
    Real(f64),
    Bytes(Vec<u8>),
}

fn cell(kind: Kind, value: Value) -> Option<Cell> {
    Some(match (kind, value) {
        (_, Value::Null) => Cell::Null,
        (Kind::Id, Value::String(text)) => Cell::Id(text.parse().ok()?),
        (Kind::Int, Value::Number(n)) => Cell::Int(n.as_i64()?),
        (Kind::Bool, Value::Bool(b)) => Cell::Bool(b),
        (Kind::Text, Value::String(text)) => Cell::Text(text),
        (Kind::Real, Value::String(text)) => Cell::Real(text.parse().ok()?),
        (Kind::Bytes, Value::String(text)) => Cell::Bytes(STANDARD.decode(text).ok()?),
        _ => return None,
    })
}

/// Reads the lines of one part and stores them; their number.
pub(crate) fn load(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[Column],
    part: &str,
    lines: &[u8],
) -> Result<u64> {
    let mut rows = Vec::new();
    for (line, number) in lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .zip(1..)
    {
        let wrong =
            |what: &str| StoreError::Refused(format!("the backup's part {part}, line {number}: {what}"));
        let values: Vec<Value> = serde_json::from_slice(line).map_err(|e| wrong(&e.to_string()))?;
        if values.len() != columns.len() {
            return Err(wrong(&format!(
                "{} values for {} columns",
                values.len(),
                columns.len()
            )));
        }
        let row: Option<Vec<Cell>> = columns
            .iter()
            .zip(values)
            .map(|(column, value)| cell(column.kind, value))
            .collect();
        rows.push(row.ok_or_else(|| wrong("a value that its column does not take"))?);
    }
    if rows.is_empty() {
        return Ok(0);
    }
    match tx.dialect() {
        Dialect::Sqlite => insert(tx, table, columns, &rows),
        Dialect::Postgres => copy(tx, table, columns, &rows),
    }
}

fn insert(tx: &mut Tx<'_>, table: &str, columns: &[Column], rows: &[Vec<Cell>]) -> Result<u64> {
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let statement = format!(
        "INSERT INTO \"{table}\" ({}) VALUES ({})",
        names(columns),
        marks.join(", ")
    );
    let rows: Vec<Vec<Val<'_>>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| match cell {
                    Cell::Null => Val::Null,
                    Cell::Id(id) => Val::from(*id),
                    Cell::Int(n) => Val::Int(*n),
                    Cell::Bool(b) => Val::Bool(*b),
                    Cell::Text(text) => Val::Text(text),
                    Cell::Real(r) => Val::Real(*r),
                    Cell::Bytes(bytes) => Val::Bytes(bytes),
                })
                .collect()
        })
        .collect();
    tx.exec_many(statement, &rows)
}

fn copy(tx: &mut Tx<'_>, table: &str, columns: &[Column], rows: &[Vec<Cell>]) -> Result<u64> {
    let mut text = String::new();
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                text.push('\t');
            }
            // Writing to a String cannot fail.
            let _ = match cell {
                Cell::Null => write!(text, "\\N"),
                Cell::Id(id) => write!(text, "{id}"),
                Cell::Int(n) => write!(text, "{n}"),
                Cell::Bool(b) => write!(text, "{}", if *b { 't' } else { 'f' }),
                Cell::Real(r) => write!(text, "{r:?}"),
                Cell::Bytes(bytes) => write!(text, "\\\\x{}", super::hex(bytes)),
                Cell::Text(value) => {
                    for c in value.chars() {
                        match c {
                            '\\' => text.push_str("\\\\"),
                            '\t' => text.push_str("\\t"),
                            '\n' => text.push_str("\\n"),
                            '\r' => text.push_str("\\r"),
                            c => text.push(c),
                        }
                    }
                    Ok(())
                }
            };
        }
        text.push('\n');
    }
    let statement = format!("COPY \"{table}\" ({}) FROM STDIN", names(columns));
    tx.copy_in(&statement, text.as_bytes())
}
