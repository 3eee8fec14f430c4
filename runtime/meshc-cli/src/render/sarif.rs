//! SARIF 2.1.0, the format of code scanning.

mod log;
mod messages;
mod rules;

use std::collections::HashMap;

use meshc_diag::{Code, Diagnostic, Fix, Label, Severity};
use meshc_source::{FileId, Span};

use self::log::{
    Artifact, ArtifactChange, ArtifactLocation, BaseIds, Driver, Invocation, Location, Log, Message,
    PartialFingerprints, PhysicalLocation, Region, Replacement, Run, SarifFix, SarifResult, Tool,
};
use super::fingerprint::Fingerprints;
use super::line_hash::line_hashes;
use super::report::Report;
use super::uri;
use crate::load::STDIN;

/// What paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// Renders one run.
pub(super) fn render(report: &Report<'_>) -> String {
    let mut results = Results { report, fingerprints: Fingerprints::new(report), line_hashes: HashMap::new() };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "meshc",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules::all(),
                },
            },
            // What was found in the input is no failure of the tool.
            invocations: [Invocation { execution_successful: true }],
            original_uri_base_ids: BaseIds::new("the folder that meshc ran in"),
            column_kind: "unicodeCodePoints",
            results: report.diagnostics.iter().map(|diagnostic| results.result(diagnostic)).collect(),
        }],
    };
    serde_json::to_string_pretty(&log).expect("it has string keys and whole numbers only") + "\n"
}

/// The word for a severity.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Makes the results of a run, in the order of the report.
struct Results<'r> {
    report: &'r Report<'r>,
    fingerprints: Fingerprints<'r>,
    line_hashes: HashMap<FileId, Vec<String>>,
}

impl Results<'_> {
    fn result(&mut self, diagnostic: &Diagnostic) -> SarifResult {
        let others = || diagnostic.labels.iter().skip(1);
        SarifResult {
            rule_id: diagnostic.code.number(),
            rule_index: Code::ALL.iter().position(|code| *code == diagnostic.code).unwrap_or_default(),
            level: level(diagnostic.severity),
            message: Message { text: messages::of(diagnostic) },
            locations: [self.primary(diagnostic)],
            related_locations: others().zip(1..).map(|(label, id)| self.related(label, id)).collect(),
            partial_fingerprints: self.partial_fingerprints(diagnostic),
            fixes: diagnostic.fixes.iter().map(|fix| self.fix(fix)).collect(),
        }
    }

    /// Where it is. Readers want a location of every result; what is missing belongs to the first line of a file.
    fn primary(&self, diagnostic: &Diagnostic) -> Location {
        let physical_location = match diagnostic.span() {
            Some(span) => self.place(span),
            None => PhysicalLocation {
                artifact_location: artifact_location(&self.report.path_of(diagnostic)),
                region: Region::first_line(),
            },
        };
        let text = diagnostic.labels.first().map(|label| label.text.as_str()).filter(|text| !text.is_empty());
        Location { id: None, physical_location, message: text.map(|text| Message { text: messages::escaped(text) }) }
    }

    fn related(&self, label: &Label, id: usize) -> Location {
        let message = Some(Message { text: messages::escaped(label.words()) });
        Location { id: Some(id), physical_location: self.place(label.span), message }
    }

    fn place(&self, span: Span) -> PhysicalLocation {
        PhysicalLocation { artifact_location: self.artifact(span.file), region: self.region(span) }
    }

    fn artifact(&self, file: FileId) -> ArtifactLocation {
        artifact_location(&self.report.path_from_here(file))
    }

    fn region(&self, span: Span) -> Region {
        let range = self.report.range(span);
        // Where bytes were replaced to make the text readable, offsets in the text are not those of the file.
        let has_offsets = self.report.sources.file(span.file).invalid_utf8().is_none();
        Region {
            start_line: range.line,
            start_column: range.column,
            end_line: range.end_line,
            end_column: range.end_column,
            byte_offset: has_offsets.then_some(span.start),
            byte_length: has_offsets.then_some(span.len()),
        }
    }

    fn partial_fingerprints(&mut self, diagnostic: &Diagnostic) -> PartialFingerprints {
        let line_hash = diagnostic.span().and_then(|span| {
            let file = self.report.sources.file(span.file);
            let hashes = self.line_hashes.entry(span.file).or_insert_with(|| line_hashes(file.text()));
            hashes.get(file.lines().line_of(span.start)).cloned()
        });
        PartialFingerprints { line_hash, own: self.fingerprints.next(diagnostic) }
    }

    fn fix(&self, fix: &Fix) -> SarifFix {
        let mut changes: Vec<(FileId, ArtifactChange)> = Vec::new();
        for edit in &fix.edits {
            let replacement = Replacement {
                deleted_region: self.region(edit.span),
                inserted_content: (!edit.text.is_empty()).then(|| Artifact { text: edit.text.clone() }),
            };
            match changes.iter_mut().find(|(file, _)| *file == edit.span.file) {
                Some((_, change)) => change.replacements.push(replacement),
                None => changes.push((
                    edit.span.file,
                    ArtifactChange {
                        artifact_location: self.artifact(edit.span.file),
                        replacements: vec![replacement],
                    },
                )),
            }
        }
        SarifFix {
            description: Message { text: messages::escaped(&fix.title) },
            artifact_changes: changes.into_iter().map(|(_, change)| change).collect(),
        }
    }
}

/// A relative path is one from the root; stdin is no file, and an absolute path says where it is by itself.
fn artifact_location(path: &str) -> ArtifactLocation {
    if path.starts_with('/') {
        return ArtifactLocation { uri: uri::of_file(std::path::Path::new(path)), uri_base_id: None };
    }
    ArtifactLocation { uri: uri::encoded(path), uri_base_id: (path != STDIN).then_some(ROOT) }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use meshc_diag::Edit;
    use meshc_source::{SourceFile, SourceMap};
    use serde_json::{Value, json};

    use super::*;
    use crate::load::Project;

    fn results(diagnostic: Diagnostic, root: &str) -> Value {
        let files = ["a.yaml", "b.yaml"].map(|path| SourceFile::new(path, b"key: yes\nmore: no\n".to_vec()));
        let project = Project { sources: SourceMap::new(files.into()), root: PathBuf::from(root) };
        let log: Value = serde_json::from_str(&render(&Report::new(&[diagnostic], &project))).unwrap();
        log["runs"][0]["results"].clone()
    }

    #[test]
    fn a_fix_is_one_change_for_each_file() {
        let (a, b) = (Span::new(FileId(0), 5, 8), Span::new(FileId(1), 0, 9));
        let more = Span::new(FileId(0), 18, 18);
        let edits = vec![Edit::replace(a, "no"), Edit::replace(more, "x: 1\n"), Edit::replace(b, "")];
        let found = Diagnostic::new(Code::UnquotedValue, "wrong").at(a, "").fix(Fix::likely("move it", edits));
        let fixes = &results(found, "in")[0]["fixes"];
        let replacements = json!([
            {
                "deletedRegion": {
                    "startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 9, "byteOffset": 5, "byteLength": 3
                },
                "insertedContent": {"text": "no"}
            },
            {
                "deletedRegion": {
                    "startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 1, "byteOffset": 18, "byteLength": 0
                },
                "insertedContent": {"text": "x: 1\n"}
            },
        ]);
        let taken = json!([{
            "deletedRegion": {
                "startLine": 1, "startColumn": 1, "endLine": 2, "endColumn": 1, "byteOffset": 0, "byteLength": 9
            }
        }]);
        let at = |uri: &str| json!({"uri": uri, "uriBaseId": "%SRCROOT%"});
        assert_eq!(
            *fixes,
            json!([{
                "description": {"text": "move it"},
                "artifactChanges": [
                    {"artifactLocation": at("in/a.yaml"), "replacements": replacements},
                    {"artifactLocation": at("in/b.yaml"), "replacements": taken},
                ]
            }])
        );
    }

    #[test]
    fn what_has_no_place_is_told_of_the_file_that_it_belongs_into() {
        let found = Diagnostic::new(Code::NoClusters, "the mesh has no clusters");
        let location = &results(found, "in")[0]["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "in/mesh.yaml");
        assert_eq!(location["region"]["startLine"], 1);
    }

    #[test]
    fn a_path_outside_of_the_root_is_whole() {
        let found = Diagnostic::new(Code::UnquotedValue, "wrong").at(Span::new(FileId(1), 0, 3), "");
        let location = &results(found, "/else where")[0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(*location, json!({"uri": "file:///else%20where/b.yaml"}));
    }
}
