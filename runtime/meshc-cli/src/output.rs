//! Writing a build: only what differs, never what is not ours, and all of it or nothing.

mod compare;
mod files;
mod replace;

use std::path::Path;

use anyhow::Result;
use meshc_compiler::emit::Bundle;

pub(crate) use compare::{Change, Comparison, compare};
pub(crate) use files::{IMPORTED, MANIFEST};

use crate::exit::Stop;

/// What a build may do to its folder.
pub(crate) struct WriteOptions<'a> {
    /// Only the files of this cluster are written.
    pub(crate) cluster: Option<&'a str>,
    /// The clusters that may lose all of their objects.
    pub(crate) allow_empty: &'a [String],
    /// The file that lists what is written: [`MANIFEST`] or [`IMPORTED`].
    pub(crate) list: &'static str,
}

/// Writes `bundle` into `folder`. If it is killed at any moment, the folder is as it was or as it shall be.
pub(crate) fn write(bundle: &Bundle, folder: &Path, options: &WriteOptions<'_>) -> Result<()> {
    let comparison = compare(bundle, folder, options.cluster, options.list)?;
    refuse_emptied(bundle, &comparison, options.allow_empty)?;
    if comparison.changes.is_empty() {
        return Ok(());
    }
    replace::apply(folder, &comparison)
}

/// A cluster that had objects and would have none is refused: whoever applies and prunes would delete them all.
fn refuse_emptied(bundle: &Bundle, comparison: &Comparison, allowed: &[String]) -> Result<()> {
    let has_objects = |name: &str| bundle.clusters.iter().any(|cluster| cluster.cluster == name && cluster.objects > 0);
    let emptied: Vec<_> =
        comparison.clusters_before.iter().filter(|name| !has_objects(name) && !allowed.contains(name)).collect();
    let Some(first) = emptied.first() else {
        return Ok(());
    };
    Err(Stop::Refused(format!(
        "the cluster `{first}` had objects in the last build and would have none; if that is meant, build with `--allow-empty {first}`"
    ))
    .into())
}
