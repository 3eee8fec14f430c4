//! M0211 invalid-label: a key or value of a label or selector, or a key of an annotation, that the API server refuses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_source::Span;
use meshc_syntax::{Node, Value};

use super::{Written, mappings};
use crate::edit;
use crate::forms::{LABEL_VALUE, key_flaw};
use crate::placeholder;
use crate::reader::Fields;

/// What is wrong in one object. A text that stands in several places, as in a selector and what it selects, is one
/// mistake.
#[derive(Default)]
struct Flaws {
    /// By headline, where it is in `found`.
    at: BTreeMap<String, usize>,
    found: Vec<Found>,
}

struct Found {
    headline: String,
    places: Vec<Span>,
    help: String,
    meant: Option<String>,
    edits: Vec<Edit>,
}

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let mut flaws = Flaws::default();
    if let Some(metadata) = written.document.quiet("metadata") {
        flaws.metadata(metadata);
    }
    if written.is_read() {
        flaws.spec(written);
    }
    for found in flaws.found {
        diags.push(found.diagnostic());
    }
}

impl Flaws {
    fn metadata(&mut self, metadata: Fields<'_>) {
        self.labels(metadata.quiet("labels"));
        for entry in metadata.quiet("annotations").into_iter().flat_map(Fields::entries) {
            // In the keys of annotations, and in those alone, the server takes capitals for small letters.
            let read = if entry.key.bytes().any(|byte| byte.is_ascii_uppercase()) {
                Cow::Owned(entry.key.to_ascii_lowercase())
            } else {
                Cow::Borrowed(entry.key)
            };
            self.key("an annotation", entry.key, &read, entry.key_span);
        }
    }

    fn spec(&mut self, written: Written<'_, '_>) {
        let Some(spec) = written.document.quiet("spec") else {
            return;
        };
        if let Some(metadata) = written.template().and_then(|template| template.quiet("metadata")) {
            self.metadata(metadata);
        }
        if let Some(pod) = written.pod_spec() {
            self.labels(pod.quiet("nodeSelector"));
        }
        let Some(selector) = spec.quiet("selector") else {
            return;
        };
        if written.is_core("Service") || written.is_core("ReplicationController") {
            self.labels(Some(selector));
            return;
        }
        self.labels(selector.quiet("matchLabels"));
        for requirement in mappings(selector, "matchExpressions") {
            if let Some(key) = requirement.text("key") {
                self.key("a label", key.value, key.value, key.span);
            }
            for value in requirement.get("values").into_iter().flat_map(Node::items) {
                self.value(value);
            }
        }
    }

    fn labels(&mut self, labels: Option<Fields<'_>>) {
        for entry in labels.into_iter().flat_map(Fields::entries) {
            self.key("a label", entry.key, entry.key, entry.key_span);
            self.value(entry.value);
        }
    }

    fn key(&mut self, of: &str, key: &str, read: &str, span: Span) {
        let Some(flaw) = key_flaw(read).filter(|_| !placeholder::is_in(key)) else {
            return;
        };
        self.add(format!("`{}` cannot be the key of {of}: {flaw}", shortened(key)), span, None, || {
            "write it as `name` or `example.com/name`, of letters, digits, `-`, `_` and `.`".into()
        });
    }

    fn value(&mut self, node: Node<'_>) {
        let Value::Str(text) = node.value() else {
            return;
        };
        if text.is_empty() {
            return;
        }
        let Some(flaw) = LABEL_VALUE.flaw(text).filter(|_| !placeholder::is_in(text)) else {
            return;
        };
        let headline = format!("`{}` cannot be the value of a label: it {flaw}", shortened(text));
        let words = LABEL_VALUE.words;
        match LABEL_VALUE.mended(text) {
            Some(mended) => {
                let edit = edit::replace(node.span(), text, &mended);
                self.add(headline, node.span(), Some((&mended, edit)), || format!("write {words}: `{mended}`"));
            }
            None => self.add(headline, node.span(), None, || format!("write {words}")),
        }
    }

    /// Adds a place, with what was probably meant and the edit that writes it there.
    fn add(&mut self, headline: String, span: Span, meant: Option<(&str, Edit)>, help: impl FnOnce() -> String) {
        let at = *self.at.entry(headline.clone()).or_insert(self.found.len());
        if let Some(found) = self.found.get_mut(at) {
            found.places.push(span);
        } else {
            let meant = meant.as_ref().map(|(meant, _)| (*meant).to_owned());
            self.found.push(Found { headline, places: vec![span], help: help(), meant, edits: Vec::new() });
        }
        self.found[at].edits.extend(meant.map(|(_, edit)| edit));
    }
}

impl Found {
    fn diagnostic(mut self) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(Code::InvalidLabel, self.headline).help(self.help);
        for (at, place) in self.places.iter().enumerate() {
            diagnostic = diagnostic.at(*place, if at == 0 { "the API server refuses it" } else { "and here" });
        }
        let Some(meant) = self.meant else {
            return diagnostic;
        };
        self.edits.sort();
        self.edits.dedup();
        diagnostic.fix(Fix::likely(format!("write `{meant}`"), self.edits))
    }
}

/// The beginning of a text that may be anything, as a whole file.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 80;
    match text.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
