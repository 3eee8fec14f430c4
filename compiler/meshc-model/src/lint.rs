use crate::{Name, Said};

/// What the Mesh says of a rule: `lints: {shared-not-global: allow}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LintSetting {
    /// The number or name of the rule, as it is written.
    pub rule: Said<Name>,
    /// What its findings are.
    pub level: LintLevel,
}

/// What the findings of a rule are, where a user says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LintLevel {
    /// Nothing: they are not reported.
    Allow,
    /// Notes.
    Note,
    /// Warnings.
    Warning,
    /// Errors.
    Error,
}

impl LintLevel {
    /// Every level with its word.
    pub const ALL: [(LintLevel, &'static str); 4] = [
        (LintLevel::Allow, "allow"),
        (LintLevel::Note, "note"),
        (LintLevel::Warning, "warning"),
        (LintLevel::Error, "error"),
    ];
}
