use crate::Reason;

/// What decides whether a frontend has a backend, and whether new connections go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An object of the project declares it.
    Declared,
    /// The client's own service is global.
    Global,
    /// The service is global in the backend's cluster.
    RemoteGlobal,
    /// The service is shared in the backend's cluster.
    Shared,
    /// The namespace is global in the backend's cluster.
    Namespace,
    /// The two clusters tell each other of their services in ways that meet (CILIUM.md 2.1).
    ServiceV2,
    /// It is ready or serving.
    Ready,
    /// No later `EndpointSlice` sets other ports for its address.
    Overwritten,
    /// Its address is of the frontend's family.
    Family,
    /// It has a port of the frontend's name.
    PortName,
    /// That port has the frontend's protocol.
    Protocol,
    /// No other backend with its address comes first.
    SameAddress,
    /// It is on the client's node, where the service prefers that.
    SameNode,
    /// It is on the client's node, where the traffic policy is Local.
    TrafficPolicy,
    /// It is for the client's zone, where the service prefers that.
    SameZone,
    /// It is of the side that the affinity prefers.
    Affinity,
    /// It takes new connections.
    State,
    /// How much of the connections it gets where weights count.
    Weight,
}

impl Rule {
    /// Every rule, in the order in which they are applied (CILIUM.md 2 and 3).
    pub const ALL: [Rule; 18] = [
        Self::Declared,
        Self::Global,
        Self::RemoteGlobal,
        Self::Shared,
        Self::Namespace,
        Self::ServiceV2,
        Self::Ready,
        Self::Overwritten,
        Self::Family,
        Self::PortName,
        Self::Protocol,
        Self::SameAddress,
        Self::SameNode,
        Self::TrafficPolicy,
        Self::SameZone,
        Self::Affinity,
        Self::State,
        Self::Weight,
    ];

    /// The rule that refuses for `reason`.
    pub const fn of(reason: Reason) -> Self {
        match reason {
            Reason::NotGlobal => Self::Global,
            Reason::RemoteNotGlobal => Self::RemoteGlobal,
            Reason::NotShared => Self::Shared,
            Reason::NamespaceNotGlobal => Self::Namespace,
            Reason::ServiceV2 => Self::ServiceV2,
            Reason::NotReady => Self::Ready,
            Reason::Overwritten => Self::Overwritten,
            Reason::SameAddress => Self::SameAddress,
            Reason::PortName => Self::PortName,
            Reason::Protocol => Self::Protocol,
            Reason::Family => Self::Family,
            Reason::TrafficPolicyLocal => Self::TrafficPolicy,
            Reason::OtherNode => Self::SameNode,
            Reason::OtherZone => Self::SameZone,
            Reason::AffinityLocal | Reason::AffinityRemote | Reason::AffinityUnknown => Self::Affinity,
        }
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Global => "global",
            Self::RemoteGlobal => "remote-global",
            Self::Shared => "shared",
            Self::Namespace => "namespace",
            Self::ServiceV2 => "service-v2",
            Self::Ready => "ready",
            Self::Overwritten => "overwritten",
            Self::Family => "family",
            Self::PortName => "port-name",
            Self::Protocol => "protocol",
            Self::SameAddress => "same-address",
            Self::SameNode => "same-node",
            Self::TrafficPolicy => "traffic-policy",
            Self::SameZone => "same-zone",
            Self::Affinity => "affinity",
            Self::State => "state",
            Self::Weight => "weight",
        }
    }
}
