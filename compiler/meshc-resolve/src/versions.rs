//! How far the versions of Cilium in one mesh are apart.
//!
//! Cilium tests clusters of consecutive minor versions with each other, and no others: its upgrade guide says so for
//! upgrades ("the only tested rollback and upgrade path is between consecutive minor releases"), and the authors of
//! Cluster Mesh say so for clusters (<https://github.com/cilium/cilium/pull/41934>).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Cluster, Name, Version};
use meshc_schema::{ClusterDecl, MeshDecl};
use meshc_source::Span;
use rustc_hash::FxHashMap;

/// The newest minor that is released; what comes after it is the main branch.
const NEWEST: u8 = 20;

pub(crate) fn check(mesh: &MeshDecl, clusters: &[Cluster], diags: &mut Diagnostics) {
    let decls: FxHashMap<Name, &ClusterDecl> = mesh.clusters.iter().map(|decl| (decl.name.value, decl)).collect();
    let said = |cluster: &Cluster| decls.get(&cluster.name).and_then(|decl| decl.data_plane.cilium.version);
    // A version that is not known was reported, and the cluster has another one here.
    let known = |cluster: &&Cluster| said(cluster).is_none_or(|text| Version::parse(text.value.as_str()).is_some());
    let oldest = clusters.iter().filter(known).min_by_key(|cluster| minor(cluster.data_plane.version));
    let newest = clusters.iter().filter(known).max_by_key(|cluster| minor(cluster.data_plane.version));
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        return;
    };
    let (old, new) = (oldest.data_plane.version, newest.data_plane.version);
    if minor(new) - minor(old) < 2 {
        return;
    }
    let headline = format!("`{}` has Cilium {old}, and `{}` has {new}", oldest.name, newest.name);
    // In its own words, or the Mesh's, or nowhere.
    let standard = mesh.data_plane.cilium.version;
    let place = |cluster: &Cluster| said(cluster).or(standard).map(|said| said.span).or(cluster.span);
    let labels = [(place(oldest), "the oldest of the mesh"), (place(newest), "the newest")];
    let diagnostic = labels.into_iter().fold(Diagnostic::new(Code::VersionsFarApart, headline), at);
    diags.push(diagnostic.help(format!(
        "Cilium tests clusters of the same and of the next minor version only: update `{}` before the others go on",
        oldest.name
    )));
}

const fn minor(version: Version) -> u8 {
    match version {
        Version::Release { minor, .. } => minor,
        Version::Main => NEWEST + 1,
    }
}

fn at(diagnostic: Diagnostic, (span, text): (Option<Span>, &str)) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span, text),
        None => diagnostic,
    }
}
