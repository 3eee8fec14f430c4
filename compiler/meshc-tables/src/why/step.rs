use meshc_source::Span;

use super::Rule;

/// One rule of a chain, as it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// Whether it let the backend pass.
    pub passed: bool,
    /// What it found, for people.
    pub text: String,
    /// The lines that it goes by.
    pub basis: Basis,
    /// What to do about it, for people; only where it refused.
    pub help: Option<String>,
}

/// The lines that something goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// These, the deciding one first.
    Written(Vec<Span>),
    /// None, and what Cilium does by default holds. Here it would be written, if there is a file for it.
    Default(Option<Span>),
}

impl Basis {
    /// The line `written`, or else what holds by default and would be written at `otherwise`.
    pub(super) fn of(written: Option<Span>, otherwise: Option<Span>) -> Self {
        written.map_or(Self::Default(otherwise), |span| Self::Written(vec![span]))
    }

    /// The lines of `spans` that there are, each once.
    pub(super) fn lines(spans: impl IntoIterator<Item = Option<Span>>) -> Self {
        let mut found = Vec::new();
        for span in spans.into_iter().flatten() {
            if !found.contains(&span) {
                found.push(span);
            }
        }
        Self::Written(found)
    }

    /// The places, whether something is written there or would be.
    pub fn spans(&self) -> &[Span] {
        match self {
            Self::Written(spans) => spans,
            Self::Default(span) => span.as_slice(),
        }
    }

    /// Whether nothing is written.
    pub fn is_default(&self) -> bool {
        matches!(self, Self::Default(_))
    }
}

impl Step {
    /// A rule that lets pass.
    pub(super) fn passed(rule: Rule, text: impl Into<String>, basis: Basis) -> Self {
        Self { rule, passed: true, text: text.into(), basis, help: None }
    }

    /// A rule that refuses.
    pub(super) fn refused(rule: Rule, text: impl Into<String>, basis: Basis, help: impl Into<String>) -> Self {
        Self { rule, passed: false, text: text.into(), basis, help: Some(help.into()) }
    }
}
