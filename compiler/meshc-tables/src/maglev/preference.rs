//! The order in which a backend prefers the entries of the table.

use super::murmur3::hash128;

/// The entries that a backend has not asked for yet: from a first one on, always the same number further, around the
/// table. That is the whole list of preference, so it is walked and never stored.
///
/// **Invariant:** the size of the table is prime, so the list names every entry once before it begins again.
pub(super) struct Preference {
    next: u32,
    skip: u32,
    size: u32,
}

impl Preference {
    /// The list that belongs to `text` in a table of `size` entries, which is prime.
    pub(super) fn new(text: &str, size: u32) -> Preference {
        let (first, skip) = hash128(text.as_bytes(), SEED);
        let wide = u64::from(size);
        // Both are less than `size`, which is a u32.
        Preference { next: (first % wide) as u32, skip: (skip % (wide - 1)) as u32 + 1, size }
    }

    /// The next entry that is free. There has to be one: the list passes over taken entries only.
    pub(super) fn next_of(&mut self, free: &[bool]) -> usize {
        let mut entry = self.next;
        while !free[entry as usize] {
            entry = self.after(entry);
        }
        self.next = self.after(entry);
        entry as usize
    }

    fn after(&self, entry: u32) -> u32 {
        let next = entry + self.skip;
        // The rest beyond `size`, if any: less than nothing wraps to a large number. A branch would be guessed wrong.
        next.min(next.wrapping_sub(self.size))
    }
}

/// The first four bytes of `JLfvgnHc2kaSUFaI`, the seed of an installation that sets no `maglev.hashSeed`.
const SEED: u32 = 0x24b7_ef82;
