//! The objects of a file, for its outline.

use lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind,
};
use meshc_source::{FileId, Span};
use meshc_syntax::Node;

use super::tree;
use crate::cursor::text;
use crate::view::View;

/// The objects of `file`, and the clusters of a Mesh below it.
pub(super) fn symbols(view: View<'_>, file: FileId) -> DocumentSymbolResponse {
    let tree = tree(view, file);
    let objects: Vec<_> = tree.documents(view.text(file)).flat_map(objects).collect();
    let symbols: Vec<_> = objects.into_iter().filter_map(|object| symbol(view, object)).collect();
    if view.client.nested_symbols {
        return symbols.into();
    }
    let uri = view.uri(file);
    let flat = symbols.into_iter().map(|symbol| {
        let base = BaseSymbolInformation { name: symbol.name, kind: symbol.kind, tags: None, container_name: None };
        SymbolInformation::new(None, Location { uri: uri.clone(), range: symbol.range }, base)
    });
    flat.collect::<Vec<_>>().into()
}

/// The object that a document is, or the items of a List.
fn objects(document: Node<'_>) -> Vec<Node<'_>> {
    let is_list = document.get("kind").and_then(text).is_some_and(|kind| kind.ends_with("List"));
    match document.get("items").filter(|_| is_list) {
        Some(items) => items.items().collect(),
        None => vec![document],
    }
}

fn symbol(view: View<'_>, object: Node<'_>) -> Option<DocumentSymbol> {
    let kind = object.get("kind")?;
    let metadata = object.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    let name = field("name").and_then(text).unwrap_or_default();
    let namespace = field("namespace").and_then(text).map(|namespace| format!("{namespace}/")).unwrap_or_default();
    let clusters = object.get("spec").and_then(|spec| spec.get("clusters")).into_iter().flat_map(Node::items);
    let children = clusters.filter_map(|cluster| {
        let name = cluster.get("name")?;
        Some(plain(view, text(name)?.to_owned(), SymbolKind::Field, cluster.span(), name.span()))
    });
    let is_mesh = text(kind) == Some("Mesh");
    let label = format!("{} {namespace}{name}", text(kind)?).trim_end().to_owned();
    let at = field("name").map_or(kind.span(), Node::span);
    let mut symbol = plain(view, label, SymbolKind::Object, object.span(), at);
    symbol.children = is_mesh.then(|| children.collect());
    Some(symbol)
}

fn plain(view: View<'_>, name: String, kind: SymbolKind, whole: Span, at: Span) -> DocumentSymbol {
    // The name of an alias or a merged mapping may stand elsewhere; a client wants it within the whole.
    let inside = whole.start <= at.start && at.end <= whole.end;
    let selection = if inside { at } else { whole };
    DocumentSymbol::new(name, None, kind, None, None, view.range(whole), view.range(selection), None)
}
