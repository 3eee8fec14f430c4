//! Why the shares are what they are, in a line for each cause, with the line of the file.

use std::collections::BTreeMap;

use meshc_compiler::emit::FrontendRow;
use meshc_compiler::model::{ClusterId, Mesh, ServiceGroup};
use meshc_compiler::weigh::WeightedTables;
use meshc_source::{SourceMap, Span};

use super::Target;

/// The causes that a reader of the shares may wonder about.
pub(super) fn reasons(
    sources: &SourceMap,
    weighted: &WeightedTables,
    from: ClusterId,
    target: &Target,
    frontend: &FrontendRow,
) -> Vec<String> {
    let mesh = weighted.mesh.mesh();
    let group = mesh.services.iter().find(|group| group.namespace == target.namespace && group.name == target.name);
    let Some(group) = group else {
        return Vec::new();
    };
    let mut lines = excluded(mesh, group, frontend, sources, from);
    lines.extend(unshared(mesh, group, sources, from));
    lines
}

/// One line for each cluster and reason.
fn excluded(
    mesh: &Mesh,
    group: &ServiceGroup,
    frontend: &FrontendRow,
    sources: &SourceMap,
    from: ClusterId,
) -> Vec<String> {
    let mut counts = BTreeMap::<(&str, &str), usize>::new();
    for row in &frontend.excluded {
        *counts.entry((row.cluster, row.reason)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((cluster, reason), count)| {
            let plural = if count == 1 { "" } else { "s" };
            let place =
                deciding(mesh, group, from, cluster, reason).map(|span| place(sources, span)).unwrap_or_default();
            format!("not used: {count} backend{plural} in {cluster}, {reason}{place}")
        })
        .collect()
}

/// The annotation that decided.
fn deciding(mesh: &Mesh, group: &ServiceGroup, from: ClusterId, cluster: &str, reason: &str) -> Option<Span> {
    let client = &mesh.service(group.member(from)?).annotations;
    let other = group.members.iter().find(|member| mesh.cluster(member.cluster).name == cluster)?;
    let theirs = &mesh.service(other).annotations;
    let annotation = match reason {
        "affinity-local" | "affinity-remote" => client.affinity.effective(),
        "not-global" => client.global.effective(),
        "remote-not-global" => theirs.global.effective(),
        "not-shared" => theirs.shared.effective(),
        _ => None,
    };
    annotation.map(|annotation| annotation.value_span)
}

/// What `shared: "false"` does and does not do, which is often taken the other way round.
fn unshared(mesh: &Mesh, group: &ServiceGroup, sources: &SourceMap, from: ClusterId) -> Option<String> {
    let annotations = &mesh.service(group.member(from)?).annotations;
    if !annotations.is_global() || annotations.is_shared() {
        return None;
    }
    let name = mesh.cluster(from).name;
    let at = annotations.shared.effective().map(|annotation| place(sources, annotation.value_span)).unwrap_or_default();
    Some(format!(
        "not shared in {name}{at}: its backends are hidden from the other clusters, and theirs are not hidden from {name}"
    ))
}

fn place(sources: &SourceMap, span: Span) -> String {
    let position = sources.position(span);
    format!(" ({}:{})", sources.file(span.file).path(), position.line)
}
