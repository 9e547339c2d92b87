//! What is said in the demonstration.

use anyhow::{Context, Result};
use serde::Deserialize;

/// Names and talks.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Script {
    pub(crate) shop: String,
    pub(crate) welcome: String,
    pub(crate) offline: String,
    /// Buyers of the simulated platform.
    pub(crate) buyers: Vec<String>,
    /// Buyers who come to whoever tries the desk.
    pub(crate) mine: Vec<String>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) talks: Vec<Talk>,
}

/// A simulated agent.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Agent {
    pub(crate) name: String,
    pub(crate) login: String,
}

/// A talk: what the buyer says, what a good agent answers.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Talk {
    pub(crate) lines: Vec<(String, String)>,
}

/// The script inside the binary.
pub(crate) fn script() -> Result<Script> {
    toml::from_str(include_str!("words.toml")).context("the script of the demonstration")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_script_reads_and_nobody_is_named_twice() {
        let script = super::script().unwrap();
        assert!(script.talks.iter().all(|t| !t.lines.is_empty()));
        let mut names: Vec<_> = script.buyers.iter().chain(&script.mine).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
