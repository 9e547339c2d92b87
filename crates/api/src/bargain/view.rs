//! Concessions and requests as the pages see them.

use crate::ws::protocol::ApprovalRow;
use serde::Serialize;
use utoipa::ToSchema;
use yingke_app::Directory;
use yingke_app::bargain::{ApprovalRow as Request, ConcessionRow as Given};
use yingke_domain::bargain::Form;
use yingke_kernel::{PersonId, Problem};

fn name(directory: &Directory, person: PersonId) -> String {
    directory.actor_name(person.0).unwrap_or_default().to_owned()
}

/// The wire form of a request.
pub(crate) fn approval(a: &Request, directory: &Directory) -> ApprovalRow {
    ApprovalRow {
        id: a.id.to_string(),
        shop: directory.shop(a.shop).map(|s| s.code.clone()).unwrap_or_default(),
        thread: a.thread.to_string(),
        order: a.order.map(|id| id.to_string()),
        number: a.number.clone(),
        person: a.person.to_string(),
        person_name: name(directory, a.person),
        at: a.at.to_string(),
        total_fen: a.total.0,
        asked_fen: a.asked.0,
        why: a.why.clone(),
        reason: a.reason.clone(),
        state: a.state.as_str().to_owned(),
        answer_fen: a.answer.map(|f| f.0),
        answered_by: a.answered_by.map(|p| name(directory, p)),
        answered_at: a.answered_at.map(|at| at.to_string()),
        note: a.note.clone(),
    }
}

/// What was given to a buyer below the price (R-BARGAIN-04).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Concession {
    /// Its id.
    pub id: String,
    /// The thread.
    pub thread: String,
    /// The platform's number of the order; empty while there is none.
    pub number: String,
    /// Who gave it.
    pub person: String,
    /// Their name.
    pub person_name: String,
    /// When, RFC 3339.
    pub at: String,
    /// The order's price before, fen.
    pub total_fen: i64,
    /// How much less, fen.
    pub off_fen: i64,
    /// `price freight coupon transfer gift`.
    pub form: String,
    /// `own` or `supervisor`.
    pub authority: String,
    /// Name of who approved it.
    pub approver: Option<String>,
    /// Given in spite of the warning that it is the last one of the day.
    pub warned: bool,
    /// Why.
    pub reason: String,
}

/// The wire form of a concession.
pub(crate) fn concession(c: &Given, directory: &Directory) -> Concession {
    Concession {
        id: c.id.to_string(),
        thread: c.thread.to_string(),
        number: c.number.clone(),
        person: c.person.to_string(),
        person_name: name(directory, c.person),
        at: c.at.to_string(),
        total_fen: c.total.0,
        off_fen: c.off.0,
        form: c.form.as_str().to_owned(),
        authority: if c.supervised { "supervisor" } else { "own" }.to_owned(),
        approver: c.approver.map(|p| name(directory, p)),
        warned: c.warned,
        reason: c.reason.clone(),
    }
}

/// A concession that was just given, and words for the buyer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conceded {
    /// The record.
    pub concession: Concession,
    /// Words for the draft; nothing was said to the buyer yet.
    pub words: String,
}

/// The form of that name.
pub(crate) fn form(name: &str) -> Result<Form, Problem> {
    Form::parse(name).ok_or_else(|| {
        let known: Vec<_> = Form::ALL.iter().map(|f| f.as_str()).collect();
        Problem::invalid("bad_form", format!("form is one of {}", known.join(", ")))
    })
}
