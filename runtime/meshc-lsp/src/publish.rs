//! Findings as the client shows them.

use std::collections::BTreeMap;

use lsp_types::{Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag};
use meshc_diag::{Code, Diagnostic, Severity};

use crate::view::View;

/// Who speaks, where a client shows the diagnostics of several servers.
const SOURCE: &str = "meshc";

/// Rules that say of a text that it does nothing; clients fade it.
const WITHOUT_EFFECT: &[Code] = &[
    Code::SharedNotGlobal,
    Code::AffinityNotGlobal,
    Code::PlacementMatchesNothing,
    Code::ExportWithoutService,
    Code::PolicySelectsNothing,
];

/// All that there is to say, by what the client calls the file.
pub(crate) fn by_file(view: View<'_>) -> BTreeMap<String, Vec<Shown>> {
    let mut files = BTreeMap::<String, Vec<Shown>>::new();
    for found in &view.analysis.diagnostics {
        if let (Some(span), Some(shown)) = (found.span(), show(view, found)) {
            files.entry(view.uri(span.file).0).or_default().push(shown);
        }
    }
    files
}

/// One finding; `None` if it has no place.
pub(crate) fn show(view: View<'_>, found: &Diagnostic) -> Option<Shown> {
    let (primary, others) = found.labels.split_first()?;
    let related = others.iter().map(|label| DiagnosticRelatedInformation {
        location: view.location(label.span),
        message: if label.text.is_empty() { found.headline.clone() } else { label.text.clone() },
    });
    let related: Vec<_> = related.collect();
    Some(Shown {
        range: view.range(primary.span),
        severity: Some(severity(found.severity)),
        code: Some(found.code.number().to_owned().into()),
        source: Some(SOURCE.to_owned()),
        message: message(found, &primary.text).into(),
        tags: (view.client.tags && WITHOUT_EFFECT.contains(&found.code)).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (view.client.related && !related.is_empty()).then_some(related),
        ..Shown::default()
    })
}

/// The headline, why here, and what to do about it, a line each.
fn message(found: &Diagnostic, label: &str) -> String {
    let mut lines = vec![found.headline.clone()];
    lines.extend((!label.is_empty()).then(|| label.to_owned()));
    lines.extend(found.help.as_ref().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    }
}
