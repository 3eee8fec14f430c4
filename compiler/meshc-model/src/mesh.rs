use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{
    Backends, Body, Cluster, ClusterId, ClusterSet, ExportedService, LintSetting, Name, Node, Object, ObjectId, Said,
    Service,
};

/// All clusters and everything declared in them.
#[derive(Clone, Debug, Default)]
pub struct Mesh {
    /// Its name, if it has one.
    pub name: Option<Name>,
    /// The clusters, by name.
    pub clusters: Vec<Cluster>,
    /// The round-trip times that are known, in microseconds, by the client's cluster and the other.
    pub rtt: BTreeMap<(ClusterId, ClusterId), u32>,
    /// The clusters that are applied together, wave after wave. Each cluster is in one, but where there is no wave at all.
    pub waves: Vec<Vec<ClusterId>>,
    /// What the Mesh says of rules.
    pub lints: Vec<LintSetting>,
    /// Every object of the input, in the order of files and documents.
    pub objects: Vec<Object>,
    /// For each object the clusters that it stands in, once the more special have replaced the less special.
    pub placements: Vec<ClusterSet>,
    /// The services, by namespace and name.
    pub services: Vec<ServiceGroup>,
    /// The routes of the Gateway API, in the order of the objects.
    pub routes: Vec<ObjectId>,
    /// What clusters export with the MCS-API, by namespace and name.
    pub exported: Vec<ExportedService>,
    /// The endpoints that name a Service which their cluster does not have, by cluster, namespace and name.
    pub unclaimed: Vec<Unclaimed>,
}

/// Endpoints without a Service.
#[derive(Clone, Debug)]
pub struct Unclaimed {
    /// The cluster.
    pub cluster: ClusterId,
    /// Their namespace.
    pub namespace: Name,
    /// The Service that they name.
    pub service: Name,
    /// What they are.
    pub backends: Backends,
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
    /// Whether Cilium derives it, in any cluster.
    pub fn is_derived(&self) -> bool {
        self.members.iter().any(|member| member.derived.is_some())
    }

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
    /// The object that declares it: its Service, or the `ServiceExport` that it is derived from. Where the cluster
    /// itself exports nothing, that is the oldest export of another.
    pub object: ObjectId,
    /// The Service that the data plane makes of a `ServiceExport` (CILIUM.md 5); `None` for a declared one.
    pub derived: Option<Arc<Service>>,
    /// What serves it there.
    pub backends: Backends,
    /// Whether its namespace offers services to other clusters, where the namespace says so itself (CILIUM.md 2.1).
    pub namespace_global: Option<Said<bool>>,
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
    pub fn service<'m>(&'m self, member: &'m Member) -> &'m Service {
        match (&member.derived, &self.object(member.object).body) {
            (Some(service), _) => service,
            (None, Body::Service(service)) => service,
            (None, _) => unreachable!("the object of a member that is not derived is a Service"),
        }
    }

    /// Whether the namespace of `member` offers services to other clusters: as it says, or else as its cluster does.
    pub fn namespace_is_global(&self, member: &Member) -> bool {
        let standard = self.cluster(member.cluster).data_plane.default_global_namespace;
        member.namespace_global.map_or(standard, |said| said.value)
    }

    /// Whether the namespace of `member` keeps its services from other clusters, as newer versions let it.
    pub fn is_held_back(&self, member: &Member) -> bool {
        self.cluster(member.cluster).data_plane.version.heeds_namespaces() && !self.namespace_is_global(member)
    }

    /// The nodes of `cluster`, each with its name.
    pub fn nodes(&self, cluster: ClusterId) -> impl Iterator<Item = (Name, &Node)> {
        self.objects.iter().zip(&self.placements).filter_map(move |(object, placement)| match &object.body {
            Body::Node(node) if placement.contains(cluster) => Some((object.key.name, &**node)),
            _ => None,
        })
    }
}
