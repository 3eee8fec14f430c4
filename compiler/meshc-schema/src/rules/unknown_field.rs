//! M0209 unknown-kubernetes-field: a field that a kind does not have. A server that is asked to be strict refuses the
//! object; any other drops the field, and what holds by default counts.

use std::collections::VecDeque;

use meshc_diag::{Code, Diagnostic, Diagnostics, Fix};
use meshc_syntax::{Entry, Node};

use super::Written;
use crate::annotations;
use crate::api::{self, Type};
use crate::edit;
use crate::reader::Fields;
use crate::suggest::nearest;

/// Where a value is in its object, as a chain to the root.
#[derive(Clone, Copy)]
struct Path<'p> {
    above: Option<&'p Path<'p>>,
    key: &'p str,
    item: bool,
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.write(out);
        }
        out.push_str(self.key);
        out.push_str(if self.item { "[]." } else { "." });
    }
}

/// What the whole check needs to know.
#[derive(Clone, Copy)]
struct Root<'t> {
    kind: &'t str,
    of: &'static Type,
}

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    let kind = written.type_meta.kind;
    let Some(of) = api::type_of(written.type_meta.api_version, kind) else {
        return;
    };
    walk(Root { kind, of }, written.document, of, None, diags);
}

fn walk(root: Root<'_>, fields: Fields<'_>, of: &'static Type, path: Option<&Path<'_>>, diags: &mut Diagnostics) {
    for entry in fields.entries() {
        match of.field(entry.key) {
            Some(field) => {
                if let Some(below) = field.below {
                    descend(root, entry, below, path, diags);
                }
            }
            // Directives of a patch, and annotations that have a rule of their own.
            None if entry.key.starts_with('$') || annotations::find(entry.key).is_some() => {}
            None => diags.push(unknown(root, fields, entry, of, path)),
        }
    }
}

fn descend(root: Root<'_>, entry: Entry<'_>, of: &'static Type, above: Option<&Path<'_>>, diags: &mut Diagnostics) {
    let visit = |node: Node<'_>, item: bool, diags: &mut Diagnostics| {
        if let Some(fields) = Fields::quiet_of(node) {
            walk(root, fields, of, Some(&Path { above, key: entry.key, item }), diags);
        }
    };
    visit(entry.value, false, diags);
    for item in entry.value.items() {
        visit(item, true, diags);
    }
}

fn unknown(
    root: Root<'_>,
    fields: Fields<'_>,
    entry: Entry<'_>,
    of: &'static Type,
    path: Option<&Path<'_>>,
) -> Diagnostic {
    let mut full = String::new();
    if let Some(path) = path {
        path.write(&mut full);
    }
    full.push_str(entry.key);
    let diagnostic = Diagnostic::new(
        Code::UnknownKubernetesField,
        format!("{} {} has no field `{full}`", article(root.kind), root.kind),
    )
    .at(entry.key_span, "the API server refuses or drops it");
    if let Some(place) = belongs(root, entry.key) {
        return diagnostic.help(format!("`{}` belongs {place}", entry.key));
    }
    if let Some(rest) = entry.key.strip_prefix('-') {
        return diagnostic.help(format!("put a space between the dash of a list and the field: `- {rest}`"));
    }
    match slip(entry.key, of) {
        // What is there already would be there twice.
        Some(meant) if fields.get(meant).is_some() => diagnostic.help(format!("did you mean `{meant}`?")),
        Some(meant) => diagnostic
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::likely(format!("write `{meant}`"), vec![edit::replace(entry.key_span, entry.key, meant)])),
        None if of.field("matchLabels").is_some() => {
            diagnostic.help("labels belong one level deeper, under `matchLabels`")
        }
        None => diagnostic,
    }
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'I', 'O', 'U']) || kind.starts_with("HTTP") { "an" } else { "a" }
}

fn slip(key: &str, of: &'static Type) -> Option<&'static str> {
    nearest(key, of.fields().iter().map(|field| field.name))
}

/// Whether `fields` has a key that `of` does not know and that was probably meant to be `field`.
pub(crate) fn is_slip(fields: Fields<'_>, field: &str, of: &'static Type) -> bool {
    fields.entries().any(|entry| of.field(entry.key).is_none() && slip(entry.key, of) == Some(field))
}

/// Where in the object a field of this name belongs: of several places the one nearest to the root.
fn belongs(root: Root<'_>, key: &str) -> Option<String> {
    let mut queue = VecDeque::from([(root.of, String::new())]);
    // The types are few, but a field may lead back to one that was seen.
    for _ in 0..100 {
        let (of, path) = queue.pop_front()?;
        if of.field(key).is_some() {
            return Some(match path.strip_suffix('.') {
                Some(path) => format!("under `{path}`"),
                None => "at the top".to_owned(),
            });
        }
        for field in of.fields() {
            if let Some(below) = field.below {
                queue.push_back((below, format!("{path}{}.", field.name)));
            }
        }
    }
    None
}
