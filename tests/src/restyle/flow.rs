use std::fmt::Write;

use meshc_syntax::{Node, Value, plain_is_safe};

use super::number;

/// Writes collections in brackets.
pub(super) struct Writer {
    quotes: bool,
    escapes: bool,
    indent: Option<&'static str>,
}

impl Writer {
    pub(super) fn plain() -> Self {
        Self { quotes: false, escapes: false, indent: None }
    }

    pub(super) fn json() -> Self {
        Self { quotes: true, ..Self::plain() }
    }

    pub(super) fn escaping(self) -> Self {
        Self { escapes: true, ..self }
    }

    pub(super) fn indented(self, with: &'static str) -> Self {
        Self { indent: Some(with), ..self }
    }

    pub(super) fn document(&self, node: Node<'_>, out: &mut String) {
        self.node(node, 0, out);
        out.push('\n');
    }

    fn node(&self, node: Node<'_>, depth: usize, out: &mut String) {
        match node.value() {
            Value::Map => {
                out.push('{');
                let mut entries = node.entries().peekable();
                while let Some(entry) = entries.next() {
                    self.line(depth + 1, out);
                    self.string(entry.key, out);
                    out.push_str(": ");
                    self.node(entry.value, depth + 1, out);
                    self.separate(entries.peek().is_some(), out);
                }
                self.line(depth, out);
                out.push('}');
            }
            Value::Seq => {
                out.push('[');
                let mut items = node.items().peekable();
                while let Some(item) = items.next() {
                    self.line(depth + 1, out);
                    self.node(item, depth + 1, out);
                    self.separate(items.peek().is_some(), out);
                }
                self.line(depth, out);
                out.push(']');
            }
            Value::Str(text) => self.string(text, out),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) => {
                out.push_str(&number(node));
            }
        }
    }

    fn line(&self, depth: usize, out: &mut String) {
        if let Some(indent) = self.indent {
            out.push('\n');
            out.push_str(&indent.repeat(depth));
        }
    }

    fn separate(&self, more: bool, out: &mut String) {
        if more {
            out.push_str(if self.indent.is_some() { "," } else { ", " });
        }
    }

    fn string(&self, text: &str, out: &mut String) {
        if self.escapes {
            out.push('"');
            for unit in text.encode_utf16() {
                let _ = write!(out, "\\u{unit:04x}");
            }
            out.push('"');
        } else if !self.quotes && plain_is_safe(text) {
            out.push_str(text);
        } else {
            out.push_str(&serde_json::Value::from(text).to_string());
        }
    }
}
