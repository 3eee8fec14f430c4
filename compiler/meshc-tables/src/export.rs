use meshc_model::{Backend, Member, Mesh};

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
    } else if !member.namespace_global {
        Export::NamespaceNotGlobal
    } else {
        Export::Yes
    }
}

/// Whether a backend goes into the record that other clusters read: one that is neither ready nor serving does not.
pub(crate) fn is_exported(backend: &Backend) -> bool {
    backend.conditions.ready || backend.conditions.serving
}
