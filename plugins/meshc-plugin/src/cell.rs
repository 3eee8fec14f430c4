//! One client looking at one group: what a weight is about.

use crate::{Cluster, Group, Mesh, Reason, Service};

/// An entry of a service's matrix.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The row: an index into [`Service::clients`].
    pub client_index: u32,
    /// The column: an index into [`Service::groups`].
    pub group_index: u32,
    /// The cluster that requests come from.
    pub client: &'a Cluster,
    /// The endpoints that they may go to.
    pub group: &'a Group,
    /// The cluster of these endpoints.
    pub cluster: &'a Cluster,
    /// The weight without a plugin. 0 is forbidden ground.
    pub baseline: u64,
    /// The round trip from client to cluster in microseconds, where the mesh knows it.
    pub rtt_us: Option<u32>,
}

impl<'a> Cell<'a> {
    /// Tells whether client and endpoints are in the same cluster.
    pub fn is_home(&self) -> bool {
        self.client.name == self.cluster.name
    }

    /// The zone of the endpoints: the group's, or else its cluster's. Empty if unknown.
    pub fn zone(&self) -> &'a str {
        if self.group.zone.is_empty() { &self.cluster.zone } else { &self.group.zone }
    }

    /// Says why this entry is what it is, for [`Outcome::reasons`](crate::Outcome::reasons).
    pub fn because(&self, text: impl Into<String>) -> Reason {
        Reason { client: Some(self.client_index), group: Some(self.group_index), text: text.into() }
    }
}

impl Service {
    /// Every client with every group, row by row: the order of [`Weights::values`](crate::Weights::values).
    ///
    /// # Panics
    /// If an index leads out of the mesh, or the baseline is not one entry for each cell. The host sends neither.
    pub fn cells<'a>(&'a self, mesh: &'a Mesh) -> impl Iterator<Item = Cell<'a>> {
        let columns = self.groups.len();
        self.clients.iter().zip(0..).flat_map(move |(&client, client_index)| {
            self.groups.iter().zip(0..).map(move |(group, group_index)| Cell {
                client_index,
                group_index,
                client: mesh.cluster(client),
                group,
                cluster: mesh.cluster(group.cluster),
                baseline: u64::from(self.baseline[client_index as usize * columns + group_index as usize]),
                rtt_us: mesh.rtt_us(client, group.cluster),
            })
        })
    }
}

impl Mesh {
    /// The cluster that an index of a service stands for.
    ///
    /// # Panics
    /// If there is none. The host sends no such index.
    pub fn cluster(&self, index: u32) -> &Cluster {
        &self.clusters[index as usize]
    }

    /// The round trip between two clusters, by their indexes, in microseconds.
    pub fn rtt_us(&self, from: u32, to: u32) -> Option<u32> {
        let known = |rtt_us: &u32| *rtt_us != u32::MAX;
        self.rtt_us.as_ref()?.get(from as usize * self.clusters.len() + to as usize).copied().filter(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster(name: &str, zone: &str) -> Cluster {
        Cluster { name: name.into(), id: 0, region: String::new(), zone: zone.into(), attrs: vec![] }
    }

    fn group(cluster: u32, zone: &str) -> Group {
        Group { cluster, zone: zone.into(), endpoints: 1, attrs: vec![] }
    }

    #[test]
    fn cells_come_row_by_row() {
        let mesh = Mesh {
            clusters: vec![cluster("a", "z1"), cluster("b", "")],
            rtt_us: Some(vec![0, 10, 20, 0]),
            attrs: vec![],
        };
        let service = Service {
            namespace: "shop".into(),
            name: "cart".into(),
            port: "80".into(),
            attrs: vec![],
            groups: vec![group(0, ""), group(0, "z2"), group(1, "")],
            clients: vec![0, 1],
            baseline: vec![1, 2, 3, 4, 5, 6],
        };
        let seen: Vec<_> = service
            .cells(&mesh)
            .map(|cell| (cell.client.name.as_str(), cell.zone(), cell.is_home(), cell.baseline, cell.rtt_us.unwrap()))
            .collect();
        let expected = [
            ("a", "z1", true, 1, 0),
            ("a", "z2", true, 2, 0),
            ("a", "", false, 3, 10),
            ("b", "z1", false, 4, 20),
            ("b", "z2", false, 5, 20),
            ("b", "", true, 6, 0),
        ];
        assert_eq!(seen, expected);
        let last = service.cells(&mesh).last().unwrap().because("near");
        assert_eq!(last, Reason { client: Some(1), group: Some(2), text: "near".into() });
    }
}
