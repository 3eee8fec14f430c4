//! Where exactly a node is written: the parser's places are a little off for some.

use std::ops::Range;

/// The range of a scalar without text, of which the parser says `at`: behind the colon of its key.
pub(super) fn empty(text: &str, at: usize) -> Range<usize> {
    let rest = &text.as_bytes()[at..];
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let at = if rest.get(blanks) == Some(&b':') { at + blanks + 1 } else { at };
    at..at
}

/// The range of a block of text from its `|` or `>`. The parser says where its content is, with blank lines after it;
/// `from` is where the node before it ends.
pub(super) fn block(text: &str, from: usize, content: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    // Of a document that is nothing else, the parser says that it starts with its content: the `|` is above that.
    let above = || text[..content.start].trim_end().rfind('\n').map_or(0, |line_break| line_break + 1);
    let from = if from < content.start { from } else { above() };
    let Some(start) = find(bytes, from, content.end, |rest| matches!(rest, [b'|' | b'>', ..])) else {
        return content;
    };
    let header = bytes[start..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    let mut end = content.end;
    while end > start + header && bytes[end - 1].is_ascii_whitespace() {
        end -= 1;
    }
    let is_content = end > content.start;
    start..if is_content { end } else { start + header }
}

/// The first dash of a block sequence that is a part of a mapping, of which the parser says `at`.
pub(super) fn dash(text: &str, from: usize, at: usize) -> usize {
    let is_dash = |rest: &[u8]| match rest {
        [b'-'] => true,
        [b'-', next, ..] => next.is_ascii_whitespace(),
        _ => false,
    };
    find(text.as_bytes(), from, text.len(), is_dash).unwrap_or(at)
}

/// The first place of `from..to` where `wanted` holds, past all that may stand between two nodes: colons, dashes,
/// blanks, comments, anchors and tags.
fn find(bytes: &[u8], from: usize, to: usize, wanted: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut at = from;
    while at < to {
        let rest = &bytes[at..];
        if wanted(rest) {
            return Some(at);
        }
        at += match rest[0] {
            b'#' => rest.iter().take_while(|byte| **byte != b'\n').count(),
            b'&' | b'!' => rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count(),
            b'-' if rest.starts_with(b"---") => 3,
            b':' | b'?' | b'-' | b' ' | b'\t' | b'\r' | b'\n' => 1,
            _ => return None,
        };
    }
    None
}
