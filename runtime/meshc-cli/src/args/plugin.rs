//! The arguments of `meshc plugin`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Subcommand, ValueEnum};
use meshc_plugin_tools::Language;

use super::RouteForm;

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Begin a plugin: a small weigher that works, with its fixtures
    New(PluginNewArgs),
    /// Build a plugin into a WebAssembly component
    Build(PluginBuildArgs),
    /// Say what a component says of itself, and what it wants
    Inspect(PluginInspectArgs),
    /// Ask a plugin and print its reply
    Run(PluginRunArgs),
    /// Hold a plugin against its fixtures, however it is asked
    Test(PluginTestArgs),
    /// Fetch a plugin from an OCI registry and print its reference with the digest, as policies name it
    Pull(PluginPullArgs),
    /// Publish a component to an OCI registry and print its reference with the digest
    Push(PluginPushArgs),
    /// Measure what a service costs: fuel, which is the same everywhere, and time
    Bench(PluginBenchArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginNewArgs {
    /// The language that it is written in
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: LanguageArg,

    /// The name of the plugin: a-z, 0-9 and -, a letter first
    #[arg(value_name = "NAME")]
    pub(crate) name: String,

    /// The folder to write; one of the plugin's name in the working folder unless it is given
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginBuildArgs {
    /// The folder of the plugin; its files tell the language
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// The component to write; plugin.wasm in the plugin's folder unless it is given
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginInspectArgs {
    /// A component, or the folder of a plugin that is built
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugin: PathBuf,

    /// The form
    #[arg(long, short, value_enum, default_value_t = RouteForm::Table, value_name = "FORM")]
    pub(crate) output: RouteForm,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginRunArgs {
    /// A component, or the folder of a plugin that is built
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugin: PathBuf,

    /// The question: a JSON file in the words of the contract
    #[arg(value_name = "REQUEST")]
    pub(crate) request: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginTestArgs {
    /// The folder of the plugin, with its fixtures/*.request.json and *.reply.json
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// The component; plugin.wasm in the plugin's folder unless it is given
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,

    /// Write the replies that differ or are not there
    #[arg(long)]
    pub(crate) bless: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginPullArgs {
    /// What to fetch, as `oci://registry/repository:tag` or `oci://registry/repository@sha256:digest`
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: String,

    /// Write the component to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginPushArgs {
    /// A component, or the folder of a plugin that is built
    #[arg(value_name = "PLUGIN")]
    pub(crate) plugin: PathBuf,

    /// Where to, as `oci://registry/repository:tag`
    #[arg(value_name = "REFERENCE")]
    pub(crate) reference: String,

    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// How registries are reached. Credentials are those of `docker login`.
#[derive(Debug, clap::Args)]
pub(crate) struct RegistryArgs {
    /// Speak plain HTTP with this registry; may be repeated. Those on this machine need it not
    #[arg(long, value_name = "REGISTRY")]
    pub(crate) insecure: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginBenchArgs {
    /// The folder of the plugin, with its fixtures
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// The component; plugin.wasm in the plugin's folder unless it is given
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
}

/// A language by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LanguageArg(pub(crate) Language);

impl ValueEnum for LanguageArg {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [LanguageArg; 5] = [
            LanguageArg(Language::Rust),
            LanguageArg(Language::Python),
            LanguageArg(Language::JavaScript),
            LanguageArg(Language::Go),
            LanguageArg(Language::C),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.word()))
    }
}
