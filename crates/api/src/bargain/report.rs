//! `GET /api/v1/bargain/report`

use super::view::{Concession, concession};
use crate::http::{Api, Desk, Json, Params, parse_time};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_kernel::{Problem, ShopId};

/// Of which time.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BargainQuery {
    /// Shop code; all of the caller's unless told.
    pub shop: Option<String>,
    /// From this time on, RFC 3339.
    pub from: String,
    /// Before this time, RFC 3339.
    pub to: String,
}

impl BargainQuery {
    /// The shop that is asked for.
    pub(super) fn shop(&self, api: &Api) -> Result<Option<ShopId>, Problem> {
        let directory = api.house.directory();
        self.shop
            .as_deref()
            .map(|code| {
                let shop = directory.shop_by_code(code);
                shop.map(|s| s.id).ok_or_else(|| Problem::not_found("shop"))
            })
            .transpose()
    }
}

/// What one person gave. Amounts in fen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BargainSum {
    /// Who.
    pub person: String,
    /// Name.
    pub person_name: String,
    /// How often.
    pub count: i64,
    /// How much.
    pub off_fen: i64,
    /// Of it on own authority.
    pub own_fen: i64,
    /// Prices of those orders before.
    pub total_fen: i64,
    /// Share of the sales of the time, 0..1 with six decimals; null without sales.
    pub share_of_sales: Option<f64>,
}

/// Concessions of a time (R-BARGAIN-04).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BargainReport {
    /// By person.
    pub people: Vec<BargainSum>,
    /// Amount of the orders that were paid in the time, refunds not taken off, fen.
    pub sales_fen: i64,
    /// Each of them, latest first, 500 at most.
    pub given: Vec<Concession>,
}

/// What was given, by agent and as a share of sales.
#[utoipa::path(get, path = "/api/v1/bargain/report", tag = "bargain", params(BargainQuery),
    responses((status = 200, body = BargainReport), Problems))]
pub(crate) async fn bargain_report(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<BargainQuery>,
) -> Answer<Json<BargainReport>> {
    let directory = api.house.directory();
    let shop = query.shop(&api)?;
    let (from, to) = (parse_time(&query.from, "from")?, parse_time(&query.to, "to")?);
    let report = yingke_app::bargain::report(&api.house, &staff, shop, from, to).await?;
    let sales = report.sales.0;
    let share = |off: i64| (sales > 0).then(|| (off as f64 / sales as f64 * 1e6).round() / 1e6);
    Ok(Json(BargainReport {
        people: report
            .people
            .iter()
            .map(|s| BargainSum {
                person: s.person.to_string(),
                person_name: directory.actor_name(s.person.0).unwrap_or_default().to_owned(),
                count: s.count,
                off_fen: s.off.0,
                own_fen: s.own.0,
                total_fen: s.total.0,
                share_of_sales: share(s.off.0),
            })
            .collect(),
        sales_fen: sales,
        given: report.given.iter().map(|c| concession(c, &directory)).collect(),
    }))
}
