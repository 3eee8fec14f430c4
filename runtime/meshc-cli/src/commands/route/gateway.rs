//! The shares through a layer 7 proxy.

use std::collections::BTreeMap;

use meshc_compiler::emit::{GatewayRow, LoadBalancingTable, round_shares};

use super::{ClusterShare, Route, Target};
use crate::args::{PathArg, RouteArgs};
use crate::exit::Stop;

/// The shares of the rule that takes requests to the service: the first that is for all of them, or else the first. With
/// it a line that names the rule.
pub(super) fn gateway(own: &RouteArgs, target: &Target, table: &LoadBalancingTable) -> Result<(Route, String), Stop> {
    let service = format!("{}/{}", target.namespace, target.name);
    let parent = format!("Service {service}");
    let of_service = || table.gateway.iter().filter(|row| port(row, &parent).is_some());
    let Some(rule) = of_service().find(|row| !row.conditional).or_else(|| of_service().next()) else {
        return Err(Stop::Usage(format!(
            "no HTTPRoute or GRPCRoute in `{}` has the service `{service}` as its parent",
            own.from
        )));
    };
    let some = if rule.conditional { ", for some requests only" } else { "" };
    let mut line = format!("by rule {} of {}{some}", rule.rule, rule.route);
    let lost: f64 = rule.targets.iter().filter(|target| target.clusters.is_empty()).map(|target| target.share).sum();
    if lost > 0.0 {
        line.push_str(&format!("; {} are answered with an error", super::percent(lost)));
    }
    let route = Route {
        from: own.from.clone(),
        service,
        port: port(rule, &parent).unwrap_or_default().to_owned(),
        path: PathArg::Gateway.word(),
        shares: shares(rule),
        sample: None,
    };
    Ok((route, line))
}

/// The port of the parent that a rule is for, or `any`; `None` if it has another parent.
fn port<'r>(rule: &'r GatewayRow, parent: &str) -> Option<&'r str> {
    rule.parents.iter().find_map(|found| match found.strip_prefix(parent)? {
        "" => Some("any"),
        rest => rest.strip_prefix(':'),
    })
}

fn shares(rule: &GatewayRow) -> Vec<ClusterShare> {
    let mut by_cluster = BTreeMap::<&str, (f64, usize)>::new();
    for row in rule.targets.iter().flat_map(|target| &target.clusters) {
        let entry = by_cluster.entry(row.cluster).or_default();
        entry.0 += row.share;
        entry.1 += row.backends as usize;
    }
    let rounded = round_shares(&by_cluster.values().map(|(share, _)| *share).collect::<Vec<_>>());
    let rows = by_cluster.into_iter().zip(rounded);
    rows.map(|((cluster, (_, backends)), share)| ClusterShare {
        cluster: cluster.to_owned(),
        share,
        backends,
        wanted: None,
    })
    .collect()
}
