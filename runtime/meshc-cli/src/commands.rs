//! The commands, one file each.

mod apply;
mod argocd;
mod build;
mod check;
mod cluster_names;
mod drift;
mod explain;
mod goals;
mod import;
mod init;
mod krm;
mod lsp;
mod plan;
mod plugin;
mod route;
mod schema;
mod table;
mod target;
mod why;

use anyhow::Result;
use meshc_compiler::model::{Body, ClusterId, Mesh, Name};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::WeightedTables;
use meshc_compiler::weigh::contract::Options;
use meshc_compiler::{CheckedMesh, Strictness};
use meshc_diag::Diagnostics;

use crate::args::{Args, ClientArgs, Command, Deny};
use crate::exit::{Exit, Stop, of_diagnostics};
use crate::load::Project;
use crate::plugins::PluginStore;
use crate::render::report;

pub(crate) use plan::PlanDocument;

/// Runs the command of `args`.
pub(crate) fn run(args: &Args) -> Result<Exit> {
    match &args.command {
        Command::Build(own) => build::run(own, args),
        Command::Check(own) => check::run(own, args),
        Command::Table(own) => table::run(own, args),
        Command::Route(own) => route::run(own, args),
        Command::Why(own) => why::run(own, args),
        Command::Import(own) => import::run(own, args),
        Command::Plan(own) => plan::run(own, args),
        Command::Apply(own) => apply::run(own, args),
        Command::Drift(own) => drift::run(own, args),
        Command::Init(own) => init::run(own),
        Command::Argocd(own) => argocd::run(own, args),
        Command::Krm(own) => krm::run(own, args),
        Command::Explain(own) => explain::run(own),
        Command::Schema(own) => schema::run(own),
        Command::Lsp(_) => lsp::run(),
        Command::Plugin(own) => plugin::run(own, args),
        Command::CompilePlugin { .. } => unreachable!("it has ended before there was a command to run"),
    }
}

/// What is asked of a project besides what it says.
struct Ask {
    /// Where clients are.
    client: Client,
    /// What weighers are asked for besides weights.
    options: Options,
}

impl Ask {
    /// What clients in one place get.
    fn from(client: Client) -> Self {
        Self { client, options: Options::default() }
    }

    /// The same, and why.
    fn why(client: Client) -> Self {
        Self { client, options: Options { explain: true, ..Options::default() } }
    }
}

/// Compiles a project up to weighted tables and reports what there is to say. `change` is what the user asks "what if"
/// about.
///
/// # Errors
/// [`Stop::Said`] if the command cannot go on for what was reported.
fn compile(
    project: &Project,
    store: &PluginStore,
    args: &Args,
    ask: &Ask,
    change: impl FnOnce(&mut Mesh) -> Result<()>,
) -> Result<WeightedTables> {
    let mut diags = Diagnostics::new();
    let checked = meshc_compiler::check(&project.sources, &strictness(args), &mut diags);
    let weighted = match checked.map(|mesh: CheckedMesh| mesh.changed(change)).transpose() {
        Ok(Some(mesh)) => {
            meshc_compiler::weighted_tables(mesh, ask.client, &project.sources, store, &ask.options, &mut diags)
        }
        Ok(None) => None,
        Err(error) => {
            report(&diags.into_sorted(), project, args)?;
            return Err(error);
        }
    };
    let diagnostics = diags.into_sorted();
    report(&diagnostics, project, args)?;
    Ok(weighted.ok_or_else(|| Stop::Said(of_diagnostics(&diagnostics)))?)
}

/// How strict the arguments ask the run to be.
fn strictness(args: &Args) -> Strictness {
    let codes = args.deny.iter().filter_map(|deny| match deny {
        Deny::Warnings => None,
        Deny::Rule(code) => Some(*code),
    });
    Strictness { deny_warnings: args.deny.contains(&Deny::Warnings), deny: codes.collect() }
}

/// The cluster that an argument names.
fn find_cluster(mesh: &Mesh, name: &str) -> Result<ClusterId, Stop> {
    mesh.find_cluster(name).ok_or_else(|| {
        let names: Vec<_> = mesh.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
        let help = meshc_compiler::schema::nearest(name, names.iter().copied())
            .map_or_else(|| format!("the clusters are {}", names.join(", ")), |name| format!("did you mean `{name}`?"));
        Stop::Usage(format!("no cluster is named `{name}`; {help}"))
    })
}

/// Where the clients are that arguments speak of.
fn client(own: &ClientArgs) -> Client {
    let name = |text: &Option<String>| text.as_deref().map(Name::new);
    Client { node: name(&own.node), zone: name(&own.zone) }
}

/// Refuses a node that nothing in the mesh speaks of.
fn check_client(mesh: &Mesh, own: &ClientArgs) -> Result<(), Stop> {
    let Some(node) = own.node.as_deref() else {
        return Ok(());
    };
    let declared =
        mesh.objects.iter().filter(|object| matches!(object.body, Body::Node(_))).map(|object| object.key.name);
    let members = mesh.services.iter().flat_map(|group| &group.members);
    let of_backends = members.flat_map(|member| &member.backends.list).map(|backend| backend.node);
    let known: std::collections::BTreeSet<_> = declared.chain(of_backends).filter(|name| !name.is_empty()).collect();
    if known.iter().any(|name| *name == *node) {
        return Ok(());
    }
    let near = meshc_compiler::schema::nearest(node, known.iter().map(|name| name.as_str()));
    let help = match near {
        Some(name) => format!("did you mean `{name}`?"),
        None => "a Node object or the `nodeName` of an endpoint makes one known".to_owned(),
    };
    Err(Stop::Usage(format!("no node is named `{node}`; {help}")))
}

/// A service as arguments name it: `[namespace/]name`.
fn split_service(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("default", text))
}
