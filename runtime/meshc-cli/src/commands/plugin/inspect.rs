//! `meshc plugin inspect`: what a component says of itself, and what it wants.

use anyhow::Result;
use meshc_compiler::weigh::Weigher;
use meshc_plugin_host::{Backend, Plugin};
use serde::Serialize;
use serde_json::Value;

use super::opened::{load, read};
use crate::args::{Args, PluginInspectArgs, RouteForm};
use crate::exit::Exit;
use crate::terminal::print;

/// A plugin as people and programs see it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Inspection<'p> {
    name: &'p str,
    version: &'p str,
    contract: String,
    sha256: &'p str,
    bytes: usize,
    verdict: &'static str,
    imports: &'p [String],
    reads: &'p [String],
    config_schema: Option<Value>,
}

pub(super) fn run(own: &PluginInspectArgs, args: &Args) -> Result<Exit> {
    let plugin = load(&own.plugin, &read(&own.plugin)?, Backend::Native, args)?;
    let inspection = inspect(&plugin);
    print(&match own.output {
        RouteForm::Json => serde_json::to_string_pretty(&inspection)? + "\n",
        RouteForm::Table => for_people(&inspection),
    })?;
    Ok(Exit::Done)
}

fn inspect(plugin: &Plugin) -> Inspection<'_> {
    let descriptor = plugin.descriptor();
    Inspection {
        name: &descriptor.name,
        version: &descriptor.version,
        contract: format!("meshc:weighting@{}", plugin.contract()),
        sha256: plugin.digest(),
        bytes: plugin.size(),
        verdict: if plugin.imports().is_empty() { "pure" } else { "frozen" },
        imports: plugin.imports(),
        reads: &descriptor.reads,
        config_schema: serde_json::from_str(&descriptor.config_schema).ok(),
    }
}

fn for_people(it: &Inspection<'_>) -> String {
    let verdict = match it.verdict {
        "pure" => "pure: it imports nothing".to_owned(),
        _ => format!("frozen: it imports {} interfaces of WASI, which stand still", it.imports.len()),
    };
    let reads = if it.reads.is_empty() { "no labels or annotations".to_owned() } else { it.reads.join(", ") };
    let rows = [
        ("name", it.name.to_owned()),
        ("version", it.version.to_owned()),
        ("contract", it.contract.clone()),
        ("sha256", it.sha256.to_owned()),
        ("size", format!("{} bytes", it.bytes)),
        ("verdict", verdict),
        ("reads", reads),
    ];
    let imports = it.imports.iter().map(|name| ("import", name.clone()));
    let mut text = String::new();
    for (name, value) in rows.into_iter().chain(imports) {
        text.push_str(&format!("{name:9} {value}\n"));
    }
    if let Some(schema) = &it.config_schema {
        text.push_str(&format!("config    {schema}\n"));
    }
    text
}
