use clap::ValueEnum;

use super::{InputArgs, ReachArgs, SetArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct DriftArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    #[command(flatten)]
    pub(crate) reach: ReachArgs,

    #[command(flatten)]
    pub(crate) set: SetArgs,

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
