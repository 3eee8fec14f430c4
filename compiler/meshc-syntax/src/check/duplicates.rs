//! M0103 duplicate-key: a mapping has each key once, as Kubernetes sees it.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use rustc_hash::FxHashMap;

use crate::tree::{Kind, Role, Tree};

/// Up to this many keys are compared with each other; more are hashed.
const FEW: usize = 16;

/// Reports each key of the mapping `map` that stands there before.
pub(crate) fn check(tree: &Tree, text: &str, map: u32, diags: &mut Diagnostics) {
    let keys = || tree.pairs(map).map(|(key, _)| key).filter(|key| is_scalar(tree, *key));
    if keys().nth(FEW).is_some() {
        return check_many(tree, text, keys(), diags);
    }
    let mut few = [((false, ""), 0); FEW];
    for (count, key) in keys().enumerate() {
        let identity = identity(tree, text, key);
        if let Some((_, first)) = few[..count].iter().find(|(other, _)| *other == identity) {
            report(tree, text, *first, key, diags);
        }
        few[count] = (identity, key);
    }
}

fn check_many(tree: &Tree, text: &str, keys: impl Iterator<Item = u32>, diags: &mut Diagnostics) {
    let mut seen = FxHashMap::default();
    for key in keys {
        let identity = identity(tree, text, key);
        match seen.get(&identity) {
            Some(first) => report(tree, text, *first, key, diags),
            None => {
                seen.insert(identity, key);
            }
        }
    }
}

fn is_scalar(tree: &Tree, key: u32) -> bool {
    !matches!(tree.raw(tree.target(key)).kind, Kind::Seq | Kind::Map)
}

/// What makes two keys the same. A quoted `"<<"` is a key like any other, and not the one that merges.
fn identity<'t>(tree: &'t Tree, text: &'t str, key: u32) -> (bool, &'t str) {
    (tree.raw(key).role == Role::Merge, tree.key(text, key))
}

fn report(tree: &Tree, text: &str, first: u32, second: u32, diags: &mut Diagnostics) {
    let name = tree.key(text, second);
    let mut diagnostic = Diagnostic::new(Code::DuplicateKey, format!("the key `{name}` is set twice"))
        .at(tree.span(second), "set again here")
        .at(tree.span(first), "first set here");
    if tree.raw(second).role == Role::Merge {
        diagnostic = diagnostic.help("merge several mappings with one key: `<<: [*a, *b]`");
    } else if tree.scalar(text, tree.target(first)) != tree.scalar(text, tree.target(second)) {
        diagnostic =
            diagnostic.help(format!("Kubernetes reads both keys as `{name}`; quote them if they are meant as text"));
    }
    diags.push(diagnostic);
}
