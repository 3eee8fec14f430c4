//! What a document is checked for as it is read, beyond being YAML.

pub(crate) mod aliases;
pub(crate) mod duplicates;
pub(crate) mod keys;
pub(crate) mod markup;
pub(crate) mod merge;
pub(crate) mod root;
pub(crate) mod values;

use meshc_diag::{Code, Diagnostic};
use meshc_source::Span;

/// The source text of `span` for a headline: its first line, and not much of it.
pub(crate) fn excerpt(text: &str, span: Span) -> String {
    const LONGEST: usize = 40;
    let whole = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let line = whole.lines().next().unwrap_or_default().trim_end();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// `span` up to the end of its first line, so that a label does not frame half a file.
pub(crate) fn first_line(text: &str, span: Span) -> Span {
    let whole = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let line = whole.lines().next().unwrap_or_default().trim_end();
    Span { end: span.start + line.len() as u32, ..span }
}

/// What to do about text that another tool has to turn into YAML first.
pub(crate) const TEMPLATE_HELP: &str = "this looks like a template; render it first, then build the result";

/// M0101 for what `{{` starts at `span`.
pub(crate) fn template(span: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidYaml, "`{{` starts a template, which is not YAML")
        .at(span, "not filled in yet")
        .help(TEMPLATE_HELP)
}
