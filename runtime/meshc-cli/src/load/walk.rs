use std::path::{Path, PathBuf};

use anyhow::Error;
use ignore::{DirEntry, WalkBuilder};

use super::unread::of_walk;
use crate::output::{IMPORTED, MANIFEST};

/// The paths of the manifests below `root`, and why others could not be looked at.
pub(super) fn manifests(root: &Path) -> (Vec<PathBuf>, Vec<Error>) {
    let mut walk = WalkBuilder::new(root);
    walk.follow_links(true)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        .filter_entry(|entry| !is_output(entry));
    let (mut paths, mut unread) = (Vec::new(), Vec::new());
    for entry in walk.build() {
        match entry {
            Ok(entry) => {
                if is_manifest_path(entry.path()) && entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                    paths.push(entry.into_path());
                }
            }
            Err(error) => unread.extend(of_walk(&error, root)),
        }
    }
    (paths, unread)
}

/// Whether a build or an import wrote the folder.
fn is_output(entry: &DirEntry) -> bool {
    let is_folder = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
    is_folder && [MANIFEST, IMPORTED].iter().any(|list| entry.path().join(list).exists())
}

/// Whether a file of this name is read.
pub(super) fn is_manifest_path(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}
