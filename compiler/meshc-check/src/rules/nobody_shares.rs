//! M0413 nobody-shares: a service is global in several clusters, and none of those that have backends shares them
//! (CILIUM.md 2.4).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Annotation, ClusterSet, Member, Mesh, MeshAnnotations, names};
use meshc_source::Span;

use super::supply::Supply;
use super::{annotation_value, declared_services, names_of};

/// More places than these say nothing new.
const MOST_PLACES: usize = 3;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        if group.members.len() < 2
            || group.members.iter().all(|member| annotations(mesh, member).shared.effective().is_none())
        {
            continue;
        }
        // What a wrong value is meant to say is not known before it is mended.
        if group.members.iter().any(|member| annotation_value::is_reported(annotations(mesh, member).shared)) {
            continue;
        }
        let global: Vec<_> = group.members.iter().filter(|member| annotations(mesh, member).is_global()).collect();
        let mut givers: Vec<_> = global.iter().filter(|member| !Supply::of(mesh, member).is_none()).collect();
        if givers.is_empty() {
            givers = global.iter().collect();
        }
        if global.len() < 2 || givers.iter().any(|member| annotations(mesh, member).is_shared()) {
            continue;
        }
        let mut places = BTreeMap::<Span, (Annotation, ClusterSet)>::new();
        for member in givers {
            if let Some(said) = annotations(mesh, member).shared.effective() {
                places.entry(said.value_span).or_insert_with(|| (said, ClusterSet::new())).1.insert(member.cluster);
            }
        }
        let diagnostic = Diagnostic::new(
            Code::NobodyShares,
            format!("`{}/{}` is global, and no cluster shares its backends", group.namespace, group.name),
        );
        let diagnostic = places.values().take(MOST_PLACES).fold(diagnostic, |diagnostic, (said, clusters)| {
            diagnostic.at(said.value_span, format!("not shared by {}", names_of(mesh, clusters)))
        });
        let key = places.values().next().map_or(names::SHARED, |(said, _)| said.key.as_str());
        diags.push(diagnostic.help(format!(
            "clients reach the backends of their own cluster only, as if it were not global: set `{key}: \"true\"` \
             where other clusters may use the backends, or remove `global`",
        )));
    }
}

fn annotations<'m>(mesh: &'m Mesh, member: &'m Member) -> &'m MeshAnnotations {
    &mesh.service(member).annotations
}
