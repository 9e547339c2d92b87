//! The guard (R-SPEECH-01..19): reads what a person of the house is about to say.
//!
//! Pure and quick: one pass over the draft finds all words of all rules and of the shop ([`Lexicon`]), a second one all
//! numbers, however they are disguised. The rules themselves are data (`guard/rules.toml`): groups of words that follow
//! each other, exceptions, the buyer's question, a reason and a better wording. How severe a rule is says the policy.
//!
//! What is positioned is counted in **characters** (`char`) of the draft, not in bytes and not in UTF-16 units.
//! Where the rules can be read in two ways: regret is no admission; a rule that is negated ("we do not add WeChat") is
//! kept, not broken; what stands behind "expected", "about" or "as the courier says" is no certain date.

mod fold;
mod lexicon;
mod number;
mod promise;
mod read;
mod rules;

pub use lexicon::{Lexicon, ShopWord, WORD_MAX, WordFault};
pub use number::{Figure, Kind as FigureKind, figures};
pub use promise::{Promise, What};
pub use read::{Context, Finding, Reading, Ruleset, Verdict, may_be_somebodys, read, read_alone};
pub use rules::{RuleNote, Severity, reason, rules};

#[cfg(test)]
mod tests;
