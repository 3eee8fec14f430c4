use std::net::IpAddr;

use meshc_model::{ClusterId, Identity, Mesh, ServiceGroup};

use crate::State;

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
    /// Its frontends; none for a headless service.
    pub frontends: Vec<Frontend>,
}

/// An address and port that clients connect to.
#[derive(Clone, Debug)]
pub struct Frontend {
    /// The address; `None` if the manifest does not say, and the cluster will choose one.
    pub address: Option<IpAddr>,
    /// Index into the ports of the client cluster's Service.
    pub port: u32,
    /// The backends, in the order of slots.
    pub backends: Vec<TableBackend>,
    /// What a reader might expect and does not find.
    pub excluded: Vec<Excluded>,
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

/// Why a frontend does not have a backend.
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
    /// It is neither ready nor serving, so its cluster does not offer it.
    NotReady,
    /// It has no port of the frontend's name.
    PortName,
    /// Its port of that name has another protocol.
    Protocol,
    /// Its address is of another family.
    Family,
    /// The affinity is local, and there is an active backend at home.
    AffinityLocal,
    /// The affinity is remote, and there is a healthy backend abroad.
    AffinityRemote,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 10] = [
        Self::NotGlobal,
        Self::RemoteNotGlobal,
        Self::NotShared,
        Self::NamespaceNotGlobal,
        Self::NotReady,
        Self::PortName,
        Self::Protocol,
        Self::Family,
        Self::AffinityLocal,
        Self::AffinityRemote,
    ];

    /// The word for it in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotGlobal => "not-global",
            Self::RemoteNotGlobal => "remote-not-global",
            Self::NotShared => "not-shared",
            Self::NamespaceNotGlobal => "namespace-not-global",
            Self::NotReady => "not-ready",
            Self::PortName => "port-name",
            Self::Protocol => "protocol",
            Self::Family => "family",
            Self::AffinityLocal => "affinity-local",
            Self::AffinityRemote => "affinity-remote",
        }
    }
}

impl ServiceTable {
    /// The service in all clusters.
    pub fn group<'m>(&self, mesh: &'m Mesh) -> &'m ServiceGroup {
        &mesh.services[self.group as usize]
    }
}

impl TableBackend {
    /// What tells it from others.
    pub fn identity(&self, group: &ServiceGroup) -> Identity {
        let member = group.member(self.cluster).expect("a backend's cluster has the service");
        member.backends.list[self.backend as usize].identity
    }
}
