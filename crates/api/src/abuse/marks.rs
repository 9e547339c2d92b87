//! `GET /api/v1/abuse/marks`

use super::view::mark;
use crate::http::{Api, Desk, Json, Params, parse_time};
use crate::problem::{Answer, Problems};
use crate::ws::protocol::MarkRow;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use yingke_kernel::Problem;

/// Which marks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MarkQuery {
    /// Proposed from this time on, RFC 3339; without times: those that nobody has decided.
    pub from: Option<String>,
    /// Proposed before this time, RFC 3339.
    pub to: Option<String>,
}

/// Marks that nobody has decided, oldest first; with times: all of that time, latest first (R-DESK-12).
#[utoipa::path(get, path = "/api/v1/abuse/marks", tag = "abuse", params(MarkQuery),
    responses((status = 200, body = Vec<MarkRow>), Problems))]
pub(crate) async fn list_marks(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<MarkQuery>,
) -> Answer<Json<Vec<MarkRow>>> {
    let rows = match (query.from.as_deref(), query.to.as_deref()) {
        (None, None) => yingke_app::abuse::open_marks(&api.house, &staff).await?,
        (Some(from), Some(to)) => {
            let (from, to) = (parse_time(from, "from")?, parse_time(to, "to")?);
            yingke_app::abuse::marks(&api.house, &staff, from, to).await?
        }
        _ => return Err(Problem::invalid("bad_field", "from and to stand together, or neither").into()),
    };
    let directory = api.house.directory();
    Ok(Json(rows.iter().map(|m| mark(m, &directory)).collect()))
}
