//! What clusters hold, as manifests.

use futures::{StreamExt, TryStreamExt, stream};
use meshc_syntax::to_yaml;
use serde_json::Value;

use crate::kinds::{ImportKind, KINDS};
use crate::projection::project;
use crate::{Access, Connection, Error, runtime};

/// A cluster to read.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it is called.
    pub cluster: String,
    /// The context that leads to it; its name where that is not said.
    pub context: Option<String>,
}

/// An object of a cluster, as a user would have written it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Imported {
    /// Its namespace; empty if it belongs to the cluster.
    pub namespace: String,
    /// Where its kind comes in the order of kinds.
    order: usize,
    /// Its name.
    name: String,
    /// The object as YAML; ends with a line break.
    pub manifest: String,
}

/// Reads Services, `EndpointSlices`, Namespaces, Nodes, workloads, autoscalers and `ServiceExports` of every target,
/// several at once, and hands what comes of each to `each`, in order and as soon as it is there, so that not all are kept.
/// What comes of one does not touch the others. Objects are ordered by namespace, kind and name.
///
/// # Errors
/// The first of `each`, after which nothing more is read.
///
/// # Panics
/// If the machine has nothing left to run a thread or a timer on.
pub fn import<E>(
    access: &Access,
    targets: &[Target],
    mut each: impl FnMut(&Target, Result<Vec<Imported>, Error>) -> Result<(), E>,
) -> Result<(), E> {
    let clusters = stream::iter(targets).map(async |target| (target, read_cluster(access, target).await));
    runtime().block_on(async {
        let mut clusters = std::pin::pin!(clusters.buffered(access.limits.at_once));
        while let Some((target, outcome)) = clusters.next().await {
            each(target, outcome)?;
        }
        Ok(())
    })
}

async fn read_cluster(access: &Access, target: &Target) -> Result<Vec<Imported>, Error> {
    let connection = Connection::open(access, &target.cluster, target.context.as_deref()).await?;
    let lists = stream::iter(KINDS.iter().enumerate())
        .map(|(order, kind)| read_kind(&connection, order, kind))
        .buffered(access.limits.at_once);
    let mut all: Vec<Imported> = lists.try_collect::<Vec<_>>().await?.into_iter().flatten().collect();
    all.sort();
    Ok(all)
}

async fn read_kind(connection: &Connection, order: usize, kind: &ImportKind) -> Result<Vec<Imported>, Error> {
    let what = format!("list {}", kind.path.rsplit('/').next().unwrap_or(kind.kind));
    let keep = |item| Some(imported(order, &project(kind, &item)?));
    match connection.list(kind.path, &what, keep).await {
        Err(error) if error.is_not_found() && kind.optional => Ok(Vec::new()),
        other => other,
    }
}

fn imported(order: usize, object: &Value) -> Imported {
    let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
    let mut manifest = String::new();
    to_yaml(object, &mut manifest).expect("JSON has string keys and finite numbers");
    Imported { namespace: text("namespace"), order, name: text("name"), manifest }
}
