use crate::layout::Layout;
use crate::number::write_yaml_float;
use crate::tree::Tag;
use crate::{Entry, Node, Value};

/// The keys that come first in an object, and those that come first in its metadata.
const OBJECT_FIRST: [&str; 3] = ["apiVersion", "kind", "metadata"];
const METADATA_FIRST: [&str; 2] = ["name", "namespace"];

/// Writes a node as canonical YAML that ends with a line break. Nothing of its values is lost.
///
/// Values are what Kubernetes reads, aliases and `<<` are expanded, comments are left out. Keys keep their order, but
/// that `apiVersion`, `kind`, `metadata` and in it `name`, `namespace` come first. Every reader of YAML, old or new,
/// reads the same from it.
pub fn write_yaml(node: Node<'_>, out: &mut String) {
    let mut layout = Layout::new(out);
    if node.value() != Value::Map {
        return write(&mut layout, node);
    }
    write_mapping(&mut layout, node, &OBJECT_FIRST, |layout, entry| match entry.key {
        "metadata" if entry.value.value() == Value::Map => {
            write_mapping(layout, entry.value, &METADATA_FIRST, |layout, entry| write(layout, entry.value));
        }
        _ => write(layout, entry.value),
    });
}

/// Writes a mapping with the keys of `first` before all others.
fn write_mapping(
    layout: &mut Layout<'_>,
    node: Node<'_>,
    first: &[&str],
    write_value: impl Fn(&mut Layout<'_>, Entry<'_>),
) {
    let mut mapping = layout.open();
    let front = first.iter().filter_map(|key| node.entries().find(|entry| entry.key == *key));
    for entry in front.chain(node.entries().filter(|entry| !first.contains(&entry.key))) {
        layout.key(&mut mapping, entry.key);
        write_value(layout, entry);
    }
    layout.close(&mapping, "{}");
}

fn write(layout: &mut Layout<'_>, node: Node<'_>) {
    match node.value() {
        Value::Null => layout.scalar(|out| out.push_str("null")),
        Value::Bool(bool) => layout.scalar(|out| out.push_str(if bool { "true" } else { "false" })),
        Value::Int(int) => layout.scalar(|out| out.push_str(itoa::Buffer::new().format(int))),
        Value::UInt(int) => layout.scalar(|out| out.push_str(itoa::Buffer::new().format(int))),
        Value::Float(float) => match whole_number(node) {
            Some(digits) => layout.scalar(|out| out.push_str(digits)),
            None => layout.scalar(|out| write_yaml_float(float, out)),
        },
        Value::Str(text) => layout.text(text),
        Value::Seq => {
            let mut list = layout.open();
            for item in node.items() {
                layout.dash(&mut list);
                write(layout, item);
            }
            layout.close(&list, "[]");
        }
        Value::Map => {
            let mut mapping = layout.open();
            for entry in node.entries() {
                layout.key(&mut mapping, entry.key);
                write(layout, entry.value);
            }
            layout.close(&mapping, "{}");
        }
    }
}

/// The digits of an integer that is too large for one: Kubernetes reads a float, but the float would lose them.
fn whole_number(node: Node<'_>) -> Option<&str> {
    let text = node.scalar_text()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    (node.target().1.tag == Tag::None && is_whole).then_some(text)
}
