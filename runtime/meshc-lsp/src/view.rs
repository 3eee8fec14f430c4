//! The places of an analysis as the client counts them.

use lsp_types::{Location, Position, Range, Uri};
use meshc_source::{FileId, Span};

use crate::analysis::Analysis;
use crate::client::Client;
use crate::documents::Documents;
use crate::uri::of_path;

/// An analysis, seen from the client.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) documents: &'a Documents,
    pub(crate) client: Client,
}

impl<'a> View<'a> {
    pub(crate) fn text(&self, file: FileId) -> &'a str {
        self.analysis.sources.file(file).text()
    }

    /// What the client calls `file`.
    pub(crate) fn uri(&self, file: FileId) -> Uri {
        match self.analysis.place_of(file) {
            Ok(path) => self.documents.at(&path).map_or_else(|| of_path(&path), |document| document.uri.clone()),
            Err(uri) => uri,
        }
    }

    /// The version of `file` that the client has open.
    pub(crate) fn version(&self, file: FileId) -> Option<i32> {
        self.documents.get(&self.uri(file)).map(|document| document.version)
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        let (lines, text) = (self.analysis.lines(span.file), self.text(span.file));
        let place = |offset: u32| lines.position(text, offset as usize, self.client.encoding);
        Range { start: place(span.start), end: place(span.end) }
    }

    pub(crate) fn location(&self, span: Span) -> Location {
        Location { uri: self.uri(span.file), range: self.range(span) }
    }

    /// The byte of `file` at `position`.
    pub(crate) fn offset(&self, file: FileId, position: Position) -> u32 {
        self.analysis.lines(file).offset(self.text(file), position, self.client.encoding) as u32
    }
}
