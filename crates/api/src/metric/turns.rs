//! `GET /api/v1/metric/turns`

use crate::http::{Api, Desk, Json, Params};
use crate::metric::performance::day;
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yingke_app::metric::{FoundMessage, FoundTurn, OpenQuery};
use yingke_domain::access::{Right, allows};
use yingke_kernel::Problem;

/// Lines of a page at most.
const PAGE: usize = 200;

/// Which cell of the report is opened.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TurnsQuery {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, inclusive.
    pub to: String,
    /// The figure: `slow_answer_num`, `buyer_msg_num`, …
    pub figure: String,
    /// Of this agent only, by name.
    pub agent: Option<String>,
    /// 1: of the row without an agent.
    pub null: Option<u8>,
    /// Of this line only.
    pub line: Option<String>,
    /// 1: of the row without a line.
    pub no_line: Option<u8>,
    /// Of this shop only, by code.
    pub shop: Option<String>,
    /// Of this day only.
    pub date: Option<String>,
    /// Of this hour only, 0 to 23.
    pub hour: Option<u8>,
    /// `next` of the page before.
    pub before: Option<String>,
    /// Lines, 1 to 200; 100 unless told.
    pub limit: Option<usize>,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TurnEnd {
    /// A person answered.
    Answered,
    /// The conversation closed without an answer.
    Closed,
    /// It needed no answer.
    Waived,
    /// It still waits.
    Open,
}

/// A turn behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TurnLine {
    /// The thread.
    pub thread: String,
    /// The conversation.
    pub conversation: Option<String>,
    /// The buyer's first message of the turn.
    pub seq: i64,
    /// The answer.
    pub answer_seq: Option<i64>,
    /// When it began, RFC 3339.
    pub began: String,
    /// When it ended, RFC 3339.
    pub ended: Option<String>,
    /// How it ended.
    pub end: TurnEnd,
    /// Who answered, or held it last.
    pub agent: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// Seconds, from the row's point of view.
    pub wait: Option<i64>,
    /// First words of the question.
    pub text: String,
    /// First words of the answer.
    pub answer_text: Option<String>,
}

/// A message behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageLine {
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
    /// Who wrote it, or to whom it was written.
    pub agent: Option<String>,
    /// The buyer's name.
    pub buyer_name: String,
    /// First words.
    pub text: String,
}

/// What a figure is made of: turns, or messages for the figures that count messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TurnPage {
    /// The turns.
    pub turns: Vec<TurnLine>,
    /// The messages.
    pub messages: Vec<MessageLine>,
    /// Cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Opens a figure of the report back to its facts.
#[utoipa::path(get, path = "/api/v1/metric/turns", tag = "metric", params(TurnsQuery),
    responses((status = 200, body = TurnPage), Problems))]
pub(crate) async fn list_turns(
    State(api): State<Api>,
    Desk(staff): Desk,
    Params(query): Params<TurnsQuery>,
) -> Answer<Json<TurnPage>> {
    let directory = api.house.directory();
    let shops = match &query.shop {
        Some(code) => {
            let shop = directory
                .shop_by_code(code)
                .filter(|shop| directory.is_member(shop.id, staff.person));
            vec![shop.ok_or_else(|| Problem::not_found("shop"))?.id]
        }
        None => directory
            .shops_of(staff.person)
            .iter()
            .map(|shop| shop.id)
            .collect(),
    };
    let (from, to) = match &query.date {
        Some(date) => (day(date, "date")?, day(date, "date")?),
        None => (day(&query.from, "from")?, day(&query.to, "to")?),
    };
    let opened = yingke_app::metric::open(
        &api.house,
        OpenQuery {
            from,
            to,
            figure: query.figure,
            agent: if query.null == Some(1) {
                Some(None)
            } else {
                query.agent.map(Some)
            },
            line: if query.no_line == Some(1) {
                Some(None)
            } else {
                query.line.map(Some)
            },
            hour: query.hour,
            shops,
            only: (!allows(staff.role, Right::SeeFigures)).then_some(staff.person.0),
            after: query.before,
            limit: query.limit.unwrap_or(100).clamp(1, PAGE),
        },
    )
    .await?;
    Ok(Json(TurnPage {
        turns: opened.turns.into_iter().map(TurnLine::from).collect(),
        messages: opened.messages.into_iter().map(MessageLine::from).collect(),
        next: opened.next,
    }))
}

impl From<FoundTurn> for TurnLine {
    fn from(turn: FoundTurn) -> Self {
        Self {
            thread: turn.thread.to_string(),
            conversation: turn.conversation.map(|id| id.to_string()),
            seq: turn.seq,
            answer_seq: turn.answer_seq,
            began: turn.began.to_string(),
            ended: turn.ended.map(|at| at.to_string()),
            end: match turn.end {
                "answered" => TurnEnd::Answered,
                "closed" => TurnEnd::Closed,
                "waived" => TurnEnd::Waived,
                _ => TurnEnd::Open,
            },
            agent: turn.agent,
            buyer_name: turn.buyer_name,
            wait: turn.wait,
            text: turn.text,
            answer_text: turn.answer_text,
        }
    }
}

impl From<FoundMessage> for MessageLine {
    fn from(message: FoundMessage) -> Self {
        Self {
            thread: message.thread.to_string(),
            seq: message.seq,
            at: message.at.to_string(),
            kind: message.kind.as_str().to_owned(),
            from: message.from,
            agent: message.agent,
            buyer_name: message.buyer_name,
            text: message.text,
        }
    }
}
