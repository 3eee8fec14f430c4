use std::collections::HashMap;

use meshc_syntax::{Node, Value, write_scalar};

use super::{json, number};

/// Writes collections by indentation.
pub(super) struct Writer {
    blank: &'static str,
    comment: &'static str,
    literal: bool,
    anchors: Anchors,
    /// The anchors so far, by what they stand before.
    named: HashMap<String, usize>,
}

/// What has an anchor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchors {
    Nothing,
    Everything,
    /// Everything that does not stand there before; the rest is an alias.
    New,
}

impl Writer {
    pub(super) fn tabbed() -> Self {
        Self {
            blank: "\t", comment: "\t# 漢字 🚀", literal: false, anchors: Anchors::Nothing, named: HashMap::new()
        }
    }

    pub(super) fn literal() -> Self {
        Self { blank: " ", comment: "", literal: true, ..Self::tabbed() }
    }

    pub(super) fn anchored() -> Self {
        Self { literal: false, anchors: Anchors::Everything, ..Self::literal() }
    }

    pub(super) fn aliased() -> Self {
        Self { anchors: Anchors::New, ..Self::anchored() }
    }

    pub(super) fn document(mut self, node: Node<'_>, out: &mut String) {
        if node.entries().next().is_none() {
            out.push_str("{}\n");
        } else {
            self.collection(node, 0, out);
        }
    }

    fn collection(&mut self, node: Node<'_>, indent: usize, out: &mut String) {
        for entry in node.entries() {
            out.push_str(&" ".repeat(indent));
            write_scalar(entry.key, out);
            out.push(':');
            self.value(entry.value, indent, out);
        }
        for item in node.items() {
            out.push_str(&" ".repeat(indent));
            out.push('-');
            self.value(item, indent, out);
        }
    }

    /// What stands behind a colon or dash, and below.
    fn value(&mut self, node: Node<'_>, indent: usize, out: &mut String) {
        let is_collection = node.entries().next().is_some() || node.items().next().is_some();
        if self.is_alias(node, out) {
            out.push_str(self.comment);
            out.push('\n');
        } else if is_collection {
            out.push_str(self.comment);
            out.push('\n');
            self.collection(node, indent + 2, out);
        } else {
            let written = self.scalar(node, indent);
            if !written.is_empty() {
                out.push_str(self.blank);
                out.push_str(&written);
            }
            // Within a block of text it would be a part of that.
            if !written.contains('\n') {
                out.push_str(self.comment);
            }
            out.push('\n');
        }
    }

    /// Writes an alias if the node stands there before, and its anchor if it needs one.
    fn is_alias(&mut self, node: Node<'_>, out: &mut String) -> bool {
        if self.anchors == Anchors::Nothing {
            return false;
        }
        let number = self.named.len() + 1;
        let known = match self.anchors {
            Anchors::New => *self.named.entry(json(node)).or_insert(number),
            Anchors::Nothing | Anchors::Everything => *self.named.entry(number.to_string()).or_insert(number),
        };
        let is_alias = known != number;
        out.push_str(if is_alias { " *漢🚀" } else { " &漢🚀" });
        out.push_str(&known.to_string());
        is_alias
    }

    fn scalar(&self, node: Node<'_>, indent: usize) -> String {
        let mut written = String::new();
        match node.value() {
            Value::Str(text) if self.literal && is_line(text) => {
                written.push_str("|-\n");
                written.push_str(&" ".repeat(indent + 2));
                written.push_str(text);
            }
            Value::Str(text) => write_scalar(text, &mut written),
            Value::Null if self.anchors == Anchors::Nothing => {}
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Float(_)
            | Value::Map
            | Value::Seq => written = number(node),
        }
        written
    }
}

/// Whether `text` can be a literal block of one line.
fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.starts_with([' ', '\t']) && !text.contains(char::is_control)
}
