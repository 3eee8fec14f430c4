//! What stands at a place of a text: the fields and items that lead to it.

use meshc_source::Span;
use meshc_syntax::{Node, Value};

/// A field or an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step<'t> {
    /// The field of that name.
    Field(&'t str),
    /// An item of a list.
    Item,
}

/// A place in a document.
pub(crate) struct Cursor<'t> {
    /// The object that the place is in: the document, or an item of a List.
    pub(crate) object: Node<'t>,
    /// What leads to the place from there.
    pub(crate) steps: Vec<Step<'t>>,
    /// The value that the last step leads to.
    pub(crate) value: Node<'t>,
    /// The key or the value that is pointed at.
    pub(crate) span: Span,
}

impl<'t> Cursor<'t> {
    /// Finds what stands at the byte `offset` of one of `documents`.
    pub(crate) fn find(mut documents: impl Iterator<Item = Node<'t>>, offset: u32) -> Option<Self> {
        let document = documents.find(|node| holds(node.span(), offset))?;
        let mut cursor = Self { object: document, steps: Vec::new(), value: document, span: document.span() };
        while cursor.descend(offset) {}
        Some(cursor)
    }

    /// Goes one step on towards `offset`. Gives whether there may be another.
    fn descend(&mut self, offset: u32) -> bool {
        if let Some(entry) = self.value.entries().find(|entry| holds(entry.key_span, offset)) {
            self.enter(Step::Field(entry.key), entry.value);
            self.span = entry.key_span;
            return false;
        }
        let entry = self.value.entries().find(|entry| holds(entry.value.span(), offset));
        if let Some(entry) = entry {
            self.enter(Step::Field(entry.key), entry.value);
            return true;
        }
        match self.value.items().find(|item| holds(item.span(), offset)) {
            Some(item) => {
                self.enter(Step::Item, item);
                true
            }
            None => false,
        }
    }

    fn enter(&mut self, step: Step<'t>, value: Node<'t>) {
        self.steps.push(step);
        self.value = value;
        self.span = value.span();
        let of_list = self.steps == [Step::Field("items"), Step::Item];
        if of_list && self.kind().is_some_and(|kind| kind.ends_with("List")) {
            self.object = value;
            self.steps.clear();
        }
    }

    /// The kind of the object.
    pub(crate) fn kind(&self) -> Option<&'t str> {
        text(self.object.get("kind")?)
    }

    /// Whether the object is of our own kind `kind`.
    pub(crate) fn is_ours(&self, kind: &str) -> bool {
        let version = self.object.get("apiVersion").and_then(text);
        self.kind() == Some(kind) && version.is_some_and(|version| version.starts_with("meshc.dev/"))
    }

    /// The annotation that is pointed at.
    pub(crate) fn annotation(&self) -> Option<&'t str> {
        match self.steps[..] {
            [Step::Field("metadata"), Step::Field("annotations"), Step::Field(key)]
            | [Step::Field("spec"), Step::Field("exportedAnnotations"), Step::Field(key)] => Some(key),
            _ => None,
        }
    }
}

/// The string that a node is.
pub(crate) fn text(node: Node<'_>) -> Option<&str> {
    match node.value() {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// Whether `offset` is in `span` or right behind it, as a caret is behind a word.
pub(crate) fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
