//! From what rules want changed to text for text.

use std::collections::BTreeMap;

use meshc_diag::{Diagnostics, Edit, EditKind};
use meshc_source::{FileId, SourceMap, Span};
use meshc_syntax::{Tree, insert_entry, parse, remove_entry};

/// Makes every edit one of text for text, in the style of its file. A fix that cannot be made in that style is left
/// out.
pub(crate) fn settle_edits(sources: &SourceMap, diags: &mut Diagnostics) {
    let mut trees = BTreeMap::new();
    diags.retain(|diagnostic| {
        diagnostic.fixes.retain_mut(|fix| {
            let settled: Option<Vec<_>> = fix.edits.iter().map(|edit| settle(edit, sources, &mut trees)).collect();
            let found = settled.is_some();
            fix.edits = settled.unwrap_or_default();
            found
        });
        true
    });
}

fn settle(edit: &Edit, sources: &SourceMap, trees: &mut BTreeMap<FileId, Tree>) -> Option<Edit> {
    if edit.kind == EditKind::Replace {
        return Some(edit.clone());
    }
    let text = sources.file(edit.span.file).text();
    // What was found in the file has been said already.
    let tree = trees.entry(edit.span.file).or_insert_with(|| parse(edit.span.file, text, &mut Diagnostics::new()));
    match &edit.kind {
        EditKind::Replace => None,
        EditKind::RemoveEntry => Some(Edit::replace(remove_entry(tree, text, edit.span)?, "")),
        EditKind::InsertEntry(name) => {
            let at = Span::new(edit.span.file, edit.span.start, edit.span.start);
            Some(Edit::replace(at, insert_entry(tree, text, edit.span, name, &edit.text)?))
        }
    }
}
