/// Why a frontend does not have a backend that a reader might expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The client's own service is not global, so it uses its own backends only.
    NotGlobal,
    /// The service is not global in the backend's cluster, which therefore does not offer it.
    RemoteNotGlobal,
    /// The backend's cluster says that the service is not shared.
    NotShared,
    /// The namespace is not global in the backend's cluster.
    NamespaceNotGlobal,
    /// The two clusters tell each other of their services in ways that do not meet (CILIUM.md 2.1).
    ServiceV2,
    /// It is neither ready nor serving, so it has no row.
    NotReady,
    /// The record of its cluster holds one set of ports for each address, and a later `EndpointSlice` set another.
    Overwritten,
    /// Another backend of the service has the same address.
    SameAddress,
    /// It has no port of the frontend's name.
    PortName,
    /// Its port of that name has another protocol.
    Protocol,
    /// Its address is of another family.
    Family,
    /// The traffic policy is Local, and it is on another node than the client.
    TrafficPolicyLocal,
    /// The service prefers the client's node, which has a backend.
    OtherNode,
    /// The service prefers the client's zone, and its hints are for others.
    OtherZone,
    /// The affinity is local, and there is an active backend at home.
    AffinityLocal,
    /// The affinity is remote, and there is a healthy backend abroad.
    AffinityRemote,
    /// This version of Cilium drops the backends of other clusters for an affinity that is neither local nor remote.
    AffinityUnknown,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 17] = [
        Self::NotGlobal,
        Self::RemoteNotGlobal,
        Self::NotShared,
        Self::NamespaceNotGlobal,
        Self::ServiceV2,
        Self::NotReady,
        Self::Overwritten,
        Self::SameAddress,
        Self::PortName,
        Self::Protocol,
        Self::Family,
        Self::TrafficPolicyLocal,
        Self::OtherNode,
        Self::OtherZone,
        Self::AffinityLocal,
        Self::AffinityRemote,
        Self::AffinityUnknown,
    ];

    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotGlobal => "not-global",
            Self::RemoteNotGlobal => "remote-not-global",
            Self::NotShared => "not-shared",
            Self::NamespaceNotGlobal => "namespace-not-global",
            Self::ServiceV2 => "service-v2",
            Self::NotReady => "not-ready",
            Self::Overwritten => "overwritten",
            Self::SameAddress => "same-address",
            Self::PortName => "port-name",
            Self::Protocol => "protocol",
            Self::Family => "family",
            Self::TrafficPolicyLocal => "traffic-policy-local",
            Self::OtherNode => "other-node",
            Self::OtherZone => "other-zone",
            Self::AffinityLocal => "affinity-local",
            Self::AffinityRemote => "affinity-remote",
            Self::AffinityUnknown => "affinity-unknown",
        }
    }
}
