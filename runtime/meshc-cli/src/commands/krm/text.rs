//! What is read of an object without knowing what it means, and changes of text.

use std::ops::Range;

use meshc_source::Span;
use meshc_syntax::Node;

/// The text of a scalar under `keys`, one below the other.
pub(super) fn text_at<'t>(node: Node<'t>, keys: &[&str]) -> Option<&'t str> {
    scalar(keys.iter().try_fold(node, |node, key| node.get(key))?)
}

/// The text of a scalar.
pub(super) fn scalar(node: Node<'_>) -> Option<&str> {
    node.scalar_text()
}

/// The `apiVersion` and `kind`; empty where there is none.
pub(super) fn type_of(node: Node<'_>) -> (&str, &str) {
    (text_at(node, &["apiVersion"]).unwrap_or_default(), text_at(node, &["kind"]).unwrap_or_default())
}

/// An annotation.
pub(super) fn annotation<'t>(node: Node<'t>, key: &str) -> Option<&'t str> {
    text_at(node, &["metadata", "annotations", key])
}

/// The bytes of a place.
pub(super) fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Makes changes. What several of them take away is taken away once.
pub(super) fn apply(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let (mut changed, mut done) = (String::with_capacity(text.len()), 0);
    for (range, new) in edits {
        changed.push_str(&text[done..range.start.max(done)]);
        changed.push_str(&new);
        done = range.end.max(done);
    }
    changed.push_str(&text[done..]);
    changed
}
