//! The answer for one service.

use crate::{Finding, Outcome, Reason, Weights};

impl Outcome {
    /// Has no opinion: the baseline stays.
    pub fn baseline() -> Self {
        Self { weights: None, findings: vec![], reasons: vec![] }
    }

    /// Adds a finding.
    #[must_use]
    pub fn with_finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// Adds reasons. Nobody reads them unless [`Options::explain`](crate::Options::explain) is set.
    #[must_use]
    pub fn with_reasons(mut self, reasons: impl IntoIterator<Item = Reason>) -> Self {
        self.reasons.extend(reasons);
        self
    }
}

impl From<Weights> for Outcome {
    fn from(weights: Weights) -> Self {
        Self { weights: Some(weights), ..Self::baseline() }
    }
}
