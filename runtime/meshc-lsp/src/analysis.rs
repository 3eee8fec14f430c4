//! What the compiler makes of the texts of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use lsp_types::Uri;
use meshc_compiler::Strictness;
use meshc_compiler::model::Mesh;
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_source::{FileId, SourceFile, SourceMap};

use crate::documents::Document;
use crate::lines::Lines;
use crate::projects::{Root, declares_mesh};
use crate::{Loader, OpenTexts};

/// Texts, and what was found in them.
pub(crate) struct Analysis {
    root: Root,
    pub(crate) sources: SourceMap,
    pub(crate) mesh: Mesh,
    /// What there is to say of them, in the order of the texts.
    pub(crate) diagnostics: Vec<Diagnostic>,
    files: BTreeMap<String, FileId>,
    lines: Vec<OnceLock<Lines>>,
}

impl Analysis {
    /// Compiles what `root` holds, as far as the gate. `texts` are the open ones.
    ///
    /// # Errors
    /// If the files cannot be read.
    pub(crate) fn new(root: Root, texts: &OpenTexts, load: &Loader) -> Result<Self, String> {
        let files = match &root {
            Root::Mesh(folder) => load(folder, texts)?,
            Root::Folder(folder) => without_other_projects(load(folder, texts)?),
            Root::Single(uri) => {
                let name = single_name(uri);
                texts.values().map(|text| SourceFile::new(name, text.as_bytes().to_vec())).collect()
            }
        };
        let sources = SourceMap::new(files);
        let mut diags = Diagnostics::new();
        let mesh = meshc_compiler::examine(&sources, &Strictness::AS_DECLARED, &mut diags);
        Ok(Self {
            root,
            diagnostics: worth_saying(diags),
            files: sources.files().map(|(id, file)| (file.path().to_owned(), id)).collect(),
            lines: sources.files().map(|_| OnceLock::new()).collect(),
            sources,
            mesh,
        })
    }

    /// The file that `document` is.
    pub(crate) fn file_of(&self, document: &Document) -> Option<FileId> {
        match &self.root {
            Root::Single(uri) => (*uri == document.uri.0).then_some(FileId(0)),
            Root::Mesh(folder) | Root::Folder(folder) => {
                let relative = document.path.as_ref()?.strip_prefix(folder).ok()?;
                self.files.get(relative.to_str()?).copied()
            }
        }
    }

    /// Where `file` is, or what the client calls it if it is a text by itself.
    pub(crate) fn place_of(&self, file: FileId) -> Result<PathBuf, Uri> {
        match &self.root {
            Root::Single(uri) => Err(Uri(uri.clone())),
            Root::Mesh(folder) | Root::Folder(folder) => Ok(folder.join(self.sources.file(file).path())),
        }
    }

    /// Whether anything says which clusters there are.
    pub(crate) fn has_clusters(&self) -> bool {
        !self.mesh.clusters.is_empty()
    }

    /// The lines of `file`.
    pub(crate) fn lines(&self, file: FileId) -> &Lines {
        self.lines[file.0 as usize].get_or_init(|| Lines::new(self.sources.file(file).text()))
    }
}

/// The last part of a URI: what messages call the text.
fn single_name(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or(uri)
}

/// A folder with a Mesh below it is a project by itself where there are several: then their files are no part of the
/// folder of the workspace. A single one is the Mesh of the whole folder.
fn without_other_projects(files: Vec<SourceFile>) -> Vec<SourceFile> {
    let parent = |path: &str| Path::new(path).parent().map(Path::to_path_buf).unwrap_or_default();
    let with_mesh = files.iter().filter(|file| declares_mesh(file.text()));
    let folders: BTreeSet<_> = with_mesh.map(|file| parent(file.path())).collect();
    if folders.len() < 2 {
        return files;
    }
    let own = |file: &SourceFile| !folders.iter().any(|folder| Path::new(file.path()).starts_with(folder));
    files.into_iter().filter(own).collect()
}

/// Without a list of clusters nothing is known of who serves whom, and all that is worth saying is what is wrong with a
/// document by itself.
fn worth_saying(diags: Diagnostics) -> Vec<Diagnostic> {
    let no_mesh = |found: &Diagnostic| found.code == Code::NoClusters && found.labels.is_empty();
    let alone = diags.iter().any(no_mesh);
    let of_document = |found: &Diagnostic| ["M01", "M02"].iter().any(|phase| found.code.number().starts_with(phase));
    diags.into_sorted().into_iter().filter(|found| !alone || of_document(found)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(texts: &[(&str, &str)]) -> Vec<String> {
        let files = texts.iter().map(|(path, text)| SourceFile::new(*path, text.as_bytes().to_vec())).collect();
        without_other_projects(files).iter().map(|file| file.path().to_owned()).collect()
    }

    #[test]
    fn several_meshes_below_a_folder_are_projects_of_their_own() {
        let mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\n";
        assert_eq!(kept(&[("a/mesh.yaml", mesh), ("b/x.yaml", "")]), ["a/mesh.yaml", "b/x.yaml"]);
        assert_eq!(
            kept(&[("a/mesh.yaml", mesh), ("a/x/y.yaml", ""), ("b/mesh.yaml", mesh), ("b2.yaml", "")]),
            ["b2.yaml"]
        );
    }
}
