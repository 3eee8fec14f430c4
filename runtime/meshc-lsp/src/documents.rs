//! The texts that the editor has open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::OpenTexts;
use crate::lines::{Encoding, Lines};
use crate::uri::to_path;

/// An open text.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// What the client calls it.
    pub(crate) uri: Uri,
    /// Where it is, if it is a file.
    pub(crate) path: Option<PathBuf>,
    /// Which of its states this is.
    pub(crate) version: i32,
    /// What it says.
    pub(crate) text: Arc<str>,
}

impl Document {
    pub(crate) fn new(item: TextDocumentItem) -> Self {
        Self { path: to_path(&item.uri), uri: item.uri, version: item.version, text: item.text.into() }
    }

    /// Makes the changes of the client, one after the other.
    pub(crate) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        let mut text = self.text.to_string();
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => text = whole.text,
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let lines = Lines::new(&text);
                    let start = lines.offset(&text, part.range.start, encoding);
                    let end = lines.offset(&text, part.range.end, encoding);
                    text.replace_range(start.min(end)..start.max(end), &part.text);
                }
            }
        }
        self.version = version;
        self.text = text.into();
    }
}

/// All open texts, by what the client calls them.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<String, Document>,
}

impl Documents {
    pub(crate) fn insert(&mut self, document: Document) {
        self.open.insert(document.uri.0.clone(), document);
    }

    pub(crate) fn remove(&mut self, uri: &Uri) -> Option<Document> {
        self.open.remove(&uri.0)
    }

    pub(crate) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(&uri.0)
    }

    pub(crate) fn get_mut(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.open.get_mut(&uri.0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }

    /// The open text of the file at `path`.
    pub(crate) fn at(&self, path: &Path) -> Option<&Document> {
        self.iter().find(|document| document.path.as_deref() == Some(path))
    }

    /// The open texts of files below `folder`.
    pub(crate) fn below(&self, folder: &Path) -> OpenTexts {
        let files = self.iter().filter_map(|document| Some((document.path.clone()?, document.text.clone())));
        files.filter(|(path, _)| path.starts_with(folder)).collect()
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{LanguageKind, Position, Range, TextDocumentContentChangePartial};

    use super::*;

    fn changed(text: &str, edits: &[([u32; 4], &str)]) -> String {
        let language_id = LanguageKind::YAML;
        let mut document = Document::new(TextDocumentItem {
            uri: "file:///a.yaml".into(),
            language_id,
            version: 1,
            text: text.into(),
        });
        let position = |line, character| Position { line, character };
        let part = |([line, column, end_line, end_column], text): &([u32; 4], &str)| {
            let range = Range { start: position(*line, *column), end: position(*end_line, *end_column) };
            TextDocumentContentChangePartial::new(range, None, (*text).to_owned()).into()
        };
        document.change(2, edits.iter().map(part).collect(), Encoding::Utf16);
        document.text.to_string()
    }

    #[test]
    fn changes_are_made_one_after_the_other() {
        let edits = [([0, 3, 0, 4], "x"), ([1, 3, 1, 4], "\u{1f600}y")];
        assert_eq!(changed("a: 1\r\nb: 2\r\n", &edits), "a: x\r\nb: \u{1f600}y\r\n");
        assert_eq!(changed("a: \u{1f600}y", &[([0, 5, 0, 6], "")]), "a: \u{1f600}");
    }

    #[test]
    fn a_range_that_does_not_fit_changes_what_is_nearest() {
        assert_eq!(changed("a\n", &[([9, 9, 7, 0], "b")]), "a\nb");
        assert_eq!(changed("abc", &[([0, 2, 0, 1], "")]), "ac");
    }
}
