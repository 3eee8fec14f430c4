//! M0104 unknown-anchor and M0105 too-many-aliases: what an alias stands for must be there, and must not blow up.

use meshc_diag::{Code, Diagnostic};
use meshc_source::Span;
use rustc_hash::FxHashMap;

use super::excerpt;
use crate::MAX_ALIASED;

/// Where the file seems to have anchors, for what to say about an alias without one.
#[derive(Default)]
pub(crate) struct Anchors<'s> {
    /// The first place of each name; found once it is asked for, since few files have such aliases, and those many.
    found: Option<FxHashMap<&'s str, u32>>,
}

impl<'s> Anchors<'s> {
    fn find(&mut self, text: &'s str, name: &str) -> Option<u32> {
        let found = self.found.get_or_insert_with(|| {
            let mut found = FxHashMap::default();
            for (at, _) in text.match_indices('&') {
                let rest = &text[at + 1..];
                let len = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
                found.entry(&rest[..len]).or_insert(at as u32);
            }
            found
        });
        found.get(name).copied()
    }
}

/// The alias at `span` names `name`, which is not an anchor before it.
pub(crate) fn unknown<'s>(text: &'s str, anchors: &mut Anchors<'s>, span: Span, name: &str) -> Diagnostic {
    let Some(start) = anchors.find(text, name) else {
        return Diagnostic::new(Code::UnknownAnchor, format!("`*{name}` stands for an anchor that does not exist"))
            .at(span, "a value that starts with `*` is an alias")
            .help(format!("if it is meant as text, quote it: `\"*{name}\"`"));
    };
    let anchor = Span::new(span.file, start, start + 1 + name.len() as u32);
    Diagnostic::new(Code::UnknownAnchor, format!("no anchor `{name}` stands before its alias"))
        .at(span, "an alias for it")
        .at(anchor, "this one is not before it, in the same document")
        .help("an anchor must stand before its aliases, in the same document")
}

/// The alias at `span` stands within what it stands for.
pub(crate) fn in_itself(text: &str, span: Span) -> Diagnostic {
    let headline = format!("the alias `{}` stands within its own anchor", excerpt(text, span));
    Diagnostic::new(Code::TooManyAliases, headline).at(span, "would never end")
}

/// The alias at `span` is the one that makes a document too large.
pub(crate) fn too_many(text: &str, span: Span) -> Diagnostic {
    let headline = format!("the aliases of a document expand to more than {MAX_ALIASED} values");
    Diagnostic::new(Code::TooManyAliases, headline)
        .at(span, format!("`{}` is one too many", excerpt(text, span)))
        .help("write what is needed in full, in several documents")
}
