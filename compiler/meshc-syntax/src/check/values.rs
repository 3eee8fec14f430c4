//! M0108 unsupported-tag and M0109 not-json: a scalar fits its tag, and JSON can say it.

use meshc_diag::{Code, Diagnostic};
use meshc_source::Span;

use super::excerpt;
use crate::Value;
use crate::resolve::resolve;
use crate::tree::{Kind, Tag, Tree};

/// Checks the scalar value `at`; `tag` is where its tag is written.
pub(crate) fn scalar(tree: &Tree, text: &str, at: u32, tag: Option<Span>) -> Option<Diagnostic> {
    let raw = tree.raw(at);
    let written = tree.scalar(text, at);
    let is_plain = raw.kind == Kind::Plain;
    // Only these can be infinite or no number, and this is asked of every scalar.
    if raw.tag == Tag::None && !(is_plain && written.starts_with(['.', '+', '-'])) {
        return None;
    }
    match resolve(written, is_plain, raw.tag) {
        Some(Value::Float(float)) if !float.is_finite() => Some(
            Diagnostic::new(Code::NotJson, format!("`{written}` has no form in JSON, which Kubernetes speaks"))
                .at(tree.span(at), if float.is_nan() { "not a number" } else { "infinite" })
                .help(format!("if it is meant as text, quote it: `\"{written}\"`")),
        ),
        Some(_) => None,
        None => Some(misfit(tree, text, at, tag)),
    }
}

/// The scalar `at` is not what its tag says.
pub(crate) fn misfit(tree: &Tree, text: &str, at: u32, tag: Option<Span>) -> Diagnostic {
    let name = match tree.raw(at).tag {
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Bool => "!!bool",
        Tag::Null => "!!null",
        Tag::Str | Tag::None => "!!str",
    };
    let written = excerpt(text, tree.span(at));
    let headline = if written.is_empty() {
        format!("nothing stands where `{name}` needs a value")
    } else {
        format!("`{written}` is not what its tag `{name}` says")
    };
    let diagnostic = Diagnostic::new(Code::UnsupportedTag, headline);
    match tag {
        Some(tag) => diagnostic.at(tree.span(at), "does not fit").at(tag, "this tag"),
        None => diagnostic.at(tree.span(at), "does not fit"),
    }
}

/// The tag at `span` is unknown, or stands before the wrong sort of value.
pub(crate) fn unsupported_tag(text: &str, span: Span) -> Diagnostic {
    let tag = excerpt(text, span);
    let known = ["!!str", "!!int", "!!float", "!!bool", "!!null", "!!seq", "!!map"].contains(&tag.as_str());
    let headline = if known {
        format!("the tag `{tag}` does not fit the value after it")
    } else {
        format!("Kubernetes manifests have no tag `{tag}`")
    };
    Diagnostic::new(Code::UnsupportedTag, headline)
        .at(span, if known { "does not fit" } else { "unknown tag" })
        .help("remove the tag, or quote the whole value if it is meant as text")
}
