//! Where a layer 7 proxy sends requests, by the routes that are attached to a Service or a Gateway (CILIUM.md 9).
//!
//! Between the services of a rule the weights count. Within a service they do not: the proxy has its active backends as
//! the data plane has them, each as good as any other. Whether a `ReferenceGrant` lets a route name a service of another
//! namespace is not looked at.

use meshc_model::{BackendRef, Body, ClusterId, Mesh, Name, ObjectId};

use crate::{Frontend, FrontendKind, Path, ServiceTable, Tables, shares};

/// One rule of a route, as one cluster's proxies carry it out.
#[derive(Clone, Debug)]
pub struct GatewayRule {
    /// The route.
    pub route: ObjectId,
    /// Which of its rules, from 0.
    pub rule: u32,
    /// Where it sends requests, in its order.
    pub targets: Vec<GatewayTarget>,
}

/// A service that a rule sends requests to.
#[derive(Clone, Debug)]
pub struct GatewayTarget {
    /// What the rule names.
    pub reference: BackendRef,
    /// The share of the rule's requests.
    pub share: f64,
    /// The table of the service, as an index into the cluster's; `None` if the cluster has no such service or port. Then
    /// its requests are answered with an error.
    pub service: Option<u32>,
    /// The frontend of that service, as an index into its table.
    pub frontend: u32,
    /// The share of the rule's requests that each backend of the frontend gets.
    pub shares: Vec<f64>,
}

/// The rules of the routes in `cluster` that are attached to something, in the order of the objects.
pub fn gateway_rules(mesh: &Mesh, tables: &Tables, cluster: ClusterId) -> Vec<GatewayRule> {
    let mut found = Vec::new();
    for id in &mesh.routes {
        let object = mesh.object(*id);
        let Body::Route(route) = &object.body else {
            continue;
        };
        if route.parents.is_empty() || !mesh.placement(*id).contains(cluster) {
            continue;
        }
        for (at, rule) in (0..).zip(&route.rules) {
            let whole: f64 = rule.backends.iter().map(|backend| f64::from(backend.weight)).sum();
            let part = |weight: u32| if whole > 0.0 { f64::from(weight) / whole } else { 0.0 };
            let targets =
                rule.backends.iter().map(|backend| target(mesh, tables, cluster, *backend, part(backend.weight)));
            found.push(GatewayRule { route: *id, rule: at, targets: targets.collect() });
        }
    }
    found
}

fn target(mesh: &Mesh, tables: &Tables, cluster: ClusterId, reference: BackendRef, share: f64) -> GatewayTarget {
    let missing = GatewayTarget { reference, share, service: None, frontend: 0, shares: Vec::new() };
    let services = &tables.clusters[usize::from(cluster.0)].services;
    let key = |table: &ServiceTable| (table.group(mesh).namespace, table.group(mesh).name);
    let named = service_name(mesh, &reference).map(|name| (reference.namespace, name));
    let Some(at) = named.and_then(|named| services.binary_search_by_key(&named, key).ok()) else {
        return missing;
    };
    let table = &services[at];
    let Some(frontend) =
        table.frontends.iter().position(|frontend| is_meant(mesh, cluster, table, frontend, reference))
    else {
        return missing;
    };
    let of_service = shares(&table.frontends[frontend], Path::Socket);
    GatewayTarget {
        service: Some(at as u32),
        frontend: frontend as u32,
        shares: of_service.into_iter().map(|part| part * share).collect(),
        ..missing
    }
}

/// The Service that a reference means: for a `ServiceImport` the one that is derived of what clusters export.
fn service_name(mesh: &Mesh, reference: &BackendRef) -> Option<Name> {
    if !reference.import {
        return Some(reference.name);
    }
    let key = (reference.namespace, reference.name);
    let at = mesh.exported.binary_search_by_key(&key, |exported| (exported.namespace, exported.name)).ok()?;
    Some(mesh.exported[at].derived)
}

/// Proxies have the backends of a service's port; its `ClusterIP` stands for them.
fn is_meant(mesh: &Mesh, cluster: ClusterId, table: &ServiceTable, frontend: &Frontend, reference: BackendRef) -> bool {
    let member = table.group(mesh).member(cluster).expect("a table's cluster has the service");
    let number = mesh.service(member).ports[frontend.port as usize].number;
    frontend.kind == FrontendKind::ClusterIp && reference.port.is_none_or(|port| port == number)
}
