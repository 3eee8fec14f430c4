use std::net::IpAddr;

use meshc_source::Span;

use crate::{Annotation, Name, PairPlace, Protocol};

/// Something that makes pods.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What kind it is.
    pub kind: WorkloadKind,
    /// How many pods it makes.
    pub replicas: Replicas,
    /// The labels of its pods.
    pub labels: Vec<(Name, Name)>,
    /// Where each of those labels is.
    pub label_places: Vec<PairPlace>,
    /// The ports that its containers name.
    pub ports: Vec<ContainerPort>,
    /// The zone that its pods are pinned to; empty if they are not.
    pub zone: Name,
    /// Whether another object made it, which then counts instead.
    pub owned: bool,
}

/// How many pods a workload makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// So many, as its `replicas` says.
    Declared {
        /// How many.
        count: u32,
        /// Where it says so.
        span: Span,
    },
    /// It does not say: one, unless an autoscaler says otherwise.
    Unsaid,
    /// One on each node.
    PerNode,
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkloadKind {
    /// A Deployment.
    Deployment,
    /// A ReplicaSet, or a `ReplicationController`, which is its elder.
    ReplicaSet,
    /// A StatefulSet.
    StatefulSet,
    /// A DaemonSet.
    DaemonSet,
    /// A single pod.
    Pod,
}

impl WorkloadKind {
    /// The word for it in `deployment/rebel-base`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deployment => "deployment",
            Self::ReplicaSet => "replicaset",
            Self::StatefulSet => "statefulset",
            Self::DaemonSet => "daemonset",
            Self::Pod => "pod",
        }
    }
}

/// A port that a container names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Its name.
    pub name: Name,
    /// Its number.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

/// A `HorizontalPodAutoscaler`, of which the minimum counts.
#[derive(Clone, Copy, Debug)]
pub struct Autoscaler {
    /// The kind of what it scales.
    pub target_kind: Name,
    /// The name of what it scales.
    pub target_name: Name,
    /// The fewest pods that it leaves.
    pub minimum: u32,
}

/// A Namespace.
#[derive(Clone, Copy, Debug)]
pub struct Namespace {
    /// `clustermesh.cilium.io/global`; `None` if it is not there.
    pub global: Option<Annotation>,
}

/// A Node.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Its labels.
    pub labels: Vec<(Name, Name)>,
    /// Its addresses, from inside and from outside.
    pub addresses: Vec<IpAddr>,
}

impl Node {
    /// The label that says which zone a node is in.
    pub const ZONE: &str = "topology.kubernetes.io/zone";

    /// The value of the label `key`.
    pub fn label(&self, key: &str) -> Option<Name> {
        self.labels.iter().find(|(own, _)| *own == *key).map(|(_, value)| *value)
    }
}
