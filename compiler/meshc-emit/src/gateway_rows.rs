//! The part of a table that is about layer 7 proxies.

use std::collections::BTreeMap;

use meshc_model::{Body, ClusterId, Name, ParentKind, ParentRef, Route, ServiceGroup};
use meshc_tables::{GatewayRule, GatewayTarget, gateway_rules};
use meshc_weigh::WeightedTables;
use schemars::JsonSchema;
use serde::Serialize;

use crate::rounding::round_shares;

/// One rule of a route
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GatewayRow {
    /// The route, as `HTTPRoute namespace/name`
    pub route: String,
    /// Which of its rules, from 0
    pub rule: u32,
    /// Whether it is for some requests only
    pub conditional: bool,
    /// What the route is attached to, as `Service namespace/name:port`; without a port where it is for all of them
    pub parents: Vec<String>,
    /// Where it sends requests; what the shares lack of 1 is answered with an error
    pub targets: Vec<TargetRow>,
}

/// A service that a rule sends requests to
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetRow {
    /// The service, as `namespace/name`
    pub service: String,
    /// Its port
    pub port: Option<u16>,
    /// The weight that the rule gives it
    pub weight: u32,
    /// The share of the rule's requests that go to it
    pub share: f64,
    /// The share of the rule's requests that each cluster serves
    pub clusters: Vec<ClusterShareRow>,
}

/// What a cluster serves of a rule's requests
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterShareRow {
    /// The cluster
    pub cluster: &'static str,
    /// The share of the rule's requests
    pub share: f64,
    /// How many of its backends take them
    pub backends: u32,
}

/// The rows of the routes in `cluster` that have to do with a service that `keep` takes, in the order of the objects.
pub(crate) fn gateway_rows(
    weighted: &WeightedTables,
    cluster: ClusterId,
    keep: impl Fn(&ServiceGroup) -> bool,
) -> Vec<GatewayRow> {
    let mesh = weighted.mesh.mesh();
    let kept = |namespace: Name, name: Name| {
        let at = mesh.services.binary_search_by_key(&(namespace, name), |group| (group.namespace, group.name));
        at.is_ok_and(|at| keep(&mesh.services[at]))
    };
    let rules = gateway_rules(mesh, &weighted.tables, cluster);
    let kept = rules.iter().filter(|rule| {
        let parents = route(weighted, rule).parents.iter();
        parents.clone().any(|parent| parent.kind == ParentKind::Service && kept(parent.namespace, parent.name))
            || rule.targets.iter().any(|target| kept(target.reference.namespace, target.reference.name))
    });
    kept.map(|rule| row(weighted, cluster, rule)).collect()
}

fn route<'w>(weighted: &'w WeightedTables, rule: &GatewayRule) -> &'w Route {
    match &weighted.mesh.mesh().object(rule.route).body {
        Body::Route(route) => route,
        _ => unreachable!("a rule is of a route"),
    }
}

/// The same, by the namespaces of the routes.
pub(crate) fn gateway_rows_by_namespace(
    weighted: &WeightedTables,
    cluster: ClusterId,
) -> BTreeMap<Name, Vec<GatewayRow>> {
    let mesh = weighted.mesh.mesh();
    let mut found = BTreeMap::<Name, Vec<GatewayRow>>::new();
    for rule in gateway_rules(mesh, &weighted.tables, cluster) {
        found.entry(mesh.object(rule.route).key.namespace).or_default().push(row(weighted, cluster, &rule));
    }
    found
}

fn row(weighted: &WeightedTables, cluster: ClusterId, rule: &GatewayRule) -> GatewayRow {
    let object = weighted.mesh.mesh().object(rule.route);
    let route = route(weighted, rule);
    let whole = round_shares(&rule.targets.iter().map(|target| target.share).collect::<Vec<_>>());
    let parent = |parent: &ParentRef| {
        let port = parent.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{} {}/{}{port}", parent.kind.word(), parent.namespace, parent.name)
    };
    GatewayRow {
        route: object.key.to_string(),
        rule: rule.rule,
        conditional: route.rules[rule.rule as usize].conditional,
        parents: route.parents.iter().map(parent).collect(),
        targets: rule
            .targets
            .iter()
            .zip(whole)
            .map(|(target, share)| target_row(weighted, cluster, target, share))
            .collect(),
    }
}

fn target_row(weighted: &WeightedTables, cluster: ClusterId, target: &GatewayTarget, share: f64) -> TargetRow {
    let reference = &target.reference;
    TargetRow {
        service: format!("{}/{}", reference.namespace, reference.name),
        port: reference.port,
        weight: reference.weight,
        share,
        clusters: clusters(weighted, cluster, target),
    }
}

/// The shares of the clusters, by name.
fn clusters(weighted: &WeightedTables, cluster: ClusterId, target: &GatewayTarget) -> Vec<ClusterShareRow> {
    let Some(service) = target.service else {
        return Vec::new();
    };
    let table = &weighted.tables.clusters[usize::from(cluster.0)].services[service as usize];
    let backends = &table.frontends[target.frontend as usize].backends;
    let mut by_cluster = BTreeMap::<ClusterId, (f64, u32)>::new();
    for (backend, share) in backends.iter().zip(&target.shares).filter(|(_, share)| **share > 0.0) {
        let entry = by_cluster.entry(backend.cluster).or_default();
        entry.0 += share;
        entry.1 += 1;
    }
    let shares = round_shares(&by_cluster.values().map(|(share, _)| *share).collect::<Vec<_>>());
    let rows = by_cluster.iter().zip(shares);
    rows.map(|((cluster, (_, backends)), share)| ClusterShareRow {
        cluster: weighted.mesh.mesh().cluster(*cluster).name.as_str(),
        share,
        backends: *backends,
    })
    .collect()
}
