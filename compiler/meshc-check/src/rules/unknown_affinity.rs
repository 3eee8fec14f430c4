//! M0403 unknown-affinity: an affinity that Cilium does not know counts as none, or loses the remote backends on
//! older versions (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Affinity, AnnotationPair, ClusterSet, Mesh};
use meshc_schema::nearest;

use super::affinity_drops_remote::drops;
use super::{exports, names_of, placed_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    // What one cluster exports is derived in all of them.
    let all = ClusterSet::all(mesh.clusters.len());
    // On a service that is not global nobody reads it, and an alias that does not count is another rule's.
    let global = placed_services(mesh).filter(|(_, service, _)| service.annotations.is_global());
    let exports = exports(mesh).map(|(object, service)| (object, service, &all));
    for (_, service, placement) in global.chain(exports) {
        if let Some(annotation) = service.annotations.affinity.effective() {
            let value = annotation.value.as_str();
            if Affinity::parse(value).is_some() {
                continue;
            }
            let suggestion = nearest(value.trim(), Affinity::ALL.map(|(_, word)| word));
            let help = suggestion.map_or_else(
                || "it is one of `local`, `remote`, `none`".into(),
                |word| format!("did you mean `{word}`?"),
            );
            let fix = suggestion.map(|word| {
                Fix::likely(format!("write `\"{word}\"`"), vec![Edit::quoted(annotation.value_span, word)])
            });
            let diagnostic = Diagnostic::new(Code::UnknownAffinity, format!("there is no affinity `{value}`"))
                .at(annotation.value_span, effect(mesh, placement))
                .help(help);
            diags.push(fix.into_iter().fold(diagnostic, Diagnostic::fix));
        }
    }
}

/// What the versions of some clusters make of such a value.
fn effect(mesh: &Mesh, clusters: &ClusterSet) -> String {
    let dropping: ClusterSet = clusters.iter().filter(|id| drops(mesh.cluster(*id))).collect();
    let Some(first) = dropping.iter().next() else {
        return "Cilium does not know it".into();
    };
    let version = mesh.cluster(first).data_plane.version;
    format!("Cilium {version} drops the backends of all other clusters in {}", names_of(mesh, &dropping))
}

/// Whether this rule has something to say about the annotation that counts; others then wait for it to be mended.
pub(super) fn is_reported(pair: AnnotationPair) -> bool {
    pair.effective().is_some_and(|annotation| Affinity::parse(annotation.value.as_str()).is_none())
}
