//! `meshc plugin`.

mod build;
mod new;

use anyhow::Result;

use crate::args::PluginCommand;
use crate::exit::Exit;

pub(super) fn run(own: &PluginCommand) -> Result<Exit> {
    match own {
        PluginCommand::New(own) => new::run(own),
        PluginCommand::Build(own) => build::run(own),
    }
}
