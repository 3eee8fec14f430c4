use std::cmp::Ordering;
use std::fmt::Write;

use crate::number::write_json_float;
use crate::{Node, Value};

/// Writes a node as canonical JSON (RFC 8785): sorted keys, shortest numbers, no blanks. Two nodes that Kubernetes
/// reads alike give the same bytes.
///
/// Integers of more than 53 bits keep all their digits, where the RFC rounds them.
pub fn write_json(node: Node<'_>, out: &mut String) {
    match node.value() {
        Value::Null => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if bool { "true" } else { "false" }),
        Value::Int(int) => out.push_str(itoa::Buffer::new().format(int)),
        Value::UInt(int) => out.push_str(itoa::Buffer::new().format(int)),
        Value::Float(float) => write_json_float(float, out),
        Value::Str(text) => write_string(text, out),
        Value::Seq => {
            out.push('[');
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Map => {
            let mut entries: Vec<_> = node.entries().collect();
            entries.sort_unstable_by(|a, b| compare(a.key, b.key));
            out.push('{');
            for (at, entry) in entries.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(entry.key, out);
                out.push(':');
                write_json(entry.value, out);
            }
            out.push('}');
        }
    }
}

/// The order of UTF-16 code units, in which characters beyond U+FFFF come before U+E000.
fn compare(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0c => out.push_str("\\f"),
            _ => write!(out, "\\u{byte:04x}").expect("a String takes any text"),
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}
