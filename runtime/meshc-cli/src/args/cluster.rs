//! The arguments of what asks or changes clusters.

use std::path::PathBuf;

use clap::ValueEnum;

use super::InputArgs;

/// How clusters are reached.
#[derive(Debug, clap::Args)]
pub(crate) struct ReachArgs {
    /// Only this cluster; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Vec<String>,

    /// The kubeconfig; `$KUBECONFIG` or `~/.kube/config` unless it is given. A cluster's context is the one that the Mesh
    /// says, or the one of its name
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// For how many seconds to wait for an answer
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) request_timeout: u64,
}

/// What objects are applied as.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// The `ConfigMap` by which each cluster knows what was applied from this project; default/meshc-NAME with the name of
    /// the Mesh unless it is given
    #[arg(long, value_name = "[NS/]NAME")]
    pub(crate) applyset: Option<String>,
}

/// How objects are applied.
#[derive(Debug, clap::Args)]
pub(crate) struct MethodArgs {
    #[command(flatten)]
    pub(crate) set: SetArgs,

    /// Take over the fields that others manage, instead of reporting a conflict
    #[arg(long)]
    pub(crate) force_conflicts: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) reach: ReachArgs,

    #[command(flatten)]
    pub(crate) method: MethodArgs,

    /// Write the plan to a file too, for `meshc apply FILE`. It holds no manifests: it says which project it is of
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// The form
    #[arg(long, short, value_enum, default_value_t = PlanForm::Text, value_name = "FORM")]
    pub(crate) output: PlanForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanForm {
    /// Lines for people
    Text,
    /// JSON, as the schema `plan` says
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    /// The project: a folder of manifests, one file, or - for a stream on stdin; or a plan that `meshc plan --out` wrote
    #[arg(value_name = "DIR|PLAN")]
    pub(crate) input: PathBuf,

    #[command(flatten)]
    pub(crate) reach: ReachArgs,

    #[command(flatten)]
    pub(crate) method: MethodArgs,

    /// Change these clusters one after the other, and then those that are not named together; instead of the `waves` of the
    /// Mesh
    #[arg(long, value_name = "CLUSTER,…", value_delimiter = ',')]
    pub(crate) order: Vec<String>,

    /// Change nothing, and say what would be done, as the servers themselves see it
    #[arg(long, value_enum, value_name = "WHERE")]
    pub(crate) dry_run: Option<DryRun>,

    /// Let this namespace lose every object that was applied to it, a Namespace be deleted with all that is in it, or a
    /// custom kind with all of its objects; without it such an apply is refused
    #[arg(long, value_name = "[CLUSTER/]NAME")]
    pub(crate) allow_prune_all: Vec<String>,

    /// Wait for so many seconds until the workloads of the manifests have their pods, before anything is taken away; what
    /// is not ready then counts as failed. Without it nobody waits
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) wait: Option<u64>,

    /// For how many seconds to try again where a server is gone or busy
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub(crate) retry_for: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DryRun {
    /// By the servers
    Server,
}
