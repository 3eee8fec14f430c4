//! M0425 node-in-two-clusters: backends that endpoint slices tell of come with the names of their nodes, and one of
//! another cluster counts as on this node where the names are equal (CILIUM.md 3.3, L19 in 10).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ClusterSet, Distribution, Import, Member, Mesh, Name, ObjectId, ServiceGroup};
use meshc_source::Span;

use super::{declared_services, reach};

/// Which clusters have a node of each name.
type Nodes = BTreeMap<Name, ClusterSet>;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    // Only where some cluster reads slices is there anything to confuse.
    let reads_slices = |at: &meshc_model::Cluster| at.data_plane.import(&at.data_plane) == Import::Slices;
    if !mesh.clusters.iter().any(reads_slices) {
        return;
    }
    let declared = declared_nodes(mesh);
    for group in declared_services(mesh) {
        let staying: Vec<_> = reach::global(mesh, group).filter(|member| stays(mesh, member).is_some()).collect();
        if staying.is_empty() {
            continue;
        }
        let observed = observed_nodes(group, &declared);
        let found = observed.iter().chain(&declared).find_map(|(node, clusters)| {
            let (client, other) = conflict(mesh, group, &staying, *node, clusters)?;
            Some((*node, client, other))
        });
        let diagnostic = found.and_then(|(node, client, other)| diagnostic(mesh, group, node, client, other));
        if let Some(found) = diagnostic {
            diags.push(found);
        }
    }
}

/// The nodes that are declared.
fn declared_nodes(mesh: &Mesh) -> Nodes {
    let mut nodes = Nodes::new();
    for (object, placement) in mesh.objects.iter().zip(&mesh.placements) {
        if let Body::Node(_) = object.body {
            nodes.entry(object.key.name).or_default().insert_all(placement);
        }
    }
    nodes
}

/// The nodes of the endpoints of a service, with the clusters that have one of that name.
fn observed_nodes(group: &ServiceGroup, declared: &Nodes) -> Nodes {
    let mut nodes = Nodes::new();
    for member in &group.members {
        for backend in member.backends.list.iter().filter(|backend| !backend.node.is_empty()) {
            let entry = nodes.entry(backend.node);
            let clusters = entry.or_insert_with(|| declared.get(&backend.node).cloned().unwrap_or_default());
            clusters.insert(member.cluster);
        }
    }
    nodes
}

/// Where the Service of `member` says that connections stay on their node, and in which words.
fn stays(mesh: &Mesh, member: &Member) -> Option<(Span, &'static str)> {
    let traffic = &mesh.service(member).traffic;
    if let Some(said) = traffic.internal_policy.filter(|_| traffic.is_internal_local()) {
        return Some((said.span, "internalTrafficPolicy: Local"));
    }
    if let Some(said) = traffic.external_policy.filter(|_| traffic.is_external_local()) {
        return Some((said.span, "externalTrafficPolicy: Local"));
    }
    let heeded = mesh.cluster(member.cluster).data_plane.service_topology;
    let near = traffic.distribution.filter(|said| heeded && said.value == Distribution::PreferSameNode);
    near.map(|said| (said.span, "trafficDistribution: PreferSameNode"))
}

/// A cluster whose service stays on its node, and another with a node of that name whose slices it reads and whose
/// backends may run there.
fn conflict<'m>(
    mesh: &Mesh,
    group: &'m ServiceGroup,
    staying: &[&'m Member],
    node: Name,
    clusters: &ClusterSet,
) -> Option<(&'m Member, &'m Member)> {
    // Where a derived backend will run is not known.
    let runs_there =
        |other: &&Member| other.backends.list.iter().any(|backend| backend.node == node || backend.node.is_empty());
    staying.iter().copied().filter(|client| clusters.contains(client.cluster)).find_map(|client| {
        let own = &mesh.cluster(client.cluster).data_plane;
        let other = group.members.iter().find(|other| {
            other.cluster != client.cluster
                && clusters.contains(other.cluster)
                && runs_there(other)
                && mesh.is_offered(other)
                && own.import(&mesh.cluster(other.cluster).data_plane) == Import::Slices
        })?;
        Some((client, other))
    })
}

fn diagnostic(mesh: &Mesh, group: &ServiceGroup, node: Name, client: &Member, other: &Member) -> Option<Diagnostic> {
    let (at, words) = stays(mesh, client)?;
    let (here, there) = (mesh.cluster(client.cluster).name, mesh.cluster(other.cluster).name);
    let diagnostic = Diagnostic::new(
        Code::NodeInTwoClusters,
        format!(
            "`{}/{}` stays on its node in {here}, and {here} and {there} both have a node `{node}`",
            group.namespace, group.name
        ),
    )
    .at(at, format!("backends on `{node}` of {there} count as on this node"));
    let declared = mesh.objects.iter().enumerate().find(|(at, object)| {
        let named = object.key.name == node && matches!(object.body, Body::Node(_));
        named && mesh.placement(ObjectId(*at as u32)).contains(other.cluster)
    });
    let diagnostic = match declared {
        Some((_, object)) => diagnostic.at(object.span, format!("the node of {there}")),
        None => diagnostic,
    };
    Some(diagnostic.help(format!("give nodes names that are unique in the mesh, or leave `{words}` out")))
}
