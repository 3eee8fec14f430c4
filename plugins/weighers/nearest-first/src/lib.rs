//! Prefers what is near: the client's own zone, then its region, then the rest.
//!
//! A baseline is multiplied by how near a group is, so what the baseline forbids stays forbidden and what it prefers
//! stays preferred among equals. An example first: `config` is what the user writes, `nearness` is the idea, and this
//! file connects them to meshc.

mod config;
mod nearness;

use meshc_plugin::{Basis, Cell, Descriptor, Finding, Guest, Mesh, Options, Outcome, Service, Subject};

use crate::config::Config;
use crate::nearness::Nearness;

/// The plugin.
#[derive(Debug)]
pub struct NearestFirst;

meshc_plugin::export!(NearestFirst);

impl Guest for NearestFirst {
    fn describe() -> Descriptor {
        Descriptor {
            name: "nearest-first".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config_schema: config::SCHEMA.to_owned(),
            // No label or annotation matters here. Saying so means that editing one does not call this plugin again.
            reads: vec![],
        }
    }

    /// Says what the schema cannot. It is called once, so what is wrong with a cluster is said here and not once for
    /// each service.
    fn check(config: String, mesh: Mesh) -> Vec<Finding> {
        let config = match config::read(&config) {
            Ok(config) => config,
            Err(finding) => return vec![finding],
        };
        config.findings().into_iter().chain(nowhere(&mesh)).collect()
    }

    fn weigh(config: String, mesh: Mesh, services: Vec<Service>, options: Options) -> Vec<Outcome> {
        match config::read(&config) {
            Ok(config) => services.iter().map(|service| weigh(&config, &mesh, service, &options)).collect(),
            // One outcome for each service, always.
            Err(finding) => services.iter().map(|_| Outcome::baseline().with_finding(finding.clone())).collect(),
        }
    }
}

fn weigh(config: &Config, mesh: &Mesh, service: &Service, options: &Options) -> Outcome {
    // Of an endpoint: a zone with more endpoints takes more, which is what keeps them equally busy.
    let weights = service.weigh(mesh, Basis::Endpoint, |cell| cell.baseline * config.factor(Nearness::of(cell)));
    let outcome = Outcome::from(weights);
    if options.explain {
        outcome.with_reasons(service.cells(mesh).filter(|cell| cell.baseline > 0).map(|cell| reason(config, &cell)))
    } else {
        outcome
    }
}

fn reason(config: &Config, cell: &Cell<'_>) -> meshc_plugin::Reason {
    let nearness = Nearness::of(cell);
    cell.because(format!("{nearness}: {} times the baseline of {}", config.factor(nearness), cell.baseline))
}

/// Clusters that are near to nothing but themselves because nobody said where they are.
fn nowhere(mesh: &Mesh) -> impl Iterator<Item = Finding> {
    let is_alone = mesh.clusters.len() < 2;
    let lost = mesh.clusters.iter().zip(0..).filter(move |(cluster, _)| {
        let unknown = cluster.region.is_empty() && cluster.zone.is_empty();
        unknown && !is_alone
    });
    lost.map(|(cluster, index)| {
        Finding::warning(
            "NO-REGION",
            format!("`{}` has no region and no zone, so it is near to no other cluster", cluster.name),
        )
        .about(Subject::Cluster(index))
        .help(format!("give `{}` a region", cluster.name))
    })
}

#[cfg(test)]
mod tests;
