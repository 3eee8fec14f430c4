//! The arguments of `meshc plugin`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Subcommand, ValueEnum};
use meshc_plugin_tools::Language;

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Begin a plugin: a small weigher that works, with its fixtures
    New(PluginNewArgs),
    /// Build a plugin into a WebAssembly component
    Build(PluginBuildArgs),
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
