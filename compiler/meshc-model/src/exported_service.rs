use meshc_source::Span;

use crate::{ClusterId, Distribution, Family, Name, ObjectId, Pair, Reach, Said, ServicePort};

/// A name that clusters export with the MCS-API, or mean to.
#[derive(Clone, Debug)]
pub struct ExportedService {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// The name of the Service that is derived of it, in the same namespace.
    pub derived: Name,
    /// The exports, the oldest first.
    pub exports: Vec<Export>,
    /// The `ServiceExports` without effect, by cluster.
    pub idle: Vec<IdleExport>,
    /// What the exports disagree about: for each version of Cilium among their clusters the first conflict that it finds.
    pub conflicts: Vec<ExportConflict>,
}

/// What a cluster exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its `ServiceExport`.
    pub object: ObjectId,
    /// Its Service.
    pub service: ObjectId,
}

/// A `ServiceExport` that exports nothing in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleExport {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its `ServiceExport`.
    pub object: ObjectId,
    /// Why it does nothing.
    pub reason: IdleReason,
}

/// Why a `ServiceExport` does nothing in a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleReason {
    /// The cluster does not have the MCS-API switched on.
    SwitchedOff,
    /// The namespace is not global, and where it says so itself.
    NamespaceNotGlobal(Option<Span>),
    /// The cluster has no Service of that name.
    NoService,
    /// Its Service is only another name.
    ExternalName(ObjectId),
}

/// Something that two exports disagree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportConflict {
    /// What it is.
    pub kind: ConflictKind,
    /// The export that stands.
    pub kept: Export,
    /// The export that loses.
    pub lost: Export,
    /// The cluster whose version of Cilium does not tell the others of the field, if one of the two is such.
    pub untold: Option<ClusterId>,
}

/// What two exports can disagree about: what stands and what is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// The name of a port means another port.
    PortNameTaken {
        /// What has the name.
        kept: ServicePort,
        /// What wants it.
        lost: ServicePort,
    },
    /// A port has another name.
    PortName {
        /// The name that stands.
        kept: ServicePort,
        /// The other one.
        lost: ServicePort,
    },
    /// A port has another `appProtocol`.
    AppProtocol {
        /// The one that stands.
        kept: ServicePort,
        /// The other one.
        lost: ServicePort,
    },
    /// A port is exported by one of them only.
    PortMissing(ServicePort),
    /// The ports are the same and stand in another order.
    PortOrder(Vec<ServicePort>),
    /// There is no address family in common.
    IpFamily {
        /// Those that stand.
        kept: Vec<Family>,
        /// The others.
        lost: Vec<Family>,
    },
    /// One of them is headless: where each of them says so.
    Type {
        /// Where the one that stands says so.
        kept: Option<Span>,
        /// Where the other says so.
        lost: Option<Span>,
    },
    /// One of them keeps a client with its backend.
    SessionAffinity {
        /// For how many seconds the one that stands does.
        kept: Option<Said<u32>>,
        /// For how many seconds the other does.
        lost: Option<Said<u32>>,
    },
    /// They keep a client with its backend for different times.
    SessionAffinityConfig {
        /// The seconds that stand.
        kept: Said<u32>,
        /// The other seconds.
        lost: Said<u32>,
    },
    /// An exported annotation differs; at least one of them has it.
    Annotation {
        /// The one that stands.
        kept: Option<Pair>,
        /// The other one.
        lost: Option<Pair>,
    },
    /// An exported label differs; at least one of them has it.
    Label {
        /// The one that stands.
        kept: Option<Pair>,
        /// The other one.
        lost: Option<Pair>,
    },
    /// The policy for connections from inside differs.
    InternalTrafficPolicy {
        /// What stands.
        kept: Option<Said<Reach>>,
        /// The other.
        lost: Option<Said<Reach>>,
    },
    /// Which backends are near differs.
    TrafficDistribution {
        /// What stands.
        kept: Option<Said<Distribution>>,
        /// The other.
        lost: Option<Said<Distribution>>,
    },
}
