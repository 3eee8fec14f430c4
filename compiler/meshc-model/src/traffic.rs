use std::net::IpAddr;

use ipnet::IpNet;
use meshc_source::Span;

use crate::{Algorithm, Annotation, Name, ServiceType};

/// A value and where it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// What decides which frontends a Service has, and which of its backends each of them uses (CILIUM.md 1, 3.3, 3.6).
///
/// What is not said is `None`; what Cilium does not know is as if it were not said.
#[allow(clippy::struct_excessive_bools, reason = "each is a field of its own, and they are independent")]
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// Where it says `clusterIP: None`, which makes it headless; a label can do that too.
    pub cluster_ip_none: Option<Span>,
    /// The families that it has, where it says so.
    pub ip_families: Vec<Family>,
    /// Where it says so: the first of them.
    pub ip_families_span: Option<Span>,
    /// Whether it takes a second family where the cluster has one: `ipFamilyPolicy: PreferDualStack` or
    /// `RequireDualStack`.
    pub dual_stack: bool,
    /// `externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// What stands in `status.loadBalancer.ingress`.
    pub ingress: Vec<Ingress>,
    /// Whether a `LoadBalancer` service has node ports: `allocateLoadBalancerNodePorts`.
    pub node_ports: bool,
    /// Whether connections from outside stay on the node that they arrive at.
    pub external_policy: Option<Said<Reach>>,
    /// Whether connections from inside stay on their node.
    pub internal_policy: Option<Said<Reach>>,
    /// `trafficDistribution`.
    pub distribution: Option<Said<Distribution>>,
    /// The annotation that turns zone hints on, if one does.
    pub zone_hints: Option<Annotation>,
    /// For how many seconds a client stays with its backend.
    pub session_affinity: Option<Said<u32>>,
    /// `loadBalancerSourceRanges`.
    pub source_ranges: Vec<IpNet>,
    /// Whether the source ranges are kept out instead of let in.
    pub source_ranges_deny: bool,
    /// `loadBalancerClass`.
    pub load_balancer_class: Option<Name>,
    /// `healthCheckNodePort`.
    pub health_check_node_port: Option<u16>,
    /// The one type of frontend that it exposes (`service.cilium.io/type`).
    pub exposed: Option<Said<ServiceType>>,
    /// Whether it has no frontends of its own for connections from inside (`service.cilium.io/scope: external-only`).
    pub external_only: Option<Said<()>>,
    /// How a packet finds its backend (`service.cilium.io/lb-algorithm`), where annotations count.
    pub algorithm: Option<Said<Algorithm>>,
    /// The same for a version that reads it in any case.
    pub algorithm_in_any_case: Option<Said<Algorithm>>,
    /// How a packet is sent on (`service.cilium.io/forwarding-mode`), where annotations count.
    pub forwarding: Option<Said<Forwarding>>,
    /// The nodes that have it.
    pub nodes: NodeExposure,
    /// Whether a proxy on the node takes its connections.
    pub proxy_delegation: bool,
    /// The annotation that says whether `EndpointSlices` of other clusters are mirrored.
    pub sync: Option<Annotation>,
    /// Another program serves it: the label `service.kubernetes.io/service-proxy-name`, which hides it from Cilium.
    pub foreign_proxy: Option<Span>,
}

impl Traffic {
    /// The timeout of session affinity where none is given, in seconds.
    pub const SESSION_SECONDS: u32 = 10_800;

    /// Whether connections from outside stay on their node.
    pub fn is_external_local(&self) -> bool {
        self.external_policy.is_some_and(|said| said.value == Reach::Local)
    }

    /// Whether connections from inside stay on their node.
    pub fn is_internal_local(&self) -> bool {
        self.internal_policy.is_some_and(|said| said.value == Reach::Local)
    }

    /// Whether frontends of the type `kind` may be exposed.
    pub fn exposes(&self, kind: ServiceType) -> bool {
        self.exposed.is_none_or(|said| said.value == kind)
    }
}

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Every family with its word.
    pub const ALL: [(Family, &'static str); 2] = [(Family::V4, "IPv4"), (Family::V6, "IPv6")];

    /// The family of `address`.
    pub const fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

/// How far a connection goes: `internalTrafficPolicy` and `externalTrafficPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// To any backend.
    Cluster,
    /// To backends on the same node.
    Local,
}

impl Reach {
    /// Every policy with its word.
    pub const ALL: [(Reach, &'static str); 2] = [(Reach::Cluster, "Cluster"), (Reach::Local, "Local")];
}

/// `trafficDistribution`: which backends are near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Distribution {
    /// Those of the client's zone; the older name.
    PreferClose,
    /// Those of the client's zone.
    PreferSameZone,
    /// Those of the client's node.
    PreferSameNode,
}

impl Distribution {
    /// Every value with its word.
    pub const ALL: [(Distribution, &'static str); 3] = [
        (Distribution::PreferClose, "PreferClose"),
        (Distribution::PreferSameZone, "PreferSameZone"),
        (Distribution::PreferSameNode, "PreferSameNode"),
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PreferClose => "PreferClose",
            Self::PreferSameZone => "PreferSameZone",
            Self::PreferSameNode => "PreferSameNode",
        }
    }
}

/// How a packet is sent on to its backend (`--bpf-lb-mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forwarding {
    /// By way of the node, both there and back.
    Snat,
    /// The backend answers the client itself.
    Dsr,
    /// The backend answers TCP itself, and the rest by way of the node.
    Hybrid,
}

impl Forwarding {
    /// Every mode with its word.
    pub const ALL: [(Forwarding, &'static str); 3] =
        [(Forwarding::Snat, "snat"), (Forwarding::Dsr, "dsr"), (Forwarding::Hybrid, "hybrid")];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Snat => "snat",
            Self::Dsr => "dsr",
            Self::Hybrid => "hybrid",
        }
    }
}

/// An entry of `status.loadBalancer.ingress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// Its address; `None` if it is a name.
    pub address: Option<IpAddr>,
    /// Whether connections arrive with that address, and not with one of a proxy before it (KEP-1860).
    pub is_own: bool,
}

/// What says which nodes have a Service (CILIUM.md 1). Without either annotation all have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeExposure {
    /// Those whose labels match this selector. One that cannot be read chooses all.
    pub selector: Option<Annotation>,
    /// Those whose label of the annotation's name has this value.
    pub label: Option<Annotation>,
}
