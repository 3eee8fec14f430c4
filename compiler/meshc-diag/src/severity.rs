use std::fmt;

/// How bad a finding is. The order is from worst to mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Traffic would go where nobody asked, or the input cannot be understood: nothing is built.
    Error,
    /// It works and is likely not meant.
    Warning,
    /// Something was left out that a reader should know of.
    Note,
}

impl Severity {
    /// The word that stands in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
