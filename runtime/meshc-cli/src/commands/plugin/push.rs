//! `meshc plugin push`: from a file to a registry. What is not a plugin is not published.

use std::collections::BTreeMap;

use anyhow::Result;
use meshc_compiler::weigh::Weigher;
use meshc_plugin_host::Backend;
use meshc_registry::{Access, push};

use super::opened::{load, read};
use super::pull::reference;
use crate::args::{Args, PluginPushArgs};
use crate::exit::Exit;
use crate::terminal::print;

pub(super) fn run(own: &PluginPushArgs, args: &Args) -> Result<Exit> {
    let reference = reference(&own.reference)?;
    let bytes = read(&own.plugin)?;
    let plugin = load(&own.plugin, &bytes, Backend::Native, args)?;
    let descriptor = plugin.descriptor();
    let annotations = BTreeMap::from([
        ("org.opencontainers.image.title".to_owned(), descriptor.name.clone()),
        ("org.opencontainers.image.version".to_owned(), descriptor.version.clone()),
    ]);
    let pushed = push(&reference, &bytes, &annotations, &Access::from_env(own.registry.insecure.clone()))?;
    print(&format!("{}\n", pushed.reference))?;
    Ok(Exit::Done)
}
