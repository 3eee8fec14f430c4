//! Clusters whose Services of one name are alike in something, and those that are not.

use meshc_model::{ClusterSet, Member, Mesh, Service, ServiceGroup};

use super::{names_of, reach};

/// Clusters that are alike.
pub(super) struct Side<'m, K> {
    /// What they have.
    pub(super) key: K,
    /// The first of them.
    pub(super) first: &'m Member,
    /// All of them.
    pub(super) clusters: ClusterSet,
}

/// The global members by what `key` gives, in the order of the first cluster of each; those without it are left out.
pub(super) fn sides<'m, K: PartialEq>(
    mesh: &'m Mesh,
    group: &'m ServiceGroup,
    key: impl Fn(&Service) -> Option<K>,
) -> Vec<Side<'m, K>> {
    let mut sides: Vec<Side<'m, K>> = Vec::new();
    for member in reach::global(mesh, group) {
        let Some(found) = key(mesh.service(member)) else {
            continue;
        };
        if let Some(side) = sides.iter_mut().find(|side| side.key == found) {
            side.clusters.insert(member.cluster);
        } else {
            sides.push(Side { key: found, first: member, clusters: [member.cluster].into_iter().collect() });
        }
    }
    sides
}

impl<K> Side<'_, K> {
    /// Its clusters, for people.
    pub(super) fn names(&self, mesh: &Mesh) -> String {
        names_of(mesh, &self.clusters)
    }
}
