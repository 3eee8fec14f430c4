//! A frontend belongs to one service: the one that has it first. Another that wants it gets none of its own
//! (CILIUM.md 3.6).

use std::net::IpAddr;

use meshc_model::{ClusterId, Mesh, Protocol, ServicePort};
use rustc_hash::FxHashMap;

use crate::frontends::FrontendAddress;
use crate::{AbsentFrontends, AbsentReason, ClusterTable, Frontend, Scope, ServiceTable};

type Key = (IpAddr, u16, Protocol, Scope);

/// Takes the frontends of every service that wants one of another. Which service is first depends on the order in which
/// they are heard of: the table shows the first by namespace and name.
pub(crate) fn settle_conflicts(mesh: &Mesh, table: &mut ClusterTable) {
    let cluster = table.cluster;
    let mut owners = FxHashMap::<Key, u32>::default();
    for service in &mut table.services {
        let keys = keys(mesh, cluster, service);
        if keys.iter().any(|key| owners.get(key).is_some_and(|owner| *owner != service.group)) {
            lose(service);
        } else {
            owners.extend(keys.into_iter().map(|key| (key, service.group)));
        }
    }
}

/// The services of `table` that have a frontend at one of `wanted`, which are of a service with the ports `ports`.
pub(crate) fn owners<'t>(
    mesh: &'t Mesh,
    table: &'t ClusterTable,
    ports: &'t [ServicePort],
    wanted: &'t [FrontendAddress],
) -> impl Iterator<Item = &'t ServiceTable> {
    let is_wanted = move |key: Key| {
        let own = |at: &FrontendAddress| Some((at.address?, at.number?, ports[at.port as usize].protocol, at.scope));
        wanted.iter().any(|at| own(at) == Some(key))
    };
    table.services.iter().filter(move |service| keys(mesh, table.cluster, service).into_iter().any(is_wanted))
}

/// The keys of the frontends of a service that have one.
fn keys(mesh: &Mesh, cluster: ClusterId, service: &ServiceTable) -> Vec<Key> {
    let member = service.group(mesh).member(cluster).expect("a table's cluster has the service");
    let ports = &mesh.service(member).ports;
    let key = |frontend: &Frontend| -> Option<Key> {
        let protocol = ports[frontend.port as usize].protocol;
        Some((frontend.address?, frontend.number?, protocol, frontend.scope))
    };
    service.frontends.iter().filter_map(key).collect()
}

fn lose(service: &mut ServiceTable) {
    let mut kinds: Vec<_> = service.frontends.drain(..).map(|frontend| frontend.kind).collect();
    kinds.dedup();
    let absent = kinds.into_iter().map(|kind| AbsentFrontends { kind, reason: AbsentReason::Conflict });
    service.absent.extend(absent);
}
