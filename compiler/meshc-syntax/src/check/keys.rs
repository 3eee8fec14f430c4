//! M0107 invalid-key: a key is a string, or a number or boolean that Kubernetes makes a string of.

use meshc_diag::{Code, Diagnostic};
use meshc_source::Span;

use super::{excerpt, first_line, template};
use crate::Value;
use crate::number::go_key;
use crate::resolve::{may_differ, resolve};
use crate::tree::{Kind, Role, Tag, Tree};

/// Finds what Kubernetes sees in the scalar key `at`.
pub(crate) fn scalar(tree: &mut Tree, text: &str, at: u32) -> Option<Diagnostic> {
    let raw = *tree.raw(at);
    let (plain, untagged) = (raw.kind == Kind::Plain, raw.tag == Tag::None);
    if !plain && untagged {
        return None;
    }
    let written = tree.scalar(text, at);
    if untagged && written == "<<" {
        tree.nodes[at as usize].role = Role::Merge;
        return None;
    }
    if untagged && !may_differ(written) {
        return None;
    }
    name(tree, text, at, at)
}

/// Finds what Kubernetes sees in the alias `at`, which is a key.
pub(crate) fn alias(tree: &mut Tree, text: &str, at: u32) -> Option<Diagnostic> {
    let target = tree.target(at);
    match tree.raw(target).kind {
        Kind::Seq | Kind::Map => Some(collection(tree, text, at)),
        Kind::Plain | Kind::Quoted | Kind::Block | Kind::Alias => name(tree, text, at, target),
    }
}

/// The key `at` is a list or mapping.
pub(crate) fn collection(tree: &Tree, text: &str, at: u32) -> Diagnostic {
    let span = tree.span(at);
    let what = if tree.raw(tree.target(at)).kind == Kind::Map { "a mapping" } else { "a list" };
    // To YAML, `{{ x }}` is a mapping with a mapping as its key.
    if text[..span.start as usize].ends_with('{') && text[span.start as usize..].starts_with('{') {
        let end = span.end + u32::from(text[span.end as usize..].starts_with('}'));
        let whole = first_line(text, Span { start: span.start - 1, end, ..span });
        return template(whole);
    }
    Diagnostic::new(Code::InvalidKey, format!("{what} cannot be a key")).at(first_line(text, span), "used as a key")
}

/// Names the key `at`, whose text is that of `scalar`.
fn name(tree: &mut Tree, text: &str, at: u32, scalar: u32) -> Option<Diagnostic> {
    let raw = *tree.raw(scalar);
    let written = tree.scalar(text, scalar);
    let invalid =
        |headline: String, label: &str| Some(Diagnostic::new(Code::InvalidKey, headline).at(tree.span(at), label));
    let name = match resolve(written, raw.kind == Kind::Plain, raw.tag) {
        Some(Value::Str(_)) => return None,
        Some(Value::Bool(bool)) => bool.to_string(),
        Some(Value::Int(int)) => int.to_string(),
        Some(Value::Float(float)) => go_key(float),
        Some(Value::UInt(_)) => {
            let shown = excerpt(text, tree.span(at));
            let help = format!("quote it: `\"{written}\"`");
            return invalid(format!("the number `{shown}` is too large for a key"), "used as a key")
                .map(|it| it.help(help));
        }
        Some(Value::Null | Value::Seq | Value::Map) => {
            let help = if written.is_empty() {
                "write a key before the colon".to_owned()
            } else {
                format!("quote it: `\"{written}\"`")
            };
            return invalid("null cannot be a key".to_owned(), "used as a key").map(|it| it.help(help));
        }
        None => return Some(super::values::misfit(tree, text, scalar, None)),
    };
    if name != written {
        tree.names.push((at, name.into()));
        tree.nodes[at as usize].role = Role::Renamed;
    }
    None
}
