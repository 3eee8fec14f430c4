//! Diagnostics as results of a function.

use std::collections::BTreeMap;

use meshc_diag::{Diagnostic, Diagnostics, Severity};
use meshc_source::{FileId, SourceMap, Span};
use meshc_syntax::{Node, Tree, parse};
use serde::Serialize;

use super::items::{Item, Items};

/// One result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    message: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_ref: Option<ResourceRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<File>,
    /// The rule by its number and name, and the place in the file.
    tags: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceRef {
    api_version: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct Field {
    path: String,
}

#[derive(Debug, Serialize)]
struct File {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
}

/// The results for what was found.
pub(super) fn of(diagnostics: &[Diagnostic], items: &Items, sources: &SourceMap) -> Vec<Finding> {
    let mut trees = BTreeMap::new();
    diagnostics.iter().map(|diagnostic| finding(diagnostic, items, sources, &mut trees)).collect()
}

/// The files that something was found in, each parsed once.
type Trees = BTreeMap<FileId, Tree>;

fn finding(diagnostic: &Diagnostic, items: &Items, sources: &SourceMap, trees: &mut Trees) -> Finding {
    let help = diagnostic.help.as_ref().map(|help| format!(" (help: {help})")).unwrap_or_default();
    let span = diagnostic.span();
    let item = span.and_then(|span| items.at(span)).map(|at| items.get(at));
    let mut tags =
        BTreeMap::from([("code", diagnostic.code.number().to_owned()), ("rule", diagnostic.code.name().to_owned())]);
    if let Some(span) = span {
        let position = sources.position(span);
        tags.extend([("line", position.line.to_string()), ("column", position.column.to_string())]);
    }
    Finding {
        message: format!("{}{help}", diagnostic.headline),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "info",
        },
        resource_ref: item.map(resource_ref),
        field: item.and(span).and_then(|span| field(span, sources, trees)).map(|path| Field { path }),
        file: item.and_then(|item| item.file.clone()).map(|(path, index)| File { path, index }),
        tags,
    }
}

fn resource_ref(item: &Item) -> ResourceRef {
    ResourceRef {
        api_version: item.api_version.clone(),
        kind: item.kind.clone(),
        namespace: item.namespace.clone(),
        name: item.name.clone(),
    }
}

/// The way to the field at `span`, as `spec.ports[0].port`.
fn field(span: Span, sources: &SourceMap, trees: &mut Trees) -> Option<String> {
    let text = sources.file(span.file).text();
    let tree = trees.entry(span.file).or_insert_with(|| parse(span.file, text, &mut Diagnostics::new()));
    let mut node = tree.documents(text).find(|node| holds(node.span(), span))?;
    let mut path = String::new();
    while let Some((step, below)) = step(node, span) {
        path.push_str(&step);
        let Some(below) = below else {
            break;
        };
        node = below;
    }
    Some(path.trim_start_matches('.').to_owned()).filter(|path| !path.is_empty())
}

/// One step of the way, and what is there if the way may go on.
fn step(node: Node<'_>, span: Span) -> Option<(String, Option<Node<'_>>)> {
    for entry in node.entries() {
        if holds(entry.key_span, span) {
            return Some((key(entry.key), None));
        }
        if holds(entry.value.span(), span) {
            return Some((key(entry.key), Some(entry.value)));
        }
    }
    let (at, item) = node.items().enumerate().find(|(_, item)| holds(item.span(), span))?;
    Some((format!("[{at}]"), Some(item)))
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.start < outer.end
}

/// A key as the API server writes it in its messages.
fn key(key: &str) -> String {
    let is_word = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_word { format!(".{key}") } else { format!("[{key}]") }
}
