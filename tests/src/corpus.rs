//! Real manifests of others, where they lie beside the repository: each folder that has any is a project for itself.

use std::collections::BTreeMap;
use std::path::Path;

use crate::places::files_below;

/// The Mesh that every folder gets.
const MESH: &[u8] =
    b"apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: c1, id: 1}, {name: c2, id: 2}]}\n";

/// The folders below `corpus` that hold manifests, each with its files and a Mesh of two clusters, which comes first.
///
/// # Panics
/// If a file cannot be read.
pub fn folders(corpus: &Path) -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    let mut folders = BTreeMap::<String, Vec<(String, Vec<u8>)>>::new();
    for path in files_below(corpus) {
        let Some((folder, name)) = path.rsplit_once('/').filter(|(_, name)| is_manifest(name)) else {
            continue;
        };
        let files = folders.entry(folder.to_owned()).or_insert_with(|| vec![("mesh.yaml".into(), MESH.to_vec())]);
        files.push((name.to_owned(), std::fs::read(corpus.join(&path)).expect("it was just found")));
    }
    folders
}

fn is_manifest(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
}
