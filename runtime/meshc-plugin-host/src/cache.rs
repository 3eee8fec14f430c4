//! What need not be done twice: compiled code, descriptions, answers. Deleting it changes nothing but time.
//!
//! Code from a cache runs outside of any sandbox, so each entry is sealed with a key that only this user can read. What
//! is damaged, half written, somebody else's, or sealed under another name is as if it were not there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::digest::Digest;

/// A folder of sealed entries.
#[derive(Clone)]
pub struct Cache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Compiled code.
    Code,
    /// What a plugin says of itself.
    Description,
    /// An answer of a plugin.
    Answer,
    /// A component from elsewhere.
    Component,
}

impl Entry {
    const fn folder(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Description => "descriptions",
            Self::Answer => "answers",
            Self::Component => "components",
        }
    }
}

const KEY_BYTES: usize = 32;
const SEAL_BYTES: usize = 32;

/// How many entries one of the 256 shelves of a kind holds before its oldest go.
const SHELF: usize = 64;

impl Cache {
    /// Opens the cache at `folder` and makes it if need be. `None` if it cannot be had there: the folder is not to be
    /// written, is somebody else's, or is open to others.
    pub fn open(folder: &Path) -> Option<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).ok()?;
        let about = fs::symlink_metadata(folder).ok()?;
        if !about.is_dir() || !is_private(&about) {
            return None;
        }
        let key = read_key(folder).or_else(|| make_key(folder))?;
        Some(Self { folder: folder.to_path_buf(), key })
    }

    /// The component that was kept under a name.
    pub fn component(&self, name: &str) -> Option<Vec<u8>> {
        self.get(Entry::Component, &Digest::of(name.as_bytes()))
    }

    /// Keeps a component under a name that stands for these very bytes, such as the digest of what it came in.
    pub fn keep_component(&self, name: &str, bytes: &[u8]) {
        self.put(Entry::Component, &Digest::of(name.as_bytes()), bytes);
    }

    /// The entry `id`, if it is there and whole.
    pub(crate) fn get(&self, entry: Entry, id: &Digest) -> Option<Vec<u8>> {
        let mut file = OpenOptions::new().read(true).open(self.path(entry, id)).ok()?;
        let mut seal = [0; SEAL_BYTES];
        file.read_exact(&mut seal).ok()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        self.seal(entry, id, &content).verify_slice(&seal).ok()?;
        Some(content)
    }

    /// Keeps an entry. That it could not be is no reason to stop.
    pub(crate) fn put(&self, entry: Entry, id: &Digest, content: &[u8]) {
        let _ = self.try_put(entry, id, content);
    }

    fn try_put(&self, entry: Entry, id: &Digest, content: &[u8]) -> std::io::Result<()> {
        let path = self.path(entry, id);
        let shelf = path.parent().expect("an entry is on a shelf");
        DirBuilder::new().recursive(true).mode(0o700).create(shelf)?;
        make_room(shelf)?;
        let mut file = tempfile::NamedTempFile::new_in(shelf)?;
        file.write_all(&self.seal(entry, id, content).finalize().into_bytes())?;
        file.write_all(content)?;
        file.persist(&path)?;
        Ok(())
    }

    fn path(&self, entry: Entry, id: &Digest) -> PathBuf {
        let name = id.to_string();
        self.folder.join(entry.folder()).join(&name[..2]).join(name)
    }

    /// The name is sealed too, so that no entry can pass for another.
    fn seal(&self, entry: Entry, id: &Digest, content: &[u8]) -> Hmac<Sha256> {
        let mut seal = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        seal.update(entry.folder().as_bytes());
        seal.update(&[0]);
        seal.update(id.bytes());
        seal.update(content);
        seal
    }
}

/// The key is not shown.
impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { folder, key: _ } = self;
        f.debug_struct("Cache").field("folder", folder).finish_non_exhaustive()
    }
}

/// Whether a file is this user's, and nobody else can write it.
fn is_private(about: &fs::Metadata) -> bool {
    about.uid() == rustix::process::geteuid().as_raw() && about.mode() & 0o022 == 0
}

fn read_key(folder: &Path) -> Option<[u8; KEY_BYTES]> {
    let path = folder.join("key");
    let about = fs::symlink_metadata(&path).ok()?;
    let is_secret = about.is_file() && is_private(&about) && about.mode() & 0o044 == 0;
    fs::read(path).ok().filter(|_| is_secret)?.try_into().ok()
}

/// Makes a key; of several programs that do so at the same time, all take the one that stays.
fn make_key(folder: &Path) -> Option<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    let filled = rustix::rand::getrandom(&mut key[..], rustix::rand::GetRandomFlags::empty()).ok()?;
    if filled != KEY_BYTES {
        return None;
    }
    let path = folder.join("key");
    if fs::symlink_metadata(&path).is_ok() {
        // It could not be read as a key: whatever was sealed with it is worth nothing.
        fs::remove_file(&path).ok()?;
    }
    // For this user alone from its first moment on.
    let mut part = tempfile::NamedTempFile::new_in(folder).ok()?;
    part.write_all(&key).ok()?;
    // Where another program has put its key in the meantime, that one stays.
    let _ = part.persist_noclobber(&path);
    read_key(folder)
}

/// Takes the oldest half of a full shelf away.
fn make_room(shelf: &Path) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(shelf)?
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    if entries.len() < SHELF {
        return Ok(());
    }
    entries.sort();
    for (_, path) in &entries[..SHELF / 2] {
        fs::remove_file(path)?;
    }
    Ok(())
}
