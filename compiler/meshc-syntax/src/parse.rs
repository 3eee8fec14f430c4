//! Events of the YAML parser to the arena.

mod arena;
mod place;

use granit_parser::{ErrorKind, Event, Parser, ScanError, options};
use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_source::{FileId, Span};

use crate::check::markup;
use crate::errors;
use crate::tree::Tree;
use arena::{Arena, Next};

/// How many collections may be nested in each other, with all aliases expanded.
///
/// Kubernetes objects stay below 40. The limit keeps recursion over a tree within any thread's stack.
pub const MAX_DEPTH: usize = 100;

/// How many values the aliases of one document may add to it, where text counts as a value per 64 bytes.
///
/// What is written out in full is not limited, since it costs its author what it costs us.
pub const MAX_ALIASED: u64 = 1_000_000;

/// Parses the file `file`, whose text is `text`.
///
/// A document with an error is reported and left out of the tree; parsing goes on at the next one.
pub fn parse(file: FileId, text: &str, diags: &mut Diagnostics) -> Tree {
    if u32::try_from(text.len()).is_err() {
        let start = Span::new(file, 0, 0);
        diags.push(Diagnostic::new(Code::InvalidYaml, "a file is larger than 4 GiB").at(start, "this one"));
        return Tree::new(file, 0);
    }
    if let Some(diagnostic) = markup::check(file, text) {
        diags.push(diagnostic);
        return Tree::new(file, 0);
    }
    let mut arena = Arena::new(file, text, diags);
    let options = options! {
        emit_unresolved_aliases: true,
        emit_comments: false,
        // More than ours, so that ours speaks first, where the bracket is that is one too many: until it knows whether a
        // bracket starts a key, the parser looks 1024 characters ahead.
        flow_nesting_limit: MAX_DEPTH + 1025,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        let next = match event {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => arena.event(event, &span),
            Err(error) => syntax_error(&mut arena, &error),
        };
        // An error can only come from a source that can fail to be read, which a text cannot.
        if next == Next::Abandon && !parser.proceed_next_document().unwrap_or(false) {
            break;
        }
    }
    arena.into_tree()
}

fn syntax_error(arena: &mut Arena<'_, '_>, error: &ScanError) -> Next {
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        let at = error.marker().byte_offset().unwrap_or_default() as u32;
        return arena.too_deep(at..at);
    }
    if *error.kind() == ErrorKind::ExpectedDocumentStart && arena.has_failed() {
        // What follows a broken document on the same level is part of the mistake.
        return Next::Abandon;
    }
    let failure = arena.failure(error);
    arena.abandon(errors::syntax(&failure))
}
