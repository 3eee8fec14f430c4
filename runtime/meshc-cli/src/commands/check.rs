//! `meshc check`.

use anyhow::Result;
use meshc_compiler::tables::Client;

use super::{Ask, compile};
use crate::args::{Args, InputArgs};
use crate::exit::Exit;
use crate::load::load;
use crate::plugins::PluginStore;
use crate::progress::Progress;

pub(super) fn run(own: &InputArgs, args: &Args) -> Result<Exit> {
    let _progress = Progress::start("checking");
    let project = load(&own.input)?;
    let store = PluginStore::new(&project.root, args, None);
    compile(&project, &store, args, &Ask::from(Client::ANYWHERE), |_| Ok(()))?;
    Ok(Exit::Done)
}
