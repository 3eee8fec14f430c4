//! `capacity`: an endpoint weighs what it can take. With a demand, each cluster fills its own endpoints first.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{descriptor, read, unknown_cluster, whole};
use crate::apply::HIGHEST;
use crate::contract::{
    Basis, Descriptor, Fault, Finding, FindingSeverity, MeshView, Options, Outcome, Reason, ServiceView, Subject,
    Weigher, Weights,
};

/// The annotation that says what an endpoint of a Service can take.
const ANNOTATION: &str = "meshc.dev/capacity";
/// What an endpoint can take where nobody says it.
const STANDARD: u32 = 100;

const SCHEMA: &str = r##"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "perEndpoint": {
      "description": "What one endpoint in a cluster can take, by the cluster's name; the annotation meshc.dev/capacity beats it",
      "type": "object",
      "additionalProperties": {"$ref": "#/$defs/capacity"}
    },
    "any": {
      "description": "What one endpoint in every other cluster can take; 100 unless it is said",
      "$ref": "#/$defs/capacity"
    },
    "demand": {
      "description": "What the clients in a cluster ask for, by the cluster's name and in the same unit; 0 unless it is said. Each cluster is filled with its own demand first, and the rest goes where something is left",
      "type": "object",
      "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1000000000}
    }
  },
  "$defs": {"capacity": {"type": "integer", "minimum": 1, "maximum": 65535}}
}"##;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    #[serde(default)]
    per_endpoint: BTreeMap<String, u32>,
    any: Option<u32>,
    demand: Option<BTreeMap<String, u32>>,
}

pub(super) struct Capacity {
    descriptor: Descriptor,
}

impl Capacity {
    pub(super) fn new() -> Self {
        Self { descriptor: descriptor("capacity", SCHEMA, &[ANNOTATION]) }
    }
}

impl Weigher for Capacity {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, config: &str, mesh: &MeshView) -> Result<Vec<Finding>, Fault> {
        let config: Config = read(config)?;
        let capacities = config.per_endpoint.keys().filter_map(|name| unknown_cluster(mesh, "/perEndpoint", name));
        let demand = config.demand.iter().flat_map(BTreeMap::keys);
        Ok(capacities.chain(demand.filter_map(|name| unknown_cluster(mesh, "/demand", name))).collect())
    }

    fn weigh(
        &self,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> Result<Vec<Outcome>, Fault> {
        let config: Config = read(config)?;
        Ok(services.iter().map(|service| weigh_one(&config, mesh, service, options)).collect())
    }
}

fn weigh_one(config: &Config, mesh: &MeshView, service: &ServiceView, options: &Options) -> Outcome {
    let name = |cluster: u32| mesh.clusters[cluster as usize].name.as_str();
    let mut findings = Vec::new();
    let mut capacities = Vec::with_capacity(service.groups.len());
    for (at, group) in service.groups.iter().enumerate() {
        let said = group.attrs.iter().find(|(key, _)| key == ANNOTATION);
        if let Some((_, text)) = said {
            let capacity = text.parse::<u32>().ok().filter(|capacity| (1..=HIGHEST).contains(capacity));
            // The groups of a cluster have one Service, and its mistake is said once.
            let first = at == 0 || service.groups[at - 1].cluster != group.cluster;
            if capacity.is_none() && first {
                findings.push(not_a_capacity(at, text));
            }
            capacities.push(capacity.unwrap_or(STANDARD));
        } else {
            let by_config = config.per_endpoint.get(name(group.cluster)).copied().or(config.any);
            capacities.push(by_config.unwrap_or(STANDARD));
        }
    }
    if !findings.is_empty() {
        return Outcome { findings, ..Outcome::default() };
    }
    let columns = service.groups.len();
    let mut outcome = Outcome::default();
    let Some(demand) = &config.demand else {
        let cell = |(at, value): (usize, &u32)| if *value == 0 { 0 } else { capacities[at % columns] };
        let values = service.baseline.iter().enumerate().map(cell).collect();
        outcome.weights = Some(Weights { basis: Basis::Endpoint, values });
        if options.explain {
            let reason = |(at, capacity): (usize, &u32)| Reason {
                client: None,
                group: Some(at as u32),
                text: format!("an endpoint in {} can take {capacity}", name(service.groups[at].cluster)),
            };
            outcome.reasons = capacities.iter().enumerate().map(reason).collect();
        }
        return outcome;
    };
    let demand_of = |cluster: u32| f64::from(demand.get(name(cluster)).copied().unwrap_or(0));
    let mut values = Vec::with_capacity(service.baseline.len());
    for (row, (client, baseline)) in service.clients.iter().zip(service.baseline.chunks(columns)).enumerate() {
        let room: Vec<f64> = (service.groups.iter().zip(&capacities).zip(baseline))
            .map(|((group, each), open)| if *open == 0 { 0.0 } else { f64::from(group.endpoints) * f64::from(*each) })
            .collect();
        let filled = fill(service, *client, &room, &demand_of);
        if options.explain {
            let text = filled.words(demand_of(*client), name(*client));
            outcome.reasons.push(Reason { client: Some(row as u32), group: None, text });
        }
        values.extend(whole(&filled.amounts));
    }
    outcome.weights = Some(Weights { basis: Basis::Group, values });
    outcome
}

fn not_a_capacity(group: usize, text: &str) -> Finding {
    Finding {
        severity: FindingSeverity::Error,
        code: "CAPACITY".to_owned(),
        message: format!("`{ANNOTATION}` cannot be `{text}`"),
        subject: Subject::GroupAttr(group as u32, ANNOTATION.to_owned()),
        help: format!("write a whole number from 1 to {HIGHEST}: what one endpoint can take"),
    }
}

/// What the groups get of one client cluster's demand.
struct Filled {
    amounts: Vec<f64>,
    /// What its own cluster has room for.
    own: f64,
    /// Whether what goes elsewhere finds room there.
    fits: bool,
}

impl Filled {
    fn words(&self, demand: f64, client: &str) -> String {
        if self.own >= demand && self.own > 0.0 {
            return format!("{client} has room for {} and asks for {demand}, so all of it stays", self.own);
        }
        let rest = demand - self.own.min(demand);
        let how = if self.fits { "what the others have left" } else { "what each can take, as nothing is left" };
        format!("{client} has room for {} and asks for {demand}; the rest of {rest} is shared by {how}", self.own)
    }
}

/// Fills the client's own cluster with its demand, and shares the rest by what the others have left after theirs. Where
/// nothing is left, everybody is overloaded alike.
fn fill(service: &ServiceView, client: u32, room: &[f64], demand_of: &dyn Fn(u32) -> f64) -> Filled {
    let mut clusters = BTreeMap::<u32, f64>::new();
    for (group, room) in service.groups.iter().zip(room) {
        *clusters.entry(group.cluster).or_default() += room;
    }
    let own = clusters.get(&client).copied().unwrap_or(0.0);
    // Without a demand there are still clients, and they stay where they can.
    let demand = demand_of(client).max(1.0);
    let rest = demand - own.min(demand);
    let left: BTreeMap<u32, f64> = clusters
        .iter()
        .filter(|(cluster, _)| **cluster != client)
        .map(|(cluster, room)| (*cluster, (room - demand_of(*cluster)).max(0.0)))
        .collect();
    let all_left: f64 = left.values().sum();
    let all_room: f64 = clusters.values().sum();
    let amount = |cluster: u32| {
        if all_left > 0.0 {
            let stays = if cluster == client { own.min(demand) } else { 0.0 };
            stays + rest * left.get(&cluster).copied().unwrap_or(0.0) / all_left
        } else if rest > 0.0 && all_room > 0.0 {
            demand * clusters[&cluster] / all_room
        } else if cluster == client {
            own.min(demand)
        } else {
            0.0
        }
    };
    let part = |(group, room): (&crate::contract::GroupView, &f64)| {
        let whole = clusters[&group.cluster];
        if *room == 0.0 { 0.0 } else { amount(group.cluster) * room / whole }
    };
    Filled { amounts: service.groups.iter().zip(room).map(part).collect(), own, fits: all_left > 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::tests::{mesh, service};

    fn outcome(config: &str, service: &ServiceView) -> Outcome {
        let options = Options { explain: true, ..Options::default() };
        Capacity::new().weigh(config, &mesh(), std::slice::from_ref(service), &options).unwrap().remove(0)
    }

    fn weights(config: &str, service: &ServiceView) -> (Basis, Vec<u32>) {
        let weights = outcome(config, service).weights.unwrap();
        (weights.basis, weights.values)
    }

    #[test]
    fn an_endpoint_weighs_what_it_can_take() {
        let mut view = service(&[(0, "", 2), (1, "", 4)], &[100, 100, 0, 100]);
        assert_eq!(weights("{}", &view), (Basis::Endpoint, vec![100, 100, 0, 100]));
        let config = r#"{"perEndpoint":{"a":30},"any":7}"#;
        assert_eq!(weights(config, &view), (Basis::Endpoint, vec![30, 7, 0, 7]));
        view.groups[1].attrs = vec![(ANNOTATION.into(), "500".into())];
        assert_eq!(weights(config, &view), (Basis::Endpoint, vec![30, 500, 0, 500]));
        assert_eq!(outcome(config, &view).reasons[1].text, "an endpoint in b can take 500");
    }

    #[test]
    fn an_annotation_that_is_no_capacity_is_reported_once_a_cluster() {
        for wrong in ["0", "65536", "many", "", "1.5", "-1"] {
            let mut view = service(&[(0, "x", 2), (0, "y", 4)], &[100, 100]);
            for group in &mut view.groups {
                group.attrs = vec![(ANNOTATION.into(), wrong.into())];
            }
            let outcome = outcome("{}", &view);
            assert_eq!(outcome.findings.len(), 1);
            assert_eq!(outcome.findings[0].subject, Subject::GroupAttr(0, ANNOTATION.into()));
            assert_eq!(outcome.weights, None);
        }
    }

    #[test]
    fn a_demand_fills_its_own_cluster_first() {
        // `a` can take 200 and is asked for 900; `b` can take 1000 and is asked for 300 by its own.
        let view = service(&[(0, "", 2), (1, "", 10)], &[100, 100, 100, 100]);
        let config = r#"{"demand":{"a":900,"b":300}}"#;
        assert_eq!(weights(config, &view), (Basis::Group, vec![200, 700, 0, 300]));
        let reasons: Vec<_> = outcome(config, &view).reasons.into_iter().map(|reason| reason.text).collect();
        let spills = "a has room for 200 and asks for 900; the rest of 700 is shared by what the others have left";
        assert_eq!(reasons, [spills, "b has room for 1000 and asks for 300, so all of it stays"]);
    }

    #[test]
    fn where_nothing_is_left_all_are_overloaded_alike() {
        let view = service(&[(0, "", 1), (1, "", 3)], &[100, 100]);
        assert_eq!(weights(r#"{"demand":{"a":800,"b":300}}"#, &view), (Basis::Group, vec![200, 600]));
    }

    #[test]
    fn clients_without_endpoints_of_their_own_go_where_something_is_left() {
        let view = service(&[(0, "", 1), (1, "x", 1), (1, "y", 3)], &[0, 100, 100]);
        assert_eq!(weights(r#"{"demand":{"a":800}}"#, &view), (Basis::Group, vec![0, 200, 600]));
        assert_eq!(weights(r#"{"demand":{}}"#, &view).1.iter().map(|w| u32::from(*w > 0)).sum::<u32>(), 2);
    }

    #[test]
    fn clusters_of_the_config_have_to_be_there() {
        let findings = Capacity::new().check(r#"{"perEndpoint":{"c":1},"demand":{"d":1}}"#, &mesh()).unwrap();
        let said: Vec<_> = findings.into_iter().map(|finding| finding.message).collect();
        assert_eq!(said, ["no cluster is named `c`", "no cluster is named `d`"]);
    }
}
