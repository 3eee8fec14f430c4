//! What a place means, here and in general.

mod annotation;
mod cluster;
mod field;
mod reach;

use lsp_types::{Hover, MarkupContent, MarkupKind, Position};
use meshc_source::FileId;

use super::{mentions, tree};
use crate::cursor::Cursor;
use crate::view::View;

/// What there is to say of what stands at `position`.
pub(super) fn hover(view: View<'_>, file: FileId, position: Position) -> Option<Hover> {
    let offset = view.offset(file, position);
    let tree = tree(view, file);
    let cursor = Cursor::find(tree.documents(view.text(file)), offset)?;
    let (text, span) = match mentions::cluster_at(view, &cursor, offset) {
        Some((id, span)) => (cluster::describe(view, id), span),
        None => (annotation::describe(view, &cursor).or_else(|| field::describe(&cursor))?, cursor.span),
    };
    // Clients without Markdown read the same lines; there is little in them that would not do as text.
    let kind = if view.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    Some(Hover { contents: MarkupContent { kind, value: text }.into(), range: Some(view.range(span)) })
}
