//! What holds for texts, trees and what is written from them. Each module is one side of it.

mod documents;
mod errors;
mod keys;
mod laws;
mod scalars;
mod spans;
mod strings;
mod writing;

use meshc_diag::{Diagnostic, Diagnostics};
use meshc_source::FileId;
use meshc_syntax::{Node, Tree};

/// What `text` is parsed to, and the findings.
fn parse(text: &str) -> (Tree, Vec<Diagnostic>) {
    let mut diags = Diagnostics::new();
    let tree = meshc_syntax::parse(FileId(0), text, &mut diags);
    (tree, diags.iter().cloned().collect())
}

/// The canonical JSON of each document of `text`, which must have no errors.
#[track_caller]
fn json(text: &str) -> Vec<String> {
    let (tree, findings) = parse(text);
    assert_eq!(findings, [], "{text:?}");
    tree.documents(text).map(node_json).collect()
}

/// The canonical YAML of each document of `text`, which must have no errors.
#[track_caller]
fn yaml(text: &str) -> Vec<String> {
    let (tree, findings) = parse(text);
    assert_eq!(findings, [], "{text:?}");
    tree.documents(text).map(node_yaml).collect()
}

/// `line` for each of `numbers`.
fn lines(numbers: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().concat()
}

fn node_json(node: Node<'_>) -> String {
    let mut out = String::new();
    meshc_syntax::write_json(node, &mut out);
    out
}

fn node_yaml(node: Node<'_>) -> String {
    let mut out = String::new();
    meshc_syntax::write_yaml(node, &mut out);
    out
}
