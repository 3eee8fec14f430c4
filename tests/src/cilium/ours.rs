//! Compiles the state of a script and words the result as Cilium would.
//!
//! **Invariant:** who is selected, with which counts, comes from the compiler's tables; nothing here decides it.

use meshc_compiler::model::{ClusterId, DataPlane, Forwarding, Identity, Mesh, Name, Service, ServicePort};
use meshc_compiler::tables::{
    AbsentReason, BackendRecord, Client, Frontend, FrontendKind, Scope, ServiceTable, TableBackend, backend_records,
};
use meshc_diag::Severity;

use crate::cilium::project::{NODE, own_cluster, project};
use crate::cilium::rows::{Address, BackendRow, Entry, FrontendBackend, FrontendRow, Rows, ServiceRow};
use crate::cilium::world::World;
use crate::compile::compile_for;

/// The rows that the compiler has for a state.
///
/// # Errors
/// Why it has none.
pub fn rows(world: &World, version: &str) -> Result<Rows, String> {
    let client = Client { node: Some(Name::new(NODE)), zone: None };
    let compiled = compile_for(client, project(world, version)?);
    let Some(weighted) = compiled.weighted else {
        let error = compiled.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
        let said = error.map_or_else(String::new, |error| format!("{}: {}", error.code, error.headline));
        return Err(format!("the compiler refuses the state ({said})"));
    };
    let mesh = weighted.mesh.mesh();
    let cluster = mesh.find_cluster(own_cluster(world)).ok_or("the own cluster is not there")?;
    let view = View { mesh, cluster, wildcards: world.flags.wildcards };
    let mut rows = Rows { backends: view.backends(), ..Rows::default() };
    for table in &weighted.tables.clusters[usize::from(cluster.0)].services {
        view.add(table, &mut rows);
    }
    Ok(rows)
}

/// A mesh from the side of its own cluster.
struct View<'m> {
    mesh: &'m Mesh,
    cluster: ClusterId,
    wildcards: bool,
}

impl View<'_> {
    fn data_plane(&self) -> &DataPlane {
        &self.mesh.cluster(self.cluster).data_plane
    }

    /// The id of a cluster, if it is another.
    fn other(&self, cluster: ClusterId) -> Option<u64> {
        let id = self.mesh.cluster(cluster).id.unwrap_or_default();
        (cluster != self.cluster).then_some(u64::from(id))
    }

    /// Pods that do not run yet are not known to Cilium.
    fn backends(&self) -> Vec<BackendRow> {
        backend_records(self.mesh, self.cluster).iter().filter_map(|record| self.backend(record)).collect()
    }

    fn backend(&self, record: &BackendRecord) -> Option<BackendRow> {
        let names = record.port_names.iter().map(ToString::to_string).filter(|name| !name.is_empty());
        let zones: Vec<_> = record.for_zones.iter().map(ToString::to_string).collect();
        let has_zone = !record.zone.is_empty() || !zones.is_empty();
        Some(BackendRow {
            service: format!("{}/{}", record.namespace, record.service),
            address: Address {
                ip: record.address?,
                port: record.port,
                protocol: record.protocol.word(),
                internal: false,
            },
            cluster: self.other(record.cluster),
            state: record.state.word(),
            port_names: names.collect(),
            weight: record.weight,
            node: record.node.to_string(),
            zone: has_zone.then(|| (record.zone.to_string(), zones)),
        })
    }

    fn add(&self, table: &ServiceTable, rows: &mut Rows) {
        let group = table.group(self.mesh);
        let member = group.member(self.cluster).expect("a table's cluster has the service");
        let service = self.mesh.service(member);
        // What is not for this node, or for another program, Cilium does not keep.
        let elsewhere = table.absent.iter().any(|absent| absent.reason == AbsentReason::Node);
        if elsewhere || service.traffic.foreign_proxy.is_some() {
            return;
        }
        let name = format!("{}/{}", group.namespace, group.name);
        rows.services.push(self.service(&name, service, table));
        let frontends = table.frontends.iter().filter_map(|frontend| self.frontend(&name, service, table, frontend));
        rows.frontends.extend(frontends);
    }

    fn service(&self, name: &str, service: &Service, table: &ServiceTable) -> ServiceRow {
        ServiceRow {
            name: name.to_owned(),
            port_names: service.ports.iter().map(|port| (port.name.to_string(), port.number)).collect(),
            external_local: service.traffic.is_external_local(),
            internal_local: service.traffic.is_internal_local(),
            flags: service_flags(service, table, self.data_plane()),
        }
    }

    /// Addresses that the cluster has yet to choose are not there.
    fn frontend(
        &self,
        name: &str,
        service: &Service,
        table: &ServiceTable,
        frontend: &Frontend,
    ) -> Option<FrontendRow> {
        let port = &service.ports[frontend.port as usize];
        let address = Address {
            ip: frontend.address?,
            port: frontend.number?,
            protocol: port.protocol.word(),
            internal: frontend.scope == Scope::Internal,
        };
        let of = |backend: &TableBackend| self.frontend_backend(table, port, backend);
        Some(FrontendRow {
            address,
            kind: frontend.kind.word(),
            service: name.to_owned(),
            port_name: port.name.to_string(),
            service_port: port.number,
            backends: frontend.backends.iter().filter_map(of).collect(),
            entry: self.entry(service, table, port, frontend),
        })
    }

    fn frontend_backend(
        &self,
        table: &ServiceTable,
        port: &ServicePort,
        backend: &TableBackend,
    ) -> Option<FrontendBackend> {
        let Identity::Address(ip) = backend.identity(table.group(self.mesh)) else {
            return None;
        };
        Some(FrontendBackend {
            address: Address { ip, port: backend.port, protocol: port.protocol.word(), internal: false },
            cluster: self.other(backend.cluster),
            state: backend.state.word(),
        })
    }

    fn entry(&self, service: &Service, table: &ServiceTable, port: &ServicePort, frontend: &Frontend) -> Entry {
        let slots = frontend.slots();
        let traffic = &service.traffic;
        let is_ipv4 = frontend.address.is_some_and(|address| address.is_ipv4());
        let ranges = traffic.source_ranges.iter().filter(|range| range.addr().is_ipv4() == is_ipv4);
        let asked = traffic.algorithm.filter(|_| self.data_plane().algorithm_annotation);
        Entry {
            is_programmed: frontend.programmed,
            count: slots.count as usize,
            quarantined: slots.qcount as usize,
            algorithm: asked.map_or("undef", |said| said.value.word()),
            affinity: traffic.session_affinity.map(|said| said.value),
            flags: entry_flags(service, frontend),
            ranges: ranges.map(ToString::to_string).collect(),
            maglev: self.maglev(table, port, frontend),
            has_wildcard: self.wildcards && has_wildcard(service, frontend),
        }
    }

    /// Without a backend there is no table.
    fn maglev(&self, table: &ServiceTable, port: &ServicePort, frontend: &Frontend) -> Option<Vec<(Address, usize)>> {
        let counts = frontend.maglev.as_ref()?.iter().zip(&frontend.backends).filter(|(count, _)| **count > 0);
        let entries: Vec<_> = counts
            .filter_map(|(count, backend)| {
                Some((self.frontend_backend(table, port, backend)?.address, *count as usize))
            })
            .collect();
        (!entries.is_empty()).then_some(entries)
    }
}

/// Cilium marks addresses only where it manages them.
fn has_wildcard(service: &Service, frontend: &Frontend) -> bool {
    let is_managed = match service.traffic.load_balancer_class {
        None => true,
        Some(class) => matches!(class.as_str(), "io.cilium/bgp-control-plane" | "io.cilium/l2-announcer"),
    };
    let is_own = matches!(frontend.kind, FrontendKind::ClusterIp | FrontendKind::LoadBalancer);
    is_managed && is_own && frontend.scope == Scope::External
}

/// What an entry says of its frontend, in the order of Cilium's `ServiceFlags`.
fn entry_flags(service: &Service, frontend: &Frontend) -> Vec<&'static str> {
    let traffic = &service.traffic;
    let (external, internal) = (traffic.is_external_local(), traffic.is_internal_local());
    let flags = [
        (external, "Local"),
        (internal, "InternalLocal"),
        (external != internal && frontend.kind != FrontendKind::ClusterIp, "two-scopes"),
        (traffic.session_affinity.is_some(), "sessionAffinity"),
        (!frontend.routable, "non-routable"),
        (frontend.source_ranges, "check source-range"),
        (frontend.source_ranges && traffic.source_ranges_deny, "deny"),
        (frontend.forwarding == Forwarding::Dsr, "dsr"),
    ];
    flags.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect()
}

/// What the table of services says of a Service.
fn service_flags(service: &Service, table: &ServiceTable, data_plane: &DataPlane) -> Vec<String> {
    let traffic = &service.traffic;
    let ranges: Vec<_> = traffic.source_ranges.iter().map(ToString::to_string).collect();
    let forwarding = traffic.forwarding.filter(|_| data_plane.forwarding_annotation);
    let flags = [
        traffic.session_affinity.map(|said| format!("SessionAffinity={}", duration(said.value))),
        (!ranges.is_empty()).then(|| format!("SourceRanges={}", ranges.join(", "))),
        traffic.source_ranges_deny.then(|| "SourceRangesPolicy=deny".to_owned()),
        traffic.health_check_node_port.map(|port| format!("HealthCheckNodePort={port}")),
        traffic.algorithm.map(|said| format!("ExplicitLBAlgorithm={}", said.value.word())),
        forwarding.map(|said| format!("ForwardingMode={}", said.value.word())),
        table.distribution.map(|value| format!("TrafficDistribution={}", value.word())),
        traffic.load_balancer_class.map(|class| format!("LoadBalancerClass={class}")),
    ];
    flags.into_iter().flatten().collect()
}

/// As Go writes a duration.
fn duration(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_does() {
        let durations = [10_800, 90, 5].map(duration);
        assert_eq!(durations, ["3h0m0s", "1m30s", "5s"]);
    }
}
