//! `meshc import`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use meshc_cluster::{Access, Imported, Limits, Target, import};
use meshc_compiler::emit::{Bundle, ClusterOutput, HEADER, namespace_file};
use meshc_compiler::model::{Mesh, Name};
use meshc_diag::Diagnostics;

use super::find_cluster;
use crate::args::{Args, ImportArgs};
use crate::exit::{Exit, Stop, of_diagnostics};
use crate::load::load;
use crate::output::{self, IMPORTED, WriteOptions};
use crate::progress::Progress;
use crate::render::report;
use crate::terminal::complain;

/// The Mesh of what was read.
const MESH_FILE: &str = "mesh.yaml";

pub(super) fn run(own: &ImportArgs, args: &Args) -> Result<Exit> {
    let (targets, mesh) = match &own.input {
        Some(_) => of_project(own, args)?,
        None => of_contexts(&own.context),
    };
    let limits = Limits { request: Duration::from_secs(own.request_timeout), ..Limits::STANDARD };
    let progress = Progress::start("reading clusters");
    let read = import(&Access { kubeconfig: own.kubeconfig.clone(), limits }, &targets);
    drop(progress);
    let mut exit = Exit::Done;
    for (target, outcome) in targets.iter().zip(read) {
        match outcome {
            Ok(objects) => write(own, &mesh, &target.cluster, objects)?,
            Err(error) => {
                complain(&error.into());
                exit = Exit::Environment;
            }
        }
    }
    Ok(exit)
}

/// The clusters of the project's Mesh, and the Mesh as it is to be written beside what is read.
fn of_project(own: &ImportArgs, args: &Args) -> Result<(Vec<Target>, String)> {
    let project = load(own.input.as_deref().unwrap_or("-".as_ref()))?;
    let mut diags = Diagnostics::new();
    let (mesh, document) = meshc_compiler::mesh(&project.sources, &mut diags);
    let Some(document) = document.filter(|_| !mesh.clusters.is_empty()) else {
        let diagnostics = diags.into_sorted();
        report(&diagnostics, &project, args)?;
        let said = of_diagnostics(&diagnostics);
        return Err(match said {
            Exit::Done => {
                Stop::NothingToDo("the project has no Mesh that names clusters; `--context` does without".into())
            }
            said => Stop::Said(said),
        }
        .into());
    };
    for name in &own.cluster {
        find_cluster(&mesh, name)?;
    }
    Ok((targets(&mesh, &own.cluster), document))
}

fn targets(mesh: &Mesh, only: &[String]) -> Vec<Target> {
    let wanted = mesh
        .clusters
        .iter()
        .filter(|cluster| only.is_empty() || only.iter().any(|name| cluster.name == *name.as_str()));
    wanted
        .map(|cluster| Target {
            cluster: cluster.name.to_string(),
            context: cluster.context.map(|name| name.to_string()),
        })
        .collect()
}

/// The clusters that contexts lead to, under names that clusters can have.
fn of_contexts(contexts: &[String]) -> (Vec<Target>, String) {
    let mut mesh = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  clusters:\n".to_owned();
    let mut targets: Vec<Target> = Vec::new();
    for context in contexts {
        let cluster = unused(&cluster_name(context), &targets);
        mesh.push_str(&format!(
            "  - {{name: {cluster}, context: \"{}\"}}\n",
            context.replace('\\', "\\\\").replace('"', "\\\"")
        ));
        targets.push(Target { cluster, context: Some(context.clone()) });
    }
    (targets, mesh)
}

/// A name of Cilium's form that is as near to `context` as can be: lower case letters, digits and dashes, at most 32.
fn cluster_name(context: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = context.chars().map(plain).collect();
    // The end of a context tells more than its start, as in `arn:aws:eks:eu-west-1:1234:cluster/shop`.
    let from = text.len().saturating_sub(32);
    let name = text[from..].trim_matches('-');
    if name.is_empty() { "cluster".into() } else { name.into() }
}

fn unused(name: &str, targets: &[Target]) -> String {
    let is_free = |name: &str| targets.iter().all(|target| target.cluster != name);
    let numbered = (2..).map(|number| format!("{}-{number}", &name[..name.len().min(28)]));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}

/// Writes the files of one cluster.
fn write(own: &ImportArgs, mesh: &str, cluster: &str, objects: Vec<Imported>) -> Result<()> {
    let count = objects.len();
    let mut files = BTreeMap::<String, String>::new();
    for object in objects {
        let path = format!("clusters/{cluster}/{}", namespace_file(&object.namespace));
        let text = files.entry(path).or_insert_with(|| HEADER.to_owned());
        if text.len() > HEADER.len() {
            text.push_str("---\n");
        }
        text.push_str(&object.manifest);
    }
    let bundle = Bundle {
        common: [(MESH_FILE.to_owned(), format!("{HEADER}{mesh}"))].into(),
        clusters: vec![ClusterOutput { cluster: Name::new(cluster), objects: count, files }],
    };
    let allow_empty = [cluster.to_owned()];
    output::write(
        &bundle,
        &own.out,
        &WriteOptions { cluster: Some(cluster), allow_empty: &allow_empty, list: IMPORTED },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_become_names_that_clusters_can_have() {
        let contexts = ["kind-c1", "arn:aws:eks:eu-west-1:123456789012:cluster/Shop", "admin@prod_eu", "kind.c1", "//"];
        let (targets, _) = of_contexts(&contexts.map(str::to_owned));
        let names: Vec<_> = targets.iter().map(|target| target.cluster.as_str()).collect();
        assert_eq!(names, ["kind-c1", "west-1-123456789012-cluster-shop", "admin-prod-eu", "kind-c1-2", "cluster"]);
    }
}
