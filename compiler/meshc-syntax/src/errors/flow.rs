use granit_parser::ErrorKind;
use meshc_diag::Diagnostic;
use meshc_source::Span;

use super::indentation::long_key;
use super::{Failure, invalid};

/// A bracket that is not closed, closes nothing, or holds something else than it should.
pub(super) fn broken(failure: &Failure<'_, '_>) -> Diagnostic {
    let byte = |at: usize| failure.text.as_bytes().get(at).copied();
    match failure.kind {
        ErrorKind::MisplacedFlowCollectionEnd => {
            failure.here("a bracket closes nothing", "was never opened").help("remove it")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            let wanted = if *open == '[' { ']' } else { '}' };
            failure
                .here(format!("`{open}` is closed by `{close}`"), "opened here")
                .help(format!("write `{wanted}` before the `{close}`, or in its place"))
        }
        ErrorKind::UnclosedFlowCollection { open } => failure.here(format!("`{open}` is not closed"), "opened here"),
        _ if byte(failure.at) == Some(b',') => failure
            .here("nothing stands before a comma", "expected a value before it")
            .help("remove the comma, or write a value before it"),
        _ => expected_separator(failure),
    }
}

/// What should not have come yet: where the parser stops at a colon, it is the key before it.
fn culprit(failure: &Failure<'_, '_>) -> Span {
    let word = failure.word(failure.at);
    if !failure.text[failure.at..].starts_with(':') {
        return word;
    }
    let before = &failure.text[failure.document..failure.at];
    let start = before.rfind([' ', '\t', '\n', ',', '[', '{']).map_or(0, |at| at + 1);
    failure.range(failure.document + start..failure.at)
}

fn expected_separator(failure: &Failure<'_, '_>) -> Diagnostic {
    let culprit = culprit(failure);
    if let Some(diagnostic) = long_key(failure, culprit.len() as usize) {
        return diagnostic;
    }
    let Some(start) = failure.flow else {
        return failure.here("expected `,` or a closing bracket", "here");
    };
    let (open, close) = if failure.text[start..].starts_with('[') { ('[', ']') } else { ('{', '}') };
    let bracket = failure.range(start..start + 1);
    // If no bracket follows, it was forgotten; if one does, it is more likely a comma.
    if !failure.rest().contains(close) {
        return invalid(format!("`{open}` is not closed"))
            .at(bracket, "opened here")
            .at(culprit, format!("expected `,` or `{close}` before this"));
    }
    invalid(format!("expected `,` or `{close}`"))
        .at(culprit, "before this")
        .at(bracket, format!("`{open}` is still open"))
}
