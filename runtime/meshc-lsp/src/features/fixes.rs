//! The changes that mend what was found, for the client to offer.

use std::collections::{BTreeMap, HashMap};

use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, DocumentChange, OptionalVersionedTextDocumentIdentifier, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use meshc_diag::{Confidence, Diagnostic, Fix};
use meshc_source::FileId;

use crate::publish::show;
use crate::view::View;

/// The fixes of what was found in `range` of `file`, and of what the client shows there, if it asks for such. Some clients
/// give the place of the cursor as the range, and show all that is on its line.
pub(super) fn fixes(view: View<'_>, file: FileId, range: Range, context: &CodeActionContext) -> Vec<CodeAction> {
    let of_ours = |kind: &CodeActionKind| matches!(kind, CodeActionKind::QuickFix | CodeActionKind::Empty);
    if context.only.as_ref().is_some_and(|only| !only.iter().any(of_ours)) {
        return Vec::new();
    }
    let shown = |own: Range, found: &Diagnostic| {
        let code = Some(found.code.number().to_owned().into());
        context.diagnostics.iter().any(|shown| shown.range == own && shown.code == code)
    };
    let asked = |found: &&Diagnostic| {
        found.span().filter(|span| span.file == file).is_some_and(|span| {
            let own = view.range(span);
            overlap(own, range) || shown(own, found)
        })
    };
    let found = view.analysis.diagnostics.iter().filter(asked);
    found.flat_map(|found| found.fixes.iter().map(move |fix| action(view, found, fix))).collect()
}

fn overlap(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn action(view: View<'_>, found: &Diagnostic, fix: &Fix) -> CodeAction {
    CodeAction {
        title: fix.title.clone(),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: show(view, found).map(|shown| vec![shown]),
        is_preferred: Some(fix.confidence == Confidence::Certain),
        edit: Some(edit(view, fix)),
        ..CodeAction::default()
    }
}

fn edit(view: View<'_>, fix: &Fix) -> WorkspaceEdit {
    let mut files = BTreeMap::<FileId, Vec<TextEdit>>::new();
    for edit in &fix.edits {
        let text = TextEdit { range: view.range(edit.span), new_text: edit.text.clone() };
        files.entry(edit.span.file).or_default().push(text);
    }
    if view.client.versioned_edits {
        let changes = files.into_iter().map(|(file, edits)| DocumentChange::from(versioned(view, file, edits)));
        return WorkspaceEdit { document_changes: Some(changes.collect()), ..WorkspaceEdit::default() };
    }
    let changes: HashMap<_, _> = files.into_iter().map(|(file, edits)| (view.uri(file), edits)).collect();
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

fn versioned(view: View<'_>, file: FileId, edits: Vec<TextEdit>) -> TextDocumentEdit {
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: view.version(file),
            text_document_identifier: TextDocumentIdentifier { uri: view.uri(file) },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    }
}
