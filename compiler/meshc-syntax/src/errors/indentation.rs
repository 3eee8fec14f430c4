use std::ops::Range;

use meshc_diag::Diagnostic;

use super::line::Line;
use super::{Failure, invalid, items, space};
use crate::write_scalar;

/// A tab where only spaces may indent.
pub(super) fn tab(failure: &Failure<'_, '_>) -> Diagnostic {
    match indenting_tab(failure) {
        Some(tab) => tab_at(failure, tab),
        None => failure.here("a tab stands where only spaces may", "expected spaces").help("indent with spaces"),
    }
}

pub(super) fn tab_at(failure: &Failure<'_, '_>, tab: usize) -> Diagnostic {
    invalid("a tab is used for indentation").at(failure.range(tab..tab + 1), "a tab").help("indent with spaces")
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
    if let Some(diagnostic) = foreign_space(failure, line) {
        return diagnostic;
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

/// A space that is none to YAML, on `line` or the one before it, which it may make a part of.
pub(super) fn foreign_space(failure: &Failure<'_, '_>, line: Line<'_>) -> Option<Diagnostic> {
    let previous = || line.previous(failure.text, failure.document);
    space::foreign(failure, line).or_else(|| space::foreign(failure, previous()?))
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
    let is_below = line.is_item() && line.indent > previous.column();
    let item = items::without_space(failure, previous);
    let item = item.or_else(|| if is_below { items::below_value(failure, line, previous) } else { None });
    if let Some(diagnostic) = item {
        return diagnostic;
    }
    let name = &failure.text[key.clone()];
    let Some(above) = previous.key() else {
        let headline = format!("`{name}` is indented as a part of the value above it");
        return invalid(headline)
            .at(failure.range(key.clone()), "cannot be a key here")
            .at(failure.range(previous.start..previous.end()), "this value")
            .help(format!("start `{name}` in the column of the keys it belongs to"));
    };
    let other = &failure.text[above.clone()];
    let distance = line.column().abs_diff(previous.column());
    let columns = count(distance);
    let direction = if line.column() > previous.column() { "deeper" } else { "less" };
    let beside = format!("start `{name}` in column {} if both belong together", previous.column() + 1);
    // One column is a slip; more look like a mapping that is meant to be the value.
    let is_below = direction == "deeper" && distance > 1;
    let help = if is_below { format!("{beside}, or remove the value of `{other}`") } else { beside };
    invalid(format!("`{name}` is indented {columns} {direction} than `{other}`"))
        .at(failure.range(key.clone()), format!("in column {}", line.column() + 1))
        .at(failure.range(above), format!("in column {}, and has a value", previous.column() + 1))
        .help(help)
}

/// Something else stands where the next key of a mapping is expected.
pub(super) fn expected_key(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    if line.is_item() && failure.at <= line.start + 2 {
        return items::among_keys(failure, line);
    }
    if let Some(diagnostic) = foreign_space(failure, line) {
        return diagnostic;
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
pub(super) fn shallower(failure: &Failure<'_, '_>, line: Line<'_>, key: &Range<usize>) -> Option<Diagnostic> {
    let column = |above: Line<'_>| above.key().map(|_| above.column());
    let sibling = shallowest_above(failure, line, column)?;
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

/// Of the lines above `line` whose `column` is deeper, the last of the shallowest: what it was probably meant to stand
/// beside.
pub(super) fn shallowest_above<'t>(
    failure: &Failure<'t, '_>,
    line: Line<'_>,
    column: impl Fn(Line<'t>) -> Option<usize>,
) -> Option<Line<'t>> {
    let mut found: Option<(usize, Line<'t>)> = None;
    let mut at = Line::at(failure.text, line.start);
    while let Some(previous) = at.previous(failure.text, failure.document) {
        let beside = column(previous).filter(|column| *column > line.indent);
        if let Some(column) = beside
            && found.is_none_or(|(shallowest, _)| column < shallowest)
        {
            found = Some((column, previous));
        }
        if previous.indent <= line.indent {
            break;
        }
        at = previous;
    }
    found.map(|(_, line)| line)
}

/// A line of text where a key is expected.
pub(super) fn no_colon(failure: &Failure<'_, '_>) -> Diagnostic {
    without_colon(failure, Line::at(failure.text, failure.at))
}

fn without_colon(failure: &Failure<'_, '_>, line: Line<'_>) -> Diagnostic {
    let item = || items::without_space(failure, line).or_else(|| items::without_dash(failure, line));
    if let Some(diagnostic) = space::foreign(failure, line).or_else(item) {
        return diagnostic;
    }
    let content = line.uncommented();
    let span = failure.range(line.start..line.start + content.len());
    let shown = crate::check::excerpt(failure.text, span);
    match content.split_once(':') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            invalid(format!("`{shown}` has no space after its colon"))
                .at(span, "is not a key and its value")
                .help(format!("write `{key}: {value}`"))
        }
        _ => invalid(format!("`{shown}` is neither a key nor a value")).at(span, "expected a colon after it").help(
            if content.contains(char::is_whitespace) {
                "a value of several lines has to be indented deeper than its key".to_owned()
            } else {
                format!("write `{content}:`")
            },
        ),
    }
}

pub(super) fn count(columns: usize) -> String {
    if columns == 1 { "1 column".to_owned() } else { format!("{columns} columns") }
}
