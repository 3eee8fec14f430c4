//! A report in a file: the whole of it or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes `text` to `path`: beside it first, then in its place in one step.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let what = || format!("could not write `{}`", path.display());
    // A pipe or device is written to; putting a file in its place would take it away.
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::write(path, text).with_context(what);
    }
    replace(&behind_links(path), text).with_context(what)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stage = path.with_file_name(format!(".{name}.meshc-{}", std::process::id()));
    // What a killed process of this number left is in nobody's way.
    let _ = fs::remove_file(&stage);
    let made = make(&stage, text).and_then(|()| fs::rename(&stage, path));
    if made.is_err() {
        let _ = fs::remove_file(&stage);
    }
    made
}

/// Makes a file that is not there; a link that somebody puts there is not followed.
fn make(path: &Path, text: &str) -> io::Result<()> {
    File::create_new(path)?.write_all(text.as_bytes())
}

/// What a link leads to; the link stays.
fn behind_links(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}
