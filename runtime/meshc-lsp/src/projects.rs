//! Which project a file belongs to.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::documents::{Document, Documents};

/// How much of a file is looked at to see whether it declares a mesh.
const LOOKED_AT: u64 = 1 << 20;

/// What is compiled together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Root {
    /// A folder with a Mesh, or one that the user's settings name, and all below it.
    Mesh(PathBuf),
    /// A folder of the workspace without a Mesh of its own, and all below it.
    Folder(PathBuf),
    /// One text by itself, by what the client calls it.
    Single(String),
}

impl Root {
    /// The folder that it is.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Mesh(folder) | Self::Folder(folder) => Some(folder),
            Self::Single(_) => None,
        }
    }

    /// Whether what happens to the file at `path` may change it.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.folder().is_some_and(|folder| path.starts_with(folder))
    }
}

/// Finds the project of a file.
#[derive(Debug)]
pub(crate) struct Finder {
    /// The folders of the workspace.
    pub(crate) folders: Vec<PathBuf>,
    /// The folders that are projects whatever is in them.
    named: Vec<PathBuf>,
    /// Which folders have a Mesh in them, as far as they have been looked at.
    known: BTreeMap<PathBuf, bool>,
}

impl Finder {
    pub(crate) fn new(folders: Vec<PathBuf>, named: Vec<PathBuf>) -> Self {
        Self { folders, named, known: BTreeMap::new() }
    }

    /// Forgets what it saw, since something on disk or in the editor is another.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    /// The project of `document`: a folder that the settings name, else the nearest folder above with a Mesh, up to the
    /// folder of the workspace, else that folder, else the text alone.
    pub(crate) fn root_of(&mut self, document: &Document, documents: &Documents) -> Root {
        let Some(path) = &document.path else {
            return Root::Single(document.uri.0.clone());
        };
        if let Some(named) = deepest(&self.named, path) {
            return Root::Mesh(named);
        }
        let workspace = deepest(&self.folders, path);
        for folder in path.ancestors().skip(1) {
            if self.has_mesh(folder, documents) {
                return Root::Mesh(folder.to_owned());
            }
            if workspace.as_deref() == Some(folder) {
                break;
            }
        }
        workspace.map_or_else(|| Root::Single(document.uri.0.clone()), Root::Folder)
    }

    fn has_mesh(&mut self, folder: &Path, documents: &Documents) -> bool {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let open = documents.iter().filter(|document| document.path.as_deref().and_then(Path::parent) == Some(folder));
        let found = open.into_iter().any(|document| declares_mesh(&document.text)) || {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
            entries
                .filter(|path| is_manifest(path) && documents.at(path).is_none())
                .any(|path| start_of(&path).is_some_and(|text| declares_mesh(&text)))
        };
        self.known.insert(folder.to_owned(), found);
        found
    }
}

/// The deepest of `folders` that `path` is below.
fn deepest(folders: &[PathBuf], path: &Path) -> Option<PathBuf> {
    folders.iter().filter(|folder| path.starts_with(folder)).max_by_key(|folder| folder.components().count()).cloned()
}

/// Whether a file of that name can be a manifest.
pub(crate) fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}

fn start_of(path: &Path) -> Option<String> {
    let file = fs::File::open(path).ok().filter(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))?;
    let mut bytes = Vec::new();
    file.take(LOOKED_AT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether a text declares a mesh, also while it is not valid.
pub(crate) fn declares_mesh(text: &str) -> bool {
    text.contains("meshc.dev/")
        && text.match_indices("kind").any(|(at, word)| {
            let rest = text[at + word.len()..].trim_start_matches(['"', '\'', ' ', '\t', ':']);
            let end = rest.strip_prefix("Mesh");
            end.is_some_and(|end| !end.starts_with(|next: char| next.is_alphanumeric() || next == '-'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mesh_is_seen_in_every_form() {
        for text in [
            "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\n",
            "{\"apiVersion\": \"meshc.dev/v1alpha1\", \"kind\": \"Mesh\"}",
            "{kind: Mesh, apiVersion: meshc.dev/v1alpha1}",
            "kind: 'Mesh' # ours\r\napiVersion: meshc.dev/v1alpha1\r\nspec: {clusters: [",
        ] {
            assert!(declares_mesh(text), "{text}");
        }
        for text in [
            "apiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {name: Mesh}\n",
            "apiVersion: appmesh.k8s.aws/v1beta2\nkind: Mesh\n",
            "apiVersion: meshc.dev/v1alpha1\nkind: MeshFederation\n",
        ] {
            assert!(!declares_mesh(text), "{text}");
        }
    }
}
