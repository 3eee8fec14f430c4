//! What each cluster shall hold by a project, and how it is reached.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use meshc_cluster::{Access, ApplySet, Goal, Limits, Method, Stop as Stopping, Wanted};
use meshc_compiler::emit::objects_by_cluster;
use meshc_compiler::model::Mesh;
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::WeightedTables;
use sha2::{Digest, Sha256};

use super::{Ask, compile, find_cluster};
use crate::args::{Args, MethodArgs, ReachArgs, SetArgs};
use crate::exit::Stop;
use crate::load::{Project, load};
use crate::output::IMPORTED;
use crate::plugins::PluginStore;

/// Compiles the project at `input` as a build does.
///
/// # Errors
/// If it cannot be built, or is what an import wrote.
pub(super) fn compile_project(input: &Path, args: &Args) -> Result<WeightedTables> {
    let project = load_own(input)?;
    compile_own(&project, &PluginStore::new(&project.root, args, None), args)
}

/// Reads the project at `input`.
///
/// # Errors
/// If that cannot be done, or it is what an import wrote.
pub(super) fn load_own(input: &Path) -> Result<Project> {
    let project = load(input)?;
    if project.root.join(IMPORTED).exists() {
        return Err(Stop::NothingToDo(format!(
            "`{}` was read from clusters by `meshc import`, and says less than they hold: name the folder of your own manifests",
            input.display()
        ))
        .into());
    }
    Ok(project)
}

/// Compiles `project` as a build does.
///
/// # Errors
/// If it cannot be built.
pub(super) fn compile_own(project: &Project, store: &PluginStore, args: &Args) -> Result<WeightedTables> {
    compile(project, store, args, &Ask::from(Client::ANYWHERE), |_| Ok(()))
}

/// What the clusters shall hold that `only` names, or all where it names none.
///
/// # Errors
/// If it names one that is not there.
pub(super) fn goals<'m>(mesh: &'m Mesh, only: &[String]) -> Result<Vec<Goal<'m>>> {
    for name in only {
        find_cluster(mesh, name)?;
    }
    let objects = objects_by_cluster(mesh);
    let clusters = mesh.clusters.iter().zip(objects);
    let wanted =
        clusters.filter(|(cluster, _)| only.is_empty() || only.iter().any(|name| cluster.name == *name.as_str()));
    let goals = wanted.map(|(cluster, objects)| Goal {
        cluster: cluster.name.to_string(),
        context: cluster.context.map(|name| name.to_string()),
        objects: objects.into_iter().map(|id| Wanted::new(&mesh.object(id).manifest)).collect(),
    });
    Ok(goals.collect())
}

/// The digest of all that a cluster shall hold (SHA-256).
pub(super) fn digest(goal: &Goal<'_>) -> String {
    let mut hash = Sha256::new();
    for wanted in &goal.objects {
        hash.update(wanted.manifest);
        hash.update("---\n");
    }
    hash.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// How clusters are reached, and for how long it is tried.
///
/// # Errors
/// If the kubeconfig cannot be read.
pub(super) fn access(own: &ReachArgs, retry_for: u64) -> Result<Access> {
    let limits = Limits {
        request: Duration::from_secs(own.request_timeout),
        patience: Duration::from_secs(retry_for),
        ..Limits::STANDARD
    };
    let access = Access { kubeconfig: own.kubeconfig.clone(), limits, stop: Stopping::default() };
    access.check()?;
    Ok(access)
}

/// How objects are applied.
///
/// # Errors
/// If nothing says what the set is called.
pub(super) fn method(own: &MethodArgs, mesh: &Mesh) -> Result<Method> {
    Ok(Method { set: apply_set(&own.set, mesh)?, force: own.force_conflicts, wait: None })
}

/// What objects are applied as: as the arguments say, or by the name of the Mesh.
///
/// # Errors
/// If nothing says what the set is called.
pub(super) fn apply_set(own: &SetArgs, mesh: &Mesh) -> Result<ApplySet> {
    match (&own.applyset, mesh.name) {
        (Some(text), _) => Ok(set(text)),
        (None, Some(name)) => Ok(set(&format!("meshc-{name}"))),
        (None, None) => Err(Stop::NothingToDo(
            "the Mesh has no name, by which each cluster would know what was applied from it: add `metadata: {name: …}` to it, or give `--applyset`"
                .into(),
        )
        .into()),
    }
}

/// A set as arguments and plans name it: `[namespace/]name`.
pub(super) fn set(text: &str) -> ApplySet {
    let (namespace, name) = text.split_once('/').unwrap_or(("default", text));
    ApplySet { namespace: namespace.into(), name: name.into() }
}
