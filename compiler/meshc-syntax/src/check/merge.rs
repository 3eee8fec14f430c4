//! The key `<<`: its value is one mapping or a list of them, whose entries are added to the mapping around it.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use rustc_hash::{FxHashMap, FxHashSet};

use super::first_line;
use crate::tree::{Kind, Role, Tree};

/// Finds out what the mapping `map`, which has a key `<<`, merges.
///
/// Readers agree that a key after `<<` wins over a merged one. They do not agree on a key before it: kubectl lets the
/// merged one win, YAML's own description and kustomize the other. So that is an error, and in a tree without errors a
/// key of the mapping itself always wins.
pub(crate) fn merge(tree: &mut Tree, text: &str, map: u32, diags: &mut Diagnostics) {
    let Some((merge, value)) = tree.pairs(map).find(|(key, _)| tree.raw(*key).role == Role::Merge) else {
        return;
    };
    let Some(sources) = sources(tree, text, value, diags) else {
        return;
    };
    let own: FxHashMap<&str, u32> = tree
        .pairs(map)
        .filter(|(key, _)| tree.raw(*key).role != Role::Merge)
        .map(|(key, _)| (tree.key(text, key), key))
        .collect();
    let mut merged = Vec::new();
    let mut seen = FxHashSet::default();
    for source in sources {
        let written = tree.pairs(source).map(|(key, _)| key).filter(|key| tree.raw(*key).role != Role::Merge);
        for key in written.chain(tree.merged(source).iter().copied()) {
            let name = tree.key(text, key);
            match own.get(name) {
                Some(own) if *own < merge && seen.insert(name) => report(tree, text, merge, *own, diags),
                None if seen.insert(name) => merged.push(key),
                Some(_) | None => {}
            }
        }
    }
    let start = tree.merged.len() as u32;
    tree.merged.append(&mut merged);
    tree.nodes[map as usize].payload = tree.merges.len() as u32;
    tree.merges.push(start..tree.merged.len() as u32);
}

/// The mappings that `value`, the value of `<<`, stands for; the first one wins.
fn sources(tree: &Tree, text: &str, value: u32, diags: &mut Diagnostics) -> Option<Vec<u32>> {
    let target = tree.target(value);
    let candidates: Vec<u32> = match tree.raw(target).kind {
        Kind::Seq => tree.items(target).collect(),
        Kind::Map | Kind::Plain | Kind::Quoted | Kind::Block | Kind::Alias => vec![value],
    };
    let mut sources = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let source = tree.target(candidate);
        if tree.raw(source).kind != Kind::Map {
            diags.push(
                Diagnostic::new(Code::InvalidYaml, "`<<` takes a mapping or a list of mappings")
                    .at(first_line(text, tree.span(candidate)), "this is neither")
                    .help("if the key is meant as text, quote it: `\"<<\"`"),
            );
            return None;
        }
        sources.push(source);
    }
    Some(sources)
}

fn report(tree: &Tree, text: &str, merge: u32, own: u32, diags: &mut Diagnostics) {
    let name = tree.key(text, own);
    diags.push(
        Diagnostic::new(Code::DuplicateKey, format!("the key `{name}` is set, and again by the `<<` after it"))
            .at(tree.span(merge), "set again here")
            .at(tree.span(own), "first set here")
            .help("move `<<` to the top of the mapping: kubectl lets the later one win, other readers the key"),
    );
}
