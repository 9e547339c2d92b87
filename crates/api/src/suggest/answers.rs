//! `GET /api/v1/suggest/threads/{thread}`

use crate::http::{Api, Desk, Id, Json};
use crate::phrase::view::{self, PhraseSet};
use crate::problem::{Answer, Problems};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::suggest::Source;
use yingke_kernel::ThreadId;

/// Where a suggestion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SuggestionKind {
    /// A phrase.
    Phrase,
    /// Words that went to several buyers.
    Answer,
    /// What is known of the product before the buyer.
    Product,
}

/// A variable without a value: its place in the words, in UTF-16 units, first and after the last.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingValue {
    /// Its Latin name: `ship_date`.
    pub variable: String,
    /// First place.
    pub from: usize,
    /// Place after the last.
    pub to: usize,
}

/// A text that may answer the question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
    /// Where it comes from.
    #[schema(inline)]
    pub kind: SuggestionKind,
    /// The words, values in the place of variables.
    pub text: String,
    /// Variables without a value. With anything here the words are to be completed before they are sent.
    pub missing: Vec<MissingValue>,
    /// What the words take for granted and nobody has proved: `returning`, `bought`, `stock`, `abroad`, `done`, `price`, `moment`,
    /// `speaker`, `measure` or `trouble`. With anything here the words are to be looked at before they are sent.
    pub unproved: Vec<String>,
    /// Where the words answer the buyer's: from and to, in UTF-16 units.
    pub why: Vec<[usize; 2]>,
    /// The phrase; say that it was used once it was sent.
    pub phrase: Option<String>,
    /// Whose set the phrase is in.
    #[schema(inline)]
    pub set: Option<PhraseSet>,
    /// Its code; empty = none.
    pub code: String,
    /// Its title, or the product's; empty = none.
    pub title: String,
    /// 1 answers; 2 says the next step too; 3 gives a reason to buy now.
    pub level: Option<i64>,
    /// The second question, to be asked later; empty = none.
    pub follow: String,
    /// Pictures that follow the words, in order.
    pub pictures: Vec<view::PhrasePicture>,
}

/// What is suggested.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// Place of the last message of the question; null = nothing stands open.
    pub seq: Option<i64>,
    /// What the buyer asks about, in the buyer's own words.
    pub about: Vec<String>,
    /// The best first, five at most; none when nothing fits well.
    pub answers: Vec<Suggestion>,
}

/// The best answers for the buyer's open question: phrases of the team and one's own, words that went to several buyers, facts of
/// the product before the buyer (R-DESK-06, R-PHRASE-08).
#[utoipa::path(get, path = "/api/v1/suggest/threads/{thread}", tag = "suggest",
    params(("thread" = String, Path, description = "The thread")), responses((status = 200, body = Suggestions), Problems))]
pub(crate) async fn suggest_answers(
    State(api): State<Api>,
    Desk(staff): Desk,
    Id(thread): Id<ThreadId>,
) -> Answer<Json<Suggestions>> {
    let found = yingke_app::suggest::suggest(&api.house, &staff, thread).await?;
    let answers = found.suggestions.into_iter().map(|suggestion| {
        let missing = suggestion.missing.iter().map(|hole| MissingValue {
            variable: hole.variable.as_str().to_owned(),
            from: hole.from,
            to: hole.to,
        });
        let mut answer = Suggestion {
            kind: SuggestionKind::Answer,
            text: suggestion.text,
            missing: missing.collect(),
            unproved: suggestion.unproved.iter().map(ToString::to_string).collect(),
            why: suggestion.why.into_iter().map(|(from, to)| [from, to]).collect(),
            phrase: None,
            set: None,
            code: String::new(),
            title: String::new(),
            level: None,
            follow: String::new(),
            pictures: Vec::new(),
        };
        match suggestion.source {
            Source::Answer => {}
            Source::Product { title, .. } => {
                answer.kind = SuggestionKind::Product;
                answer.title = title;
            }
            Source::Phrase { whose, row } => {
                let phrase = view::phrase(&api.house, whose, *row);
                answer.kind = SuggestionKind::Phrase;
                answer.phrase = Some(phrase.phrase);
                answer.set = Some(phrase.set);
                answer.code = phrase.code;
                answer.title = phrase.title;
                answer.level = Some(phrase.level);
                answer.follow = phrase.follow;
                answer.pictures = phrase.pictures;
            }
        }
        answer
    });
    Ok(Json(Suggestions {
        seq: found.seq,
        about: found.about,
        answers: answers.collect(),
    }))
}
