//! `meshc:weighting@1.0`: bindings and conversions, no logic.

use meshc_weigh::contract::{
    Attrs, ClusterView, Descriptor, Finding, FindingSeverity, GroupView, MeshView, Options, Outcome, Reason,
    ServiceView, Subject, Weights,
};
use wasmtime::Store;
use wasmtime::component::{self, InstancePre};

use crate::sandbox::Sandbox;

use self::bindings::exports::meshc::weighting::weigher as wit;

mod bindings {
    wasmtime::component::bindgen!({ path: "../../plugins/wit/v1.0", world: "weighting" });
}

/// A component that exports the weigher, ready to be instantiated.
pub(crate) struct Prepared {
    component: InstancePre<Sandbox>,
    exports: bindings::WeightingIndices,
}

/// An instance of it.
pub(crate) struct Instance(bindings::Weighting);

impl Prepared {
    /// Finds the functions of the contract by name.
    pub(crate) fn new(component: InstancePre<Sandbox>) -> wasmtime::Result<Self> {
        let exports = bindings::WeightingIndices::new(&component)?;
        Ok(Self { component, exports })
    }

    /// Makes an instance, which runs the guest's start functions.
    pub(crate) fn start(&self, store: &mut Store<Sandbox>) -> wasmtime::Result<component::Instance> {
        self.component.instantiate(store)
    }

    /// Checks the types of the functions.
    pub(crate) fn bind(
        &self,
        store: &mut Store<Sandbox>,
        instance: &component::Instance,
    ) -> wasmtime::Result<Instance> {
        self.exports.load(store, instance).map(Instance)
    }
}

impl Instance {
    pub(crate) fn describe(&self, store: &mut Store<Sandbox>) -> wasmtime::Result<Descriptor> {
        self.0.meshc_weighting_weigher().call_describe(store).map(from_descriptor)
    }

    pub(crate) fn check(
        &self,
        store: &mut Store<Sandbox>,
        config: &str,
        mesh: &MeshView,
    ) -> wasmtime::Result<Vec<Finding>> {
        let findings = self.0.meshc_weighting_weigher().call_check(store, config, &to_mesh(mesh))?;
        Ok(findings.into_iter().map(from_finding).collect())
    }

    pub(crate) fn weigh(
        &self,
        store: &mut Store<Sandbox>,
        config: &str,
        mesh: &MeshView,
        services: &[ServiceView],
        options: &Options,
    ) -> wasmtime::Result<Vec<Outcome>> {
        let services: Vec<wit::Service> = services.iter().map(to_service).collect();
        let weigher = self.0.meshc_weighting_weigher();
        let outcomes = weigher.call_weigh(store, config, &to_mesh(mesh), &services, &to_options(options))?;
        Ok(outcomes.into_iter().map(from_outcome).collect())
    }
}

fn to_mesh(mesh: &MeshView) -> wit::Mesh {
    let MeshView { clusters, rtt_us, attrs } = mesh;
    wit::Mesh { clusters: clusters.iter().map(to_cluster).collect(), rtt_us: rtt_us.clone(), attrs: to_attrs(attrs) }
}

fn to_cluster(cluster: &ClusterView) -> wit::Cluster {
    let ClusterView { name, id, region, zone, attrs } = cluster;
    wit::Cluster { name: name.clone(), id: *id, region: region.clone(), zone: zone.clone(), attrs: to_attrs(attrs) }
}

fn to_service(service: &ServiceView) -> wit::Service {
    let ServiceView { namespace, name, port, attrs, groups, clients, baseline } = service;
    wit::Service {
        namespace: namespace.clone(),
        name: name.clone(),
        port: port.clone(),
        attrs: to_attrs(attrs),
        groups: groups.iter().map(to_group).collect(),
        clients: clients.clone(),
        baseline: baseline.clone(),
    }
}

fn to_group(group: &GroupView) -> wit::Group {
    let GroupView { cluster, zone, endpoints, attrs } = group;
    wit::Group { cluster: *cluster, zone: zone.clone(), endpoints: *endpoints, attrs: to_attrs(attrs) }
}

fn to_options(options: &Options) -> wit::Options {
    let Options { explain, attrs } = options;
    wit::Options { explain: *explain, attrs: to_attrs(attrs) }
}

fn to_attrs(attrs: &Attrs) -> wit::Attrs {
    attrs.clone()
}

fn from_descriptor(descriptor: wit::Descriptor) -> Descriptor {
    let wit::Descriptor { name, version, config_schema, reads } = descriptor;
    Descriptor { name, version, config_schema, reads }
}

fn from_outcome(outcome: wit::Outcome) -> Outcome {
    let wit::Outcome { weights, findings, reasons } = outcome;
    Outcome {
        weights: weights.map(from_weights),
        findings: findings.into_iter().map(from_finding).collect(),
        reasons: reasons.into_iter().map(from_reason).collect(),
    }
}

fn from_weights(weights: wit::Weights) -> Weights {
    let wit::Weights { basis, values } = weights;
    Weights { basis: from_basis(basis), values }
}

fn from_basis(basis: wit::Basis) -> meshc_weigh::contract::Basis {
    match basis {
        wit::Basis::Endpoint => meshc_weigh::contract::Basis::Endpoint,
        wit::Basis::Group => meshc_weigh::contract::Basis::Group,
    }
}

fn from_finding(finding: wit::Finding) -> Finding {
    let wit::Finding { severity, code, message, subject, help } = finding;
    Finding { severity: from_severity(severity), code, message, subject: from_subject(subject), help }
}

fn from_severity(severity: wit::Severity) -> FindingSeverity {
    match severity {
        wit::Severity::Error => FindingSeverity::Error,
        wit::Severity::Warning => FindingSeverity::Warning,
        wit::Severity::Note => FindingSeverity::Note,
    }
}

fn from_subject(subject: wit::Subject) -> Subject {
    match subject {
        wit::Subject::Service => Subject::Service,
        wit::Subject::ServiceAttr(key) => Subject::ServiceAttr(key),
        wit::Subject::Group(index) => Subject::Group(index),
        wit::Subject::GroupAttr((index, key)) => Subject::GroupAttr(index, key),
        wit::Subject::Cluster(index) => Subject::Cluster(index),
        wit::Subject::Config(pointer) => Subject::Config(pointer),
    }
}

fn from_reason(reason: wit::Reason) -> Reason {
    let wit::Reason { client, group, text } = reason;
    Reason { client, group, text }
}
