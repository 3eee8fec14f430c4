use meshc_model::{Backend, Member, Mesh};

use crate::Reason;
use crate::profile::Profile;

/// Whether a cluster offers a service to the others (CILIUM.md 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Export {
    /// It does.
    Yes,
    /// The service is not global there.
    NotGlobal,
    /// It is global and says that it is not shared.
    NotShared,
    /// Its namespace is not global.
    NamespaceNotGlobal,
}

/// Whether the cluster of `member` offers its service.
pub fn export(mesh: &Mesh, member: &Member) -> Export {
    let annotations = &mesh.service(member).annotations;
    if !annotations.is_global() {
        Export::NotGlobal
    } else if !annotations.is_shared() {
        Export::NotShared
    } else if mesh.is_held_back(member) {
        Export::NamespaceNotGlobal
    } else {
        Export::Yes
    }
}

impl Export {
    /// Why another cluster does not have the backends; `None` if it has.
    pub(crate) fn reason(self) -> Option<Reason> {
        match self {
            Self::Yes => None,
            Self::NotGlobal => Some(Reason::RemoteNotGlobal),
            Self::NotShared => Some(Reason::NotShared),
            Self::NamespaceNotGlobal => Some(Reason::NamespaceNotGlobal),
        }
    }
}

/// Whether a backend goes into the record that other clusters read: one that is neither ready nor serving does not.
pub(crate) fn is_exported(backend: &Backend, exporter: Profile) -> bool {
    exporter.version.exports(backend.conditions)
}
