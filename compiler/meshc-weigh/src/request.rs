//! From tables to what a weigher is asked.

use std::collections::{BTreeMap, BTreeSet};

use meshc_model::{ClusterId, Mesh, Name, Pair, ServiceGroup};
use meshc_tables::{Frontend, Path, ServiceTable, TableBackend, Tables, shares};
use rustc_hash::FxHashMap;

use crate::contract::{Attrs, ClusterView, Descriptor, GroupView, MeshView, ServiceView, UNKNOWN_RTT};
use crate::weighted::{FrontendWeights, Place};

/// One question: a port of a service for the clients that one policy weighs, and where the answer goes.
pub(crate) struct Request {
    pub(crate) view: ServiceView,
    /// Index into the services of the mesh.
    pub(crate) group: u32,
    /// The clusters of the view's clients.
    pub(crate) clients: Vec<ClusterId>,
    /// For each client the frontends of this port: index and backends.
    pub(crate) rows: Vec<Vec<Row>>,
}

/// A frontend of a client: where it is, and for each of its backends the group that it is in, if any.
pub(crate) struct Row {
    pub(crate) frontend: u32,
    pub(crate) groups: Vec<Option<u32>>,
}

pub(crate) fn mesh_view(mesh: &Mesh) -> MeshView {
    let clusters = mesh.clusters.iter().map(|cluster| ClusterView {
        name: cluster.name.to_string(),
        id: cluster.id.map_or(0, u32::from),
        region: cluster.region.to_string(),
        zone: cluster.zone.to_string(),
        attrs: labels(&cluster.labels),
    });
    MeshView { clusters: clusters.collect(), rtt_us: rtt(mesh), attrs: Attrs::new() }
}

fn labels(labels: &[(Name, Name)]) -> Attrs {
    let sorted: BTreeMap<_, _> = labels.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect();
    sorted.into_iter().collect()
}

/// The round-trip times, row-major; a cluster is at no distance from itself unless the mesh says otherwise.
fn rtt(mesh: &Mesh) -> Option<Vec<u32>> {
    if mesh.rtt.is_empty() {
        return None;
    }
    let between = |from: ClusterId, to: ClusterId| {
        let otherwise = if from == to { 0 } else { UNKNOWN_RTT };
        mesh.rtt.get(&(from, to)).copied().unwrap_or(otherwise)
    };
    Some(mesh.cluster_ids().flat_map(|from| mesh.cluster_ids().map(move |to| between(from, to))).collect())
}

/// What questions are made of.
#[derive(Clone, Copy)]
pub(crate) struct Source<'m> {
    pub(crate) mesh: &'m Mesh,
    pub(crate) tables: &'m Tables,
    /// The weights that the weigher starts from, where a policy gave any; else it starts from the data plane's.
    pub(crate) before: Option<&'m FxHashMap<Place, FrontendWeights>>,
    /// The weigher that is asked.
    pub(crate) descriptor: &'m Descriptor,
}

/// The questions about one service: one for each port name that its clients have. Frontends without a backend that
/// could serve are not asked about.
pub(crate) fn requests(source: Source<'_>, at: u32, clients: &[ClusterId]) -> Vec<Request> {
    let Source { mesh, tables, .. } = source;
    let group = &mesh.services[at as usize];
    let mut ports = BTreeMap::<String, Vec<(ClusterId, &ServiceTable)>>::new();
    for client in clients {
        let Some(table) = find(tables, *client, at) else {
            continue;
        };
        let labels: BTreeSet<_> =
            table.frontends.iter().map(|frontend| port_label(mesh, group, *client, frontend)).collect();
        for label in labels {
            ports.entry(label).or_default().push((*client, table));
        }
    }
    ports.into_iter().filter_map(|(port, seen)| request(source, at, group, &port, &seen)).collect()
}

fn find(tables: &Tables, client: ClusterId, group: u32) -> Option<&ServiceTable> {
    let services = &tables.clusters[usize::from(client.0)].services;
    services.binary_search_by_key(&group, |table| table.group).ok().map(|at| &services[at])
}

fn port_label(mesh: &Mesh, group: &ServiceGroup, client: ClusterId, frontend: &Frontend) -> String {
    let member = group.member(client).expect("a table's cluster has the service");
    mesh.service(member).ports[frontend.port as usize].label()
}

/// The backends of a frontend, each with whether it gets new connections: what ends does only where nothing else is.
fn backends(frontend: &Frontend) -> impl Iterator<Item = (&TableBackend, bool)> {
    let shares = shares(frontend, Path::Socket);
    frontend.backends.iter().zip(shares).map(|(backend, share)| (backend, share > 0.0))
}

/// What makes endpoints alike: cluster, zone, and the weight that they have without a weigher.
type GroupKey = (ClusterId, Name, u16);

fn key_of(mesh: &Mesh, group: &ServiceGroup, backend: &TableBackend) -> GroupKey {
    let member = group.member(backend.cluster).expect("a backend's cluster has the service");
    let zone = member.backends.list[backend.backend as usize].zone;
    let zone = if zone.is_empty() { mesh.cluster(backend.cluster).zone } else { zone };
    (backend.cluster, zone, backend.weight)
}

fn request(
    source: Source<'_>,
    at: u32,
    group: &ServiceGroup,
    port: &str,
    seen: &[(ClusterId, &ServiceTable)],
) -> Option<Request> {
    let Source { mesh, descriptor, .. } = source;
    let frontends = |client: ClusterId, table: &'_ ServiceTable| -> Vec<usize> {
        (0..table.frontends.len())
            .filter(|index| port_label(mesh, group, client, &table.frontends[*index]) == port)
            .collect()
    };
    let mut endpoints = BTreeMap::<GroupKey, BTreeSet<u32>>::new();
    for (client, table) in seen {
        for index in frontends(*client, table) {
            for (backend, _) in backends(&table.frontends[index]).filter(|(_, serves)| *serves) {
                endpoints.entry(key_of(mesh, group, backend)).or_default().insert(backend.backend);
            }
        }
    }
    if endpoints.is_empty() {
        return None;
    }
    let keys: Vec<GroupKey> = endpoints.keys().copied().collect();
    let mut request = Request {
        view: ServiceView {
            namespace: group.namespace.to_string(),
            name: group.name.to_string(),
            port: port.to_owned(),
            attrs: attrs(mesh, group, seen[0].0, descriptor),
            groups: endpoints
                .iter()
                .map(|(key, ids)| GroupView {
                    cluster: u32::from(key.0.0),
                    zone: key.1.to_string(),
                    endpoints: ids.len() as u32,
                    attrs: attrs(mesh, group, key.0, descriptor),
                })
                .collect(),
            clients: seen.iter().map(|(client, _)| u32::from(client.0)).collect(),
            baseline: vec![0; seen.len() * keys.len()],
        },
        group: at,
        clients: seen.iter().map(|(client, _)| *client).collect(),
        rows: Vec::with_capacity(seen.len()),
    };
    for (row, (client, table)) in seen.iter().enumerate() {
        let mut rows = Vec::new();
        for index in frontends(*client, table) {
            let mut groups = Vec::new();
            let before = source.before.and_then(|before| before.get(&(*client, at, index as u32)));
            for (slot, (backend, serves)) in backends(&table.frontends[index]).enumerate() {
                let of = serves.then(|| keys.binary_search(&key_of(mesh, group, backend)).ok()).flatten();
                if let Some(of) = of {
                    let weight = before.map_or(u32::from(backend.weight), |before| before.weights[slot]);
                    let cell = &mut request.view.baseline[row * keys.len() + of];
                    // Frontends of several address families may be scaled apart; the first that has the group counts.
                    *cell = if *cell == 0 { weight } else { *cell };
                }
                groups.push(of.map(|of| of as u32));
            }
            rows.push(Row { frontend: index as u32, groups });
        }
        request.rows.push(rows);
    }
    Some(request)
}

/// The labels and annotations of the Service in `cluster` that the weigher reads; an annotation wins over a label of the
/// same key.
fn attrs(mesh: &Mesh, group: &ServiceGroup, cluster: ClusterId, descriptor: &Descriptor) -> Attrs {
    let Some(member) = group.member(cluster).filter(|_| !descriptor.reads.is_empty()) else {
        return Attrs::new();
    };
    let service = mesh.service(member);
    let read = |pair: &&Pair| descriptor.reads.iter().any(|pattern| reads(pattern, pair.key.as_str()));
    let found: BTreeMap<_, _> = service
        .labels
        .iter()
        .chain(&service.all_annotations)
        .filter(read)
        .map(|pair| (pair.key.to_string(), pair.value.to_string()))
        .collect();
    found.into_iter().collect()
}

fn reads(pattern: &str, key: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == key, |prefix| key.starts_with(prefix))
}
