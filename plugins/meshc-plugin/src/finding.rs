//! Something to say about the input.

use crate::{Finding, Severity, Subject};

impl Finding {
    /// Makes a finding that stops the build. The code is `[A-Z0-9-]{1,16}` and stays the same for good; the message is
    /// one line. It is about the service until [`Finding::about`] says otherwise.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// Makes a finding about something that works and is likely not meant.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// Makes a finding that is worth knowing.
    pub fn note(code: &str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    /// Says what the finding is about. The host shows the file and line of it.
    #[must_use]
    pub fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    fn new(severity: Severity, code: &str, message: String) -> Self {
        Self { severity, code: code.to_owned(), message, subject: Subject::Service, help: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_said_in_one_sentence() {
        let said = Finding::warning("TOO-FAR", "nothing is near").about(Subject::Cluster(3)).help("set a region");
        let expected = Finding {
            severity: Severity::Warning,
            code: "TOO-FAR".into(),
            message: "nothing is near".into(),
            subject: Subject::Cluster(3),
            help: "set a region".into(),
        };
        assert_eq!(said, expected);
    }
}
