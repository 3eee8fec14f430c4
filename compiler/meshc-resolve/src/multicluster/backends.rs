//! What serves a derived Service in a cluster that exports: what serves the exported one, as far as their ports agree.

use meshc_model::{Backend, Backends, ClusterId, EndpointPort, Family, Identity, ObjectKey, Service, TargetPort};

use super::profile::Profile;
use crate::backends::BackendIndex;

/// A Service that a cluster exports, and what is derived of it there.
pub(super) struct Exported<'m> {
    pub(super) cluster: ClusterId,
    pub(super) key: ObjectKey,
    pub(super) service: &'m Service,
    pub(super) derived: &'m Service,
}

/// The backends of the derived Service. The annotation with a weight is not mirrored, so all weigh the same.
pub(super) fn backends(index: &BackendIndex<'_>, exported: &Exported<'_>, profile: Profile) -> Backends {
    let mut backends =
        if profile.mirrors_slices() { mirrored(index, exported, profile) } else { selected(index, exported) };
    for backend in &mut backends.list {
        backend.weight = Backend::STANDARD_WEIGHT;
    }
    backends
}

/// Each slice of the exported Service is mirrored, unless it is of a family that is not imported
/// (`endpointslice_mirror_controller.go`).
fn mirrored(index: &BackendIndex<'_>, exported: &Exported<'_>, profile: Profile) -> Backends {
    let mut backends = index.backends(exported.key, exported.service, exported.cluster);
    let families = &exported.derived.traffic.ip_families;
    backends.list.retain(|backend| match backend.identity {
        Identity::Address(address) => families.is_empty() || families.contains(&Family::of(address)),
        Identity::Workload { .. } => true,
    });
    if profile.filters_ports() {
        keep_agreed(&mut backends, exported);
    }
    backends
}

/// A port stays if both Services have one of its name, with the same number and protocol. What has no port left is not
/// mirrored.
fn keep_agreed(backends: &mut Backends, exported: &Exported<'_>) {
    let find = |service: &Service, port: &EndpointPort| {
        let found = service.ports.iter().find(|found| found.name == port.name)?;
        Some((found.number, found.protocol))
    };
    let agree = |port: &EndpointPort| {
        let derived = find(exported.derived, port);
        derived.is_some() && derived == find(exported.service, port)
    };
    for set in &mut backends.port_sets {
        set.retain(agree);
    }
    let bare: Vec<bool> = backends.port_sets.iter().map(Vec::is_empty).collect();
    backends.list.retain(|backend| !bare[backend.ports as usize]);
    backends.workloads.retain(|workload| !bare[workload.ports as usize]);
}

/// The pods that the copied selector finds. Endpoints that were observed are those of the same pods; those that a user
/// makes by hand are not found.
fn selected(index: &BackendIndex<'_>, exported: &Exported<'_>) -> Backends {
    if exported.service.selector.is_empty() {
        return Backends::default();
    }
    let observed = index.observed_in(exported.key.namespace, exported.key.name, exported.cluster);
    observed.map_or_else(
        || index.selected(exported.key, exported.derived, exported.cluster),
        |observed| renamed(observed, exported),
    )
}

/// Observed endpoints with the ports of the derived Service, and without hints: it has no `trafficDistribution`.
fn renamed(mut backends: Backends, exported: &Exported<'_>) -> Backends {
    for set in &mut backends.port_sets {
        let derived = exported.derived.ports.iter().filter_map(|port| {
            let own = exported.service.ports.iter().rev().find(|own| own.number == port.number);
            let number = match port.target {
                TargetPort::Number(number) => number,
                TargetPort::Named(_) => set.iter().find(|found| own.is_some_and(|own| own.name == found.name))?.number,
            };
            Some(EndpointPort { name: port.name, protocol: port.protocol, number })
        });
        *set = derived.collect();
    }
    backends.zone_sets.iter_mut().for_each(Vec::clear);
    backends
}
