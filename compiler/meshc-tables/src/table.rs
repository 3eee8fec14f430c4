use std::net::IpAddr;

use meshc_model::{Algorithm, ClusterId, Distribution, Forwarding, Identity, Mesh, Name, ServiceGroup};

use crate::{Reason, State};

/// The tables of all clusters.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// One for each cluster, by [`ClusterId`].
    pub clusters: Vec<ClusterTable>,
}

/// What the data plane of one cluster holds.
#[derive(Clone, Debug)]
pub struct ClusterTable {
    /// The client's cluster.
    pub cluster: ClusterId,
    /// The services of that cluster, by namespace and name.
    pub services: Vec<ServiceTable>,
}

/// A service as one cluster sees it.
#[derive(Clone, Debug)]
pub struct ServiceTable {
    /// Index into [`Mesh::services`].
    pub group: u32,
    /// Which backends it prefers by topology, as its data plane reads it; it counts only where the data plane heeds topology.
    pub distribution: Option<Distribution>,
    /// Its frontends; none for a headless service.
    pub frontends: Vec<Frontend>,
    /// The types of frontends that a reader might expect and does not find.
    pub absent: Vec<AbsentFrontends>,
    /// The backends of each other cluster that are mirrored into `EndpointSlices` here (CILIUM.md 5).
    pub mirrored: Vec<Mirrored>,
}

/// An address and port that clients connect to.
#[derive(Clone, Debug)]
pub struct Frontend {
    /// Its type.
    pub kind: FrontendKind,
    /// Where the connections come from that it is for.
    pub scope: Scope,
    /// The address; `None` if the manifest does not say, and the cluster will choose one. That of a node port stands for
    /// the addresses of all nodes.
    pub address: Option<IpAddr>,
    /// Index into the ports of the client cluster's Service.
    pub port: u32,
    /// The number that clients use; `None` for a node port that the cluster will choose.
    pub number: Option<u16>,
    /// How a packet finds its backend.
    pub algorithm: Algorithm,
    /// How a packet is sent on to its backend: snat or dsr.
    pub forwarding: Forwarding,
    /// Whether it has an entry of its own in the data plane (CILIUM.md 3.6).
    pub programmed: bool,
    /// Whether it can be reached from outside of the cluster.
    pub routable: bool,
    /// Whether it is only for clients in the Service's source ranges, or only for others.
    pub source_ranges: bool,
    /// What it is that the backends depend on and that is not known of the client.
    pub depends: Dependence,
    /// How many entries of the Maglev table each backend has; `None` where there is no table, or where it cannot be known
    /// because a backend has no address yet.
    pub maglev: Option<Vec<u32>>,
    /// The backends, in the order of slots.
    pub backends: Vec<TableBackend>,
    /// What a reader might expect and does not find.
    pub excluded: Vec<Excluded>,
}

/// The type of a frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrontendKind {
    /// The cluster's own address for the service.
    ClusterIp,
    /// A port of every node.
    NodePort,
    /// An address of a load balancer.
    LoadBalancer,
    /// An address from outside that is routed to the nodes.
    ExternalIp,
}

impl FrontendKind {
    /// Every type.
    pub const ALL: [FrontendKind; 4] = [Self::ClusterIp, Self::NodePort, Self::LoadBalancer, Self::ExternalIp];

    /// The word for it in tables, which is Cilium's.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalIp => "ExternalIPs",
        }
    }
}

/// Where the connections come from that a frontend is for. Only where one traffic policy of a service is Local and the
/// other is not are there frontends of both scopes (CILIUM.md 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// From outside, and from anywhere if there is no other.
    External,
    /// From the cluster's own pods and nodes.
    Internal,
}

impl Scope {
    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Internal => "internal",
        }
    }
}

/// What the backends of a frontend depend on. Both are false where the client is known well enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dependence {
    /// On the client's node.
    pub node: bool,
    /// On the client's zone.
    pub zone: bool,
}

/// Frontends that a service has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbsentFrontends {
    /// Their type.
    pub kind: FrontendKind,
    /// Why.
    pub reason: AbsentReason,
}

/// Why a service does not have the frontends of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AbsentReason {
    /// The service is headless.
    Headless,
    /// `service.cilium.io/type` names another type.
    TypeAnnotation,
    /// Cilium does not replace kube-proxy in that cluster.
    KubeProxyReplacement,
    /// The load balancer has only names, or addresses of a proxy before it (KEP-1860).
    IpMode,
    /// The data plane has no external IPs.
    ExternalIps,
    /// The client's node is not one of those that have the service.
    Node,
    /// Another service has one of the addresses already.
    Conflict,
    /// An address of the client's node, with a number among the node ports, stays free for a node port.
    NodePortRange,
}

impl AbsentReason {
    /// Every reason.
    pub const ALL: [AbsentReason; 8] = [
        Self::Headless,
        Self::TypeAnnotation,
        Self::KubeProxyReplacement,
        Self::IpMode,
        Self::ExternalIps,
        Self::Node,
        Self::Conflict,
        Self::NodePortRange,
    ];

    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Headless => "headless",
            Self::TypeAnnotation => "type-annotation",
            Self::KubeProxyReplacement => "kube-proxy-replacement",
            Self::IpMode => "ip-mode",
            Self::ExternalIps => "external-ips",
            Self::Node => "node",
            Self::Conflict => "frontend-conflict",
            Self::NodePortRange => "node-port-range",
        }
    }
}

/// Backends of another cluster that `EndpointSlices` of this one hold. The slices belong to the service, are named for it
/// and the cluster, and have the label `multicluster.kubernetes.io/source-cluster` with the cluster's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirrored {
    /// The cluster that they are in.
    pub cluster: ClusterId,
    /// Indices into the backends of that cluster's member.
    pub backends: Vec<u32>,
}

/// A backend of a frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableBackend {
    /// The cluster that it is in.
    pub cluster: ClusterId,
    /// Index into the backends of that cluster's member.
    pub backend: u32,
    /// The number that it listens on.
    pub port: u16,
    /// Its state in the client cluster's table.
    pub state: State,
    /// The weight that the client cluster's data plane has for it.
    pub weight: u16,
    /// Its node as the client cluster's data plane knows it; empty if it does not.
    pub node: Name,
}

/// How many slots of a frontend take new connections, and how many do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Those that take new connections: Cilium's COUNT.
    pub count: u32,
    /// Those that keep the connections that they have: Cilium's QCOUNT.
    pub qcount: u32,
}

/// A backend that a frontend does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The cluster that it is in.
    pub cluster: ClusterId,
    /// Index into the backends of that cluster's member.
    pub backend: u32,
    /// The number that would serve the frontend; `None` if none would.
    pub port: Option<u16>,
    /// Why.
    pub reason: Reason,
}

impl ServiceTable {
    /// The service in all clusters.
    pub fn group<'m>(&self, mesh: &'m Mesh) -> &'m ServiceGroup {
        &mesh.services[self.group as usize]
    }
}

impl Frontend {
    /// How many of its slots take new connections: the active ones, or those that end where none is active. What is in
    /// maintenance has no slot (CILIUM.md 3.6).
    pub fn slots(&self) -> Slots {
        let count = |state| self.backends.iter().filter(|backend| backend.state == state).count() as u32;
        let (active, ending) = (count(State::Active), count(State::Terminating));
        let idle = count(State::TerminatingNotServing) + count(State::Quarantined);
        if active == 0 { Slots { count: ending, qcount: idle } } else { Slots { count: active, qcount: idle + ending } }
    }
}

impl TableBackend {
    /// What tells it from others.
    pub fn identity(&self, group: &ServiceGroup) -> Identity {
        let member = group.member(self.cluster).expect("a backend's cluster has the service");
        member.backends.list[self.backend as usize].identity
    }
}
