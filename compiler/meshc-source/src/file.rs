use std::sync::{Arc, OnceLock};

use crate::{Format, LineIndex, Position, Span};

/// A file of a [`SourceMap`], by its place in the order of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// One text of the input.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: Arc<str>,
    invalid_utf8: Option<u32>,
    format: Option<Format>,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// Takes a file's bytes. `path` is relative to the project, with `/` between its parts.
    ///
    /// Bytes that are not UTF-8 are replaced, so that the text can be shown; [`Self::invalid_utf8`] says where.
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let format = Format::of(&bytes);
        let (text, invalid_utf8) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to() as u32;
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        Self { path: path.into(), text: text.into(), invalid_utf8, format, lines: OnceLock::new() }
    }

    /// Where the file is, relative to the project.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it says.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The offset of the first byte that was not UTF-8.
    pub fn invalid_utf8(&self) -> Option<u32> {
        self.invalid_utf8
    }

    /// What it is if it is no text in UTF-8, as far as that is known.
    pub fn format(&self) -> Option<Format> {
        self.format
    }

    /// Where its lines start; found at the first call.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// All texts of the input, sorted by path.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Orders `files` by path, so that nothing depends on how a folder was walked.
    pub fn new(mut files: Vec<SourceFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// The file `id`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Every file, in the order of paths.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at as u32), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text of `span`.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text().get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The position of the first byte of `span`.
    pub fn position(&self, span: Span) -> Position {
        let file = self.file(span.file);
        file.lines().position(file.text(), span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_ordered_by_path() {
        let map = SourceMap::new(vec![SourceFile::new("b", vec![]), SourceFile::new("a", vec![])]);
        assert_eq!(map.files().map(|(_, file)| file.path()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn bytes_that_are_not_utf8_are_named_and_shown() {
        let file = SourceFile::new("x", b"a: \xff".to_vec());
        assert_eq!(file.invalid_utf8(), Some(3));
        assert_eq!(&**file.text(), "a: \u{fffd}");
    }
}
