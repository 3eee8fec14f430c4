//! `meshc plugin`.

mod bench;
mod build;
mod inspect;
mod new;
mod opened;
mod pull;
mod push;
mod run;
mod test;

use anyhow::Result;

use crate::args::{Args, PluginCommand};
use crate::exit::Exit;

pub(super) fn run(own: &PluginCommand, args: &Args) -> Result<Exit> {
    match own {
        PluginCommand::New(own) => new::run(own),
        PluginCommand::Build(own) => build::run(own),
        PluginCommand::Inspect(own) => inspect::run(own, args),
        PluginCommand::Run(own) => run::run(own, args),
        PluginCommand::Test(own) => test::run(own, args),
        PluginCommand::Pull(own) => pull::run(own),
        PluginCommand::Push(own) => push::run(own, args),
        PluginCommand::Bench(own) => bench::run(own, args),
    }
}
