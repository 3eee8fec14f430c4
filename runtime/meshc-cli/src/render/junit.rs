//! JUnit's XML, which most CI systems show: a test case for each finding.

use meshc_diag::{Diagnostic, Severity};
use meshc_source::Span;

use super::report::Report;

/// Renders one suite. Errors and warnings are failures and notes are not; nothing to say is a test that passed.
pub(super) fn render(report: &Report<'_>) -> String {
    let failures = report.count(Severity::Error) + report.count(Severity::Warning);
    let tests = report.diagnostics.len().max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"meshc\" {counts}>\n  <testsuite name=\"meshc\" \
         {counts} skipped=\"0\">\n"
    );
    if report.diagnostics.is_empty() {
        xml.push_str("    <testcase classname=\"meshc\" name=\"no findings\"/>\n");
    }
    for diagnostic in report.diagnostics {
        xml.push_str(&case(diagnostic, report));
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn case(diagnostic: &Diagnostic, report: &Report<'_>) -> String {
    let file = report.path_of(diagnostic);
    let range = diagnostic.span().map(|span| report.range(span));
    let line = range.map(|range| format!(" line=\"{}\"", range.line)).unwrap_or_default();
    let place = range.map(|range| format!(" at {}:{}", range.line, range.column)).unwrap_or_default();
    let name = format!("{} {}{place}", diagnostic.code, diagnostic.code.name());
    let body = escaped(&words(diagnostic, report));
    let outcome = match diagnostic.severity {
        Severity::Error | Severity::Warning => format!(
            "<failure type=\"{}\" message=\"{}\">{body}</failure>",
            diagnostic.severity,
            escaped(&diagnostic.headline)
        ),
        Severity::Note => format!("<system-out>{body}</system-out>"),
    };
    let file = escaped(&file);
    let name = escaped(&name);
    format!(
        "    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\"{line}>\n      {outcome}\n    </testcase>\n"
    )
}

/// What a person reads of it: the headline, the other places, and the help.
fn words(diagnostic: &Diagnostic, report: &Report<'_>) -> String {
    let place = |span: Span| {
        let range = report.range(span);
        format!("{}:{}:{}: ", report.path_from_here(span.file), range.line, range.column)
    };
    let Diagnostic { code, severity, headline, labels, .. } = diagnostic;
    let mut words = format!("{}{severity}[{code}]: {headline}", diagnostic.span().map(place).unwrap_or_default());
    for label in labels.iter().skip(1) {
        words.push_str(&format!("\n{}{}", place(label.span), label.words()));
    }
    if let Some(help) = &diagnostic.help {
        words.push_str(&format!("\nhelp: {help}"));
    }
    words
}

/// `text` within an attribute or an element. What XML cannot hold, even escaped, is written as Rust would write it.
fn escaped(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\n' => xml.push_str("&#10;"),
            '\t' => xml.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => xml.extend(c.escape_unicode()),
            _ if c.is_control() => xml.extend(c.escape_default()),
            _ => xml.push(c),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_can_stand_in_xml() {
        assert_eq!(escaped("<a b=\"c\">&\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&#10;");
        assert_eq!(escaped("\u{1b}[31m\0\u{ffff}ü"), "\\u{1b}[31m\\u{0}\\u{ffff}ü");
    }
}
