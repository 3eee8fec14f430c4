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
        loop {
            let entry = self.next;
            // Less than `size`, or what is left of it: the subtraction wraps to a large number where there is none.
            let next = entry + self.skip;
            self.next = next.min(next.wrapping_sub(self.size));
            if free[entry as usize] {
                return entry as usize;
            }
        }
    }
}

/// The first four bytes of `JLfvgnHc2kaSUFaI`, the seed of an installation that sets no `maglev.hashSeed`.
const SEED: u32 = 0x24b7_ef82;
