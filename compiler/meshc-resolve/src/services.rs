//! The services of the mesh: what has the same namespace and name in several clusters is one.

use std::collections::BTreeMap;
use std::sync::Arc;

use meshc_model::{Body, ClusterId, ExportedService, Member, Mesh, Name, ObjectId, Said, ServiceGroup, Unclaimed};
use rustc_hash::FxHashMap;

use crate::backends::BackendIndex;
use crate::multicluster;

/// The services of a mesh, and the endpoints of none.
#[derive(Debug)]
pub(crate) struct Grouped {
    pub(crate) services: Vec<ServiceGroup>,
    pub(crate) exported: Vec<ExportedService>,
    pub(crate) unclaimed: Vec<Unclaimed>,
}

/// Finds the services and their backends.
pub(crate) fn group(mesh: &Mesh) -> Grouped {
    let index = BackendIndex::new(mesh);
    let namespaces = Namespaces::new(mesh);
    let mut groups = BTreeMap::<(Name, Name), Vec<Member>>::new();
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Service(service) = &object.body else {
            continue;
        };
        // Cilium does not see what another proxy serves (CILIUM.md 1).
        if service.traffic.foreign_proxy.is_some() {
            continue;
        }
        let id = ObjectId(at as u32);
        let members = groups.entry((object.key.namespace, object.key.name)).or_default();
        for cluster in mesh.placement(id).iter() {
            members.push(Member {
                cluster,
                object: id,
                derived: None,
                backends: index.backends(object.key, service, cluster),
                namespace_global: namespaces.said(cluster, object.key.namespace),
            });
        }
    }
    let found = multicluster::derive(mesh, &index, &namespaces);
    for group in found.derived {
        let declared = groups.entry((group.namespace, group.name)).or_default();
        group.members.into_iter().for_each(|member| replace(mesh, declared, member));
    }
    let groups = groups.into_iter().filter(|(_, members)| !members.is_empty());
    let services: Vec<_> = groups
        .map(|((namespace, name), mut members)| {
            members.sort_by_key(|member| member.cluster);
            ServiceGroup { namespace, name, members }
        })
        .collect();
    let unclaimed = unclaimed(mesh, &index, &services);
    Grouped { services, exported: found.exported, unclaimed }
}

/// Puts a derived Service in the place of the declared one of its name, which Cilium writes over: only its addresses
/// stay.
fn replace(mesh: &Mesh, members: &mut Vec<Member>, mut derived: Member) {
    let Some(at) = members.iter().position(|member| member.cluster == derived.cluster) else {
        members.push(derived);
        return;
    };
    let addresses = &mesh.service(&members[at]).cluster_ips;
    if let Some(service) = derived.derived.as_mut().map(Arc::make_mut) {
        service.cluster_ips.clone_from(addresses);
    }
    members[at] = derived;
}

fn unclaimed(mesh: &Mesh, index: &BackendIndex<'_>, services: &[ServiceGroup]) -> Vec<Unclaimed> {
    let mut found = Vec::new();
    for (namespace, service) in index.observed_services() {
        let group = services.binary_search_by_key(&(namespace, service), |group| (group.namespace, group.name)).ok();
        for cluster in mesh.cluster_ids() {
            if group.is_some_and(|at| services[at].member(cluster).is_some()) {
                continue;
            }
            let backends = index.observed_in(namespace, service, cluster);
            found.extend(backends.map(|backends| Unclaimed { cluster, namespace, service, backends }));
        }
    }
    found.sort_by_key(|found| (found.cluster, found.namespace, found.service));
    found
}

/// What namespaces say of themselves.
pub(crate) struct Namespaces {
    said: FxHashMap<(ClusterId, Name), Said<bool>>,
}

impl Namespaces {
    fn new(mesh: &Mesh) -> Self {
        let mut said = FxHashMap::default();
        for (object, placement) in mesh.objects.iter().zip(&mesh.placements) {
            if let Body::Namespace(namespace) = &object.body
                && let Some(global) = namespace.global
            {
                let global = Said { value: global.is_true(), span: global.value_span };
                said.extend(placement.iter().map(|cluster| ((cluster, object.key.name), global)));
            }
        }
        Self { said }
    }

    /// Whether the namespace of a cluster says that it is global, or is not.
    pub(crate) fn said(&self, cluster: ClusterId, namespace: Name) -> Option<Said<bool>> {
        self.said.get(&(cluster, namespace)).copied()
    }
}
