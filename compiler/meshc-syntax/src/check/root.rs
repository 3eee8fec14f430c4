//! M0110 not-a-mapping: a document is a mapping or empty.

use meshc_diag::{Code, Diagnostic};

use super::{TEMPLATE_HELP, first_line};
use crate::tree::{Kind, Tag, Tree};
use crate::{Value, resolve::resolve};

/// Checks the document whose root `at` is no mapping.
pub(crate) fn check(tree: &Tree, text: &str, at: u32) -> Option<Diagnostic> {
    let raw = tree.raw(at);
    let what = match raw.kind {
        Kind::Seq => Value::Seq,
        Kind::Map => Value::Map,
        Kind::Plain | Kind::Quoted | Kind::Block | Kind::Alias => {
            resolve(tree.scalar(text, at), raw.kind == Kind::Plain, raw.tag)?
        }
    };
    if what == Value::Null && raw.tag == Tag::None {
        return None;
    }
    let span = tree.span(at);
    let headline = format!("a document is {} and not a mapping", what.type_name());
    let diagnostic =
        Diagnostic::new(Code::NotAMapping, headline).at(first_line(text, span), "this is the whole document");
    let written = &text[span.start as usize..span.end as usize];
    Some(if written.contains("{{") {
        diagnostic.help(TEMPLATE_HELP)
    } else if what == Value::Seq {
        diagnostic
            .help("write each item as a document of its own, with `---` between them, or put them into a `kind: List`")
    } else {
        diagnostic
    })
}
