//! M0410 affinity-drops-remote: some versions of Cilium drop the backends of all other clusters at the word `none`
//! (CILIUM.md 8).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, Annotation, Cluster, ClusterId, ClusterSet, Mesh, Object, ObjectId};
use meshc_source::Span;

use super::names_of;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in mesh.services.iter().filter(|group| group.members.len() > 1) {
        let mut found = BTreeMap::<Span, (Annotation, ObjectId, ClusterSet)>::new();
        for member in &group.members {
            if !drops(mesh.cluster(member.cluster)) {
                continue;
            }
            // A word that no version knows is another rule's.
            let said = mesh.service(member).annotations.said_affinity();
            let none = said.filter(|said| !said.value.is_empty() && Affinity::parse(said.value.as_str()).is_some());
            if let Some(said) = none.filter(|_| mesh.service(member).annotations.affinity() == Affinity::None) {
                let finding = found.entry(said.value_span);
                let finding = finding.or_insert_with(|| (said, member.object, ClusterSet::new()));
                finding.2.insert(member.cluster);
            }
        }
        for (said, object, clusters) in found.into_values() {
            // What is derived of an export has another name.
            diags.push(diagnostic(mesh, mesh.object(object), said, &clusters));
        }
    }
}

/// Whether a cluster's version drops the backends of others at an affinity that is neither local nor remote.
pub(super) fn drops(cluster: &Cluster) -> bool {
    cluster.data_plane.version.other_affinity_drops_remote()
}

fn diagnostic(mesh: &Mesh, object: &Object, said: Annotation, clusters: &ClusterSet) -> Diagnostic {
    let here = names_of(mesh, clusters);
    let first = mesh.cluster(clusters.iter().next().unwrap_or(ClusterId(0)));
    let version = first.data_plane.version;
    let diagnostic = Diagnostic::new(
        Code::AffinityDropsRemote,
        format!(
            "the affinity `{}` of `{}/{}` drops the backends of all other clusters in {here}",
            said.value, object.key.namespace, object.key.name
        ),
    )
    .at(said.value_span, format!("Cilium {version} does not know this word"));
    let diagnostic = match first.setting("version") {
        Some(span) => diagnostic.at(span, format!("the version of {}", first.name)),
        None => diagnostic,
    };
    diagnostic.help(format!(
        "remove `{}`, which means the same and works in every version, or run Cilium 1.19.6 or newer",
        said.key
    ))
}
