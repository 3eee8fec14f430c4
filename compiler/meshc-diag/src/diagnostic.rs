use meshc_source::Span;

use crate::bound::Bound;
use crate::text::{help, one_line};
use crate::{Code, Severity};

/// A place and a few words on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// Why here; empty if the place says enough.
    pub text: String,
}

/// A change of the user's own text that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, for a menu: an imperative with the text in backticks, as "quote it: `\"true\"`".
    pub title: String,
    /// Whether it may be made without asking.
    pub confidence: Confidence,
    /// What changes: in the order of the text, in one file or several, none overlapping another.
    pub edits: Vec<Edit>,
}

/// A piece of text that takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is taken away; empty where something is put in.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
    /// What `span` and `text` say before the compiler has looked at the style of the text.
    pub kind: EditKind,
}

/// What an edit is about. Rules speak of entries of mappings; what leaves the compiler is text for text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditKind {
    /// The text takes the place of the span.
    Replace,
    /// The entry whose key is at the span goes.
    RemoveEntry,
    /// An entry of this name, with the text as its value, comes before the one whose key is at the span.
    InsertEntry(String),
}

/// How sure a fix is to do what its author meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// There is one way to read what was written, or what is taken away has no effect: `meshc check --fix` makes it.
    Certain,
    /// It is one of several things that may be meant: a person chooses it.
    Likely,
}

impl Fix {
    /// A fix that may be made without asking.
    pub fn certain(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: one_line(title.into()), confidence: Confidence::Certain, edits }
    }

    /// A fix that a person has to choose.
    pub fn likely(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: one_line(title.into()), confidence: Confidence::Likely, edits }
    }
}

impl Edit {
    /// Puts `text` in the place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into(), kind: EditKind::Replace }
    }

    /// Puts the string `text` in the place of a value, quoted so that it is a string in every style of YAML and in JSON.
    pub fn quoted(span: Span, text: &str) -> Self {
        Self::replace(span, format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
    }

    /// Puts one word in the place of another of `len` bytes: within a longer text as it is, else as a string.
    pub fn word(span: Span, len: usize, text: &str) -> Self {
        if span.len() as usize == len { Self::replace(span, text) } else { Self::quoted(span, text) }
    }

    /// Takes away the entry of a mapping whose key is at `key`.
    pub fn remove_entry(key: Span) -> Self {
        Self { span: key, text: String::new(), kind: EditKind::RemoveEntry }
    }

    /// Puts an entry before the one whose key is at `key`.
    pub fn insert_entry(key: Span, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { span: key, text: value.into(), kind: EditKind::InsertEntry(name.into()) }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which rule it is.
    pub code: Code,
    /// How bad it is; the code's own severity unless the user changed it.
    pub severity: Severity,
    /// One line that makes sense alone: lower case, no period, names in backticks.
    pub headline: String,
    /// The places. The first is where the mistake is, the others are the other side of it.
    pub labels: Vec<Label>,
    /// What to do, with the text to type where it is known.
    pub help: Option<String>,
    /// Changes of the text that mend it, the best first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// Starts a finding of the rule `code`.
    pub fn new(code: Code, headline: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            headline: one_line(headline.into()),
            labels: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    /// Adds a place: the first call gives the primary one, later ones the other side.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: one_line(text.into()) });
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(help(text.into()));
        self
    }

    /// Offers a change of the text that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Overrules the severity of the code, as for a plugin's own finding.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The primary place.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// Findings as they are collected.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    bound: Option<Bound>,
}

impl Diagnostics {
    /// No finding yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No finding of a file yet, of which at most `most` of each severity are kept. Where there are more, one says how
    /// many: a file that somebody made to be wrong costs no more than one that is.
    pub fn of_file(most: usize) -> Self {
        Self { list: Vec::new(), bound: Some(Bound::new(most)) }
    }

    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let admitted = match &mut self.bound {
            Some(bound) => bound.admit(diagnostic),
            None => Some(diagnostic),
        };
        self.list.extend(admitted);
    }

    /// Keeps those for which `keep` says so, and lets it change them.
    pub fn retain(&mut self, keep: impl FnMut(&mut Diagnostic) -> bool) {
        self.list.retain_mut(keep);
    }

    /// Adds the findings of another phase or file.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
        for summary in other.bound.into_iter().flat_map(Bound::summaries) {
            self.push(summary);
        }
    }

    /// Whether anything was found that forbids a build.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many findings there are, with those that are not kept.
    pub fn len(&self) -> usize {
        self.list.len() + self.bound.as_ref().map_or(0, Bound::left_out)
    }

    /// The findings in the order in which they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The findings in the order of the input, each once: by place, then code, then words.
    /// Those without a place come last.
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut list = self.list;
        list.sort_by(|a, b| {
            let place = |d: &Diagnostic| (d.span().is_none(), d.span());
            place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code)).then_with(|| a.headline.cmp(&b.headline))
        });
        list.dedup();
        list
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use meshc_source::FileId;

    use super::*;

    #[test]
    fn a_headline_is_one_line_whatever_it_quotes() {
        let found = Diagnostic::new(Code::AnnotationValue, "`a\nb\u{1b}[31m`");
        assert_eq!(found.headline, "`a\\nb\\u{1b}[31m`");
    }

    #[test]
    fn what_is_left_out_of_a_file_is_counted_where_it_begins() {
        let mut of_file = Diagnostics::of_file(2);
        for at in 0..5 {
            let span = Span::new(FileId(0), at, at + 1);
            of_file.push(Diagnostic::new(Code::InvalidYaml, "a bracket closes nothing").at(span, "here"));
        }
        of_file.push(Diagnostic::new(Code::NotAnObject, "left out"));
        assert_eq!(of_file.len(), 6);
        let mut diags = Diagnostics::new();
        diags.extend(of_file);
        let said: Vec<_> = diags.iter().map(|found| (found.span().map(|span| span.start), &*found.headline)).collect();
        let expected = [
            (Some(0), "a bracket closes nothing"),
            (Some(1), "a bracket closes nothing"),
            (None, "left out"),
            (Some(2), "3 more errors in this file are not shown"),
        ];
        assert_eq!(said, expected);
    }
}
