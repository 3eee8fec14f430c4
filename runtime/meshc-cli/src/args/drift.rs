use clap::ValueEnum;

use super::{InputArgs, ReachArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct DriftArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) reach: ReachArgs,

    /// The `ConfigMap` by which each cluster knows what was applied from this project; default/meshc-NAME with the name of
    /// the Mesh unless it is given
    #[arg(long, value_name = "[NS/]NAME")]
    pub(crate) applyset: Option<String>,

    /// The form
    #[arg(long, short, value_enum, default_value_t = DriftForm::Text, value_name = "FORM")]
    pub(crate) output: DriftForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DriftForm {
    /// Lines for people
    Text,
    /// JSON, as the schema `drift` says
    Json,
}
