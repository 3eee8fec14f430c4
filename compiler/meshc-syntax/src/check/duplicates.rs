//! M0103 duplicate-key: a mapping has each key once, as Kubernetes sees it.

use std::collections::hash_map::Entry;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use rustc_hash::FxHashMap;

use crate::tree::{Kind, Role, Tree};

/// Up to this many keys are compared with each other; more are hashed.
const FEW: usize = 16;

/// Of a key that is set again and again, this many places are shown beside the first two.
const SHOWN: usize = 6;

/// Reports each key of the mapping `map` that stands there more than once.
pub(crate) fn check(tree: &Tree, text: &str, map: u32, diags: &mut Diagnostics) {
    let keys = || tree.pairs(map).map(|(key, _)| key).filter(|key| is_scalar(tree, *key));
    if keys().nth(FEW).is_some() {
        return report(tree, text, repeated(tree, text, keys()), diags);
    }
    let mut few = [((false, ""), 0); FEW];
    let mut repeated = Vec::new();
    for (count, key) in keys().enumerate() {
        let identity = identity(tree, text, key);
        if let Some((_, first)) = few[..count].iter().find(|(other, _)| *other == identity) {
            repeated.push((*first, key));
        }
        few[count] = (identity, key);
    }
    report(tree, text, repeated, diags);
}

/// Every key that stands there before, behind the first of its name.
fn repeated(tree: &Tree, text: &str, keys: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut seen = FxHashMap::default();
    let mut repeated = Vec::new();
    for key in keys {
        match seen.entry(identity(tree, text, key)) {
            Entry::Occupied(first) => repeated.push((*first.get(), key)),
            Entry::Vacant(entry) => {
                entry.insert(key);
            }
        }
    }
    repeated
}

fn is_scalar(tree: &Tree, key: u32) -> bool {
    !matches!(tree.raw(tree.target(key)).kind, Kind::Seq | Kind::Map)
}

/// What makes two keys the same. A quoted `"<<"` is a key like any other, and not the one that merges.
fn identity<'t>(tree: &'t Tree, text: &'t str, key: u32) -> (bool, &'t str) {
    (tree.raw(key).role == Role::Merge, tree.key(text, key))
}

/// Reports each name once, in the order in which they are repeated.
fn report(tree: &Tree, text: &str, mut repeated: Vec<(u32, u32)>, diags: &mut Diagnostics) {
    repeated.sort_unstable();
    let mut names: Vec<_> = repeated.chunk_by(|(a, _), (b, _)| a == b).collect();
    names.sort_unstable_by_key(|name| name[0].1);
    for name in names {
        diags.push(set_again(tree, text, name));
    }
}

/// Words one name; `repeated` has its first key beside each other one.
fn set_again(tree: &Tree, text: &str, repeated: &[(u32, u32)]) -> Diagnostic {
    let (first, second) = repeated[0];
    let name = tree.key(text, second);
    let times = if repeated.len() == 1 { "twice".to_owned() } else { format!("{} times", repeated.len() + 1) };
    let mut diagnostic = Diagnostic::new(Code::DuplicateKey, format!("the key `{name}` is set {times}"))
        .at(tree.span(second), "set again here")
        .at(tree.span(first), "first set here");
    for (_, other) in repeated.iter().skip(1).take(SHOWN) {
        diagnostic = diagnostic.at(tree.span(*other), "and here");
    }
    if tree.raw(second).role == Role::Merge {
        diagnostic.help("merge several mappings with one key: `<<: [*a, *b]`")
    } else if tree.scalar(text, tree.target(first)) == tree.scalar(text, tree.target(second)) {
        diagnostic
    } else {
        diagnostic.help(format!("Kubernetes reads both keys as `{name}`; quote them if they are meant as text"))
    }
}
