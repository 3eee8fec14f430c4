use std::ops::Range;

use meshc_diag::Diagnostic;

use super::line::Line;
use super::{Failure, invalid};
use crate::write_scalar;

/// A tab where only spaces may indent.
pub(super) fn tab(failure: &Failure<'_, '_>) -> Diagnostic {
    match indenting_tab(failure) {
        Some(tab) => {
            invalid("a tab is used for indentation").at(failure.range(tab..tab + 1), "a tab").help("indent with spaces")
        }
        None => failure.here("a tab stands where only spaces may", "expected spaces").help("indent with spaces"),
    }
}

/// The first tab that indents the line of the error or one after it.
fn indenting_tab(failure: &Failure<'_, '_>) -> Option<usize> {
    let line = Line::at(failure.text, failure.at);
    let mut start = line.start - line.indent;
    let end = failure.at + failure.rest().len();
    for line in failure.text[start..end].split_inclusive('\n') {
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
        if line.as_bytes().get(spaces) == Some(&b'\t') {
            return Some(start + spaces);
        }
        start += line.len();
    }
    None
}

/// Another document starts without `---`, or what looks like it.
pub(super) fn document_start(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    if let Some(diagnostic) = line.key().and_then(|key| shallower(failure, line, &key)) {
        return diagnostic;
    }
    failure
        .here("expected `---` before a document", "starts another document")
        .help("write `---` on the line before it, or make it part of what stands above")
}

/// A colon makes a key of something that cannot be one.
pub(super) fn value_not_allowed(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    let colon = failure.range(failure.at..(failure.at + 1).min(failure.text.len()));
    if failure.text[line.start - line.indent..line.start].contains('\t') {
        return tab(failure);
    }
    if line.content.starts_with("---") {
        return invalid("a document starts on the line of its `---`")
            .at(colon, "makes a mapping")
            .help("write the document below the `---`");
    }
    if let Some(key) = line.key().filter(|key| key.end < failure.at) {
        return colon_in_value(failure, line, &key);
    }
    let Some(key) = line.key() else {
        return invalid("a key and its value cannot stand here").at(colon, "makes a key");
    };
    if let Some(diagnostic) = long_key(failure, key.len()) {
        return diagnostic;
    }
    let Some(previous) = line.previous(failure.text, failure.document) else {
        return invalid("a key and its value cannot stand here").at(colon, "makes a key");
    };
    if line.column() > previous.column() || (previous.is_item() && line.column() > previous.indent) {
        return deeper(failure, line, &key, previous);
    }
    if previous.key().is_none() && previous.column() == line.column() {
        return without_colon(failure, previous);
    }
    let name = &failure.text[key.clone()];
    invalid(format!("`{name}` cannot be a key here"))
        .at(failure.range(key), "belongs to no mapping")
        .help(format!("start `{name}` in the column of the keys it belongs to"))
}

/// A key of `len` bytes whose colon the parser did not look for any more.
pub(super) fn long_key(failure: &Failure<'_, '_>, len: usize) -> Option<Diagnostic> {
    const LONGEST_KEY: usize = 1024;
    if len < LONGEST_KEY || !failure.text[failure.at..].starts_with(':') {
        return None;
    }
    let diagnostic = invalid(format!("a key is longer than {LONGEST_KEY} characters"))
        .at(failure.range(failure.at..failure.at + 1), "ends here")
        .help("write `? ` before the key and its value below it, after `: `");
    Some(diagnostic)
}

/// `a: b: c`
fn colon_in_value(failure: &Failure<'_, '_>, line: Line<'_>, key: &Range<usize>) -> Diagnostic {
    let colon = failure.range(failure.at..failure.at + 1);
    let diagnostic = invalid("a value without quotes contains `: `").at(colon, "would end a second key");
    match line.value() {
        Some(value) if !value.starts_with(['"', '\'', '[', '{', '&', '*', '!', '|', '>']) => {
            let mut fixed = failure.text[key.clone()].to_owned();
            fixed.push_str(": ");
            write_scalar(value, &mut fixed);
            diagnostic.help(format!("quote the value: `{fixed}`"))
        }
        _ => diagnostic.help("quote the value"),
    }
}

fn deeper(failure: &Failure<'_, '_>, line: Line<'_>, key: &Range<usize>, previous: Line<'_>) -> Diagnostic {
    let name = &failure.text[key.clone()];
    let Some(above) = previous.key() else {
        let headline = format!("`{name}` is indented as a part of the value above it");
        return invalid(headline)
            .at(failure.range(key.clone()), "cannot be a key here")
            .at(failure.range(previous.start..previous.end()), "this value")
            .help(format!("start `{name}` in the column of the keys it belongs to"));
    };
    let other = &failure.text[above.clone()];
    let columns = count(line.column().abs_diff(previous.column()));
    let direction = if line.column() > previous.column() { "deeper" } else { "less" };
    invalid(format!("`{name}` is indented {columns} {direction} than `{other}`"))
        .at(failure.range(key.clone()), format!("in column {}", line.column() + 1))
        .at(failure.range(above), format!("in column {}, and has a value", previous.column() + 1))
        .help(format!("start `{name}` in column {} if both belong together", previous.column() + 1))
}

/// Something else stands where the next key of a mapping is expected.
pub(super) fn expected_key(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    if line.is_item() && failure.at <= line.start + 2 {
        return invalid("an item of a list stands where a key is expected")
            .at(failure.range(line.start..line.start + 1), "starts an item")
            .help("indent the list below its key, or write `key: value`");
    }
    if failure.at > line.start {
        return failure
            .here("text follows a value that is complete", "expected the end of the line")
            .help("quote the value");
    }
    let Some(key) = line.key() else {
        let word = failure.range(line.start..line.end());
        return invalid("a line is neither a key nor a part of the value above it")
            .at(word, "expected a key")
            .help("indent the line as the value above it, or write `key: value`");
    };
    if let Some(diagnostic) = shallower(failure, line, &key) {
        return diagnostic;
    }
    match line.previous(failure.text, failure.document) {
        Some(previous) if line.column() > previous.column() => deeper(failure, line, &key, previous),
        _ => invalid(format!("`{}` is not indented as its place needs", &failure.text[key.clone()]))
            .at(failure.range(key), format!("in column {}", line.indent + 1)),
    }
}

/// A key that stands a little to the left of what it was probably meant to stand beside.
fn shallower(failure: &Failure<'_, '_>, line: Line<'_>, key: &Range<usize>) -> Option<Diagnostic> {
    let sibling = shallowest_above(failure, line)?;
    let name = &failure.text[key.clone()];
    let above = sibling.key()?;
    let other = &failure.text[above.clone()];
    let columns = count(sibling.column() - line.indent);
    let diagnostic = invalid(format!("`{name}` is indented {columns} less than `{other}`"))
        .at(failure.range(key.clone()), format!("in column {}", line.indent + 1))
        .at(failure.range(above), format!("in column {}", sibling.column() + 1))
        .help(format!("start `{name}` in column {} if both belong together", sibling.column() + 1));
    Some(diagnostic)
}

/// Of the lines above `line` that are indented deeper, the last of the shallowest: what it was probably meant to stand
/// beside.
fn shallowest_above<'t>(failure: &Failure<'t, '_>, line: Line<'_>) -> Option<Line<'t>> {
    let mut found: Option<Line<'t>> = None;
    let mut at = Line::at(failure.text, line.start);
    while let Some(previous) = at.previous(failure.text, failure.document) {
        let is_beside = previous.column() > line.indent && previous.key().is_some();
        if is_beside && found.is_none_or(|found| previous.column() < found.column()) {
            found = Some(previous);
        }
        if previous.indent <= line.indent {
            break;
        }
        at = previous;
    }
    found
}

/// Something else stands where the next item of a list is expected.
pub(super) fn expected_item(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    if let Some(diagnostic) = line.key().and_then(|key| shallower(failure, line, &key)) {
        return diagnostic;
    }
    let mut diagnostic = failure.here("a list goes on without `-`", "expected an item");
    let previous = line.previous(failure.text, failure.document);
    if let Some(item) = previous.filter(|previous| previous.is_item() && previous.indent == line.indent) {
        diagnostic = diagnostic.at(failure.range(item.start..item.start + 1), "the list it would belong to");
    }
    diagnostic.help("write `- ` before it, or indent it to the column of what it belongs to")
}

/// A line of text where a key is expected.
pub(super) fn no_colon(failure: &Failure<'_, '_>) -> Diagnostic {
    without_colon(failure, Line::at(failure.text, failure.at))
}

fn without_colon(failure: &Failure<'_, '_>, line: Line<'_>) -> Diagnostic {
    let content = line.content.split(" #").next().unwrap_or_default().trim_end();
    let span = failure.range(line.start..line.start + content.len());
    let shown = crate::check::excerpt(failure.text, span);
    if let Some(item) = content.strip_prefix('-').filter(|item| !item.starts_with('-')) {
        return invalid(format!("`{shown}` has no space after its dash"))
            .at(span, "is not an item of a list")
            .help(format!("write `- {}`", item.trim_start()));
    }
    match content.split_once(':') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            invalid(format!("`{shown}` has no space after its colon"))
                .at(span, "is not a key and its value")
                .help(format!("write `{key}: {value}`"))
        }
        _ => invalid(format!("`{shown}` is neither a key nor a value"))
            .at(span, "expected a colon after it")
            .help("a value of several lines has to be indented deeper than its key"),
    }
}

fn count(columns: usize) -> String {
    if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") }
}
