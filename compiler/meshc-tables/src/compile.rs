use meshc_check::CheckedMesh;
use meshc_model::{ClusterId, Member, Mesh, ServiceGroup};
use rayon::prelude::*;

use crate::client::Place;
use crate::conflict::settle_conflicts;
use crate::offer::Twins;
use crate::view::View;
use crate::{Client, ClusterTable, ServiceTable, Tables};

/// Compiles the table of every cluster, as `client` sees it.
pub fn compile_tables(mesh: &CheckedMesh, client: Client) -> Tables {
    let mesh = mesh.mesh();
    let places: Vec<_> = mesh.cluster_ids().map(|cluster| Place::new(mesh, cluster, client)).collect();
    let groups = mesh.services.par_iter().enumerate();
    let seen: Vec<Vec<(ClusterId, ServiceTable)>> =
        groups.map(|(at, group)| compile_group(mesh, at as u32, group, &places)).collect();
    let mut clusters: Vec<_> =
        mesh.cluster_ids().map(|cluster| ClusterTable { cluster, services: Vec::new() }).collect();
    for (cluster, table) in seen.into_iter().flatten() {
        clusters[usize::from(cluster.0)].services.push(table);
    }
    clusters.par_iter_mut().for_each(|table| settle_conflicts(mesh, table));
    Tables { clusters }
}

/// A service as each of its clusters sees it.
fn compile_group(mesh: &Mesh, at: u32, group: &ServiceGroup, places: &[Place<'_>]) -> Vec<(ClusterId, ServiceTable)> {
    let twins = Twins::new(group.members.iter());
    let see = |own: &Member| {
        let place = places[usize::from(own.cluster.0)];
        (own.cluster, View::new(mesh, group, own, place, &twins).table(at))
    };
    group.members.iter().map(see).collect()
}
