//! Changed texts go back into their files, each whole or not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use meshc_source::SourceMap;
use tempfile::NamedTempFile;

/// Writes each file of `after` that differs from `before`, which was read from below `root`; gives their paths.
///
/// Every new text is on the disk before the first file changes. Links are followed, and modes stay.
///
/// # Errors
/// If a file has changed since it was read, cannot be written, or is not meant to be. What has been replaced by then
/// stays so; every file is whole.
pub(crate) fn write(root: &Path, before: &SourceMap, after: &SourceMap) -> Result<Vec<PathBuf>> {
    let mut ready = Vec::new();
    for ((_, old), (_, new)) in before.files().zip(after.files()) {
        if old.text() != new.text() {
            let path = root.join(old.path());
            let staged = stage(&path, old.text(), new.text())
                .with_context(|| format!("could not change `{}`", path.display()))?;
            ready.push((path, staged));
        }
    }
    let mut changed = Vec::new();
    for (path, (target, staged)) in ready {
        staged.persist(&target).with_context(|| format!("could not change `{}`", path.display()))?;
        changed.push(path);
    }
    Ok(changed)
}

/// Writes the new text beside the file that it is for.
fn stage(path: &Path, old: &str, new: &str) -> Result<(PathBuf, NamedTempFile)> {
    let target = fs::canonicalize(path)?;
    if fs::read(&target)? != old.as_bytes() {
        bail!("it has changed since it was read; run the command again");
    }
    let permissions = fs::metadata(&target)?.permissions();
    if permissions.readonly() {
        bail!("it is read-only");
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    let mut staged = tempfile::Builder::new().prefix(".meshc-fix-").tempfile_in(folder)?;
    staged.write_all(new.as_bytes())?;
    staged.as_file().set_permissions(permissions)?;
    staged.as_file().sync_all()?;
    Ok((target, staged))
}
