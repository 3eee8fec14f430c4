//! Diagnostics as JSON, one a line. The types are the schema that `meshc schema diagnostic` prints.

use meshc_diag::{Confidence, Diagnostic, Edit, Fix, Label};
use meshc_source::Span;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::report::{Range, Report};

/// A finding of meshc: one line of `--message-format json`
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Diagnostic")]
struct JsonDiagnostic<'d> {
    /// The version of this form; fields may be added to it without another version
    version: u32,
    /// The number of the rule
    #[schemars(regex(pattern = "^M[0-9]{4}$"))]
    code: &'static str,
    /// The name of the rule
    name: &'static str,
    /// How bad it is
    #[schemars(extend("enum" = ["error", "warning", "note"]))]
    severity: &'static str,
    /// One line that makes sense alone
    message: &'d str,
    /// What to do, if that is known
    help: Option<&'d str>,
    /// The places: the first is where the mistake is, the others are the other side of it
    labels: Vec<JsonLabel<'d>>,
    /// Changes of the text that mend it, the best first
    fixes: Vec<JsonFix<'d>>,
}

/// A place, and a few words on it
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Label")]
struct JsonLabel<'d> {
    #[serde(flatten)]
    place: JsonPlace<'d>,
    /// Why here; empty if the place says enough
    text: &'d str,
}

/// A change of the text
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Fix")]
struct JsonFix<'d> {
    /// What it does
    title: &'d str,
    /// Whether it may be made without asking (certain), or is one of several things that may be meant (likely)
    #[schemars(extend("enum" = ["certain", "likely"]))]
    confidence: &'static str,
    /// What changes: in the order of the text, none overlapping another
    edits: Vec<JsonEdit<'d>>,
}

/// A piece of text that takes the place of another
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Edit")]
struct JsonEdit<'d> {
    #[serde(flatten)]
    place: JsonPlace<'d>,
    /// What stands there afterwards; empty if the place is taken away
    text: &'d str,
}

/// A range of a file
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Place")]
struct JsonPlace<'d> {
    /// The file, relative to the project, or `<stdin>`
    file: &'d str,
    /// The first line, from 1
    #[schemars(range(min = 1))]
    line: u32,
    /// The first column in characters, from 1
    #[schemars(range(min = 1))]
    column: u32,
    /// The line of the end
    #[schemars(range(min = 1))]
    end_line: u32,
    /// The column after the last character
    #[schemars(range(min = 1))]
    end_column: u32,
    /// The first byte, from 0
    start: u32,
    /// The byte after the last
    end: u32,
}

/// The JSON Schema of a line, in draft 7, which editors read.
pub(crate) fn diagnostic_schema() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<JsonDiagnostic<'_>>()
}

/// Renders diagnostics, one on each line.
pub(super) fn render(report: &Report<'_>) -> String {
    let line = |diagnostic| {
        let json = JsonDiagnostic::new(diagnostic, report);
        serde_json::to_string(&json).expect("it has string keys and whole numbers only") + "\n"
    };
    report.diagnostics.iter().map(line).collect()
}

impl<'d> JsonDiagnostic<'d> {
    fn new(diagnostic: &'d Diagnostic, report: &'d Report<'_>) -> Self {
        Self {
            version: 1,
            code: diagnostic.code.number(),
            name: diagnostic.code.name(),
            severity: diagnostic.severity.word(),
            message: &diagnostic.headline,
            help: diagnostic.help.as_deref(),
            labels: diagnostic.labels.iter().map(|label| JsonLabel::new(label, report)).collect(),
            fixes: diagnostic.fixes.iter().map(|fix| JsonFix::new(fix, report)).collect(),
        }
    }
}

impl<'d> JsonLabel<'d> {
    fn new(label: &'d Label, report: &'d Report<'_>) -> Self {
        Self { place: JsonPlace::new(label.span, report), text: &label.text }
    }
}

impl<'d> JsonFix<'d> {
    fn new(fix: &'d Fix, report: &'d Report<'_>) -> Self {
        Self {
            title: &fix.title,
            confidence: match fix.confidence {
                Confidence::Certain => "certain",
                Confidence::Likely => "likely",
            },
            edits: fix.edits.iter().map(|edit| JsonEdit::new(edit, report)).collect(),
        }
    }
}

impl<'d> JsonEdit<'d> {
    fn new(edit: &'d Edit, report: &'d Report<'_>) -> Self {
        Self { place: JsonPlace::new(edit.span, report), text: &edit.text }
    }
}

impl<'d> JsonPlace<'d> {
    fn new(span: Span, report: &'d Report<'_>) -> Self {
        let Range { line, column, end_line, end_column } = report.range(span);
        let file = report.sources.file(span.file).path();
        Self { file, line, column, end_line, end_column, start: span.start, end: span.end }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use meshc_diag::Code;
    use meshc_source::{FileId, SourceFile, SourceMap};

    use super::*;
    use crate::load::Project;

    #[test]
    fn a_fix_says_where_each_of_its_edits_is() {
        let sources = SourceMap::new(vec![SourceFile::new("a.yaml", "\u{fc}: yes\n".as_bytes().to_vec())]);
        let project = Project { sources, root: PathBuf::new() };
        let span = Span::new(FileId(0), 4, 7);
        let fix = Fix::certain("quote it", vec![Edit::replace(span, "\"yes\"")]);
        let found = [Diagnostic::new(Code::UnquotedValue, "wrong").at(span, "here").fix(fix)];
        let place = "\"file\":\"a.yaml\",\"line\":1,\"column\":4,\"endLine\":1,\"endColumn\":7,\"start\":4,\"end\":7";
        assert_eq!(
            render(&Report::new(&found, &project)),
            format!(
                "{{\"version\":1,\"code\":\"M0203\",\"name\":\"unquoted-value\",\"severity\":\"error\",\
                 \"message\":\"wrong\",\"help\":null,\"labels\":[{{{place},\"text\":\"here\"}}],\"fixes\":[{{\
                 \"title\":\"quote it\",\"confidence\":\"certain\",\"edits\":[{{{place},\"text\":\"\\\"yes\\\"\"}}]}}]}}\n"
            )
        );
    }
}
