//! Refusals on the wire: RFC 9457, `application/problem+json`.

use crate::ws::protocol::ProblemBody;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder, ResponsesBuilder};
use yingke_kernel::Problem;

/// Content type of every refusal.
const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal as the answer of a handler.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(pub(crate) Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// What every handler gives: its answer or a refusal.
pub(crate) type Answer<T> = Result<T, Refusal>;

impl From<&Problem> for ProblemBody {
    fn from(p: &Problem) -> Self {
        Self {
            kind: format!("urn:yingke:problem:{}", p.code),
            code: p.code.to_owned(),
            status: p.kind.status(),
            detail: p.detail.clone(),
            findings: None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = ProblemBody::from(&self.0);
        let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (
            status,
            [
                (header::CONTENT_TYPE, PROBLEM_JSON),
                (header::CACHE_CONTROL, "no-store"),
            ],
            json,
        )
            .into_response();
        if let Some(secs) = self.0.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, secs.into());
        }
        response
    }
}

/// The refusals of an operation in `openapi.json`: every operation may answer with a problem.
pub(crate) struct Problems;

impl utoipa::IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let content = ContentBuilder::new()
            .schema(Some(utoipa::openapi::Ref::from_schema_name("ProblemBody")))
            .build();
        let response = ResponseBuilder::new()
            .description("A refusal: `code` names the sentence in the pages' catalogue")
            .content(PROBLEM_JSON, content)
            .build();
        ResponsesBuilder::new()
            .response("default", response)
            .build()
            .responses
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_status_and_the_code_of_its_problem() {
        let response = Refusal(Problem::conflict("link_used", "the link was used")).into_response();
        assert_eq!(response.status(), 409);
        assert_eq!(response.headers()["content-type"], PROBLEM_JSON);
        assert!(!response.headers().contains_key("retry-after"));
        let late = Problem::new(yingke_kernel::ProblemKind::TooMany, "too_many", "later").retry_after(0);
        assert_eq!(Refusal(late).into_response().headers()["retry-after"], "1");
        let body = ProblemBody::from(&Problem::conflict("link_used", "the link was used"));
        assert_eq!(
            (body.kind.as_str(), body.status),
            ("urn:yingke:problem:link_used", 409)
        );
    }
}
