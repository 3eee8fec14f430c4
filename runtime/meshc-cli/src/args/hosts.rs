//! The arguments of the commands that other programs start: Argo CD, kpt, kustomize; and of the one that begins a mesh.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Deny, deny};

#[derive(Debug, Subcommand)]
pub(crate) enum ArgocdCommand {
    /// Print the manifests of one cluster
    ///
    /// The cluster is the parameter `cluster` of the Application, or else its variable CLUSTER, which Argo CD calls
    /// `ARGOCD_ENV_CLUSTER`. A mesh with one cluster needs neither. A cluster without an object is an error, since Argo CD
    /// would delete all that it had.
    Generate(ArgocdGenerateArgs),
    /// Print the path of the Mesh, or nothing where there is none; the exit status is 0 either way
    Discover(ArgocdFolderArgs),
    /// Print the parameters that an Application can set, for the user interface
    Parameters(ArgocdFolderArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ArgocdFolderArgs {
    /// The project
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) input: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ArgocdGenerateArgs {
    #[command(flatten)]
    pub(crate) folder: ArgocdFolderArgs,

    /// The cluster; what the Application says unless it is given
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,

    /// Refuse plugins that are not the ones in this lock file, relative to the folder that meshc runs in
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct KrmArgs {
    /// Keep the objects of this cluster only, and drop Meshes and policies; without it every object stays
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The folder to write `mesh.yaml` into; it is made if need be
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,

    /// The kubeconfig; `$KUBECONFIG` or `~/.kube/config` unless it is given
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// Take the cluster that this context leads to; may be repeated. All clusters of the kubeconfig unless it is given
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) context: Vec<String>,
}

/// What counts as an error besides errors, as a list with commas says it.
pub(crate) fn deny_list(text: &str) -> Result<Vec<Deny>, String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(deny).collect()
}
