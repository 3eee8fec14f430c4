//! Namespaces that the project declares for some clusters, and uses in others.

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ClusterSet, Mesh, Name, Object, ObjectId};
use rustc_hash::FxHashMap;

/// Namespaces that every cluster has, whether or not anything is declared in them.
pub(crate) const ALWAYS_THERE: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Where a namespace is declared.
struct Declared {
    object: ObjectId,
    clusters: ClusterSet,
}

/// Reports each namespace that a Service or workload stands in where nobody declares it, though the project declares it
/// for another cluster. What is declared nowhere is made by somebody else.
pub(crate) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let declared = declared(mesh);
    if declared.is_empty() {
        return;
    }
    let mut missing = BTreeMap::<Name, (ObjectId, ClusterSet)>::new();
    for (at, object) in mesh.objects.iter().enumerate() {
        if !matches!(object.body, Body::Service(_) | Body::Workload(_)) {
            continue;
        }
        let Some(known) = declared.get(&object.key.namespace) else {
            continue;
        };
        let id = ObjectId(at as u32);
        let mut here = mesh.placement(id).clone();
        here.remove_all(&known.clusters);
        if !here.is_empty() {
            missing.entry(object.key.namespace).or_insert_with(|| (id, ClusterSet::new())).1.insert_all(&here);
        }
    }
    for (namespace, (user, clusters)) in missing {
        if let Some(known) = declared.get(&namespace) {
            diags.push(diagnostic(mesh, namespace, mesh.object(user), &clusters, known));
        }
    }
}

/// The namespaces that some cluster has and another has not, as far as they are declared.
fn declared(mesh: &Mesh) -> FxHashMap<Name, Declared> {
    let mut declared = FxHashMap::<Name, Declared>::default();
    for (at, object) in mesh.objects.iter().enumerate() {
        let id = ObjectId(at as u32);
        let placement = mesh.placement(id);
        if !matches!(object.body, Body::Namespace(_)) || placement.is_empty() {
            continue;
        }
        let entry = declared.entry(object.key.name);
        entry.or_insert_with(|| Declared { object: id, clusters: ClusterSet::new() }).clusters.insert_all(placement);
    }
    declared.retain(|name, known| {
        !ALWAYS_THERE.contains(&name.as_str()) && known.clusters.iter().count() < mesh.clusters.len()
    });
    declared
}

fn diagnostic(mesh: &Mesh, namespace: Name, user: &Object, clusters: &ClusterSet, known: &Declared) -> Diagnostic {
    let (here, there) = (names(mesh, clusters), names(mesh, &known.clusters));
    Diagnostic::new(
        Code::NamespaceMissing,
        format!("the namespace `{namespace}` is declared for {there} only, and `{}` stands in it in {here}", user.key),
    )
    .at(user.namespace_span.unwrap_or(user.span), format!("nothing declares it in {here}"))
    .at(mesh.object(known.object).span, format!("declared for {there}"))
    .help(format!("declare the namespace for {here} too: without it, nothing in it can be applied there"))
}

/// Clusters, for people.
fn names(mesh: &Mesh, clusters: &ClusterSet) -> String {
    let names: Vec<_> = clusters.iter().map(|cluster| mesh.cluster(cluster).name.as_str()).collect();
    match names.as_slice() {
        [one] => (*one).into(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => "no cluster".into(),
    }
}
