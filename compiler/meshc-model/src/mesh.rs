use crate::{Backends, Body, Cluster, ClusterId, ClusterSet, Name, Object, ObjectId, Service};

/// All clusters and everything declared in them.
#[derive(Clone, Debug, Default)]
pub struct Mesh {
    /// The clusters, by name.
    pub clusters: Vec<Cluster>,
    /// Every object of the input, in the order of files and documents.
    pub objects: Vec<Object>,
    /// For each object the clusters that it stands in, once the more special have replaced the less special.
    pub placements: Vec<ClusterSet>,
    /// The services, by namespace and name.
    pub services: Vec<ServiceGroup>,
}

/// A Service in all clusters that have it: the same namespace and name.
#[derive(Clone, Debug)]
pub struct ServiceGroup {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// The Service of each cluster that has it, by cluster.
    pub members: Vec<Member>,
}

impl ServiceGroup {
    /// The Service of `cluster`.
    pub fn member(&self, cluster: ClusterId) -> Option<&Member> {
        self.members.binary_search_by_key(&cluster, |member| member.cluster).ok().map(|at| &self.members[at])
    }
}

/// A Service in one cluster.
#[derive(Clone, Debug)]
pub struct Member {
    /// The cluster.
    pub cluster: ClusterId,
    /// The object that declares it.
    pub object: ObjectId,
    /// What serves it there.
    pub backends: Backends,
    /// Whether its namespace offers services to other clusters (CILIUM.md 2.1).
    pub namespace_global: bool,
}

impl Mesh {
    /// The cluster `id`.
    pub fn cluster(&self, id: ClusterId) -> &Cluster {
        &self.clusters[usize::from(id.0)]
    }

    /// The ids of all clusters, in order.
    pub fn cluster_ids(&self) -> impl Iterator<Item = ClusterId> + use<> {
        (0..self.clusters.len()).map(|at| ClusterId(at as u16))
    }

    /// Finds a cluster by its name.
    pub fn find_cluster(&self, name: &str) -> Option<ClusterId> {
        let at = self.clusters.iter().position(|cluster| cluster.name == name)?;
        Some(ClusterId(at as u16))
    }

    /// The object `id`.
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id.0 as usize]
    }

    /// The clusters that the object `id` stands in.
    pub fn placement(&self, id: ObjectId) -> &ClusterSet {
        &self.placements[id.0 as usize]
    }

    /// The Service of `member`.
    pub fn service(&self, member: &Member) -> &Service {
        match &self.object(member.object).body {
            Body::Service(service) => service,
            _ => unreachable!("a member's object is a Service"),
        }
    }
}
