use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxBuildHasher, FxHashSet};

/// A text that occurs many times, kept once: names of objects, clusters, ports, zones, labels.
///
/// Copying and comparing for equality cost nothing; the order is that of the text, so nothing that is written depends
/// on the order in which names were met. Names live as long as the process.
#[derive(Clone, Copy)]
pub struct Name(&'static str);

const SHARDS: usize = 64;
static INTERNED: [Mutex<FxHashSet<&'static str>>; SHARDS] =
    [const { Mutex::new(HashSet::with_hasher(FxBuildHasher)) }; SHARDS];

impl Name {
    /// The empty name, which stands for a name that is not given.
    pub const EMPTY: Name = Name("");

    /// Finds or keeps `text`.
    pub fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self::EMPTY;
        }
        let shard = (FxBuildHasher.hash_one(text) >> 40) as usize % SHARDS;
        // A set that another thread left while it panicked is still a set of kept names.
        let mut names = INTERNED[shard].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(text) {
            return Self(known);
        }
        let kept: &'static str = Box::leak(text.into());
        names.insert(kept);
        Self(kept)
    }

    /// The text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether it is the empty name.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        // Interned, so equal texts are one text.
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_ptr().hash(state);
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other { std::cmp::Ordering::Equal } else { self.0.cmp(other.0) }
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_name_in_every_thread() {
        let here = Name::new("rebel-base");
        let there = std::thread::spawn(|| Name::new(&["rebel", "base"].join("-"))).join().unwrap();
        assert_eq!(here, there);
        assert_ne!(here, Name::new("rebel-bas"));
        assert_eq!(Name::new(""), Name::EMPTY);
    }

    #[test]
    fn names_are_ordered_by_their_text() {
        let mut names = [Name::new("b"), Name::new("a"), Name::new("ab")];
        names.sort();
        assert_eq!(names.map(Name::as_str), ["a", "ab", "b"]);
    }
}
