//! Suggested answers: while a question stands open, the best phrases and earlier answers for it.
//!
//! Pure and deterministic. [`words`] reads a sentence, [`learn`] remembers which answers followed which questions, [`rank`] puts
//! candidates in order and says which words decided, [`claims`] what they take for granted. Method and figures are in `docs/suggestions.md`.

pub mod claims;
pub mod learn;
pub mod rank;
pub mod words;

#[cfg(test)]
mod tests;
