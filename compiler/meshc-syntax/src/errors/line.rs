//! A line as a person sees it: how far it is indented, and what its key is.

use std::ops::Range;

/// Unicode has more, but they indent nothing.
const BLANKS: [char; 3] = [' ', '\t', '\r'];

#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// The first byte that is not a blank.
    pub(super) start: usize,
    /// How many blanks stand before it.
    pub(super) indent: usize,
    /// The line without blanks around it.
    pub(super) content: &'t str,
}

impl<'t> Line<'t> {
    /// The line that holds the byte `at`.
    pub(super) fn at(text: &'t str, at: usize) -> Self {
        let byte_order_mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let first = text[..at].rfind('\n').map_or(byte_order_mark, |line_break| line_break + 1);
        let whole = text[first..].split('\n').next().unwrap_or_default();
        let indent = whole.len() - whole.trim_start_matches(BLANKS).len();
        Self { start: first + indent, indent, content: whole.trim_matches(BLANKS) }
    }

    pub(super) fn end(self) -> usize {
        self.start + self.content.len()
    }

    /// The nearest line before this one that is neither empty nor a comment, and not before `from`.
    pub(super) fn previous(self, text: &'t str, from: usize) -> Option<Self> {
        let mut line = self;
        loop {
            let first = line.start - line.indent;
            if first <= from {
                return None;
            }
            // The first line of a file has no line break before it.
            let before = text[..first].strip_suffix('\n')?;
            line = Self::at(text, before.len());
            if !line.content.is_empty() && !line.content.starts_with('#') && line.content != "---" {
                return Some(line);
            }
        }
    }

    /// How far the dashes before the first key or value reach.
    fn dashes(self) -> usize {
        let mut rest = self.content;
        while let Some(after) = rest.strip_prefix("- ") {
            rest = after.trim_start();
        }
        self.content.len() - rest.len()
    }

    /// The column, from 0, of the first key or value behind any dashes.
    pub(super) fn column(self) -> usize {
        self.indent + self.dashes()
    }

    /// Whether it is an item of a list.
    pub(super) fn is_item(self) -> bool {
        self.content == "-" || self.content.starts_with("- ")
    }

    /// The line without a comment.
    pub(super) fn uncommented(self) -> &'t str {
        self.content.split(" #").next().unwrap_or_default().trim_end()
    }

    /// Where the key of the line is, if it has one.
    pub(super) fn key(self) -> Option<Range<usize>> {
        let dashes = self.dashes();
        let rest = &self.content[dashes..];
        let len = rest
            .match_indices(':')
            .map(|(at, _)| at)
            .find(|at| rest[at + 1..].is_empty() || rest[at + 1..].starts_with([' ', '\t']))?;
        let len = rest[..len].trim_end().len();
        (len > 0).then(|| self.start + dashes..self.start + dashes + len)
    }

    /// The value on the line of its key, without a comment.
    pub(super) fn value(self) -> Option<&'t str> {
        let key = self.key()?;
        let after = self.content[key.end - self.start..].trim_start().strip_prefix(':')?;
        let value = after.split(" #").next().unwrap_or_default().trim();
        (!value.is_empty() && !value.starts_with('#')).then_some(value)
    }
}
