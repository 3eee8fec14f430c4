//! The Maglev tables of frontends (CILIUM.md 3.6 and 6).

use std::net::SocketAddr;

use meshc_model::{Algorithm, ClusterId, Identity, Mesh, Service, ServiceGroup};

use crate::maglev::{MaglevBackend, maglev_counts, maglev_table};
use crate::share::serving;
use crate::view::View;
use crate::{Frontend, ServiceTable, TableBackend};

/// How many entries of a frontend's Maglev table each of its backends has; `None` where there is no table, or where it
/// cannot be known.
pub(crate) fn maglev_entries(
    view: &View<'_>,
    algorithm: Algorithm,
    port: u32,
    backends: &[TableBackend],
) -> Option<Vec<u32>> {
    let table = maglev_backends(view.group, view.service, algorithm, port, backends)?;
    let of_serving = maglev_counts(&table, view.data_plane.maglev_table_size);
    let mut counts = of_serving.into_iter();
    Some(serving(backends).into_iter().map(|on| if on { counts.next().unwrap_or(0) } else { 0 }).collect())
}

/// The serving backends of a frontend as its Maglev table has them; `None` if it has none, or if one of them has no
/// address yet.
fn maglev_backends(
    group: &ServiceGroup,
    service: &Service,
    algorithm: Algorithm,
    port: u32,
    backends: &[TableBackend],
) -> Option<Vec<MaglevBackend>> {
    if algorithm != Algorithm::Maglev {
        return None;
    }
    let protocol = service.ports[port as usize].protocol;
    let serving = backends.iter().zip(serving(backends)).filter(|(_, on)| *on);
    serving
        .map(|(backend, _)| match backend.identity(group) {
            Identity::Address(address) => Some(MaglevBackend {
                address: SocketAddr::new(address, backend.port),
                protocol,
                weight: backend.weight,
            }),
            Identity::Workload { .. } => None,
        })
        .collect()
}

/// The Maglev table of a frontend in the table of `cluster`: for each entry the index of the backend that it leads to.
/// `None` if it has none, or if it cannot be known because a backend has no address yet.
pub fn frontend_maglev_table(
    mesh: &Mesh,
    cluster: ClusterId,
    table: &ServiceTable,
    frontend: &Frontend,
) -> Option<Vec<u32>> {
    let group = table.group(mesh);
    let service = mesh.service(group.member(cluster)?);
    let backends = maglev_backends(group, service, frontend.algorithm, frontend.port, &frontend.backends)?;
    let serving = serving(&frontend.backends);
    let index: Vec<u32> = (0..).zip(serving).filter(|(_, on)| *on).map(|(at, _)| at).collect();
    let entries = maglev_table(&backends, mesh.cluster(cluster).data_plane.maglev_table_size);
    Some(entries.into_iter().map(|entry| index[entry as usize]).collect())
}
