//! The MCS-API: which clusters export a name, what becomes of it where they disagree, and the Service that Cilium
//! derives of it in each cluster (CILIUM.md 5). The sources that rules name are those below `pkg/clustermesh/mcsapi` of
//! `cilium/cilium`.

mod backends;
mod declared;
mod derived_name;
mod families;
mod fields;
mod import;
mod members;
mod offer;
mod offers;
mod ports;
mod profile;
mod service;

use meshc_model::{Cluster, ClusterId, Export, ExportConflict, ExportedService, Mesh, Name, Said, ServiceGroup};

use self::declared::Declared;
use self::import::Import;
use self::offer::Offer;
use self::profile::Profile;
use crate::backends::BackendIndex;
use crate::services::Namespaces;

/// What is exported, and what is derived of it.
#[derive(Debug, Default)]
pub(crate) struct Multicluster {
    /// By namespace and name.
    pub(crate) exported: Vec<ExportedService>,
    /// In no order.
    pub(crate) derived: Vec<ServiceGroup>,
}

/// Finds the exports of a mesh and derives the Services.
pub(crate) fn derive(mesh: &Mesh, index: &BackendIndex<'_>, namespaces: &Namespaces) -> Multicluster {
    let mut found = Multicluster::default();
    let Some(declared) = Declared::new(mesh) else {
        return found;
    };
    let scene = Scene { mesh, index, namespaces, declared: &declared };
    for key in declared.exports.keys().copied() {
        let (offers, idle) = offers::find(&scene, key);
        let imports = imports(mesh, &offers);
        let members = members::derive(&scene, key, &offers, &idle, &imports);
        let (namespace, name) = key;
        let derived = derived_name::derived_name(namespace, name);
        if !members.is_empty() {
            found.derived.push(ServiceGroup { namespace, name: derived, members });
        }
        let exports: Vec<_> = offers.iter().map(|offer| offer.export).collect();
        let conflicts = conflicts(mesh, &exports, &imports);
        found.exported.push(ExportedService { namespace, name, derived, exports, idle, conflicts });
    }
    found
}

/// What the parts of this look at.
struct Scene<'m> {
    mesh: &'m Mesh,
    index: &'m BackendIndex<'m>,
    namespaces: &'m Namespaces,
    declared: &'m Declared<'m>,
}

impl<'m> Scene<'m> {
    fn cluster(&self, id: ClusterId) -> &'m Cluster {
        self.mesh.cluster(id)
    }

    fn profile(&self, id: ClusterId) -> Profile {
        Profile::of(self.cluster(id))
    }

    /// What a namespace of a cluster says of itself.
    fn said(&self, id: ClusterId, namespace: Name) -> Option<Said<bool>> {
        self.namespaces.said(id, namespace)
    }

    /// Whether a namespace of a cluster takes part in the mesh, where its version asks.
    fn is_open(&self, id: ClusterId, namespace: Name) -> bool {
        let standard = self.cluster(id).data_plane.default_global_namespace;
        let global = self.said(id, namespace).map_or(standard, |said| said.value);
        global || !self.profile(id).needs_global_namespace()
    }
}

/// What each version among the clusters makes of the exports.
fn imports<'m>(mesh: &Mesh, offers: &[Offer<'m>]) -> Vec<Import<'m>> {
    let mut imports: Vec<Import<'m>> = Vec::new();
    for profile in mesh.clusters.iter().map(Profile::of) {
        if !imports.iter().any(|import| import.profile == profile) {
            imports.extend(Import::new(offers, profile));
        }
    }
    imports
}

/// What the exporting clusters report, each once.
fn conflicts(mesh: &Mesh, exports: &[Export], imports: &[Import<'_>]) -> Vec<ExportConflict> {
    let mut conflicts: Vec<ExportConflict> = Vec::new();
    for import in imports {
        let reports = |export: &Export| Profile::of(mesh.cluster(export.cluster)) == import.profile;
        match &import.conflict {
            Some(found) if exports.iter().any(reports) && !conflicts.contains(found) => conflicts.push(found.clone()),
            Some(_) | None => {}
        }
    }
    conflicts
}
