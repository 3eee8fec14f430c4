//! Measures a plugin: fuel, which is the same everywhere, and time, which is this machine's.

use std::time::{Duration, Instant};

use meshc_plugin_host::Plugin;
use meshc_weigh::Fault;
use meshc_weigh::contract::ServiceView;

use crate::fixture::Request;

/// What a service costs, in the middle of several runs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// How many services were weighed at a time.
    pub batch: usize,
    /// Fuel for each.
    pub fuel: u64,
    /// Time for each, on one thread.
    pub time: Duration,
}

/// How many services are weighed in a run.
const SERVICES: usize = 640;

/// How often it is run.
const RUNS: usize = 7;

/// Weighs the services of a request again and again, in batches of `batch`.
///
/// # Errors
/// If the plugin fails.
pub fn measure(plugin: &Plugin, request: &Request, batch: usize) -> Result<Cost, Fault> {
    let Request { config, mesh, services, options } = request;
    let many: Vec<ServiceView> = services.iter().cycle().take(SERVICES).cloned().collect();
    let count = many.len().max(1);
    let mut runs = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        let mut fuel = 0;
        for services in many.chunks(batch.max(1)) {
            fuel += plugin.weigh_metered(config, mesh, services, options)?.fuel;
        }
        runs.push((start.elapsed(), fuel));
    }
    runs.sort();
    let (time, fuel) = runs[RUNS / 2];
    Ok(Cost { batch, fuel: fuel / count as u64, time: time / count as u32 })
}
