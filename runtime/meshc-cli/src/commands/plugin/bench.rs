//! `meshc plugin bench`: what a service costs.

use anyhow::Result;
use meshc_plugin_host::Backend;
use meshc_plugin_tools::{Fixture, measure};

use super::opened::{fault, load, read};
use crate::args::{Args, PluginBenchArgs};
use crate::exit::Exit;
use crate::terminal::print;

pub(super) fn run(own: &PluginBenchArgs, args: &Args) -> Result<Exit> {
    let bytes = read(own.component.as_deref().unwrap_or(&own.folder))?;
    let fixtures = Fixture::read_all(&own.folder)?;
    let plugin = load(&own.folder, &bytes, Backend::Native, args)?;
    let width = fixtures.iter().map(|fixture| fixture.name.len()).max().unwrap_or(0).max("FIXTURE".len());
    let mut text = format!("{:width$}  {:>5}  {:>12}  {:>12}\n", "FIXTURE", "BATCH", "FUEL/SERVICE", "US/SERVICE");
    for fixture in &fixtures {
        for batch in [1, 64] {
            let cost = measure(&plugin, &fixture.request, batch)
                .map_err(|found| fault(&own.folder, &format!("failed: it {}", found.message), &found.detail))?;
            let micros = cost.time.as_secs_f64() * 1e6;
            text.push_str(&format!("{:width$}  {batch:>5}  {:>12}  {micros:>12.1}\n", fixture.name, cost.fuel));
        }
    }
    print(&text)?;
    Ok(Exit::Done)
}
