//! Harassing, irrelevant and malicious words (R-DESK-12): marks that a supervisor confirms, buyers who are not listened to,
//! what is handed to a platform or the police. Each act stands in the thread where it happened, for the house only.

mod block;
mod mark;
mod report;

pub use block::{Blocked, block, blocks, lift};
pub use mark::{Board, Proposed, board, decide, marks, open_marks, propose};
pub use report::{Reported, change_report, evidence, report, reports};
pub use yingke_store::abuse::{BlockRow, MarkRow, ReportRow};

use crate::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Most characters of a reason or a note.
const REASON_MAX: usize = 200;

/// What stands in the thread about it: the payload of a private note, or of the entry of a confirmed mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbuseMark {
    /// `proposed confirmed refused withdrawn blocked lifted reported`.
    pub what: String,
    /// Of a mark: `harassing irrelevant malicious`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Of a mark: which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// Of a mark: the message; 0 = all that the buyer wrote.
    #[serde(default)]
    pub seq: i64,
    /// Of a block: until when, RFC 3339; none = until it is lifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

// The file is compiled in and a test reads it: it cannot fail at run time.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml are words"));

fn said(language: &str, what: &str) -> String {
    WORDS
        .get(language)
        .and_then(|words| words.get(what))
        .cloned()
        .unwrap_or_default()
}

/// What a blocked buyer reads.
pub(crate) fn not_listening(language: &str) -> String {
    said(language, "closed")
}

/// Words of a person about an act, trimmed.
fn words_of(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > REASON_MAX {
        let detail = format!("the text has more than {REASON_MAX} characters; make it shorter");
        return Err(Problem::invalid("too_long", detail));
    }
    Ok(text.to_owned())
}

/// As [`words_of`], where something must be said.
fn reason_of(text: &str) -> Result<String> {
    let text = words_of(text)?;
    if text.is_empty() {
        let detail = "say why; it stands on the record";
        return Err(Problem::invalid("reason_missing", detail));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_desk_12_every_word_is_there_in_every_language() {
        for language in crate::shop::LANGUAGES {
            for what in ["answer", "closed"] {
                let text = said(language, what);
                assert!(
                    !text.is_empty() && !text.contains('!'),
                    "{language} {what}: {text}"
                );
            }
        }
    }

    #[test]
    fn r_desk_12_a_reason_is_given_and_short() {
        assert_eq!(reason_of("  骂人 ").unwrap(), "骂人");
        assert_eq!(reason_of("  ").unwrap_err().code, "reason_missing");
        assert_eq!(words_of(&"长".repeat(201)).unwrap_err().code, "too_long");
    }
}
