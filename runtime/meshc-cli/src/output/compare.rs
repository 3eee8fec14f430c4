//! What a build would change.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, bail};
use meshc_compiler::emit::{Bundle, HEADER};
use rayon::prelude::*;

use super::files;

/// What happens to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is new, or says something else than before.
    Write {
        /// What it said; `None` if it is new.
        before: Option<Vec<u8>>,
        /// What it will say.
        after: String,
    },
    /// It was ours and is no longer made.
    Remove,
}

/// A build held against the folder that it is for.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Every file that changes, by path. The list of files is among them if it changes.
    pub(crate) changes: BTreeMap<String, Change>,
    /// The clusters that had objects, of those that this build is about.
    pub(crate) clusters_before: BTreeSet<String>,
}

/// Compares `bundle` with what is in `folder`, whose file `list` says what of it is ours. With `only`, the files of other
/// clusters stay as they are.
pub(crate) fn compare(bundle: &Bundle, folder: &Path, only: Option<&str>, list: &str) -> Result<Comparison> {
    let ours = files::read(folder, list)?;
    let (about, kept): (BTreeSet<String>, BTreeSet<String>) = ours
        .iter()
        .cloned()
        .partition(|path| only.is_none_or(|name| cluster_of(path).is_none_or(|cluster| cluster == name)));
    let wanted = bundle.files();
    let listed = files::text(wanted.keys().copied().chain(kept.iter().map(String::as_str)).collect::<BTreeSet<_>>());
    let mut files: Vec<(&str, &str)> = wanted.iter().map(|(path, text)| (*path, *text)).collect();
    files.push((list, &listed));
    let found: Vec<_> =
        files.par_iter().map(|(path, text)| compare_one(folder, path, text, &ours)).collect::<Result<_>>()?;
    let mut changes: BTreeMap<String, Change> = found.into_iter().flatten().collect();
    for path in &about {
        if !wanted.contains_key(path.as_str()) && folder.join(path).symlink_metadata().is_ok() {
            changes.insert(path.clone(), Change::Remove);
        }
    }
    let clusters_before = about
        .iter()
        .filter_map(|path| path.strip_prefix("clusters/")?.split_once('/'))
        .map(|(name, _)| name.to_owned())
        .collect();
    Ok(Comparison { changes, clusters_before })
}

/// The cluster that a file of a build is of.
fn cluster_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("clusters/").or_else(|| path.strip_prefix("tables/"))?;
    rest.split_once('/').map(|(cluster, _)| cluster)
}

fn compare_one(folder: &Path, path: &str, text: &str, ours: &BTreeSet<String>) -> Result<Option<(String, Change)>> {
    let full = folder.join(path);
    let before = match std::fs::read(&full) {
        Ok(before) => before,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Some((path.to_owned(), Change::Write { before: None, after: text.to_owned() })));
        }
        Err(error) => return Err(error).with_context(|| format!("could not read `{}`", full.display())),
    };
    if before == text.as_bytes() {
        return Ok(None);
    }
    if !ours.contains(path) && !before.starts_with(HEADER.as_bytes()) {
        bail!("`{}` is in the way: meshc did not write it and does not overwrite it", full.display());
    }
    Ok(Some((path.to_owned(), Change::Write { before: Some(before), after: text.to_owned() })))
}
