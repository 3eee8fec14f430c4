//! `meshc argocd generate`: the manifests of one cluster.

use anyhow::Result;
use meshc_compiler::emit::cluster_stream;
use meshc_compiler::model::{ClusterId, Mesh};
use meshc_compiler::tables::Client;

use super::application::{Application, CLUSTER};
use crate::args::{ArgocdGenerateArgs, Args};
use crate::commands::{Ask, compile, find_cluster};
use crate::exit::{Exit, Stop};
use crate::load::load;
use crate::lock::Lock;
use crate::plugins::PluginStore;
use crate::terminal::print;

pub(super) fn run(own: &ArgocdGenerateArgs, args: &Args) -> Result<Exit> {
    let application = Application::from_env()?;
    let project = load(&own.folder.input)?;
    let lock = own.lock.as_deref().map(Lock::read).transpose()?;
    let store = PluginStore::new(&project.root, args, lock);
    let weighted = compile(&project, &store, args, &Ask::from(Client::ANYWHERE), |_| Ok(()))?;
    let mesh = weighted.mesh.mesh();
    let cluster = wanted(mesh, own.cluster.as_ref().or(application.cluster.as_ref()))?;
    let manifests = cluster_stream(mesh, cluster);
    if manifests.is_empty() && !application.allow_empty {
        return Err(Stop::NothingToDo(format!(
            "the cluster `{}` has no object, and Argo CD would delete all that it had; if that is meant, set the parameter \
             `allow-empty` to `true`",
            mesh.cluster(cluster).name
        ))
        .into());
    }
    print(&manifests)?;
    Ok(Exit::Done)
}

/// The cluster that was asked for, or else the only one.
fn wanted(mesh: &Mesh, asked: Option<&String>) -> Result<ClusterId, Stop> {
    match (asked, mesh.clusters.as_slice()) {
        (Some(name), _) => find_cluster(mesh, name),
        (None, [_]) => Ok(ClusterId(0)),
        (None, clusters) => {
            let names: Vec<_> = clusters.iter().map(|cluster| cluster.name.as_str()).collect();
            let known = names.join(", ");
            Err(Stop::Usage(format!("set the parameter `{CLUSTER}` of the Application; the clusters are {known}")))
        }
    }
}
