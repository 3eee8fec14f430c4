use std::path::{Component, Path, PathBuf};

use meshc_diag::{Diagnostic, Severity};
use meshc_source::{FileId, SourceMap, Span};

use crate::load::{Project, STDIN};

/// The file that a diagnostic without a place is told of where a format demands one: what is missing would be there.
const WITHOUT_A_PLACE: &str = "mesh.yaml";

/// Diagnostics, and the texts that they are about.
pub(super) struct Report<'r> {
    pub(super) diagnostics: &'r [Diagnostic],
    pub(super) sources: &'r SourceMap,
    root: &'r Path,
    base: String,
}

/// A range as people count: lines and columns from 1, columns in characters, the end behind the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl<'r> Report<'r> {
    pub(super) fn new(diagnostics: &'r [Diagnostic], project: &'r Project) -> Self {
        Self { diagnostics, sources: &project.sources, root: &project.root, base: base(&project.root) }
    }

    /// How many diagnostics there are of one severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }

    /// The path of a file from the folder that meshc runs in, or an absolute one if the project is elsewhere.
    pub(super) fn path_from_here(&self, file: FileId) -> String {
        self.below_base(self.sources.file(file).path())
    }

    /// Where a diagnostic is told of: its own file, or the one that what is missing belongs into.
    pub(super) fn path_of(&self, diagnostic: &Diagnostic) -> String {
        match diagnostic.span() {
            Some(span) => self.path_from_here(span.file),
            None if self.sources.len() == 1 => self.path_from_here(FileId(0)),
            None => self.below_base(WITHOUT_A_PLACE),
        }
    }

    /// The file on this machine; none for stdin.
    pub(super) fn file_on_disk(&self, file: FileId) -> Option<PathBuf> {
        let path = self.sources.file(file).path();
        (path != STDIN).then(|| std::path::absolute(self.root.join(path)).ok()).flatten()
    }

    /// Where `span` is.
    pub(super) fn range(&self, span: Span) -> Range {
        let first = self.sources.position(span);
        let last = self.sources.position(Span::new(span.file, span.end, span.end));
        Range { line: first.line, column: first.column, end_line: last.line, end_column: last.column }
    }

    fn below_base(&self, path: &str) -> String {
        match self.base.as_str() {
            _ if path == STDIN => path.to_owned(),
            "" => path.to_owned(),
            base => format!("{}/{path}", base.trim_end_matches('/')),
        }
    }
}

/// The project's folder as seen from the folder that meshc runs in; empty if it is that folder.
fn base(root: &Path) -> String {
    let here = std::env::current_dir().ok();
    let root = here.and_then(|here| root.strip_prefix(here).ok()).unwrap_or(root);
    let told: PathBuf = root.components().filter(|component| *component != Component::CurDir).collect();
    told.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_seen_from_here() {
        for (root, expected) in [("", ""), (".", ""), ("./a/./b/", "a/b"), ("../c", "../c"), ("/", "/")] {
            assert_eq!(base(Path::new(root)), expected, "{root}");
        }
        let here = std::env::current_dir().unwrap();
        assert_eq!(base(&here), "");
        assert_eq!(base(&here.join("a")), "a");
    }
}
