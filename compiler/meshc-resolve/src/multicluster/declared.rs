//! What is declared of the MCS-API, by namespace and name.

use std::collections::BTreeMap;

use meshc_model::{Body, ClusterId, Mesh, Name, ObjectId, Service, ServiceExport};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::namespaces::ALWAYS_THERE;

/// A namespace and a name in it.
pub(super) type Key = (Name, Name);

/// The `ServiceExports`, and what else of their names and namespaces is declared.
pub(super) struct Declared<'m> {
    mesh: &'m Mesh,
    pub(super) exports: BTreeMap<Key, Vec<(ObjectId, &'m ServiceExport)>>,
    services: FxHashMap<(ClusterId, Key), (ObjectId, &'m Service)>,
    imports: FxHashMap<(ClusterId, Key), &'m Service>,
    namespaces: FxHashSet<(ClusterId, Name)>,
}

impl<'m> Declared<'m> {
    /// `None` if nothing is exported.
    pub(super) fn new(mesh: &'m Mesh) -> Option<Self> {
        let mut exports = BTreeMap::<Key, Vec<_>>::new();
        for (at, object) in mesh.objects.iter().enumerate() {
            if let Body::ServiceExport(export) = &object.body {
                let key = (object.key.namespace, object.key.name);
                exports.entry(key).or_default().push((ObjectId(at as u32), &**export));
            }
        }
        if exports.is_empty() {
            return None;
        }
        let (services, imports, namespaces) = (FxHashMap::default(), FxHashMap::default(), FxHashSet::default());
        let mut declared = Self { mesh, exports, services, imports, namespaces };
        declared.add_others();
        Some(declared)
    }

    fn add_others(&mut self) {
        let mesh = self.mesh;
        let exporting: FxHashSet<Name> = self.exports.keys().map(|(namespace, _)| *namespace).collect();
        for (at, object) in mesh.objects.iter().enumerate() {
            let id = ObjectId(at as u32);
            let namespace = if let Body::Namespace(_) = object.body { object.key.name } else { object.key.namespace };
            // A policy is not applied to any cluster.
            if !exporting.contains(&namespace) || matches!(object.body, Body::Policy(_)) {
                continue;
            }
            let key = (namespace, object.key.name);
            let exported = self.exports.contains_key(&key);
            for cluster in mesh.placement(id).iter() {
                self.namespaces.insert((cluster, namespace));
                if let Body::Service(service) = &object.body
                    && exported
                {
                    self.services.insert((cluster, key), (id, service));
                }
                if let Body::ServiceImport(import) = &object.body
                    && exported
                {
                    self.imports.insert((cluster, key), &import.template);
                }
            }
        }
    }

    /// The Service of that name in `cluster`.
    pub(super) fn service(&self, key: Key, cluster: ClusterId) -> Option<(ObjectId, &'m Service)> {
        self.services.get(&(cluster, key)).copied()
    }

    /// The labels and annotations of the `ServiceImport` of that name in `cluster`.
    pub(super) fn import(&self, key: Key, cluster: ClusterId) -> Option<&'m Service> {
        self.imports.get(&(cluster, key)).copied()
    }

    /// Whether `cluster` has the namespace: it is declared there, or something is in it.
    pub(super) fn has_namespace(&self, cluster: ClusterId, namespace: Name) -> bool {
        ALWAYS_THERE.contains(&namespace.as_str()) || self.namespaces.contains(&(cluster, namespace))
    }
}
