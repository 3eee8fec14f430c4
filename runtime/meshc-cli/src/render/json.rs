use meshc_diag::{Diagnostic, Label};
use meshc_source::{SourceMap, Span};
use serde::Serialize;

/// A diagnostic as one line of JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonDiagnostic<'d> {
    /// The version of this form.
    version: u32,
    /// The number of the rule.
    code: &'static str,
    /// The name of the rule.
    name: &'static str,
    /// error, warning or note.
    severity: &'static str,
    /// One line.
    message: &'d str,
    /// What to do, if that is known.
    help: Option<&'d str>,
    /// The places; the first is the primary one.
    labels: Vec<JsonLabel<'d>>,
}

/// A place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonLabel<'d> {
    /// The file, relative to the project.
    file: &'d str,
    /// The first line, from 1.
    line: u32,
    /// The first column in characters, from 1.
    column: u32,
    /// The line of the end.
    end_line: u32,
    /// The column after the last character.
    end_column: u32,
    /// The first byte, from 0.
    start: u32,
    /// The byte after the last.
    end: u32,
    /// A few words.
    text: &'d str,
}

/// Renders diagnostics, one on each line.
pub(super) fn render(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let line = |diagnostic| {
        let json = JsonDiagnostic::new(diagnostic, sources);
        serde_json::to_string(&json).expect("it has string keys and whole numbers only") + "\n"
    };
    diagnostics.iter().map(line).collect()
}

impl<'d> JsonDiagnostic<'d> {
    fn new(diagnostic: &'d Diagnostic, sources: &'d SourceMap) -> Self {
        Self {
            version: 1,
            code: diagnostic.code.number(),
            name: diagnostic.code.name(),
            severity: diagnostic.severity.word(),
            message: &diagnostic.headline,
            help: diagnostic.help.as_deref(),
            labels: diagnostic.labels.iter().map(|label| JsonLabel::new(label, sources)).collect(),
        }
    }
}

impl<'d> JsonLabel<'d> {
    fn new(label: &'d Label, sources: &'d SourceMap) -> Self {
        let Span { file, start, end } = label.span;
        let (first, last) = (sources.position(label.span), sources.position(Span::new(file, end, end)));
        Self {
            file: sources.file(file).path(),
            line: first.line,
            column: first.column,
            end_line: last.line,
            end_column: last.column,
            start,
            end,
            text: &label.text,
        }
    }
}
