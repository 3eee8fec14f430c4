//! From paths to the texts of a project.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use ignore::{DirEntry, WalkBuilder};
use meshc_source::{SourceFile, SourceMap};
use rayon::prelude::*;

use crate::output::MANIFEST;

/// The largest file that is read. Spans count bytes in 32 bits, and no manifest comes near.
const LARGEST_FILE: u64 = 256 << 20;

/// How messages name stdin.
pub(crate) const STDIN: &str = "<stdin>";

/// The texts of a project, and the folder that their paths start at.
pub(crate) struct Project {
    pub(crate) sources: SourceMap,
    pub(crate) root: PathBuf,
}

/// Reads a folder, a file, or stdin where `input` is `-`.
///
/// Of a folder every `.yaml`, `.yml` and `.json` file is read, but not hidden ones, what a `.gitignore` in it names,
/// and what an earlier build wrote.
pub(crate) fn load(input: &Path) -> Result<Project> {
    if input == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("could not read stdin")?;
        let sources = SourceMap::new(vec![SourceFile::new(STDIN, bytes)]);
        return Ok(Project { sources, root: PathBuf::new() });
    }
    let metadata = std::fs::metadata(input).with_context(|| format!("could not read `{}`", input.display()))?;
    if !metadata.is_dir() {
        let name = input.file_name().unwrap_or(input.as_os_str());
        let file = read(input, Path::new(name), None)?;
        let root = input.parent().map(Path::to_path_buf).unwrap_or_default();
        return Ok(Project { sources: SourceMap::new(vec![file]), root });
    }
    let files = load_folder(input, &BTreeMap::new())?;
    Ok(Project { sources: SourceMap::new(files), root: input.to_path_buf() })
}

/// Reads the files of a folder, as [`load`] does. A text in `open` counts instead of what is on disk at its path, and is
/// a file where nothing is on disk.
pub(crate) fn load_folder(folder: &Path, open: &BTreeMap<PathBuf, Arc<str>>) -> Result<Vec<SourceFile>> {
    if folder.join(MANIFEST).exists() {
        bail!("`{}` is what meshc writes, not what it reads: name the folder of your own manifests", folder.display());
    }
    let mut paths = walk(folder)?;
    let unsaved = |path: &&PathBuf| path.starts_with(folder) && is_manifest_path(path) && !path.exists();
    paths.extend(open.keys().filter(unsaved).cloned());
    let relative = |path: &'_ PathBuf| path.strip_prefix(folder).unwrap_or(path).to_path_buf();
    paths.par_iter().map(|path| read(path, &relative(path), open.get(path))).collect()
}

fn walk(root: &Path) -> Result<Vec<PathBuf>> {
    let mut walk = WalkBuilder::new(root);
    walk.follow_links(true)
        .require_git(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .ignore(false)
        .filter_entry(|entry| !is_output(entry));
    let mut paths = Vec::new();
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            // What a loop leads to has been read where it is.
            Err(error) if is_loop(&error) => continue,
            Err(error) => return Err(error).context(format!("could not read `{}`", root.display())),
        };
        if is_manifest_path(entry.path()) && entry.file_type().is_some_and(|kind| !kind.is_dir()) {
            paths.push(entry.into_path());
        }
    }
    Ok(paths)
}

fn is_output(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir()) && entry.path().join(MANIFEST).exists()
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => is_loop(err),
        _ => false,
    }
}

fn is_manifest_path(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}

fn read(path: &Path, relative: &Path, open: Option<&Arc<str>>) -> Result<SourceFile> {
    let Some(name) = relative.to_str() else {
        bail!("the path `{}` is not UTF-8", path.display());
    };
    let name =
        if std::path::MAIN_SEPARATOR == '/' { name.to_owned() } else { name.replace(std::path::MAIN_SEPARATOR, "/") };
    if let Some(text) = open {
        return Ok(SourceFile::new(name, text.as_bytes().to_vec()));
    }
    let what = || format!("could not read `{}`", path.display());
    let metadata = std::fs::metadata(path).with_context(what)?;
    if !metadata.is_file() {
        bail!("`{}` is not a regular file", path.display());
    }
    if metadata.len() > LARGEST_FILE {
        bail!("`{}` is larger than {} MiB", path.display(), LARGEST_FILE >> 20);
    }
    let bytes = std::fs::read(path).with_context(what)?;
    Ok(SourceFile::new(name, bytes))
}
