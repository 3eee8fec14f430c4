//! M0104 unknown-anchor and M0105 too-many-aliases: what an alias stands for must be there, and must not blow up.

use meshc_diag::{Code, Diagnostic};
use meshc_source::Span;
use rustc_hash::FxHashMap;

use super::excerpt;
use crate::MAX_ALIASED;

/// How many names a file may have compared, so that many aliases without an anchor stay cheap.
const COMPARED: usize = 10_000;

/// Names of more bytes are not compared.
const LONGEST: usize = 64;

/// Where the file seems to have anchors, for what to say about an alias without one.
#[derive(Default)]
pub(crate) struct Anchors<'s> {
    /// Found once they are asked for, since few files have such aliases, and those many.
    found: Option<Found<'s>>,
}

struct Found<'s> {
    /// In the order of the text.
    all: Vec<(u32, &'s str)>,
    /// The first place of each name.
    first: FxHashMap<&'s str, u32>,
    /// Where documents end.
    ends: Vec<u32>,
    compared: usize,
}

impl<'s> Found<'s> {
    fn new(text: &'s str) -> Self {
        let ends_before = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | '{');
        let ends_after = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
        let mut found = Self { all: Vec::new(), first: FxHashMap::default(), ends: Vec::new(), compared: 0 };
        for (at, _) in text.match_indices('&').filter(|(at, _)| *at == 0 || text[..*at].ends_with(ends_before)) {
            let rest = &text[at + 1..];
            let name = &rest[..rest.find(ends_after).unwrap_or(rest.len())];
            found.all.push((at as u32, name));
            found.first.entry(name).or_insert(at as u32);
        }
        for (line_break, _) in text.match_indices('\n') {
            if text[line_break + 1..].starts_with("---") || text[line_break + 1..].starts_with("...") {
                found.ends.push(line_break as u32);
            }
        }
        found
    }

    /// The number of the document around `at`.
    fn document(&self, at: u32) -> usize {
        self.ends.partition_point(|end| *end < at)
    }

    /// The anchor `name` and where it stands, seen from its alias at `alias`.
    fn elsewhere(&self, name: &str, alias: u32) -> Option<(u32, &'static str)> {
        let at = *self.first.get(name)?;
        if self.document(at) == self.document(alias) {
            // What stands before the alias is a part of a text or comment: the parser would know it.
            (at > alias).then_some((at, "stands after the alias"))
        } else {
            Some((at, "stands in another document"))
        }
    }

    /// The anchor before its alias at `alias` that `name` was probably meant to be.
    fn nearest(&mut self, name: &str, alias: u32) -> Option<&'s str> {
        if name.len() > LONGEST {
            return None;
        }
        let far = 1 + name.chars().count() / 3;
        let document = self.document(alias);
        let first = document.checked_sub(1).map_or(0, |before| self.ends[before]);
        let start = self.all.partition_point(|(at, _)| *at < first);
        let end = self.all.partition_point(|(at, _)| *at < alias);
        let end = end.min(start + (COMPARED - self.compared));
        self.compared += end - start;
        self.all[start..end]
            .iter()
            .filter(|(_, other)| other.len() <= LONGEST)
            .map(|(_, other)| (strsim::damerau_levenshtein(name, other), *other))
            .filter(|(distance, _)| *distance > 0 && *distance <= far)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, other)| other)
    }
}

/// The alias at `span` names `name`, which is not an anchor before it.
pub(crate) fn unknown<'s>(text: &'s str, anchors: &mut Anchors<'s>, span: Span, name: &str) -> Diagnostic {
    let found = anchors.found.get_or_insert_with(|| Found::new(text));
    let Some((start, place)) = found.elsewhere(name, span.start) else {
        let help = match found.nearest(name, span.start) {
            Some(other) => format!("did you mean `*{other}`?"),
            None => format!("if it is meant as text, quote it: `\"*{name}\"`"),
        };
        return Diagnostic::new(Code::UnknownAnchor, format!("`*{name}` stands for an anchor that does not exist"))
            .at(span, "a value that starts with `*` is an alias")
            .help(help);
    };
    let anchor = Span::new(span.file, start, start + 1 + name.len() as u32);
    Diagnostic::new(Code::UnknownAnchor, format!("no anchor `{name}` stands before its alias"))
        .at(span, "an alias for it")
        .at(anchor, place)
        .help("an anchor must stand before its aliases, in the same document")
}

/// The alias at `span` stands within what it stands for.
pub(crate) fn in_itself(text: &str, span: Span) -> Diagnostic {
    let headline = format!("the alias `{}` stands within its own anchor", excerpt(text, span));
    Diagnostic::new(Code::TooManyAliases, headline).at(span, "would never end")
}

/// The alias at `span` is the one that makes a document too large.
pub(crate) fn too_many(text: &str, span: Span) -> Diagnostic {
    const { assert!(MAX_ALIASED == 1_000_000, "the headline says so") }
    Diagnostic::new(Code::TooManyAliases, "the aliases of a document expand to more than a million values")
        .at(span, format!("`{}` is one too many", excerpt(text, span)))
        .help("write what is needed in full, in several documents")
}
