//! Why the shares are what they are, in a line for each cause, with the line of the file.

use std::collections::BTreeMap;

use meshc_compiler::tables::{Basis, Question, Verdict, unshared, why};
use meshc_source::SourceMap;

use crate::commands::why::note_line;

/// The causes that a reader of the shares may wonder about.
pub(super) fn reasons(question: &Question<'_>, frontend: usize) -> Vec<String> {
    let verdicts = why(question, &question.table.frontends[frontend]);
    let mut lines = excluded(question, &verdicts);
    lines.extend(unshared(question).map(|note| note_line(question.sources, &note)));
    lines
}

/// One line for each cluster and reason.
fn excluded(question: &Question<'_>, verdicts: &[Verdict]) -> Vec<String> {
    let mut by_reason = BTreeMap::<(&str, &str), Vec<&Verdict>>::new();
    for verdict in verdicts {
        if let Some(reason) = verdict.excluded {
            let cluster = question.mesh.cluster(verdict.cluster).name.as_str();
            by_reason.entry((cluster, reason.word())).or_default().push(verdict);
        }
    }
    by_reason
        .into_iter()
        .map(|((cluster, reason), verdicts)| {
            let (count, plural) = (verdicts.len(), if verdicts.len() == 1 { "" } else { "s" });
            let place = deciding(question.sources, &verdicts).unwrap_or_default();
            format!("not used: {count} backend{plural} in {cluster}, {reason}{place}")
        })
        .collect()
}

/// The line that decided, where it is one for all.
fn deciding(sources: &SourceMap, verdicts: &[&Verdict]) -> Option<String> {
    let basis = |verdict: &Verdict| Some(verdict.refusing()?.basis.clone());
    let first = basis(verdicts.first()?)?;
    let Basis::Written(spans) = &first else {
        return None;
    };
    let span = *spans.first()?;
    let position = sources.position(span);
    let all = verdicts.iter().all(|verdict| basis(verdict).as_ref() == Some(&first));
    all.then(|| format!(" ({}:{})", sources.file(span.file).path(), position.line))
}
