//! Where clusters are named.

use meshc_compiler::model::{ClusterId, names};
use meshc_source::Span;
use meshc_syntax::Node;

use crate::cursor::{Cursor, Step, holds, text};
use crate::view::View;

/// The cluster whose name `cursor` is on, and where the name is: in the list of the Mesh, in its placement rules
/// and latencies, or in an annotation that lists clusters.
pub(super) fn cluster_at(view: View<'_>, cursor: &Cursor<'_>, offset: u32) -> Option<(ClusterId, Span)> {
    let (name, span) = if cursor.is_ours("Mesh") && names_cluster(&cursor.steps) {
        (text(cursor.value)?, cursor.value.span())
    } else if cursor.annotation() == Some(names::CLUSTERS) {
        listed(view, offset, cursor.span)?
    } else {
        return None;
    };
    (holds(span, offset)).then_some((view.analysis.mesh.find_cluster(name)?, span))
}

/// Whether a field of a Mesh has the name of a cluster, or may have.
fn names_cluster(steps: &[Step<'_>]) -> bool {
    use Step::{Field, Item};
    matches!(
        steps,
        [Field("spec"), Field("clusters"), Item, Field("name")]
            | [Field("spec"), Field("placement"), Item, Field("clusters"), Item]
            | [Field("spec"), Field("latency"), Item, Field("between"), Item]
            | [Field("spec"), Field("latency"), Item, Field("from" | "to")]
    )
}

/// The name at `offset` in an annotation, which stands somewhere in `within`.
fn listed(view: View<'_>, offset: u32, within: Span) -> Option<(&'static str, Span)> {
    let objects = view.analysis.mesh.objects.iter().filter(|object| object.file == within.file);
    let mut named = objects.flat_map(|object| object.clusters.iter().flatten());
    named.find(|(_, span)| holds(*span, offset)).map(|(name, span)| (name.as_str(), *span))
}

/// Every place that names the cluster `id` besides its own line in the list.
pub(super) fn of_cluster(view: View<'_>, id: ClusterId) -> Vec<Span> {
    let mesh = &view.analysis.mesh;
    let cluster = mesh.cluster(id);
    let listed = mesh.objects.iter().flat_map(|object| object.clusters.iter().flatten());
    let mut places: Vec<_> = listed.filter(|(name, _)| *name == cluster.name).map(|(_, span)| *span).collect();
    if let Some(declared) = cluster.span {
        let tree = super::tree(view, declared.file);
        for document in tree.documents(view.text(declared.file)) {
            in_mesh(document, cluster.name.as_str(), &mut places);
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// The places of the document of a Mesh that name `cluster` without declaring it.
fn in_mesh(document: Node<'_>, cluster: &str, places: &mut Vec<Span>) {
    let Some(spec) = document.get("spec") else {
        return;
    };
    let items = |list: &str| spec.get(list).into_iter().flat_map(Node::items);
    let placed = items("placement").filter_map(|rule| rule.get("clusters")).flat_map(Node::items);
    let timed = items("latency").flat_map(|entry| {
        let between = entry.get("between").into_iter().flat_map(Node::items);
        between.chain(["from", "to"].into_iter().filter_map(move |end| entry.get(end)))
    });
    places.extend(placed.chain(timed).filter(|node| text(*node) == Some(cluster)).map(Node::span));
}
