use std::fmt;
use std::net::IpAddr;

use meshc_source::Span;

use crate::{MeshAnnotations, Name, Traffic};

/// A label or annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its key.
    pub key: Name,
    /// Its value.
    pub value: Box<str>,
    /// Where its value is.
    pub span: Span,
}

/// Where a pair of a mapping is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairPlace {
    /// Its key.
    pub key: Span,
    /// Its value.
    pub value: Span,
}

/// A Service, as far as load balancing goes.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its type.
    pub service_type: ServiceType,
    /// Whether it has no frontend of its own: `clusterIP: None`, or the label of a headless service.
    pub headless: bool,
    /// Its addresses, where they are declared.
    pub cluster_ips: Vec<IpAddr>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// The labels that its pods have; empty if endpoints are made by hand.
    pub selector: Vec<(Name, Name)>,
    /// Where each pair of the selector is; empty for a Service that nobody wrote.
    pub selector_places: Vec<PairPlace>,
    /// What the mesh reads from its annotations.
    pub annotations: MeshAnnotations,
    /// What decides which frontends it has and which of its backends each of them uses.
    pub traffic: Traffic,
    /// All its labels.
    pub labels: Vec<Pair>,
    /// All its annotations, those above too.
    pub all_annotations: Vec<Pair>,
}

impl Service {
    /// A Service inside the cluster that says nothing more.
    pub fn blank() -> Self {
        Self {
            service_type: ServiceType::ClusterIp,
            headless: false,
            cluster_ips: Vec::new(),
            ports: Vec::new(),
            selector: Vec::new(),
            selector_places: Vec::new(),
            annotations: MeshAnnotations::default(),
            traffic: Traffic { node_ports: true, ..Traffic::default() },
            labels: Vec::new(),
            all_annotations: Vec::new(),
        }
    }
}

/// The type of a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceType {
    /// Inside the cluster only.
    ClusterIp,
    /// Also on a port of each node.
    NodePort,
    /// Also behind a load balancer.
    LoadBalancer,
    /// A name for another name; it has no backends.
    ExternalName,
}

impl ServiceType {
    /// Every type with its word.
    pub const ALL: [(ServiceType, &'static str); 4] = [
        (ServiceType::ClusterIp, "ClusterIP"),
        (ServiceType::NodePort, "NodePort"),
        (ServiceType::LoadBalancer, "LoadBalancer"),
        (ServiceType::ExternalName, "ExternalName"),
    ];
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; empty if it has none.
    pub name: Name,
    /// The number that clients use.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// The port of the pods.
    pub target: TargetPort,
    /// What the pods speak there (`appProtocol`); empty if it is not said.
    pub app_protocol: Name,
    /// The port of each node; `None` where the cluster chooses one, if it has any.
    pub node_port: Option<u16>,
    /// Where its name is, or else its number.
    pub span: Span,
}

impl ServicePort {
    /// How people name it: by its name, or its number if it has none.
    pub fn label(&self) -> String {
        if self.name.is_empty() { self.number.to_string() } else { self.name.to_string() }
    }
}

/// The port of the pods that a Service's port leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetPort {
    /// A number.
    Number(u16),
    /// A container port, by its name.
    Named(Name),
}

/// A transport protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP, which is meant where nothing is said.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// Every protocol with its word.
    pub const ALL: [(Protocol, &'static str); 3] =
        [(Protocol::Tcp, "TCP"), (Protocol::Udp, "UDP"), (Protocol::Sctp, "SCTP")];

    /// Reads its word.
    pub fn parse(text: &str) -> Option<Protocol> {
        Self::ALL.into_iter().find(|(_, word)| *word == text).map(|(protocol, _)| protocol)
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
