//! An annotation: what it does, and what it does here.

use meshc_compiler::model::{ClusterSet, DataPlane, Mesh, ObjectId, Version, names};
use meshc_compiler::schema::annotations::{KnownAnnotation, find};

use super::reach;
use crate::cursor::Cursor;
use crate::features::jumps::object_at;
use crate::view::View;

pub(super) fn describe(view: View<'_>, cursor: &Cursor<'_>) -> Option<String> {
    let key = cursor.annotation()?;
    let known = find(key)?;
    let mut parts = vec![headline(key, known), known.about.to_owned()];
    parts.extend(rules(known));
    if let Some(kind) = cursor.kind().filter(|kind| !known.kinds.is_empty() && !known.kinds.contains(kind)) {
        // What a ServiceExport exports becomes an annotation of a Service.
        if kind != "ServiceExport" {
            parts.push(format!("On a {kind} it means nothing."));
        }
    }
    let mesh = &view.analysis.mesh;
    if let Some(object) = object_at(view, cursor) {
        let at = mesh.objects.iter().position(|other| std::ptr::eq(other, object))?;
        let id = ObjectId(at as u32);
        parts.extend(without_effect(mesh, known, mesh.placement(id)));
        if [names::GLOBAL, names::SHARED, names::AFFINITY, names::NAMESPACE_GLOBAL].contains(&known.key) {
            parts.extend(reach::describe(mesh, id));
        }
        if known.key == names::CLUSTERS {
            parts.extend(placed(mesh, mesh.placement(id)));
        }
    }
    Some(parts.join("\n\n"))
}

fn headline(key: &str, known: &KnownAnnotation) -> String {
    if key == known.key {
        format!("**{key}**")
    } else {
        format!("**{key}**, the older name of `{}`, which counts instead where both stand", known.key)
    }
}

/// Its values, what holds without it, since when it is read, and what it needs.
fn rules(known: &KnownAnnotation) -> Option<String> {
    let mut rules = Vec::new();
    if !known.values.is_empty() {
        let values: Vec<_> = known.values.iter().map(|value| format!("`{value}`")).collect();
        let case = if known.any_case { ", in any case" } else { "" };
        rules.push(format!("Values: {}{case}.", values.join(", ")));
    }
    if !known.otherwise.is_empty() {
        rules.push(format!("Without it, {}.", known.otherwise));
    }
    rules.extend(known.since.map(|since| match since {
        "main" => "Cilium's main branch reads it, and no release up to 1.20.".to_owned(),
        since => format!("Since Cilium {since}."),
    }));
    rules.extend(known.needs.map(|needs| format!("It needs `{needs}`.")));
    (!rules.is_empty()).then(|| rules.join(" "))
}

/// The clusters of the object in which it does nothing: they are too old, or lack a setting.
fn without_effect(mesh: &Mesh, known: &KnownAnnotation, placement: &ClusterSet) -> Option<String> {
    let old =
        |data_plane: &DataPlane| known.since.and_then(Version::parse).is_some_and(|since| data_plane.version < since);
    let lacks = |data_plane: &DataPlane| match known.needs {
        Some("algorithmAnnotation") => !data_plane.algorithm_annotation,
        Some("forwardingAnnotation") => !data_plane.forwarding_annotation,
        Some("endpointSliceSync") => !data_plane.endpoint_slice_sync,
        Some("serviceTopology") => !data_plane.service_topology,
        _ => false,
    };
    let clusters = |idle: &dyn Fn(&DataPlane) -> bool| {
        let idle = placement.iter().filter(|id| idle(&mesh.cluster(*id).data_plane));
        let names: Vec<_> = idle.map(|id| mesh.cluster(id).name.as_str()).collect();
        (!names.is_empty()).then(|| reach::some(&names))
    };
    let mut lines = Vec::new();
    lines.extend(clusters(&old).map(|names| format!("Cilium is too old for it in {names}.")));
    lines.extend(
        clusters(&lacks)
            .zip(known.needs)
            .map(|(names, needs)| format!("`{needs}` is not set in {names}, so it does nothing there.")),
    );
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn placed(mesh: &Mesh, placement: &ClusterSet) -> Option<String> {
    let names: Vec<_> = placement.iter().map(|id| mesh.cluster(id).name.as_str()).collect();
    (!names.is_empty()).then(|| format!("This object stands in {}.", reach::some(&names)))
}
