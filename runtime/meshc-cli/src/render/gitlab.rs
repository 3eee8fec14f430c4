//! A Code Quality report of GitLab: the part of Code Climate's format that GitLab reads.

use meshc_diag::{Diagnostic, Severity};
use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::report::Report;

/// One finding.
#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

/// Where it is.
#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

/// The first and the last line.
#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Renders the report; `[]` if there is nothing to say.
pub(super) fn render(report: &Report<'_>) -> String {
    let mut fingerprints = Fingerprints::new(report);
    let issues: Vec<_> =
        report.diagnostics.iter().map(|diagnostic| issue(diagnostic, report, &mut fingerprints)).collect();
    serde_json::to_string_pretty(&issues).expect("it has string keys and whole numbers only") + "\n"
}

fn issue(diagnostic: &Diagnostic, report: &Report<'_>, fingerprints: &mut Fingerprints<'_>) -> Issue {
    let range = diagnostic.span().map(|span| report.range(span));
    let help = diagnostic.help.as_ref().map(|help| format!(" (help: {help})")).unwrap_or_default();
    Issue {
        description: format!("{}{help}", diagnostic.headline),
        check_name: diagnostic.code.name(),
        fingerprint: fingerprints.next(diagnostic),
        severity: match diagnostic.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location {
            path: report.path_of(diagnostic),
            lines: Lines { begin: range.map_or(1, |range| range.line), end: range.map_or(1, |range| range.end_line) },
        },
    }
}
