//! What a finding is known by from one run to the next, so that a system that keeps findings neither reports an old one
//! again nor takes a new one for it.
//!
//! It is the SHA-256 of, each ended by a zero byte: `meshc/1`; the number of the rule; the path of the file; the
//! characters of the primary place's first line from 100 before the place to 100 after its start, without spaces, tabs
//! and line ends, or the headline if there is no place; how many earlier findings of this report had all of that in
//! common. Lines that are put in or taken away elsewhere, indentation and a reworded message do not change it.

use std::collections::HashMap;

use meshc_diag::Diagnostic;
use sha2::{Digest, Sha256};

use super::report::Report;

/// How much of a line counts, on each side of the start of a place.
const REACH: usize = 100;

/// Gives fingerprints to the findings of one report, which have to come in their order.
pub(super) struct Fingerprints<'r> {
    report: &'r Report<'r>,
    seen: HashMap<[u8; 32], u32>,
}

impl<'r> Fingerprints<'r> {
    pub(super) fn new(report: &'r Report<'r>) -> Self {
        Self { report, seen: HashMap::new() }
    }

    /// The fingerprint of the next finding.
    pub(super) fn next(&mut self, diagnostic: &Diagnostic) -> String {
        let mut hash = Sha256::new();
        for part in ["meshc/1", diagnostic.code.number(), &self.report.path_of(diagnostic), &self.content(diagnostic)] {
            hash.update(part);
            hash.update([0]);
        }
        let seen = self.seen.entry(hash.clone().finalize().into()).or_default();
        hash.update(seen.to_string());
        hash.update([0]);
        *seen += 1;
        hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }

    fn content(&self, diagnostic: &Diagnostic) -> String {
        let Some(span) = diagnostic.span() else {
            return diagnostic.headline.clone();
        };
        let file = self.report.sources.file(span.file);
        let start = file.lines().start_of(file.lines().line_of(span.start), file.text()) as usize;
        let (before, after) = file.text()[start..].split_at(span.start as usize - start);
        let rest = after.chars().take(REACH).take_while(|c| *c != '\n');
        let kept = |c: &char| !c.is_whitespace();
        let mut content: Vec<_> = before.chars().rev().take(REACH).filter(kept).collect();
        content.reverse();
        content.extend(rest.filter(kept));
        content.into_iter().collect()
    }
}
