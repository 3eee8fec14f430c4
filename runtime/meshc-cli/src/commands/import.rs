//! `meshc import`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use meshc_cluster::{Access, Imported, Limits, Stop as Stopping, Target, import};
use meshc_compiler::emit::{Bundle, ClusterOutput, HEADER, namespace_file};
use meshc_compiler::model::{Mesh, Name};
use meshc_diag::Diagnostics;

use super::cluster_names::ClusterNames;
use super::find_cluster;
use crate::args::{Args, ImportArgs};
use crate::exit::{Exit, Stop, of_diagnostics};
use crate::load::load;
use crate::output::{self, IMPORTED, WriteOptions};
use crate::progress::Progress;
use crate::render::report;
use crate::terminal::complain;

/// The Mesh of what was read.
pub(super) const MESH_FILE: &str = "mesh.yaml";

pub(super) fn run(own: &ImportArgs, args: &Args) -> Result<Exit> {
    let (targets, mesh) = match &own.input {
        Some(_) => of_project(own, args)?,
        None => of_contexts(&own.context),
    };
    let limits = Limits { request: Duration::from_secs(own.request_timeout), ..Limits::STANDARD };
    let progress = Progress::start("reading clusters");
    let access = Access { kubeconfig: own.kubeconfig.clone(), limits, stop: Stopping::default() };
    let mut exit = Exit::Done;
    import(&access, &targets, |target, outcome| match outcome {
        Ok(objects) => write(own, &mesh, &target.cluster, objects),
        Err(error) => {
            progress.aside(|| complain(&error.into()));
            exit = Exit::Environment;
            Ok(())
        }
    })?;
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
    let mut names = ClusterNames::default();
    for context in contexts {
        let cluster = names.next(context);
        mesh.push_str(&format!(
            "  - {{name: {cluster}, context: \"{}\"}}\n",
            context.replace('\\', "\\\\").replace('"', "\\\"")
        ));
        targets.push(Target { cluster, context: Some(context.clone()) });
    }
    (targets, mesh)
}

/// The files of one cluster: paths and texts.
pub(super) fn files(cluster: &str, objects: Vec<Imported>) -> BTreeMap<String, String> {
    let mut files = BTreeMap::<String, String>::new();
    for object in objects {
        let path = format!("clusters/{cluster}/{}", namespace_file(&object.namespace));
        let text = files.entry(path).or_insert_with(|| HEADER.to_owned());
        if text.len() > HEADER.len() {
            text.push_str("---\n");
        }
        text.push_str(&object.manifest);
    }
    files
}

/// Writes the files of one cluster.
fn write(own: &ImportArgs, mesh: &str, cluster: &str, objects: Vec<Imported>) -> Result<()> {
    let count = objects.len();
    let files = files(cluster, objects);
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
