//! What an expression knows: the variables of a cell.

use std::collections::BTreeMap;

use cel::{Context, Value, functions, to_value};
use serde::Serialize;

use crate::contract::{Attrs, ClusterView, MeshView, ServiceView, UNKNOWN_RTT};

/// The names of the variables.
pub(super) const VARIABLES: [&str; 7] = ["client", "cluster", "group", "service", "baseline", "rtt", "local"];

// Numbers are signed, so that an expression can mix them with the numbers that it writes.

#[derive(Serialize)]
struct Cluster<'m> {
    name: &'m str,
    id: i64,
    region: &'m str,
    zone: &'m str,
    labels: BTreeMap<&'m str, &'m str>,
}

#[derive(Serialize)]
struct Group<'m> {
    zone: &'m str,
    endpoints: i64,
    attrs: BTreeMap<&'m str, &'m str>,
}

#[derive(Serialize)]
struct Service<'m> {
    namespace: &'m str,
    name: &'m str,
    port: &'m str,
    attrs: BTreeMap<&'m str, &'m str>,
}

fn pairs(attrs: &Attrs) -> BTreeMap<&str, &str> {
    attrs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

fn value(from: impl Serialize) -> Value {
    to_value(from).expect("texts, numbers and maps of texts are values")
}

fn cluster(cluster: &ClusterView) -> Value {
    value(Cluster {
        name: &cluster.name,
        id: i64::from(cluster.id),
        region: &cluster.region,
        zone: &cluster.zone,
        labels: pairs(&cluster.attrs),
    })
}

/// What is the same for all services.
pub(super) struct Scope<'m> {
    mesh: &'m MeshView,
    clusters: Vec<Value>,
    root: Context<'static, 'static>,
}

impl<'m> Scope<'m> {
    pub(super) fn new(mesh: &'m MeshView) -> Self {
        let mut root = Context::default();
        // The crate has them, and leaves it to the caller whether an expression does.
        root.add_function("max", functions::max).expect("no other function has this name");
        root.add_function("min", functions::min).expect("no other function has this name");
        Self { mesh, clusters: mesh.clusters.iter().map(cluster).collect(), root }
    }

    pub(super) fn service<'s>(&'s self, service: &'s ServiceView) -> ServiceScope<'s> {
        let groups = service.groups.iter().map(|group| {
            value(Group { zone: &group.zone, endpoints: i64::from(group.endpoints), attrs: pairs(&group.attrs) })
        });
        let described = value(Service {
            namespace: &service.namespace,
            name: &service.name,
            port: &service.port,
            attrs: pairs(&service.attrs),
        });
        ServiceScope { mesh: self, service, groups: groups.collect(), described }
    }
}

/// What is the same for all cells of a service.
pub(super) struct ServiceScope<'s> {
    mesh: &'s Scope<'s>,
    service: &'s ServiceView,
    groups: Vec<Value>,
    described: Value,
}

impl ServiceScope<'_> {
    /// The variables of one cell.
    pub(super) fn cell(&self, row: usize, column: usize) -> Context<'_, 'static> {
        let client = self.service.clients[row];
        let cluster = self.service.groups[column].cluster;
        let at = client as usize * self.mesh.clusters.len() + cluster as usize;
        let rtt = self.mesh.mesh.rtt_us.as_ref().map(|rtt| rtt[at]).filter(|rtt| *rtt != UNKNOWN_RTT);
        let baseline = self.service.baseline[row * self.service.groups.len() + column];
        let mut cell = self.mesh.root.new_inner_scope();
        cell.add_variable_from_value("client", self.mesh.clusters[client as usize].clone());
        cell.add_variable_from_value("cluster", self.mesh.clusters[cluster as usize].clone());
        cell.add_variable_from_value("group", self.groups[column].clone());
        cell.add_variable_from_value("service", self.described.clone());
        cell.add_variable_from_value("baseline", Value::Int(i64::from(baseline)));
        cell.add_variable_from_value("rtt", rtt.map_or(Value::Null, |rtt| Value::Int(i64::from(rtt))));
        cell.add_variable_from_value("local", Value::Bool(client == cluster));
        cell
    }
}
