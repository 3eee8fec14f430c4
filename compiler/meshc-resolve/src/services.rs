//! The services of the mesh: what has the same namespace and name in several clusters is one.

use std::collections::BTreeMap;

use meshc_model::{Body, ClusterId, Member, Mesh, Name, ObjectId, ServiceGroup};
use rustc_hash::FxHashMap;

use crate::backends::BackendIndex;

/// Finds the services and their backends.
pub(crate) fn group(mesh: &Mesh) -> Vec<ServiceGroup> {
    let index = BackendIndex::new(mesh);
    let namespaces = Namespaces::new(mesh);
    let mut groups = BTreeMap::<(Name, Name), Vec<Member>>::new();
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Service(service) = &object.body else {
            continue;
        };
        let id = ObjectId(at as u32);
        let members = groups.entry((object.key.namespace, object.key.name)).or_default();
        for cluster in mesh.placement(id).iter() {
            members.push(Member {
                cluster,
                object: id,
                backends: index.backends(object.key, service, cluster),
                namespace_global: namespaces.is_global(mesh, cluster, object.key.namespace),
            });
        }
    }
    let groups = groups.into_iter().filter(|(_, members)| !members.is_empty());
    groups
        .map(|((namespace, name), mut members)| {
            members.sort_by_key(|member| member.cluster);
            ServiceGroup { namespace, name, members }
        })
        .collect()
}

/// What namespaces say of themselves.
struct Namespaces {
    said: FxHashMap<(ClusterId, Name), bool>,
}

impl Namespaces {
    fn new(mesh: &Mesh) -> Self {
        let mut said = FxHashMap::default();
        for (object, placement) in mesh.objects.iter().zip(&mesh.placements) {
            if let Body::Namespace(namespace) = &object.body
                && let Some(global) = namespace.global
            {
                said.extend(placement.iter().map(|cluster| ((cluster, object.key.name), global)));
            }
        }
        Self { said }
    }

    /// What the namespace says, or else the cluster's data plane (CILIUM.md 1).
    fn is_global(&self, mesh: &Mesh, cluster: ClusterId, namespace: Name) -> bool {
        let standard = mesh.cluster(cluster).data_plane.default_global_namespace;
        self.said.get(&(cluster, namespace)).copied().unwrap_or(standard)
    }
}
