//! Workflow commands of GitHub Actions, one a line: `::error file=…,line=…::words`. The runner reads them from the
//! stdout and the stderr of a step.

use meshc_diag::{Diagnostic, Severity};

use super::report::Report;

/// Renders a command for each diagnostic.
pub(super) fn render(report: &Report<'_>) -> String {
    report.diagnostics.iter().map(|diagnostic| command(diagnostic, report) + "\n").collect()
}

fn command(diagnostic: &Diagnostic, report: &Report<'_>) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title = format!("{} {}", diagnostic.code, diagnostic.code.name());
    format!("::{word} {}title={}::{}", place(diagnostic, report), property(&title), data(&words(diagnostic, report)))
}

/// The place. The runner takes columns only where a range ends on the line that it began on.
fn place(diagnostic: &Diagnostic, report: &Report<'_>) -> String {
    let file = property(&report.path_of(diagnostic));
    let Some(span) = diagnostic.span() else {
        return format!("file={file},");
    };
    let range = report.range(span);
    let lines = format!("file={file},line={},endLine={},", range.line, range.end_line);
    if range.line != range.end_line {
        return lines;
    }
    format!("{lines}col={},endColumn={},", range.column, range.end_column)
}

/// The headline, the other places, and the help.
fn words(diagnostic: &Diagnostic, report: &Report<'_>) -> String {
    let mut words = diagnostic.headline.clone();
    for label in diagnostic.labels.iter().skip(1) {
        let line = report.range(label.span).line;
        words.push_str(&format!("\n{}:{line}: {}", report.path_from_here(label.span.file), label.words()));
    }
    if let Some(help) = &diagnostic.help {
        words.push_str(&format!("\nhelp: {help}"));
    }
    words
}

/// Text after `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50 %: a,\r\n::error::b"), "50 %25: a,%0D%0A::error::b");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
