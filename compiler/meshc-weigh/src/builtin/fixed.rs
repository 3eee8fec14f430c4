//! `fixed`: each cluster has a weight, however many endpoints it has; `any` is for those that are not named.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{descriptor, read, refused, unknown_cluster};
use crate::apply::HIGHEST;
use crate::contract::{Basis, Descriptor, Fault, Finding, MeshView, Options, Outcome, ServiceView, Weigher, Weights};

const SCHEMA: &str = r##"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "weights": {
      "description": "The weight of a cluster, by name",
      "type": "object",
      "additionalProperties": {"$ref": "#/$defs/weight"}
    },
    "any": {"description": "The weight of every other cluster; 0 unless it is said", "$ref": "#/$defs/weight"}
  },
  "$defs": {"weight": {"type": "integer", "minimum": 0, "maximum": 65535}}
}"##;

#[derive(Deserialize)]
struct Config {
    /// The weight of a cluster, by name.
    #[serde(default)]
    weights: BTreeMap<String, u32>,
    /// The weight of every other cluster.
    #[serde(default)]
    any: u32,
}

pub(super) struct Fixed {
    descriptor: Descriptor,
}

impl Fixed {
    pub(super) fn new() -> Self {
        Self { descriptor: descriptor("fixed", SCHEMA) }
    }
}

impl Weigher for Fixed {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault> {
        const FORM: &str = "write `config: {weights: {cluster1: 80, cluster2: 20}, any: 0}`";
        let config: Config = read(config)?;
        let mut findings: Vec<_> =
            config.weights.keys().filter_map(|name| unknown_cluster(mesh, "/weights", name)).collect();
        if findings.is_empty() && config.weights.values().chain([&config.any]).all(|weight| *weight == 0) {
            findings.push(refused("`fixed` has no weight for any cluster".into(), "", FORM));
        }
        Ok(findings)
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        _: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        let config: Config = read(config)?;
        let by_cluster: Vec<u32> = mesh
            .clusters
            .iter()
            .map(|cluster| config.weights.get(&cluster.name).copied().unwrap_or(config.any))
            .collect();
        Ok(services.iter().map(|service| weigh_one(&by_cluster, service)).collect())
    }
}

fn weigh_one(by_cluster: &[u32], service: &ServiceView) -> Outcome {
    let columns = service.groups.len();
    let rows = service.baseline.chunks(columns).flat_map(|baseline| row(by_cluster, service, baseline));
    Outcome { weights: Some(Weights { basis: Basis::Group, values: rows.collect() }), ..Outcome::default() }
}

/// The weights of groups for one client: a cluster's weight is shared by its groups as they have endpoints. Where no
/// cluster with a weight serves this client, every endpoint weighs the same, so that nobody is left without.
fn row(by_cluster: &[u32], service: &ServiceView, baseline: &[u32]) -> Vec<u32> {
    let open = |at: usize| baseline[at] > 0;
    let groups = || service.groups.iter().enumerate();
    let total = |cluster: u32| -> f64 {
        groups()
            .filter(|(at, group)| open(*at) && group.cluster == cluster)
            .map(|(_, group)| f64::from(group.endpoints))
            .sum()
    };
    let exact: Vec<f64> = groups()
        .map(|(at, group)| {
            let weight = f64::from(by_cluster[group.cluster as usize]);
            if open(at) { weight * f64::from(group.endpoints) / total(group.cluster) } else { 0.0 }
        })
        .collect();
    let highest = exact.iter().copied().fold(0.0, f64::max);
    if highest == 0.0 {
        return groups().map(|(at, group)| if open(at) { group.endpoints.min(HIGHEST) } else { 0 }).collect();
    }
    // Whole numbers stay as they are written; parts of a cluster are scaled up, so that rounding costs little.
    let factor = if exact.iter().all(|value| value.fract() == 0.0) { 1.0 } else { f64::from(HIGHEST) / highest };
    #[expect(clippy::cast_sign_loss, reason = "weights and endpoints are not negative")]
    let whole = |value: &f64| if *value == 0.0 { 0 } else { ((value * factor).round() as u32).max(1) };
    exact.iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ClusterView, GroupView};

    fn mesh() -> MeshView {
        let cluster = |name: &str| ClusterView {
            name: name.into(),
            id: 0,
            region: String::new(),
            zone: String::new(),
            attrs: vec![],
        };
        MeshView { clusters: vec![cluster("a"), cluster("b")], rtt_us: None, attrs: vec![] }
    }

    fn service(groups: &[(u32, &str, u32)], baseline: &[u32]) -> ServiceView {
        let group = |(cluster, zone, endpoints): &(u32, &str, u32)| GroupView {
            cluster: *cluster,
            zone: (*zone).into(),
            endpoints: *endpoints,
            attrs: vec![],
        };
        ServiceView {
            namespace: "n".into(),
            name: "s".into(),
            port: "80".into(),
            attrs: vec![],
            groups: groups.iter().map(group).collect(),
            clients: vec![0],
            baseline: baseline.to_vec(),
        }
    }

    fn weights(config: &str, service: &ServiceView) -> Vec<u32> {
        let outcomes = Fixed::new().weigh(config, &mesh(), std::slice::from_ref(service), &Options::default()).unwrap();
        outcomes[0].weights.clone().unwrap().values
    }

    #[test]
    fn clusters_weigh_what_the_config_says() {
        let two = service(&[(0, "", 2), (1, "", 4)], &[100, 100]);
        assert_eq!(weights(r#"{"weights":{"a":80,"b":20}}"#, &two), [80, 20]);
        assert_eq!(weights(r#"{"weights":{"a":80},"any":1}"#, &two), [80, 1]);
    }

    #[test]
    fn a_cluster_in_two_zones_weighs_as_one() {
        let zones = service(&[(0, "x", 1), (0, "y", 2), (1, "", 3)], &[100, 100, 100]);
        let found = weights(r#"{"weights":{"a":30,"b":70}}"#, &zones);
        assert_eq!(found, [10, 20, 70]);
    }

    #[test]
    fn nobody_is_left_without_backends() {
        let closed = service(&[(0, "", 2), (1, "", 3)], &[0, 100]);
        assert_eq!(weights(r#"{"weights":{"a":80}}"#, &closed), [0, 3]);
    }

    #[test]
    fn a_config_that_cannot_be_meant_is_refused() {
        let said = |config: &str| {
            Fixed::new().check(config, &mesh()).unwrap().into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(said(r#"{"weights":{"a":1}}"#), [""; 0]);
        assert_eq!(said(r#"{"weights":{"c":1}}"#), ["no cluster is named `c`"]);
        assert_eq!(said("{}"), ["`fixed` has no weight for any cluster"]);
    }
}
