//! What went wrong, for the person who must act (RFC 9457 on the wire).

/// Who must act, and so the HTTP status and the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request cannot be understood or breaks a rule of form (400).
    Invalid,
    /// Not signed in (401).
    Unauthenticated,
    /// Signed in, without the right (403).
    Forbidden,
    /// No such thing, or none that this caller may see (404).
    NotFound,
    /// The state of the thing does not allow it now (409).
    Conflict,
    /// Too large (413).
    TooLarge,
    /// Too often (429).
    TooMany,
    /// Our fault (500).
    Internal,
    /// Not now: stopping, database away, disk full (503).
    Unavailable,
}

impl ProblemKind {
    /// HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// A refusal with a stable code. `code` names the sentence in the pages' catalogue; `detail` is for logs and commands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Problem {
    /// Who must act.
    pub kind: ProblemKind,
    /// Stable, snake_case: `link_used`, `client_id_reused`.
    pub code: &'static str,
    /// English, one sentence, says what, where and how to mend it. Never an internal message.
    pub detail: String,
    /// Whole seconds after which it is worth trying again, if that is known.
    pub retry_after: Option<i64>,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: ProblemKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            retry_after: None,
        }
    }
    /// The same, worth trying again after so many seconds.
    pub fn retry_after(mut self, secs: i64) -> Self {
        self.retry_after = Some(secs.max(1));
        self
    }
    /// 400.
    pub fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Invalid, code, detail)
    }
    /// 403.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, "forbidden", detail)
    }
    /// 404.
    pub fn not_found(what: &str) -> Self {
        Self::new(
            ProblemKind::NotFound,
            "not_found",
            format!("there is no such {what}"),
        )
    }
    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, code, detail)
    }
    /// 401.
    pub fn unauthenticated() -> Self {
        Self::new(ProblemKind::Unauthenticated, "unauthenticated", "sign in first")
    }
}
