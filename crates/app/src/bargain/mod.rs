//! Bargaining in the house (R-BARGAIN-01..04): what an agent gives alone, what the supervisor answers within seconds, and a
//! record of everything that was given. Each act stands in the thread where it happened, for the house only.

mod give;
mod report;
mod request;
mod sheet;

pub use give::{Board, OrderChoice, Terms, board, concede, try_step};
pub use report::{Report, report};
pub use request::{answer, ask, open_requests, take, withdraw};
pub use sheet::{Given, Sheet, export};
pub use yingke_store::bargain::{ApprovalRow, ConcessionRow, Sum};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use yingke_domain::bargain::Form;
use yingke_kernel::Fen;

/// What stands in the thread about it: the payload of a private note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BargainMark {
    /// `conceded asked granted countered refused taken withdrawn`.
    pub what: String,
    /// The request that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// The order's price.
    pub total_fen: i64,
    /// The price given, asked for, or offered.
    pub price_fen: i64,
    /// In which form it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

// The file is compiled in and a test reads it: it cannot fail at run time.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml are words"));

/// An amount as a buyer reads it: no decimals where there are none.
fn yuan(fen: Fen) -> String {
    let text = fen.to_string();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

/// Words for the buyer once a price is settled.
fn words(language: &str, form: Form, total: Fen, price: Fen) -> String {
    let text = WORDS
        .get(language)
        .and_then(|forms| forms.get(form.as_str()))
        .map_or("", String::as_str);
    text.replace("{price}", &yuan(price))
        .replace("{off}", &yuan(Fen(total.0 - price.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_words_in_every_language() {
        for language in ["zh-CN", "en"] {
            for form in Form::ALL {
                let text = words(language, *form, Fen(35_800), Fen(35_550));
                assert!(
                    !text.is_empty() && !text.contains('{'),
                    "{language} {form:?}: {text}"
                );
            }
        }
        let text = words("zh-CN", Form::Price, Fen(35_800), Fen(35_500));
        assert!(text.contains("355元"), "{text}");
        let text = words("zh-CN", Form::Freight, Fen(35_800), Fen(35_550));
        assert!(text.contains("2.50元"), "{text}");
    }
}
