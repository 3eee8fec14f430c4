use std::net::IpAddr;

use crate::{EndpointPort, Name, ObjectId};

/// What serves a Service in one cluster: one address, or one pod that a workload will make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// What tells it from others.
    pub identity: Identity,
    /// Whether it can serve.
    pub conditions: Conditions,
    /// Its zone; empty if unknown.
    pub zone: Name,
    /// Its node; empty if unknown.
    pub node: Name,
    /// The weight that the data plane has for it, 0 to 65535. 0: it is in maintenance.
    pub weight: u16,
    /// Index into [`Backends::port_sets`].
    pub ports: u32,
    /// Index into [`Backends::zone_sets`].
    pub for_zones: u32,
    /// The object that it was declared by.
    pub origin: ObjectId,
}

impl Backend {
    /// The weight that Cilium gives where nothing is said (CILIUM.md 3.1).
    pub const STANDARD_WEIGHT: u16 = 100;
}

/// What tells a backend from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// Observed: its address.
    Address(IpAddr),
    /// Derived: the pod of a workload. It gets its address when it runs.
    Workload {
        /// The workload, as `deployment/rebel-base`.
        workload: Name,
        /// Which of its pods, from 0.
        ordinal: u32,
    },
}

/// The conditions of an endpoint (CILIUM.md 3.1). What is not said of readiness and ending is filled in; what is not said
/// of serving means one thing to some versions and another to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conditions {
    /// Whether it takes new connections.
    pub ready: bool,
    /// Whether it still serves, even while it ends; `None` where nothing is said.
    pub serving: Option<bool>,
    /// Whether it is about to end.
    pub terminating: bool,
}

impl Conditions {
    /// Of an endpoint that says nothing, and of a pod that will run.
    pub const READY: Conditions = Conditions { ready: true, serving: Some(true), terminating: false };
}

/// All backends of a Service in one cluster.
#[derive(Clone, Debug, Default)]
pub struct Backends {
    /// The backends, in the order of the objects that declare them.
    pub list: Vec<Backend>,
    /// The ports that backends have; like backends share a set.
    pub port_sets: Vec<Vec<EndpointPort>>,
    /// The zones that backends are meant for; like backends share a set.
    pub zone_sets: Vec<Vec<Name>>,
    /// The workloads that the selector matches, with however many pods; empty where backends were observed.
    pub workloads: Vec<WorkloadBackends>,
}

/// What the pods of a workload are as backends of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadBackends {
    /// The workload, as `deployment/rebel-base`.
    pub workload: Name,
    /// Its object.
    pub object: ObjectId,
    /// The zone of its pods; empty if unknown.
    pub zone: Name,
    /// Index into [`Backends::port_sets`].
    pub ports: u32,
    /// Index into [`Backends::zone_sets`].
    pub for_zones: u32,
}

impl WorkloadBackends {
    /// The backend that its pod `ordinal` is.
    pub fn backend(&self, ordinal: u32) -> Backend {
        Backend {
            identity: Identity::Workload { workload: self.workload, ordinal },
            conditions: Conditions::READY,
            zone: self.zone,
            node: Name::EMPTY,
            weight: Backend::STANDARD_WEIGHT,
            ports: self.ports,
            for_zones: self.for_zones,
            origin: self.object,
        }
    }
}

impl Backends {
    /// The ports of `backend`.
    pub fn ports(&self, backend: &Backend) -> &[EndpointPort] {
        &self.port_sets[backend.ports as usize]
    }

    /// The zones whose clients `backend` is meant for; empty if it has no hints.
    pub fn for_zones(&self, backend: &Backend) -> &[Name] {
        &self.zone_sets[backend.for_zones as usize]
    }

    /// Adds a set of ports, or finds the like one.
    pub fn add_ports(&mut self, ports: &[EndpointPort]) -> u32 {
        add(&mut self.port_sets, ports)
    }

    /// Adds a set of zones, or finds the like one.
    pub fn add_zones(&mut self, zones: &[Name]) -> u32 {
        add(&mut self.zone_sets, zones)
    }
}

fn add<T: Clone + PartialEq>(sets: &mut Vec<Vec<T>>, set: &[T]) -> u32 {
    let at = sets.iter().position(|found| found == set).unwrap_or_else(|| {
        sets.push(set.to_vec());
        sets.len() - 1
    });
    at as u32
}
