//! `primaryLocationLineHash`, by which GitHub's code scanning knows an alert again.
//!
//! The action that uploads SARIF computes it where it is missing and warns where it is another, so this is what the
//! action computes: of each line the first 100 characters from its start on, over line ends but without spaces and tabs,
//! with every line end as LF, 65535 for the end of the file and zeros behind it, as a polynomial of 37 modulo 2^64. A
//! number follows that counts the lines of the file up to this one that have the same hash.
//! <https://github.com/github/codeql-action/blob/main/src/fingerprints.ts>

use std::collections::{HashMap, VecDeque};

/// How many characters are hashed.
const BLOCK: usize = 100;
const BASE: u64 = 37;
const END_OF_FILE: u16 = 65535;

/// The largest text whose lines are hashed here. The action does it for the others.
const LARGEST: usize = 16 << 20;

/// The hashes of the lines of a text, the first line at 0. None are known of a very large text.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    if text.len() > LARGEST {
        return Vec::new();
    }
    let mut lines = Lines::default();
    let mut line_starts = true;
    for unit in units(text) {
        lines.take(unit, line_starts);
        line_starts = unit == u16::from(b'\n');
    }
    lines.take(END_OF_FILE, line_starts);
    for _ in 0..BLOCK {
        lines.take(0, false);
    }
    lines.found
}

/// The UTF-16 units that count.
fn units(text: &str) -> impl Iterator<Item = u16> + '_ {
    let mut after_return = false;
    text.encode_utf16().filter_map(move |unit| {
        let ends_return = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        match u8::try_from(unit) {
            Ok(b' ' | b'\t') => None,
            _ if ends_return => None,
            Ok(b'\r') => Some(u16::from(b'\n')),
            _ => Some(unit),
        }
    })
}

/// A window of characters that moves over a text, with the starts of lines in it.
#[derive(Default)]
struct Lines {
    window: VecDeque<u16>,
    /// Where lines start, counted in all characters taken so far.
    starts: VecDeque<usize>,
    taken: usize,
    hash: u64,
    seen: HashMap<u64, u32>,
    found: Vec<String>,
}

impl Lines {
    fn take(&mut self, unit: u16, starts_line: bool) {
        if self.starts.front().is_some_and(|start| start + BLOCK == self.taken) {
            self.starts.pop_front();
            let seen = self.seen.entry(self.hash).or_default();
            *seen += 1;
            self.found.push(format!("{:x}:{seen}", self.hash));
        }
        if starts_line {
            self.starts.push_back(self.taken);
        }
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(u64::from(unit));
        self.window.push_back(unit);
        if self.window.len() > BLOCK {
            let gone = u64::from(self.window.pop_front().unwrap_or_default());
            self.hash = self.hash.wrapping_sub(gone.wrapping_mul(BASE.wrapping_pow(BLOCK as u32)));
        }
        self.taken += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the definition says, without a window.
    fn by_definition(text: &str, line: usize) -> String {
        let all: Vec<u16> = units(text).chain([END_OF_FILE]).collect();
        let starts = all.iter().enumerate().filter(|(_, unit)| **unit == 10).map(|(at, _)| at + 1);
        let starts: Vec<_> = std::iter::once(0).chain(starts).collect();
        let hash = |start: usize| {
            let padded = all[start..].iter().copied().chain(std::iter::repeat(0)).take(BLOCK);
            padded.fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)))
        };
        let of_line = hash(starts[line]);
        let count = starts[..=line].iter().filter(|start| hash(**start) == of_line).count();
        format!("{of_line:x}:{count}")
    }

    #[test]
    fn a_moving_window_gives_what_the_definition_gives() {
        let long = "x: ü🚀 \n".repeat(40);
        for text in ["", "a", "a: 1\r\nb:\tc\r\rd\n", "a\na\n\n\na\n", &long] {
            let found = line_hashes(text);
            for (line, hash) in found.iter().enumerate() {
                assert_eq!(*hash, by_definition(text, line), "{text:?} {line}");
            }
            assert_eq!(found.len(), units(text).filter(|unit| *unit == 10).count() + 1, "{text:?}");
        }
    }

    /// Values that the action gives.
    #[test]
    fn the_action_computes_the_same() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        let expected = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(line_hashes(" a\nb\n  \t\tc\n d"), expected);
    }
}
