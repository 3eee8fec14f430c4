//! `meshc plugin run`: one question, one answer.

use anyhow::Result;
use meshc_plugin_host::Backend;
use meshc_plugin_tools::{Request, reply};

use super::opened::{fault, load, read};
use crate::args::{Args, PluginRunArgs};
use crate::exit::Exit;
use crate::terminal::print;

pub(super) fn run(own: &PluginRunArgs, args: &Args) -> Result<Exit> {
    let request = Request::read(&own.request)?;
    let plugin = load(&own.plugin, &read(&own.plugin)?, Backend::Native, args)?;
    let reply = reply(&plugin, &request)
        .map_err(|found| fault(&own.plugin, &format!("failed: it {}", found.message), &found.detail))?;
    print(&(serde_json::to_string_pretty(&reply)? + "\n"))?;
    Ok(Exit::Done)
}
