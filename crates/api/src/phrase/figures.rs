//! `GET /api/v1/phrase/figures`

use crate::http::{Api, Desk, Json, Params};
use crate::metric::performance::day;
use crate::phrase::view;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::phrase::Whose;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhraseFiguresQuery {
    /// Shop code; the first of one's own shops unless told.
    pub shop: Option<String>,
    /// First day of the shop's calendar.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
}

/// What a phrase did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PhraseFigure {
    /// The phrase as it is now, even if it was taken out.
    pub phrase: view::Phrase,
    /// How often it was sent in these days.
    pub used: i64,
    /// To how many buyers.
    pub buyers: i64,
    /// How many of them placed an order soon after it (`phrase.sale_window_secs`).
    pub sold: i64,
    /// `sold` of `buyers`.
    pub conversion: f64,
}

/// Figures of the phrases that were used in a range of days, the most used first (R-PHRASE-09).
#[utoipa::path(get, path = "/api/v1/phrase/figures", tag = "phrase", params(PhraseFiguresQuery),
    responses((status = 200, body = Vec<PhraseFigure>), Problems))]
pub(crate) async fn phrase_figures(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<PhraseFiguresQuery>,
) -> Answer<Json<Vec<PhraseFigure>>> {
    let shop = view::shop(&api, &staff, query.shop.as_deref())?;
    let (from, to) = (day(&query.from, "from")?, day(&query.to, "to")?);
    let figures = yingke_app::phrase::figures(&api.house, &staff, shop, from, to).await?;
    Ok(Json(
        figures
            .into_iter()
            .map(|f| PhraseFigure {
                used: f.used,
                buyers: f.buyers,
                sold: f.sold,
                conversion: if f.buyers == 0 {
                    0.0
                } else {
                    f.sold as f64 / f.buyers as f64
                },
                phrase: view::phrase(
                    &api.house,
                    if f.is_team { Whose::Team } else { Whose::Own },
                    f.row,
                ),
            })
            .collect(),
    ))
}
