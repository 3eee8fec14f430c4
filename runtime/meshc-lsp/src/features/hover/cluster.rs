//! A cluster of the mesh.

use meshc_compiler::model::ClusterId;

use crate::view::View;

pub(super) fn describe(view: View<'_>, id: ClusterId) -> String {
    let mesh = &view.analysis.mesh;
    let cluster = mesh.cluster(id);
    let mut facts = Vec::new();
    facts.extend(cluster.id.map(|id| format!("id {id}")));
    facts.extend((!cluster.region.is_empty()).then(|| format!("region {}", cluster.region)));
    facts.extend((!cluster.zone.is_empty()).then(|| format!("zone {}", cluster.zone)));
    facts.push(format!("Cilium {}", cluster.data_plane.version));
    let objects = mesh.placements.iter().filter(|placement| placement.contains(id)).count();
    let services: Vec<_> = mesh.services.iter().filter_map(|group| group.member(id)).collect();
    let global = services.iter().filter(|member| mesh.service(member).annotations.is_global()).count();
    format!(
        "**{}**: {}\n\n{}, {}, {global} of them global",
        cluster.name,
        facts.join(", "),
        count(objects, "object"),
        count(services.len(), "service"),
    )
}

/// A number of things: `1 service`, `2 services`.
pub(super) fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
