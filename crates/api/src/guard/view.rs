//! A reading on the wire.

use crate::ws::protocol::GuardFinding;
use yingke_app::guard::Reading;

impl GuardFinding {
    /// The findings of a reading, the reasons in `lang`.
    pub(crate) fn all(reading: &Reading, lang: &str) -> Vec<Self> {
        let finding = |f: &yingke_app::guard::Finding| Self {
            rule: f.rule.to_owned(),
            severity: f.severity.as_str().to_owned(),
            from: f.from,
            to: f.to,
            code: f.reason.to_owned(),
            args: f
                .args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            reason: f.why(lang),
            better: f.better.clone(),
            take_from: f.take.0,
            take_to: f.take.1,
        };
        reading.findings.iter().map(finding).collect()
    }
}
