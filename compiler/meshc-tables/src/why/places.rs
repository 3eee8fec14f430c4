//! Where things stand in the input. A mesh holds what objects mean and few of their places; the others are found again
//! in the texts of the few files that a question is about.

use std::collections::{BTreeMap, BTreeSet};

use meshc_diag::Diagnostics;
use meshc_model::{Body, Cluster, ClusterId, Mesh, Name, ObjectId, ServiceGroup};
use meshc_source::{FileId, SourceMap, Span};
use meshc_syntax::{Node, Tree, Value, parse};

/// The parsed texts of the files that declare one service, its backends and the clusters.
pub(super) struct Texts<'s> {
    sources: &'s SourceMap,
    trees: BTreeMap<FileId, Tree>,
}

/// The objects that declare one service and its backends, as they are written.
pub(super) struct Places<'t> {
    objects: BTreeMap<ObjectId, Written<'t>>,
    /// For each cluster, by where its name is, the settings of its own and those of the mesh.
    settings: BTreeMap<Span, [Option<Node<'t>>; 2]>,
}

/// An object as it is written.
pub(super) struct Written<'t> {
    node: Node<'t>,
    /// For each slice the ports that have a number.
    ports: Vec<Vec<Node<'t>>>,
    /// The entry of each endpoint, in the order of slices.
    endpoints: Vec<Node<'t>>,
}

impl<'s> Texts<'s> {
    /// Parses the files that `objects` are in, and those that declare the clusters.
    pub(super) fn new(mesh: &Mesh, sources: &'s SourceMap, objects: &BTreeSet<ObjectId>) -> Self {
        let mut files: BTreeSet<_> = objects.iter().map(|id| mesh.object(*id).file).collect();
        files.extend(mesh.clusters.iter().filter_map(|cluster| Some(cluster.span?.file)));
        // What is wrong with a file was reported when it was read.
        let tree = |file| (file, parse(file, sources.file(file).text(), &mut Diagnostics::new()));
        Self { sources, trees: files.into_iter().map(tree).collect() }
    }

    fn documents(&self, file: FileId) -> Vec<Node<'_>> {
        let Some(tree) = self.trees.get(&file) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for document in tree.documents(self.sources.file(file).text()) {
            add_items(document, &mut found);
        }
        found
    }
}

impl<'t> Places<'t> {
    pub(super) fn new(mesh: &Mesh, texts: &'t Texts<'t>, objects: &BTreeSet<ObjectId>) -> Self {
        let key = |id: &ObjectId| (mesh.object(*id).span, mesh.object(*id).key.kind);
        let wanted: BTreeMap<_, _> = objects.iter().map(|id| (key(id), *id)).collect();
        let (mut found, mut settings) = (BTreeMap::new(), BTreeMap::new());
        for node in texts.trees.keys().flat_map(|file| texts.documents(*file)) {
            add_settings(node, &mut settings);
            let Some((span, kind)) = identity(node) else {
                continue;
            };
            if let Some(id) = wanted.get(&(span, Name::new(kind))) {
                found.insert(*id, Written::new(node, &mesh.object(*id).body));
            }
        }
        Self { objects: found, settings }
    }

    /// Where the setting `field` of a cluster's data plane is written: for the cluster itself, or for all of the mesh.
    pub(super) fn setting(&self, cluster: &Cluster, field: &str) -> Option<Span> {
        let settings = self.settings.get(&cluster.span?)?;
        settings.iter().flatten().find_map(|node| field_of(*node, field)).map(Node::span)
    }

    /// Where the value at `path` of an object is.
    pub(super) fn field(&self, object: ObjectId, path: &[&str]) -> Option<Span> {
        below(self.objects.get(&object)?.node, path).map(Node::span)
    }

    /// Where the value at `path` of the endpoint `at` of an object is.
    pub(super) fn endpoint_field(&self, object: ObjectId, at: usize, path: &[&str]) -> Option<Span> {
        below(*self.objects.get(&object)?.endpoints.get(at)?, path).map(Node::span)
    }

    /// Where the port `at` of the slice `slice` of an object is: its name, or else its number.
    pub(super) fn port(&self, object: ObjectId, slice: usize, at: usize) -> Option<Span> {
        let port = *self.objects.get(&object)?.ports.get(slice)?.get(at)?;
        field_of(port, "name").or_else(|| field_of(port, "port")).map(Node::span)
    }
}

impl<'t> Written<'t> {
    fn new(node: Node<'t>, body: &Body) -> Self {
        let (mut ports, mut endpoints) = (Vec::new(), Vec::new());
        if matches!(body, Body::Endpoints(_)) {
            let numbered = |node| list(node, "ports").filter(|port| field_of(*port, "port").is_some()).collect();
            let subsets: Vec<_> = list(node, "subsets").collect();
            if subsets.is_empty() {
                ports.push(numbered(node));
                let times = |entry: Node<'t>| std::iter::repeat_n(entry, list(entry, "addresses").count());
                endpoints.extend(list(node, "endpoints").flat_map(times));
            }
            for subset in subsets {
                ports.push(numbered(subset));
                endpoints.extend(list(subset, "addresses").chain(list(subset, "notReadyAddresses")));
            }
        }
        Self { node, ports, endpoints }
    }
}

/// The objects that declare a service and its backends.
pub(super) fn objects(mesh: &Mesh, group: &ServiceGroup) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::new();
    for member in &group.members {
        found.insert(member.object);
        found.extend(member.backends.list.iter().map(|backend| backend.origin));
        for of_workload in &member.backends.workloads {
            found.insert(of_workload.object);
            found.extend(autoscaler(mesh, member.cluster, of_workload.object));
        }
    }
    found
}

/// What scales a workload in `cluster`.
pub(super) fn autoscaler(mesh: &Mesh, cluster: ClusterId, workload: ObjectId) -> Option<ObjectId> {
    let key = mesh.object(workload).key;
    let scales = |id: &ObjectId| match &mesh.object(*id).body {
        Body::Autoscaler(autoscaler) => {
            (autoscaler.target_kind, autoscaler.target_name, mesh.object(*id).key.namespace)
                == (key.kind, key.name, key.namespace)
                && mesh.placement(*id).contains(cluster)
        }
        _ => false,
    };
    (0..mesh.objects.len() as u32).map(ObjectId).find(scales)
}

/// An object is told from others by where its name is, or its kind if it has none, and by its kind.
fn identity(node: Node<'_>) -> Option<(Span, &str)> {
    let kind = field_of(node, "kind")?;
    let name = below(node, &["metadata", "name"]);
    Some((name.unwrap_or(kind).span(), kind.scalar_text()?))
}

/// The settings of the clusters that a document lists, if it is a Mesh.
fn add_settings<'t>(document: Node<'t>, found: &mut BTreeMap<Span, [Option<Node<'t>>; 2]>) {
    let is_mesh = field_of(document, "kind").and_then(Node::scalar_text) == Some("Mesh");
    let Some(spec) = field_of(document, "spec").filter(|_| is_mesh) else {
        return;
    };
    let cilium = |node| below(node, &["dataPlane", "cilium"]);
    for cluster in list(spec, "clusters") {
        found.extend(field_of(cluster, "name").map(|name| (name.span(), [cilium(cluster), cilium(spec)])));
    }
}

/// A document, or the items of one that is a list.
fn add_items<'t>(node: Node<'t>, found: &mut Vec<Node<'t>>) {
    let is_list = field_of(node, "kind").and_then(Node::scalar_text).is_some_and(|kind| kind.ends_with("List"));
    match field_of(node, "items") {
        Some(items) if is_list => items.items().for_each(|item| add_items(item, found)),
        Some(_) | None => found.push(node),
    }
}

fn below<'t>(node: Node<'t>, path: &[&str]) -> Option<Node<'t>> {
    path.iter().try_fold(node, |node, key| field_of(node, key))
}

/// A field that is null counts as absent.
fn field_of<'t>(node: Node<'t>, key: &str) -> Option<Node<'t>> {
    node.get(key).filter(|found| found.value() != Value::Null)
}

fn list<'t>(node: Node<'t>, key: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    field_of(node, key).into_iter().flat_map(Node::items)
}
