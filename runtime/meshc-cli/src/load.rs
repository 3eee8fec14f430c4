//! From paths to the texts of a project.

mod unread;
mod walk;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use meshc_diag::printable;
use meshc_source::{SourceFile, SourceMap};
use rayon::prelude::*;

use crate::commands::PlanDocument;
use crate::output::MANIFEST;
use unread::{Unread, shown};

/// The largest file that is read, and the most of stdin. Spans count bytes in 32 bits, and no manifest comes near.
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
/// and what an earlier build, import or plan wrote. Links are followed, out of the folder too: applications of one
/// repository share manifests like this, and what an untrusted one may link to is for whoever checks it out to say.
///
/// # Errors
/// Names every file that cannot be read: a build with less than it was given would take away what it does not see.
pub(crate) fn load(input: &Path) -> Result<Project> {
    if input == Path::new("-") {
        let sources = SourceMap::new(vec![SourceFile::new(STDIN, read_stdin()?)]);
        return Ok(Project { sources, root: PathBuf::new() });
    }
    let metadata = std::fs::metadata(input).with_context(|| format!("could not read `{}`", shown(input)))?;
    if !metadata.is_dir() {
        let name = input.file_name().unwrap_or(input.as_os_str());
        let file = read(input, Path::new(name), None)?;
        let root = input.parent().map(Path::to_path_buf).unwrap_or_default();
        return Ok(Project { sources: SourceMap::new(vec![file]), root });
    }
    let files = load_folder(input, &BTreeMap::new())?;
    Ok(Project { sources: SourceMap::new(files), root: input.to_path_buf() })
}

/// All that stdin has, within the limit.
pub(crate) fn read_stdin() -> Result<Vec<u8>> {
    read_bounded(std::io::stdin().lock()).context("could not read stdin")
}

/// Reads the files of a folder, as [`load`] does. A text in `open` counts instead of what is on disk at its path, and is
/// a file where nothing is on disk.
pub(crate) fn load_folder(folder: &Path, open: &BTreeMap<PathBuf, Arc<str>>) -> Result<Vec<SourceFile>> {
    if folder.join(MANIFEST).exists() {
        bail!("`{}` is what meshc writes, not what it reads: name the folder of your own manifests", shown(folder));
    }
    let (mut paths, mut unread) = walk::manifests(folder);
    let unsaved = |path: &&PathBuf| path.starts_with(folder) && walk::is_manifest_path(path) && !path.exists();
    paths.extend(open.keys().filter(unsaved).cloned());
    let relative = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_path_buf();
    let read: Vec<_> = paths.par_iter().map(|path| read(path, &relative(path), open.get(path))).collect();
    let mut files = Vec::with_capacity(read.len());
    for result in read {
        match result {
            Ok(file) if is_plan(&file) => {}
            Ok(file) => files.push(file),
            Err(error) => unread.push(error),
        }
    }
    match Unread::new(&unread) {
        Some(unread) => Err(unread.into()),
        None => Ok(files),
    }
}

/// Whether a file is what a plan wrote. It has the name that its user gave it, and may lie in the project that it is of.
fn is_plan(file: &SourceFile) -> bool {
    // A word of every plan keeps the others from being read twice.
    file.text().contains("\"Plan\"") && PlanDocument::from_json(file.text()).is_some()
}

/// The files of a folder that can be read and for which `wanted` says so, for whoever only looks around. What an earlier
/// build wrote is not among them, even if it is the folder itself.
pub(crate) fn load_readable(folder: &Path, wanted: impl Fn(&SourceFile) -> bool + Sync) -> Vec<SourceFile> {
    if folder.join(MANIFEST).exists() {
        return Vec::new();
    }
    let (paths, _) = walk::manifests(folder);
    let relative = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_path_buf();
    paths.par_iter().filter_map(|path| read(path, &relative(path), None).ok().filter(&wanted)).collect()
}

fn read(path: &Path, relative: &Path, open: Option<&Arc<str>>) -> Result<SourceFile> {
    let Some(name) = relative.to_str() else {
        bail!("the name of `{}` is not UTF-8: rename it", shown(path));
    };
    // Names are printed and written into headers.
    if printable(name) != name {
        bail!("the name of `{}` holds characters that cannot be shown: rename it", shown(path));
    }
    let name = if MAIN_SEPARATOR == '/' { name.to_owned() } else { name.replace(MAIN_SEPARATOR, "/") };
    if let Some(text) = open {
        return Ok(SourceFile::new(name, text.as_bytes().to_vec()));
    }
    let what = || format!("could not read `{}`", shown(path));
    let metadata = std::fs::metadata(path).with_context(what)?;
    if !metadata.is_file() {
        bail!("`{}` is {} and not a file: {}", shown(path), unread::kind(metadata.file_type()), unread::STREAM_HELP);
    }
    // Some files of a system have no end, and say that they are empty.
    let bytes = File::open(path).and_then(read_bounded).with_context(what)?;
    Ok(SourceFile::new(name, bytes))
}

/// All that `stream` has, unless that is more than [`LARGEST_FILE`].
fn read_bounded(stream: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(std::io::Error::other(format!("it is larger than {} MiB", LARGEST_FILE >> 20)));
    }
    Ok(bytes)
}
