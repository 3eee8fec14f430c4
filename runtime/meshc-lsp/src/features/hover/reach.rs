//! A service in each cluster of the mesh, and whose backends its clients reach.

use meshc_compiler::model::{Body, ClusterId, Member, Mesh, ObjectId, ServiceGroup};
use meshc_compiler::tables::{Export, export};

use super::cluster::count;

/// How many clusters a hover shows.
const MOST_ROWS: usize = 16;

/// How many clusters a sentence names.
const MOST_NAMES: usize = 6;

/// A table of the clusters that have the service which the object `id` is, if it is one.
pub(super) fn describe(mesh: &Mesh, id: ObjectId) -> Option<String> {
    let object = mesh.object(id);
    if !matches!(object.body, Body::Service(_)) || mesh.clusters.is_empty() {
        return None;
    }
    let (namespace, name) = (object.key.namespace, object.key.name);
    let group = mesh.services.iter().find(|group| group.namespace == namespace && group.name == name)?;
    let own = |member: &&Member| member.object == id;
    // Those of this object first.
    let ordered = group.members.iter().filter(own).chain(group.members.iter().filter(|member| !own(member)));
    let mut lines = vec![
        format!("`{namespace}/{name}` in this mesh:\n"),
        "| cluster | global | shared | affinity | backends | its clients reach |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    lines.extend(ordered.take(MOST_ROWS).map(|member| row(mesh, group, member, id)));
    if group.members.len() > MOST_ROWS {
        lines.push(format!("\nand {} more", count(group.members.len() - MOST_ROWS, "cluster")));
    }
    let without: Vec<_> = mesh.cluster_ids().filter(|id| group.member(*id).is_none()).collect();
    if !without.is_empty() {
        lines.push(format!(
            "\nThere is no Service of this name in {}: clients there reach nothing.",
            names(mesh, &without)
        ));
    }
    Some(lines.join("\n"))
}

fn row(mesh: &Mesh, group: &ServiceGroup, member: &Member, id: ObjectId) -> String {
    let annotations = &mesh.service(member).annotations;
    let flag = |flag: bool| if flag { "yes" } else { "no" };
    let reached = reached(mesh, group, member);
    let reached = if reached.is_empty() { "nothing".to_owned() } else { names(mesh, &reached) };
    let shared = match export(mesh, member) {
        Export::NamespaceNotGlobal => "no: its namespace is not global",
        _ => flag(annotations.is_shared()),
    };
    format!(
        "| {}{} | {} | {shared} | {} | {} | {reached} |",
        mesh.cluster(member.cluster).name,
        if member.object == id { " (here)" } else { "" },
        flag(annotations.is_global()),
        annotations.affinity().word(),
        member.backends.list.len(),
    )
}

/// The clusters whose backends clients in the cluster of `own` have to choose from, its own first.
fn reached(mesh: &Mesh, group: &ServiceGroup, own: &Member) -> Vec<ClusterId> {
    let global = mesh.service(own).annotations.is_global();
    let others = group
        .members
        .iter()
        .filter(|other| other.cluster != own.cluster && global && export(mesh, other) == Export::Yes);
    let all = std::iter::once(own).chain(others);
    all.filter(|member| !member.backends.list.is_empty()).map(|member| member.cluster).collect()
}

fn names(mesh: &Mesh, clusters: &[ClusterId]) -> String {
    some(&clusters.iter().map(|id| mesh.cluster(*id).name.as_str()).collect::<Vec<_>>())
}

/// Names, as many as fit a sentence.
pub(super) fn some(names: &[&str]) -> String {
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
