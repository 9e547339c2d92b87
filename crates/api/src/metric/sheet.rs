//! `GET /api/v1/metric/sheet`

use crate::http::{Api, Desk, Json, Params, own_shops};
use crate::metric::performance::{PerformanceRow, day};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use yingke_app::metric::{Query, RowDays};
use yingke_domain::access::{Right, allows};
use yingke_domain::metric::{By, Column, Row, Value, date_of, day_of};
use yingke_kernel::Problem;

/// Which page of figures.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SheetQuery {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive; at most two years in all.
    pub to: String,
    /// What a row is: one or several of `shop agent line date hour`, separated by commas; `agent` unless told.
    pub by: Option<String>,
    /// Only this shop, by code.
    pub shop: Option<String>,
    /// Only this line, by name.
    pub line: Option<String>,
    /// Figures whose values day by day are wanted, separated by commas.
    pub days: Option<String>,
}

/// A row, with what it looks like day by day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SheetRow {
    /// Whose row it is, when rows are by agent: the person, or the account that is bound to nobody; absent for the queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The row as `performance` gives it.
    #[schema(value_type = PerformanceRow)]
    pub row: Row,
    /// Of the figures in `late`: their value over what is final already, and null where nothing is.
    #[schema(value_type = BTreeMap<String, Option<f64>>)]
    pub so_far: BTreeMap<&'static str, Value>,
    /// Of each wanted figure its value on each day of the page, of what is final; null where it is not applicable. Without the days
    /// when rows are by date.
    #[schema(value_type = BTreeMap<String, Vec<Option<f64>>>)]
    pub days: BTreeMap<String, Vec<Value>>,
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FigureSheet {
    /// The days of the page, each `YYYY-MM-DD`.
    pub days: Vec<String>,
    /// The rows, in the order of the contract.
    pub rows: Vec<SheetRow>,
    /// All together, each buyer of a day once; null when nothing happened.
    pub team: Option<SheetRow>,
    /// The team by date and hour.
    #[schema(value_type = Vec<PerformanceRow>)]
    pub hours: Vec<Row>,
}

/// The page of figures: rows with their days, the team, and the hours. Without the right to see everybody's figures: one's own only.
#[utoipa::path(get, path = "/api/v1/metric/sheet", tag = "metric", params(SheetQuery),
    responses((status = 200, body = FigureSheet), Problems))]
pub(crate) async fn sheet(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<SheetQuery>,
) -> Answer<impl IntoResponse> {
    let wanted: Vec<(String, Column)> = query
        .days
        .as_deref()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let column = Column::parse(name).ok_or_else(|| {
                Problem::invalid(
                    "bad_figure",
                    format!("there is no figure {name:?} in `days`; take keys of a performance row"),
                )
            })?;
            Ok((name.to_owned(), column))
        })
        .collect::<Result<_, Problem>>()?;
    let by = By::parse(query.by.as_deref().unwrap_or("agent"))
        .map_err(|e| Problem::invalid("bad_by", e.to_string()))?;
    let query = Query {
        from: day(&query.from, "from")?,
        to: day(&query.to, "to")?,
        by,
        as_of: None,
        shops: Some(own_shops(&api, &staff, query.shop.as_deref())?),
        line: query.line,
        only: (!allows(staff.role, Right::SeeFigures)).then_some(staff.person.0),
    };
    let (from, to) = (day_of(query.from), day_of(query.to));
    let sheet = yingke_app::metric::sheet(&api.house, query).await?;
    let row = |of: RowDays| SheetRow {
        agent: of.agent.map(|id| id.to_string()),
        so_far: of.row.so_far().into_iter().collect(),
        days: if by.date {
            BTreeMap::new()
        } else {
            wanted
                .iter()
                .map(|(name, column)| {
                    let nothing = Default::default();
                    let values = (from..=to).map(|day| column.of(of.days.get(&day).unwrap_or(&nothing)));
                    (name.clone(), values.collect())
                })
                .collect()
        },
        row: of.row,
    };
    Ok(Json(FigureSheet {
        days: (from..=to).map(|day| date_of(day).to_string()).collect(),
        rows: sheet.rows.into_iter().map(row).collect(),
        team: sheet.team.map(row),
        hours: sheet.hours,
    }))
}
