use meshc_diag::Diagnostic;
use meshc_source::Span;

use super::indentation::{count, shallower, shallowest_above};
use super::line::Line;
use super::{Failure, indentation, invalid};
use crate::check::excerpt;

/// An item of a list, `line`, where the next key of a mapping is expected.
pub(super) fn among_keys(failure: &Failure<'_, '_>, line: Line<'_>) -> Diagnostic {
    let column = |above: Line<'_>| above.is_item().then_some(above.indent);
    if let Some(sibling) = shallowest_above(failure, line, column) {
        let columns = count(sibling.indent - line.indent);
        return invalid(format!("an item is indented {columns} less than its list"))
            .at(dash(failure, line), format!("in column {}", line.indent + 1))
            .at(dash(failure, sibling), format!("in column {}", sibling.indent + 1))
            .help(format!("start it in column {}", sibling.indent + 1));
    }
    let previous = line.previous(failure.text, failure.document);
    let beside = previous.filter(|previous| previous.column() == line.indent);
    beside.and_then(|previous| below_value(failure, line, previous)).unwrap_or_else(|| {
        invalid("an item of a list stands where a key is expected")
            .at(dash(failure, line), "starts an item")
            .help("indent the list below its key, or write `key: value`")
    })
}

/// An item, `line`, below the key of `previous`, which has a value on its own line.
pub(super) fn below_value(failure: &Failure<'_, '_>, line: Line<'_>, previous: Line<'_>) -> Option<Diagnostic> {
    previous.value()?;
    let key = previous.key()?;
    let name = &failure.text[key.clone()];
    let or_dash = if line.key().is_some() { ", or the dash" } else { "" };
    let diagnostic = invalid(format!("a list stands below `{name}`, which has a value already"))
        .at(dash(failure, line), "starts an item")
        .at(failure.range(key), "has a value already")
        .help(format!("remove the value of `{name}`{or_dash}"));
    Some(diagnostic)
}

/// Something else stands where the next item of a list is expected.
pub(super) fn expected(failure: &Failure<'_, '_>) -> Diagnostic {
    let line = Line::at(failure.text, failure.at);
    if let Some(diagnostic) = line.key().and_then(|key| shallower(failure, line, &key)) {
        return diagnostic;
    }
    if let Some(diagnostic) = indentation::foreign_space(failure, line) {
        return diagnostic;
    }
    let mut diagnostic = failure.here("a list goes on without `-`", "expected an item");
    if let Some(item) = item_above(failure, line) {
        diagnostic = diagnostic.at(dash(failure, item), "the list it would belong to");
    }
    diagnostic.help("write `- ` before it, or indent it to the column of what it belongs to")
}

/// A line of text in the column of the item above it.
pub(super) fn without_dash(failure: &Failure<'_, '_>, line: Line<'_>) -> Option<Diagnostic> {
    let item = item_above(failure, line)?;
    let content = line.uncommented();
    let span = failure.range(line.start..line.start + content.len());
    let diagnostic = invalid("a list goes on without `-`")
        .at(span, "expected an item")
        .at(dash(failure, item), "the list it would belong to")
        .help(format!("write `- {content}`"));
    Some(diagnostic)
}

/// `-item`
pub(super) fn without_space(failure: &Failure<'_, '_>, line: Line<'_>) -> Option<Diagnostic> {
    let content = line.uncommented();
    let item = content.strip_prefix('-').filter(|item| !item.is_empty() && !item.starts_with(['-', ' ', '\t']))?;
    let span = failure.range(line.start..line.start + content.len());
    let diagnostic = invalid(format!("`{}` has no space after its dash", excerpt(failure.text, span)))
        .at(span, "is not an item of a list")
        .help(format!("write `- {}`", item.trim_start()));
    Some(diagnostic)
}

/// A tab between two dashes, of which the parser says where the second is.
pub(super) fn tab_between(failure: &Failure<'_, '_>) -> Diagnostic {
    match failure.text[..failure.at].rfind('\t') {
        Some(tab) => indentation::tab_at(failure, tab),
        None => failure.here("expected a space after `-`", "starts an item"),
    }
}

fn item_above<'t>(failure: &Failure<'t, '_>, line: Line<'t>) -> Option<Line<'t>> {
    let previous = line.previous(failure.text, failure.document)?;
    (previous.is_item() && previous.indent == line.indent).then_some(previous)
}

fn dash(failure: &Failure<'_, '_>, line: Line<'_>) -> Span {
    failure.range(line.start..line.start + 1)
}
