//! `GET /api/v1/search`

use crate::http::{Api, Desk, Json, Params, parse_id};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::search::{
    Cursor, FoundBuyer, FoundMessage, FoundOrder, FoundProduct, Kind, PAGE_MAX, SearchQuery, search,
};
use yingke_kernel::{Problem, Stamp};

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindQuery {
    /// Words; all of them must be there. Two characters or more, a single one finds names only.
    pub q: String,
    /// Some of `message,buyer,order,product`; everything unless told.
    pub kinds: Option<String>,
    /// In this shop only, by code.
    pub shop: Option<String>,
    /// In this thread only: its messages.
    pub thread: Option<String>,
    /// Hits of each kind, 1 to 200; 20 unless told.
    pub limit: Option<usize>,
    /// `next` of the page before; only with one kind, or a thread.
    pub before: Option<String>,
}

/// From and to (exclusive), in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Mark(pub usize, pub usize);

/// A message, note or other entry with words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageHit {
    /// The thread.
    pub thread: String,
    /// Its place.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What it is: a kind of entry.
    pub kind: String,
    /// `buyer agent bot auto system`.
    pub from: String,
    /// Who wrote it.
    pub name: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// The words around the first hit.
    pub text: String,
    /// Hits in `text`.
    pub marks: Vec<Mark>,
}

/// A buyer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyerHit {
    /// The buyer.
    pub buyer: String,
    /// The thread, if there is one.
    pub thread: Option<String>,
    /// Name.
    pub name: String,
    /// Hits in `name`.
    pub marks: Vec<Mark>,
    /// Channel.
    pub channel: String,
    /// What the shop noted.
    pub remark: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Masked phone number.
    pub phone: Option<String>,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderHit {
    /// The order.
    pub order: String,
    /// Number.
    pub number: String,
    /// Hits in `number`.
    pub marks: Vec<Mark>,
    /// Whether the query is this very number.
    pub exact: bool,
    /// Platform.
    pub platform: String,
    /// The platform's word for its state.
    pub state: Option<String>,
    /// Paid, refunds taken off, in fen.
    pub amount_fen: i64,
    /// Title of the line that answers the query, else of the first.
    pub title: Option<String>,
    /// Hits in `title`.
    pub title_marks: Vec<Mark>,
    /// Who receives it, masked.
    pub receiver: Option<String>,
    /// The buyer's name.
    pub buyer_name: Option<String>,
    /// The buyer, if they wrote to the shop.
    pub buyer: Option<String>,
    /// Their thread.
    pub thread: Option<String>,
    /// When it was placed, RFC 3339.
    pub created_at: String,
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductHit {
    /// The product.
    pub product: String,
    /// The shop's number of it.
    pub code: String,
    /// Title.
    pub title: String,
    /// Hits in `title`.
    pub marks: Vec<Mark>,
    /// Price in fen.
    pub price_fen: i64,
    /// Whether it can be bought.
    pub on_shelf: bool,
    /// Address of its picture.
    pub picture: Option<String>,
}

/// What was found, newest first in each kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchPage {
    /// Too short for texts: only names that begin with it were looked up.
    pub short: bool,
    /// Messages.
    pub messages: Vec<MessageHit>,
    /// Buyers.
    pub buyers: Vec<BuyerHit>,
    /// Orders; the one of exactly this number first.
    pub orders: Vec<OrderHit>,
    /// Goods.
    pub products: Vec<ProductHit>,
    /// Cursor of the next page, if one kind was asked; null at the end.
    pub next: Option<String>,
    /// Milliseconds that it took.
    pub took_ms: u64,
}

/// Looks for words in the shops of the person.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(FindQuery),
    responses((status = 200, body = SearchPage), Problems))]
pub(crate) async fn find(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<FindQuery>,
) -> Answer<Json<SearchPage>> {
    let wanted = SearchQuery {
        kinds: kinds(query.kinds.as_deref())?,
        text: query.q,
        shop: query.shop,
        thread: query.thread.map(|text| parse_id(&text, "thread")).transpose()?,
        limit: query.limit.unwrap_or(20).clamp(1, PAGE_MAX),
        before: query.before.as_deref().map(parse_cursor).transpose()?,
    };
    let found = search(&api.house, &staff, wanted).await?;
    Ok(Json(SearchPage {
        short: found.short,
        messages: found.messages.into_iter().map(MessageHit::from).collect(),
        buyers: found.buyers.into_iter().map(BuyerHit::from).collect(),
        orders: found.orders.into_iter().map(OrderHit::from).collect(),
        products: found.products.into_iter().map(ProductHit::from).collect(),
        next: found.next.map(cursor),
        took_ms: u64::try_from(found.took.as_millis()).unwrap_or(u64::MAX),
    }))
}

fn kinds(text: Option<&str>) -> Result<Vec<Kind>, Problem> {
    text.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            // The work log has a search of its own, with filters.
            let known = Kind::parse(name).filter(|kind| *kind != Kind::Worklog);
            known.ok_or_else(|| {
                Problem::invalid(
                    "bad_kind",
                    format!("{name:?} in kinds cannot be searched; take some of message,buyer,order,product"),
                )
            })
        })
        .collect()
}

fn cursor(cursor: Cursor) -> String {
    format!("{}.{}.{}", cursor.at.micros(), cursor.of, cursor.seq)
}

fn parse_cursor(text: &str) -> Result<Cursor, Problem> {
    let bad = || {
        Problem::invalid(
            "bad_cursor",
            format!("{text:?} is no cursor; take `next` of the page before"),
        )
    };
    let mut parts = text.splitn(3, '.');
    let mut part = || parts.next().ok_or_else(bad);
    Ok(Cursor {
        at: Stamp::from_micros(part()?.parse().map_err(|_| bad())?),
        of: part()?.parse().map_err(|_| bad())?,
        seq: part()?.parse().map_err(|_| bad())?,
    })
}

fn marks(marks: Vec<(usize, usize)>) -> Vec<Mark> {
    marks.into_iter().map(|(from, to)| Mark(from, to)).collect()
}

impl From<FoundMessage> for MessageHit {
    fn from(hit: FoundMessage) -> Self {
        Self {
            thread: hit.thread.to_string(),
            seq: hit.seq,
            at: hit.at.to_string(),
            kind: hit.kind.as_str().to_owned(),
            from: hit.from,
            name: hit.name,
            buyer_name: hit.buyer_name,
            text: hit.text,
            marks: marks(hit.marks),
        }
    }
}

impl From<FoundBuyer> for BuyerHit {
    fn from(hit: FoundBuyer) -> Self {
        Self {
            buyer: hit.buyer.to_string(),
            thread: hit.thread.map(|id| id.to_string()),
            name: hit.name,
            marks: marks(hit.marks),
            channel: hit.channel,
            remark: hit.remark,
            tags: hit.tags,
            phone: hit.phone,
        }
    }
}

impl From<FoundOrder> for OrderHit {
    fn from(hit: FoundOrder) -> Self {
        Self {
            order: hit.order.to_string(),
            number: hit.number,
            marks: marks(hit.marks),
            exact: hit.exact,
            platform: hit.platform,
            state: hit.state,
            amount_fen: hit.amount.0,
            title: hit.title,
            title_marks: marks(hit.title_marks),
            receiver: hit.receiver,
            buyer_name: hit.buyer_name,
            buyer: hit.buyer.map(|id| id.to_string()),
            thread: hit.thread.map(|id| id.to_string()),
            created_at: hit.created.to_string(),
        }
    }
}

impl From<FoundProduct> for ProductHit {
    fn from(hit: FoundProduct) -> Self {
        Self {
            picture: hit.picture.then(|| format!("/goods/{}/picture", hit.product)),
            product: hit.product.to_string(),
            code: hit.code,
            title: hit.title,
            marks: marks(hit.marks),
            price_fen: hit.price.0,
            on_shelf: hit.on_shelf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let one = Cursor {
            at: Stamp::from_micros(-1_790_000_000_123_456),
            of: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            seq: 12,
        };
        assert_eq!(parse_cursor(&cursor(one)).unwrap(), one);
        for bad in ["", "1", "1.2", "1.x.2", "1.00000000-0000-7000-8000-000000000001"] {
            assert_eq!(parse_cursor(bad).unwrap_err().code, "bad_cursor");
        }
    }

    #[test]
    fn kinds_are_named() {
        assert_eq!(kinds(None).unwrap(), []);
        assert_eq!(kinds(Some("order, buyer")).unwrap(), [Kind::Order, Kind::Buyer]);
        assert_eq!(kinds(Some("orders")).unwrap_err().code, "bad_kind");
    }
}
