mod cluster;
mod drift;
mod hosts;
mod message;
mod plugin;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use meshc_compiler::schema::nearest;
use meshc_diag::Code;

pub(crate) use cluster::{ApplyArgs, MethodArgs, PlanArgs, PlanForm, ReachArgs, SetArgs};
pub(crate) use drift::{DriftArgs, DriftForm};
pub(crate) use hosts::{ArgocdCommand, ArgocdFolderArgs, ArgocdGenerateArgs, InitArgs, KrmArgs, deny_list};
pub(crate) use message::{MessageFormat, MessageOutput};
pub(crate) use plugin::{
    PluginBenchArgs, PluginBuildArgs, PluginCommand, PluginInspectArgs, PluginNewArgs, PluginPullArgs, PluginPushArgs,
    PluginRunArgs, PluginTestArgs,
};

/// The compiler for Cilium Cluster Mesh: who serves whom, from the manifests in git
///
/// It reads Kubernetes manifests and a list of clusters, computes for every cluster the load-balancing table that its
/// data plane would hold, lets policies weigh the backends, and writes for every cluster the manifests to apply.
///
/// Exit status: 0 done; 1 the input is wrong; 2 there is a difference; 3 a gate refused; 4 a plugin is at fault;
/// 5 a file cannot be read or written, or a cluster not be reached or changed; 64 wrong arguments; 70 a bug in meshc;
/// 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "meshc", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// How diagnostics are written to stderr or, with =FILE, to a file: human, short, json, sarif, github, gitlab or
    /// junit; may be repeated
    ///
    /// human has the lines of the file and both sides of a contradiction; stderr has it unless another is given for it.
    /// short has one line each: path, line, column, code, words; argocd and krm have it instead. json has one object a line; `meshc schema diagnostic`
    /// describes it. sarif is SARIF 2.1.0, for code scanning and editors. github is workflow commands, which GitHub
    /// Actions reads from stderr as it does from stdout. gitlab is a Code Quality report. junit is JUnit's XML, with a
    /// failure for each error and warning.
    ///
    /// A FILE is written whole or not at all, and also where there is nothing to report. Paths in sarif, github, gitlab
    /// and junit are relative to the folder that meshc runs in, which should be the root of the repository; in the
    /// others, to the project. A FILE that ends in .json belongs outside of the project, where the next run does not
    /// read it.
    #[arg(long, global = true, value_name = "FORMAT[=FILE]")]
    pub(crate) message_format: Vec<MessageOutput>,

    /// Show at most N diagnostics on stderr if they are human or short: where there are more, the first 5 of each rule,
    /// errors first, and a count of the rest; 0 shows all
    #[arg(long, global = true, default_value_t = 50, value_name = "N")]
    pub(crate) max: usize,

    /// Let every warning count as an error, or the findings of one rule, by its number or name; may be repeated
    #[arg(long, global = true, value_parser = deny, value_name = "warnings|CODE")]
    pub(crate) deny: Vec<Deny>,

    /// Whether diagnostics have colors; auto looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// How many threads to use; as many as there are processors unless it is given. The output does not depend on it
    #[arg(long, short, global = true, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Where to keep compiled plugins and their answers; `$MESHC_CACHE_DIR`, `$XDG_CACHE_HOME/meshc` or `~/.cache/meshc`
    /// unless it is given
    #[arg(long, global = true, value_name = "DIR", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// Keep nothing and use nothing that was kept. The output is the same
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
}

/// What counts as an error besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deny {
    /// Every warning.
    Warnings,
    /// The findings of one rule.
    Rule(Code),
}

fn deny(text: &str) -> Result<Deny, String> {
    if text == "warnings" {
        return Ok(Deny::Warnings);
    }
    let names = || Code::ALL.iter().flat_map(|code| [code.number(), code.name()]).chain(["warnings"]);
    Code::find(text).map(Deny::Rule).ok_or_else(|| match nearest(text, names()) {
        Some(name) => format!("there is no rule of that name; did you mean `{name}`?"),
        None => "it is `warnings`, or a rule as `meshc explain` lists them".into(),
    })
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the manifests and tables of every cluster
    Build(BuildArgs),
    /// Say what is wrong with the input; with --fix, mend what can be mended without asking
    Check(CheckArgs),
    /// Print the load-balancing tables
    Table(TableArgs),
    /// Say who serves what share of a service's connections
    Route(RouteArgs),
    /// Say for each backend of a service why clients reach it or do not
    Why(WhyArgs),
    /// Read what clusters hold into a folder of manifests
    Import(ImportArgs),
    /// Say what applying would do to each cluster, as its server sees it; exit with 2 if it would do anything
    Plan(PlanArgs),
    /// Apply the manifests of every cluster to it, and prune what was applied before and is in no manifest any more
    ///
    /// Every cluster is asked first what would happen, and a cluster with a conflict or an object that it refuses is left
    /// as it is. Then all go together, or wave after wave: first what adds backends, then what turns clients elsewhere,
    /// then what takes backends away. If something fails, what is done stays done, nothing is taken away any more, and
    /// another run goes on from there. An interrupt ends it between two objects.
    Apply(ApplyArgs),
    /// Say what clusters hold that was not built so; exit with 2 if there is anything
    ///
    /// Of each cluster: what is missing, what says something else and who wrote that, and what is in the set of what was
    /// applied and in no manifest. Between clusters: what was built alike and is not alike. And who serves whom, where that
    /// is not as it was built, unless --cluster leaves clusters out. Nothing is changed. What controllers and other people
    /// add beside what a manifest says is no drift in one cluster alone.
    Drift(DriftArgs),
    /// Begin a mesh: write a `mesh.yaml` with the clusters of your kubeconfig, and comments on what to fill in
    ///
    /// No cluster is asked, and nothing is overwritten.
    Init(InitArgs),
    /// Serve Argo CD as a plugin that makes manifests
    #[command(subcommand)]
    Argocd(ArgocdCommand),
    /// Be a function on a `ResourceList`, as kpt and kustomize start one: stdin to stdout
    ///
    /// Every object is checked as `meshc check` does, findings are its results, and the objects come out as they came
    /// in. With a cluster, those of other clusters are left out. The function's config is a Mesh, or a `ConfigMap`
    /// that says `cluster`, `deny` (rules or `warnings`, with commas) or `allow-empty`.
    Krm(KrmArgs),
    /// Explain a diagnostic by its number or name
    Explain(ExplainArgs),
    /// Print the JSON Schema of a document
    Schema(SchemaArgs),
    /// Serve an editor: diagnostics, hovers, fixes and jumps, by the Language Server Protocol on stdin and stdout
    ///
    /// The project of a file is the nearest folder above it with a Mesh in it, or else the folder of the workspace. What is
    /// reported is what `meshc check` reports before anybody weighs: plugins do not run while a person types.
    ///
    /// Exit status: 0 if the editor said `shutdown` before it said `exit`; 1 if it did not; 5 if the stream is broken.
    Lsp(LspArgs),
    /// Work on weighting plugins
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Be the child that compiles a plugin for another meshc
    #[command(hide = true, name = COMPILE_PLUGIN)]
    CompilePlugin {
        /// What the host of plugins says to itself
        arguments: Vec<OsString>,
    },
}

/// The command that meshc starts itself with to compile a plugin.
pub(crate) const COMPILE_PLUGIN: &str = "compile-plugin";

#[derive(Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// The project: a folder of manifests, one file, or - for a stream on stdin
    #[arg(value_name = "DIR")]
    pub(crate) input: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Change the files where there is one way to mend them; layout and comments stay, and so does who serves whom
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix: change nothing; print what would change as a diff, and exit with 2 if anything would
    #[arg(long, requires = "fix")]
    pub(crate) diff: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// The folder to write, or - to print the manifests
    #[arg(long, short, default_value = "out", value_name = "OUT")]
    pub(crate) out: PathBuf,

    /// Write nothing; print the paths that a build would change, and exit with 2 if there are any
    #[arg(long, conflicts_with = "diff")]
    pub(crate) check: bool,

    /// Write nothing; print what a build would change as a diff, and exit with 2 if it would change anything
    #[arg(long)]
    pub(crate) diff: bool,

    /// Write this cluster only, and leave the files of the others as they are
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,

    /// How manifests are spread over files
    #[arg(long, value_enum, default_value_t = LayoutArg::Namespace, value_name = "LAYOUT")]
    pub(crate) layout: LayoutArg,

    /// Refuse plugins that are not the ones in the lock file
    #[arg(long)]
    pub(crate) locked: bool,

    /// The lock file for --locked; OUT/meshc.lock unless it is given
    #[arg(long, value_name = "FILE", requires = "locked")]
    pub(crate) lock: Option<PathBuf>,

    /// Let this cluster lose all the objects that it had; without it such a build is refused
    #[arg(long, value_name = "NAME")]
    pub(crate) allow_empty: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LayoutArg {
    /// One file for each namespace
    Namespace,
    /// One file for each object
    Object,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TableArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Print the table of this cluster only
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,

    /// Print this service only, as namespace/name or name
    #[arg(long, value_name = "SERVICE")]
    pub(crate) service: Option<String>,

    #[command(flatten)]
    pub(crate) client: ClientArgs,

    /// Print how many entries of the Maglev table each backend has
    #[arg(long)]
    pub(crate) maglev: bool,

    /// Print the Maglev tables whole: the backend of each entry, counted from 0
    #[arg(long)]
    pub(crate) maglev_full: bool,

    /// The form; a table on a terminal and JSON elsewhere unless it is given
    #[arg(long, short, value_enum, value_name = "FORM")]
    pub(crate) output: Option<TableForm>,
}

/// Where clients are, where that matters.
#[derive(Debug, clap::Args)]
pub(crate) struct ClientArgs {
    /// The node that clients run on; what depends on it shows the whole cluster's view unless it is given
    #[arg(long, value_name = "NODE")]
    pub(crate) node: Option<String>,

    /// The zone that clients are in; that of their node unless it is given
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableForm {
    /// Columns for people
    Table,
    /// JSON; several clusters as a list
    Json,
    /// YAML; several clusters as a stream
    Yaml,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RouteArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// The cluster that clients are in
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) from: String,

    /// The service, as [namespace/]name[:port]; the namespace is default and the port its only one unless given
    #[arg(long, value_name = "SERVICE")]
    pub(crate) to: String,

    /// How connections enter
    #[arg(long, value_enum, default_value_t = PathArg::Socket, value_name = "PATH")]
    pub(crate) path: PathArg,

    /// The type of frontend that clients connect to; the first that the service has unless it is given
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) frontend: Option<FrontendArg>,

    #[command(flatten)]
    pub(crate) client: ClientArgs,

    /// Ask what if a workload had N pods; may be repeated
    #[arg(long, value_name = "[NS/]NAME@CLUSTER=N")]
    pub(crate) scale: Vec<String>,

    /// Ask what if a cluster were gone; may be repeated
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) down: Vec<String>,

    /// Draw N connections from the shares; the same ones each time
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<u32>,

    /// The form
    #[arg(long, short, value_enum, default_value_t = RouteForm::Table, value_name = "FORM")]
    pub(crate) output: RouteForm,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// The service, as [namespace/]name[:port]; the namespace is default and the port its only one unless given
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,

    /// The cluster that clients are in
    #[arg(long, value_name = "CLUSTER")]
    pub(crate) from: String,

    /// Speak of these backends only: an address, address:port, a workload, workload#pod, a cluster, or cluster/ before
    /// any of them
    #[arg(long, value_name = "PATTERN")]
    pub(crate) backend: Option<String>,

    /// The type of frontend that clients connect to; the first that the service has unless it is given
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) frontend: Option<FrontendArg>,

    /// How connections enter; it matters where one of two traffic policies is Local
    #[arg(long, value_enum, default_value_t = SlotPathArg::Socket, value_name = "PATH")]
    pub(crate) path: SlotPathArg,

    #[command(flatten)]
    pub(crate) client: ClientArgs,

    /// The form
    #[arg(long, short, value_enum, default_value_t = RouteForm::Table, value_name = "FORM")]
    pub(crate) output: RouteForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PathArg {
    /// A pod's `connect()` under socket load balancing
    Socket,
    /// Packet by packet: from outside, or without socket load balancing
    Packet,
    /// Through a layer 7 proxy, by the route that has the service as its parent
    Gateway,
}

/// The ways in that lead to the backends of a frontend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SlotPathArg {
    /// A pod's `connect()` under socket load balancing
    Socket,
    /// Packet by packet: from outside, or without socket load balancing
    Packet,
}

impl From<SlotPathArg> for PathArg {
    fn from(path: SlotPathArg) -> Self {
        match path {
            SlotPathArg::Socket => Self::Socket,
            SlotPathArg::Packet => Self::Packet,
        }
    }
}

impl PathArg {
    /// The word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Socket => "socket",
            Self::Packet => "packet",
            Self::Gateway => "gateway",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FrontendArg {
    /// The cluster's own address for the service
    ClusterIp,
    /// A port of every node
    NodePort,
    /// An address of a load balancer
    LoadBalancer,
    /// An address from outside that is routed to the nodes
    ExternalIps,
}

impl FrontendArg {
    /// The word for it in tables.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalIps => "ExternalIPs",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RouteForm {
    /// Columns for people
    Table,
    /// JSON
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// The project whose Mesh names the clusters and their contexts; with --context there need be none
    #[arg(value_name = "DIR", required_unless_present = "context")]
    pub(crate) input: Option<PathBuf>,

    /// The folder to write; it becomes a project of its own
    #[arg(long, short, default_value = "live", value_name = "OUT")]
    pub(crate) out: PathBuf,

    /// Read this cluster only, and leave the files of the others as they are; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with = "context")]
    pub(crate) cluster: Vec<String>,

    /// Read the cluster that this context leads to, and call it so; may be repeated
    #[arg(long, value_name = "CONTEXT", conflicts_with = "input")]
    pub(crate) context: Vec<String>,

    /// The kubeconfig; `$KUBECONFIG` or `~/.kube/config` unless it is given
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// For how many seconds to wait for an answer
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) request_timeout: u64,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// A number as M0402 or a name as shared-not-global; all of them in a list if it is left out
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LspArgs {
    /// Speak on stdin and stdout, as it does anyway; some editors say so
    #[arg(long)]
    pub(crate) stdio: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// Which document
    #[arg(value_enum, value_name = "KIND")]
    pub(crate) kind: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// The cluster list that you write
    Mesh,
    /// A policy that you write
    TrafficPolicy,
    /// A table as builds write it
    Table,
    /// A line of `--message-format json`
    Diagnostic,
    /// The annotations of any object of Kubernetes that say who serves whom
    Annotations,
    /// What `meshc plan --output json` prints
    Plan,
    /// What `meshc drift --output json` prints
    Drift,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// Where a person looks
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
