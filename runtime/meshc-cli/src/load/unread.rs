//! What to say of files that cannot be read.

use std::fmt;
use std::fs::FileType;
use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use anyhow::{Error, anyhow};
use meshc_diag::printable;
use rustix::io::Errno;

use super::walk::is_manifest_path;

/// What to do about a pipe, socket or device among manifests.
pub(super) const STREAM_HELP: &str =
    "take it out of the project, or name it in `.gitignore`; `meshc build -` reads a stream";

/// How many files are named.
const NAMED: usize = 20;

/// The files of a project that could not be read, each with its reason.
#[derive(Debug)]
pub(super) struct Unread(Vec<String>);

impl Unread {
    /// Orders what went wrong, so that nothing depends on how a folder was walked. `None` if nothing did.
    pub(super) fn new(errors: &[Error]) -> Option<Self> {
        let mut reasons: Vec<_> = errors.iter().map(|error| format!("{error:#}")).collect();
        reasons.sort();
        (!reasons.is_empty()).then_some(Self(reasons))
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (named, more) = self.0.split_at(self.0.len().min(NAMED));
        f.write_str(&named.join("\nerror: "))?;
        match more.len() {
            0 => Ok(()),
            1 => f.write_str("\nerror: one more file could not be read"),
            more => write!(f, "\nerror: {more} more files could not be read"),
        }
    }
}

impl std::error::Error for Unread {}

/// What a walk through `root` could not look at. `None` if nothing is missing for it.
pub(super) fn of_walk(error: &ignore::Error, root: &Path) -> Option<Error> {
    if is_loop(error) {
        // What a loop leads to has been read where it is.
        return None;
    }
    let path = path_of(error).unwrap_or(root);
    let could_not = format!("could not read `{}`", shown(path));
    // The walk's own words repeat the path, and it does not tell what it met.
    let Some(cause) = std::fs::metadata(path).err().or_else(|| std::fs::read_dir(path).err()) else {
        return Some(anyhow!("{could_not}: {error}"));
    };
    let Ok(target) = std::fs::read_link(path) else {
        return Some(Error::new(cause).context(could_not));
    };
    // A link without an ending may have been one to a folder of manifests; `notes.txt` was not.
    if path.extension().is_some() && !is_manifest_path(path) {
        return None;
    }
    let target = shown(&target);
    let reason = if cause.raw_os_error() == Some(Errno::LOOP.raw_os_error()) {
        "it is a link that leads back to itself".to_owned()
    } else if cause.kind() == ErrorKind::NotFound {
        format!("it is a link to `{target}`, which is not there")
    } else {
        format!("it is a link to `{target}`: {cause}")
    };
    Some(anyhow!("{could_not}: {reason}"))
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::Loop { .. } => true,
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => is_loop(err),
        _ => false,
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// What stands at a path that is neither a file nor a folder.
pub(super) fn kind(kind: FileType) -> &'static str {
    if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "a device"
    } else {
        "something else"
    }
}

/// A path for people: what a terminal would act on is escaped, and so is what is not UTF-8.
pub(super) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(&printable(chunk.valid()));
        text.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    text
}
