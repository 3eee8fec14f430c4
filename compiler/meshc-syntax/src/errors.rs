//! M0101 invalid-yaml: the parser's errors in our words, with what there is to type.

mod character;
mod flow;
mod indentation;
mod items;
mod line;
mod quotes;
mod space;

use granit_parser::ErrorKind;
use meshc_diag::{Code, Diagnostic};
use meshc_source::{FileId, Span};

use crate::check::{TEMPLATE_HELP, excerpt, template};
use line::Line;

/// A syntax error and what was read before it.
pub(crate) struct Failure<'s, 'e> {
    pub(crate) file: FileId,
    pub(crate) text: &'s str,
    pub(crate) kind: &'e ErrorKind,
    /// Where the parser gave up.
    pub(crate) at: usize,
    /// Where the document starts.
    pub(crate) document: usize,
    /// Where the last value before the error ends.
    pub(crate) last: usize,
    /// The innermost bracket that is still open.
    pub(crate) flow: Option<usize>,
}

/// Words the error.
pub(crate) fn syntax(failure: &Failure<'_, '_>) -> Diagnostic {
    if let Some(diagnostic) = merge_conflict(failure) {
        return diagnostic;
    }
    let line = Line::at(failure.text, failure.at);
    if line.content.starts_with("{{") {
        return template(failure.range(line.start..line.end()));
    }
    let diagnostic = by_kind(failure);
    // What `--- {{ … }}` or a line of `{{- if … }}` breaks may be the line after it.
    let previous = line.previous(failure.text, failure.document);
    if line.content.contains("{{") || previous.is_some_and(|previous| previous.content.starts_with("{{")) {
        return diagnostic.help(TEMPLATE_HELP);
    }
    diagnostic
}

fn by_kind(failure: &Failure<'_, '_>) -> Diagnostic {
    match failure.kind {
        ErrorKind::TabInPlainScalar
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart => indentation::tab(failure),
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed => indentation::value_not_allowed(failure),
        ErrorKind::ExpectedBlockMappingKey => indentation::expected_key(failure),
        ErrorKind::ExpectedBlockSequenceEntry => items::expected(failure),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => indentation::no_colon(failure),
        ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent | ErrorKind::InvalidBlockScalarIndent => {
            failure.here("a line is not indented as its place needs", "indented too little")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => failure
            .here("a list cannot start on the line of its key", "starts a list")
            .help("write each item on a line of its own, or quote the value if it is meant as text"),
        ErrorKind::BlockEntryInFlowCollection => {
            failure.here("an item with `-` cannot stand within `[…]` or `{…}`", "starts an item")
        }
        ErrorKind::InvalidBlockEntryWhitespace => items::tab_between(failure),

        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::DocumentIndicatorInQuotedScalar => quotes::unclosed(failure),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            quotes::trailing(failure)
        }
        ErrorKind::UnknownQuotedScalarEscape => quotes::unknown_escape(failure),
        ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => quotes::bad_code_point(failure),

        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::MisplacedFlowCollectionEnd => flow::broken(failure),

        ErrorKind::MissingAnchorOrAliasName | ErrorKind::UnexpectedCharacter { .. } => character::unexpected(failure),
        ErrorKind::InvalidBlockScalarHeader | ErrorKind::ZeroBlockScalarIndent => failure
            .here("expected a line break after `|` or `>`", "starts a block of text")
            .help("quote the value if it is meant as text"),
        ErrorKind::CommentNotSeparated => failure
            .here("a comment needs a space before it", "starts a comment")
            .help("write a space before the `#`, or quote the whole value if it is meant as text"),
        ErrorKind::CommentInterceptedScalar => failure
            .here("a comment stands within a value", "the value goes on after it")
            .help("quote the value, or move the comment"),
        ErrorKind::BomInsideDocument => failure.here("a byte order mark stands within a document", "remove it"),
        ErrorKind::InvalidDocumentEnd => {
            failure.here("text follows `...`, which ends a document", "expected a line break")
        }
        ErrorKind::UndeclaredTagHandle => unknown_tag(failure),
        ErrorKind::ExpectedDocumentStart => indentation::document_start(failure),
        ErrorKind::MissingDocumentEndBeforeDirective => {
            failure.here("a line that starts with `%` stands within a document", "starts a directive")
        }
        // Directives, malformed tags, and what only other kinds of input can run into.
        kind => {
            let words = kind.to_string();
            let reason = words.rsplit_once(", ").map_or(words.as_str(), |(_, reason)| reason);
            failure.here(format!("the text is not YAML: {}", reason.trim_end_matches('.')), "here")
        }
    }
}

fn unknown_tag(failure: &Failure<'_, '_>) -> Diagnostic {
    let span = failure.word(failure.at);
    let headline = format!("the tag `{}` is not declared", excerpt(failure.text, span));
    Diagnostic::new(Code::UnsupportedTag, headline).at(span, "unknown tag")
}

/// What git leaves in a file is never what the parser stumbles on first.
fn merge_conflict(failure: &Failure<'_, '_>) -> Option<Diagnostic> {
    let document = &failure.text[failure.document..failure.at];
    let here = Line::at(failure.text, failure.at);
    let marker = |line: &str| ["<<<<<<< ", "======= ", ">>>>>>> "].iter().any(|it| line.starts_with(it.trim_end()));
    let mut start = failure.document;
    for line in document.split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            let span = failure.range(start..start + line.trim_end().len());
            return Some(conflict(span));
        }
        start += line.len();
    }
    (here.indent == 0 && marker(here.content)).then(|| conflict(failure.range(here.start..here.end())))
}

fn conflict(span: Span) -> Diagnostic {
    Diagnostic::new(Code::InvalidYaml, "a merge conflict is not resolved")
        .at(span, "left by git")
        .help("keep one side of the conflict and remove its marks")
}

fn invalid(headline: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::InvalidYaml, headline)
}

impl Failure<'_, '_> {
    /// The error with a label on the word where the parser gave up.
    fn here(&self, headline: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        invalid(headline).at(self.word(self.at), label)
    }

    /// The rest of the document from where the parser gave up.
    fn rest(&self) -> &str {
        self.text[self.at..].split("\n---").next().unwrap_or_default()
    }

    fn range(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range.start as u32, range.end as u32)
    }

    /// The word at `at`, at least a character long unless the text ends there.
    fn word(&self, at: usize) -> Span {
        let rest = self.text.get(at..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, ':' | ',' | '[' | ']' | '{' | '}');
        let first = rest.chars().next().map_or(0, |c| if c == '\n' || c == '\r' { 0 } else { c.len_utf8() });
        let len = rest.find(ends).unwrap_or(rest.len()).max(first);
        self.range(at..at + len)
    }
}
