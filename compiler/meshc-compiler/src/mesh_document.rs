//! The Mesh document for a project whose files lie elsewhere.

use meshc_diag::Diagnostics;
use meshc_schema::MeshDecl;
use meshc_source::SourceMap;
use meshc_syntax::{parse, to_yaml, write_json};

/// The document as YAML, but for the rules that place files, which are about the files beside it.
pub(crate) fn without_placement(decl: &MeshDecl, sources: &SourceMap) -> String {
    let text = sources.file(decl.extent.file).text();
    // What was found in the file has been said already.
    let tree = parse(decl.extent.file, text, &mut Diagnostics::new());
    let mut json = String::new();
    if let Some(node) = tree.documents(text).find(|node| node.span() == decl.extent) {
        write_json(node, &mut json);
    }
    let mut document: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
    if let Some(spec) = document.pointer_mut("/spec").and_then(serde_json::Value::as_object_mut) {
        spec.remove("placement");
    }
    let mut yaml = String::new();
    to_yaml(&document, &mut yaml).expect("JSON has string keys and finite numbers");
    yaml
}
