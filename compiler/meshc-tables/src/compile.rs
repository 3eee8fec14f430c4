use std::net::IpAddr;

use meshc_check::CheckedMesh;
use meshc_model::{
    Affinity, Backend, ClusterId, DataPlane, Identity, Member, Mesh, ServiceGroup, ServicePort, ServiceType,
};
use rayon::prelude::*;

use crate::affinity::choose;
use crate::export::{Export, export, is_exported};
use crate::port_match::matching_ports;
use crate::{ClusterTable, Excluded, Frontend, Reason, ServiceTable, State, TableBackend, Tables};

/// Compiles the table of every cluster.
pub fn compile_tables(mesh: &CheckedMesh) -> Tables {
    let mesh = mesh.mesh();
    // What each cluster offers does not depend on who asks.
    let seen: Vec<Vec<(ClusterId, ServiceTable)>> =
        mesh.services.par_iter().enumerate().map(|(at, group)| compile_group(mesh, at as u32, group)).collect();
    let mut clusters: Vec<_> =
        mesh.cluster_ids().map(|cluster| ClusterTable { cluster, services: Vec::new() }).collect();
    for (cluster, table) in seen.into_iter().flatten() {
        clusters[usize::from(cluster.0)].services.push(table);
    }
    Tables { clusters }
}

/// A service as each of its clusters sees it.
fn compile_group(mesh: &Mesh, at: u32, group: &ServiceGroup) -> Vec<(ClusterId, ServiceTable)> {
    let exports: Vec<_> = group.members.iter().map(|member| export(mesh, member)).collect();
    let see = |client: &Member| {
        let view = View { mesh, group, exports: &exports, client };
        (client.cluster, ServiceTable { group: at, frontends: view.frontends() })
    };
    group.members.iter().map(see).collect()
}

/// A service from the side of one client cluster.
struct View<'m> {
    mesh: &'m Mesh,
    group: &'m ServiceGroup,
    exports: &'m [Export],
    client: &'m Member,
}

impl View<'_> {
    /// One for each address and port; for each port one without an address where the manifest gives none
    /// (CILIUM.md 3.6). Headless services and names for other names have none.
    fn frontends(&self) -> Vec<Frontend> {
        let service = self.mesh.service(self.client);
        if service.headless || service.service_type == ServiceType::ExternalName {
            return Vec::new();
        }
        let mut addresses: Vec<_> = service.cluster_ips.iter().copied().map(Some).collect();
        addresses.sort_unstable();
        if addresses.is_empty() {
            addresses.push(None);
        }
        let ports = || service.ports.iter().enumerate();
        addresses
            .iter()
            .flat_map(|address| ports().map(|(at, port)| self.frontend(*address, at as u32, port)))
            .collect()
    }

    fn frontend(&self, address: Option<IpAddr>, at: u32, port: &ServicePort) -> Frontend {
        let mut found = Candidates::default();
        for (member, export) in self.group.members.iter().zip(self.exports) {
            if member.cluster == self.client.cluster {
                self.add_local(member, address, port, &mut found);
            } else {
                self.add_remote(member, *export, address, port, &mut found);
            }
        }
        let affinity = self.mesh.service(self.client).annotations.affinity();
        let (backends, excluded) = found.filter(affinity);
        let mut frontend = Frontend { address, port: at, backends, excluded };
        self.order(&mut frontend);
        frontend
    }

    fn data_plane(&self) -> DataPlane {
        self.mesh.cluster(self.client.cluster).data_plane
    }

    fn add_local(&self, member: &Member, address: Option<IpAddr>, port: &ServicePort, found: &mut Candidates) {
        for (at, backend) in member.backends.list.iter().enumerate() {
            let state = State::of_local(backend, self.data_plane().version);
            match matching_ports(port, address, backend, member.backends.ports(backend)) {
                Ok(numbers) => {
                    found
                        .local
                        .extend(numbers.into_iter().map(|number| row(member, at, number, state, backend.weight)));
                }
                Err(reason) => found.excluded.push(excluded(member, at, None, reason)),
            }
        }
    }

    /// A remote record holds no state and no weight: whatever is in it is active and weighs the standard (CILIUM.md 2.2).
    fn add_remote(
        &self,
        member: &Member,
        export: Export,
        address: Option<IpAddr>,
        port: &ServicePort,
        found: &mut Candidates,
    ) {
        let own_global = self.mesh.service(self.client).annotations.is_global();
        let forbidden = match export {
            Export::NotGlobal => Some(Reason::RemoteNotGlobal),
            Export::NotShared => Some(Reason::NotShared),
            Export::NamespaceNotGlobal => Some(Reason::NamespaceNotGlobal),
            Export::Yes => None,
        };
        let forbidden = if own_global { forbidden } else { Some(Reason::NotGlobal) };
        for (at, backend) in member.backends.list.iter().enumerate() {
            let ports = matching_ports(port, address, backend, member.backends.ports(backend));
            let unready = (!is_exported(backend)).then_some(Reason::NotReady);
            match (forbidden.or(unready), ports) {
                (None, Ok(numbers)) => found.remote.extend(
                    numbers.into_iter().map(|number| row(member, at, number, State::Active, Backend::STANDARD_WEIGHT)),
                ),
                (None, Err(reason)) => found.excluded.push(excluded(member, at, None, reason)),
                (Some(reason), ports) => {
                    let number = ports.ok().and_then(|numbers| numbers.first().copied());
                    found.excluded.push(excluded(member, at, number, reason));
                }
            }
        }
    }

    /// Slots are ordered by state, address and port (CILIUM.md 3.6). Derived backends, which have no address yet, come
    /// in the order of clusters, workloads and ordinals.
    fn order(&self, frontend: &mut Frontend) {
        frontend.backends.sort_by_key(|backend| {
            let identity = backend.identity(self.group);
            let address = match identity {
                Identity::Address(address) => Some(address),
                Identity::Workload { .. } => None,
            };
            (backend.state, address, backend.port, backend.cluster, identity)
        });
        frontend.excluded.sort_by_key(|excluded| (excluded.cluster, excluded.backend, excluded.reason));
    }
}

fn row(member: &Member, at: usize, port: u16, state: State, weight: u16) -> TableBackend {
    TableBackend { cluster: member.cluster, backend: at as u32, port, state, weight }
}

fn excluded(member: &Member, at: usize, port: Option<u16>, reason: Reason) -> Excluded {
    Excluded { cluster: member.cluster, backend: at as u32, port, reason }
}

/// The matching backends of a frontend, before affinity.
#[derive(Default)]
struct Candidates {
    local: Vec<TableBackend>,
    remote: Vec<TableBackend>,
    excluded: Vec<Excluded>,
}

impl Candidates {
    fn filter(mut self, affinity: Affinity) -> (Vec<TableBackend>, Vec<Excluded>) {
        let states = |rows: &[TableBackend]| rows.iter().map(|row| row.state).collect::<Vec<_>>();
        let choice = choose(affinity, &states(&self.local), &states(&self.remote));
        let mut backends = Vec::with_capacity(self.local.len() + self.remote.len());
        let sides =
            [(choice.local, self.local, Reason::AffinityRemote), (choice.remote, self.remote, Reason::AffinityLocal)];
        for (used, rows, reason) in sides {
            if used {
                backends.extend(rows);
            } else {
                self.excluded.extend(rows.iter().map(|row| Excluded {
                    cluster: row.cluster,
                    backend: row.backend,
                    port: Some(row.port),
                    reason,
                }));
            }
        }
        (backends, self.excluded)
    }
}
