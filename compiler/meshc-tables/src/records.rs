use std::net::IpAddr;

use meshc_model::{ClusterId, EndpointPort, Identity, Member, Mesh, Name, ObjectId, Protocol};
use rustc_hash::FxHashMap;

use crate::State;
use crate::offer::{Offer, Twins};
use crate::port_match::names;

/// A row of the data plane's table of backends, whether or not a frontend uses it (CILIUM.md 2.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackendRecord {
    /// The namespace of its service.
    pub namespace: Name,
    /// The name of its service, which its cluster need not have.
    pub service: Name,
    /// Its address; `None` for a pod that does not run yet.
    pub address: Option<IpAddr>,
    /// The number that it listens on.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The cluster that it is in.
    pub cluster: ClusterId,
    /// Whether that is another cluster.
    pub remote: bool,
    /// The names of its port, sorted.
    pub port_names: Vec<Name>,
    /// Its state.
    pub state: State,
    /// Its weight.
    pub weight: u16,
    /// Its node; empty where the data plane does not know it.
    pub node: Name,
    /// Its zone; empty if unknown.
    pub zone: Name,
    /// The zones that it is for.
    pub for_zones: Vec<Name>,
}

/// The table of backends of one cluster, by service, address and port. There is one row for each address and port of a
/// service's own endpoints, and one for those of other clusters.
pub fn backend_records(mesh: &Mesh, cluster: ClusterId) -> Vec<BackendRecord> {
    let mut records = Vec::new();
    for group in &mesh.services {
        let twins = Twins::new(group.members.iter());
        let mut of_group = Vec::new();
        for member in &group.members {
            let offer = Offer::new(mesh, cluster, member);
            if offer.refused.is_none() {
                add(group.namespace, group.name, &offer, &twins, &mut of_group);
            }
        }
        records.extend(newest(of_group));
    }
    let data_plane = &mesh.cluster(cluster).data_plane;
    for unclaimed in mesh.unclaimed.iter().filter(|unclaimed| unclaimed.cluster == cluster) {
        let member = Member {
            cluster,
            object: ObjectId(0),
            derived: None,
            backends: unclaimed.backends.clone(),
            namespace_global: None,
        };
        let mut found = Vec::new();
        let offer = Offer::unclaimed(data_plane, &member);
        add(unclaimed.namespace, unclaimed.service, &offer, &Twins::default(), &mut found);
        records.extend(newest(found));
    }
    records.sort_unstable();
    records
}

fn add(namespace: Name, service: Name, offer: &Offer<'_>, twins: &Twins, records: &mut Vec<BackendRecord>) {
    for (at, backend) in offer.member.backends.list.iter().enumerate() {
        let Ok(seen) = offer.see(at, twins) else {
            continue;
        };
        let ports = offer.ports(backend);
        for (index, port) in ports.iter().enumerate() {
            let same = |other: &EndpointPort| (other.number, other.protocol) == (port.number, port.protocol);
            if ports[..index].iter().any(same) || offer.is_dummy(backend, port.number) {
                continue;
            }
            let mut port_names: Vec<_> = names(port, &ports).collect();
            port_names.sort_unstable();
            records.push(BackendRecord {
                namespace,
                service,
                address: match backend.identity {
                    Identity::Address(address) => Some(address),
                    Identity::Workload { .. } => None,
                },
                port: port.number,
                protocol: port.protocol,
                cluster: offer.member.cluster,
                remote: offer.remote,
                port_names,
                state: seen.state,
                weight: seen.weight,
                node: seen.node,
                zone: backend.zone,
                for_zones: seen.for_zones.to_vec(),
            });
        }
    }
}

/// Of the rows with one key the last one, save among other clusters, where it is the first by name.
fn newest(records: Vec<BackendRecord>) -> Vec<BackendRecord> {
    let mut kept: Vec<BackendRecord> = Vec::with_capacity(records.len());
    let mut by_key = FxHashMap::default();
    for record in records {
        let key = record.address.map(|address| (address, record.port, record.protocol, record.remote));
        let Some(at) = key.and_then(|key| by_key.get(&key).copied()) else {
            by_key.extend(key.map(|key| (key, kept.len())));
            kept.push(record);
            continue;
        };
        let twin: &mut BackendRecord = &mut kept[at];
        if twin.cluster == record.cluster {
            *twin = record;
        }
    }
    kept
}
