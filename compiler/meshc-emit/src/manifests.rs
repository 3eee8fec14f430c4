//! The manifests of one cluster: every object that stands in it, as the user wrote it.

use std::collections::BTreeMap;

use meshc_model::{Body, ClusterId, Mesh, Name, Object, ObjectId};
use meshc_syntax::write_scalar;

use crate::bundle::{HEADER, Layout};
use crate::kind_order::rank;
use crate::paths::{self, ObjectNames};

/// The objects of each cluster, in the order in which they are written. Documents of ours are for meshc alone.
pub fn objects_by_cluster(mesh: &Mesh) -> Vec<Vec<ObjectId>> {
    let mut order: Vec<ObjectId> = (0..mesh.objects.len() as u32)
        .map(ObjectId)
        .filter(|id| !matches!(mesh.object(*id).body, Body::Policy(_)))
        .collect();
    order.sort_by(|a, b| {
        let key = |id: ObjectId| {
            let key = mesh.object(id).key;
            (key.namespace, rank(key.kind.as_str()), key.kind, key.name, key.group)
        };
        // Objects that the server names have equal keys; their text tells them apart, not their file.
        key(*a).cmp(&key(*b)).then_with(|| mesh.object(*a).manifest.cmp(&mesh.object(*b).manifest))
    });
    let mut clusters = vec![Vec::new(); mesh.clusters.len()];
    for id in order {
        for cluster in mesh.placement(id).iter() {
            clusters[usize::from(cluster.0)].push(id);
        }
    }
    clusters
}

/// The files of a cluster's manifests, with the `kustomization.yaml` that lists them; none for a cluster without objects.
pub(crate) fn files(mesh: &Mesh, cluster: ClusterId, objects: &[ObjectId], layout: Layout) -> BTreeMap<String, String> {
    let folder = paths::manifests(mesh.cluster(cluster).name);
    let mut files = match layout {
        Layout::Namespace => by_namespace(mesh, objects),
        Layout::Object => one_each(mesh, objects),
    };
    if files.is_empty() {
        return files;
    }
    let kustomization = kustomization(files.keys());
    files.insert("kustomization.yaml".to_owned(), kustomization);
    files.into_iter().map(|(name, text)| (format!("{folder}/{name}"), text)).collect()
}

fn by_namespace(mesh: &Mesh, objects: &[ObjectId]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for same in objects.chunk_by(|a, b| mesh.object(*a).key.namespace == mesh.object(*b).key.namespace) {
        let namespace: Name = mesh.object(same[0]).key.namespace;
        files.insert(format!("{}.yaml", paths::namespace(namespace)), stream(same.iter().map(|id| mesh.object(*id))));
    }
    files
}

fn one_each(mesh: &Mesh, objects: &[ObjectId]) -> BTreeMap<String, String> {
    let mut names = ObjectNames::default();
    objects.iter().map(|id| (names.next(mesh.object(*id).key), stream(std::iter::once(mesh.object(*id))))).collect()
}

fn stream<'m>(objects: impl Iterator<Item = &'m Object> + Clone) -> String {
    let length: usize = objects.clone().map(|object| object.manifest.len() + "---\n".len()).sum();
    let mut text = String::with_capacity(HEADER.len() + length);
    text.push_str(HEADER);
    for (at, object) in objects.enumerate() {
        if at > 0 {
            text.push_str("---\n");
        }
        text.push_str(&object.manifest);
    }
    text
}

fn kustomization<'f>(files: impl Iterator<Item = &'f String>) -> String {
    let mut text = format!("{HEADER}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n");
    for file in files {
        text.push_str("- ");
        write_scalar(file, &mut text);
        text.push('\n');
    }
    text
}

/// All manifests of a cluster as one stream, for a pipe.
pub fn cluster_stream(mesh: &Mesh, cluster: ClusterId) -> String {
    let objects = objects_by_cluster(mesh).swap_remove(usize::from(cluster.0));
    let mut text = String::new();
    for id in objects {
        text.push_str("---\n");
        text.push_str(&mesh.object(id).manifest);
    }
    text
}
