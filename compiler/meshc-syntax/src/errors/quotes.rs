use meshc_diag::Diagnostic;

use super::line::Line;
use super::{Failure, invalid};

/// A quote that no other one closes, or not before the text is indented too little to belong to it.
pub(super) fn unclosed(failure: &Failure<'_, '_>) -> Diagnostic {
    let Some(start) = opening(failure) else {
        return failure.here("a quote is not closed", "still within it");
    };
    let quote = failure.text.as_bytes()[start] as char;
    let diagnostic = invalid("a quote is not closed").at(failure.range(start..start + 1), "opened here");
    let diagnostic = if failure.at > start && failure.at < failure.text.len() {
        let line = Line::at(failure.text, failure.at);
        let ends = line.indent == 0 && (line.content.starts_with("---") || line.content.starts_with("..."));
        let label = if ends { "the document ends here" } else { "still within the quotes, and indented too little" };
        diagnostic.at(failure.word(failure.at), label)
    } else {
        diagnostic
    };
    diagnostic.help(match quote {
        '\'' => "write another `'` at the end of the text; within it, `''` stands for one",
        _ => "write another `\"` at the end of the text; within it, `\\\"` stands for one",
    })
}

/// Text after the closing quote.
pub(super) fn trailing(failure: &Failure<'_, '_>) -> Diagnostic {
    // The parser looks ahead of what it tells: the bracket may be only in the text.
    let before = failure.text[failure.last..failure.at].split(['"', '\'']).next().unwrap_or_default();
    if failure.flow.is_some() || before.contains(['[', '{']) {
        return failure.here("expected `,` or `:` after a quoted text", "does not belong to it");
    }
    let help = match failure.text[..failure.at].trim_end().chars().next_back() {
        Some('\'') => "put all of the value between the quotes; `''` stands for a quote within them",
        _ => "put all of the value between the quotes; `\\\"` stands for a quote within them",
    };
    failure.here("text follows a closing quote", "not part of the value").help(help)
}

/// A backslash before a character that it means nothing with.
pub(super) fn unknown_escape(failure: &Failure<'_, '_>) -> Diagnostic {
    let mut characters = failure.rest().char_indices();
    while let Some((at, character)) = characters.next() {
        if character != '\\' {
            continue;
        }
        let Some((_, escaped)) = characters.next() else { break };
        if !"0abt\tnvfre \"/\\N_LPxuU\n\r".contains(escaped) {
            let start = failure.at + at;
            return invalid(format!("`\\{escaped}` means nothing in double quotes"))
                .at(failure.range(start..start + 1 + escaped.len_utf8()), "unknown escape")
                .help("write `\\\\` for a backslash, or use single quotes");
        }
    }
    failure
        .here("a backslash means nothing here", "in this text")
        .help("write `\\\\` for a backslash, or use single quotes")
}

/// `\x`, `\u` or `\U` with the wrong digits.
pub(super) fn bad_code_point(failure: &Failure<'_, '_>) -> Diagnostic {
    let text = failure.rest();
    let escape = ["\\u", "\\U", "\\x"].iter().filter_map(|escape| text.find(escape)).min();
    let start = failure.at + escape.unwrap_or_default();
    let digits = failure.text[start..].bytes().skip(2).take_while(u8::is_ascii_hexdigit).count();
    let end = (start + 2 + digits).min(failure.text.len());
    invalid("an escape in double quotes names no character")
        .at(failure.range(start..end), "not a character")
        .help("write the character itself, or `\\\\` for a backslash")
}

/// The quote that opens the text with the error.
fn opening(failure: &Failure<'_, '_>) -> Option<usize> {
    let bytes = failure.text.as_bytes();
    if matches!(bytes.get(failure.at), Some(b'"' | b'\'')) {
        return Some(failure.at);
    }
    (failure.last..failure.at).find(|at| {
        let opens = at
            .checked_sub(1)
            .is_none_or(|before| matches!(bytes[before], b' ' | b'\t' | b'\n' | b'[' | b'{' | b',' | b':'));
        opens && matches!(bytes[*at], b'"' | b'\'')
    })
}
