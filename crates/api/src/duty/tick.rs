//! `POST /api/v1/duty/tick`

use super::view::{DutySay, DutyTick, parse_group, parse_list, say, tick};
use crate::http::{Api, Desk, Json, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use yingke_kernel::Problem;

/// Ticks a line of today's list off. 409 `line_gone` when it is settled, `line_ticked` when a colleague was faster.
#[utoipa::path(post, path = "/api/v1/duty/tick", tag = "duty", request_body = DutySay,
    responses((status = 200, body = DutyTick), Problems))]
pub(crate) async fn duty_tick(
    State(api): State<Api>,
    Desk(staff): Desk,
    Json(body): Json<DutySay>,
) -> Answer<Json<DutyTick>> {
    let of = body
        .of
        .as_deref()
        .ok_or_else(|| Problem::invalid("bad_field", "of says which line"))?;
    let (list, group) = (parse_list(&body.list)?, parse_group(&body.group)?);
    let of = parse_id(of, "of")?;
    let row = yingke_app::duty::tick(
        &api.house,
        &staff,
        &body.shop,
        list,
        group,
        of,
        body.seq,
        say(&body)?,
    )
    .await?;
    Ok(Json(tick(&row, &api.house.directory())))
}
