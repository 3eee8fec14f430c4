use std::fmt;

use meshc_source::{FileId, Span};

use crate::{
    Autoscaler, EndpointSlice, Gateway, GatewayClass, IngressRoute, Name, Namespace, Node, Route, Service,
    ServiceExport, ServiceImport, Substitution, TrafficPolicy, Workload,
};

/// An object of a mesh, by its place in the order of files and documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// What makes an object one within a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// The namespace; empty for an object that belongs to the cluster.
    pub namespace: Name,
    /// The API group without the version; empty for the core.
    pub group: Name,
    /// The kind.
    pub kind: Name,
    /// The name; empty where the server makes one.
    pub name: Name,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(self.name.as_str())
    }
}

/// How special the placement of an object is. Of the same object for one cluster, the most special one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// It belongs to every cluster.
    Common,
    /// A placement rule of the Mesh names its clusters.
    Rule,
    /// Its own annotation names its clusters.
    Annotation,
    /// It lies below `clusters/<name>/`.
    Folder,
}

/// One Kubernetes object of the input.
#[derive(Clone, Debug)]
pub struct Object {
    /// What makes it one.
    pub key: ObjectKey,
    /// The file that it stands in.
    pub file: FileId,
    /// Where its name is, or its first line if it has none.
    pub span: Span,
    /// The whole of it.
    pub extent: Span,
    /// Where its `namespace` is, if it says one.
    pub namespace_span: Option<Span>,
    /// The clusters that its annotation names, each with its place.
    pub clusters: Option<Vec<(Name, Span)>>,
    /// The rules that its annotation keeps silent, as they are written, each with its place.
    pub allows: Vec<(Name, Span)>,
    /// What it means.
    pub body: Body,
    /// The object as YAML in the canonical form, with every value as Kubernetes reads it; ends with a line break.
    pub manifest: Box<str>,
}

/// What an object means to the mesh.
#[derive(Clone, Debug)]
pub enum Body {
    /// A Service.
    Service(Box<Service>),
    /// A `ServiceExport`.
    ServiceExport(Box<ServiceExport>),
    /// A `ServiceImport`.
    ServiceImport(Box<ServiceImport>),
    /// An `EndpointSlice`, or an Endpoints object with one slice for each of its subsets.
    Endpoints(Vec<EndpointSlice>),
    /// Something that makes pods.
    Workload(Box<Workload>),
    /// A `HorizontalPodAutoscaler`.
    Autoscaler(Autoscaler),
    /// A Namespace.
    Namespace(Namespace),
    /// A Node.
    Node(Box<Node>),
    /// A route of the Gateway API.
    Route(Box<Route>),
    /// An Ingress.
    Ingress(Box<IngressRoute>),
    /// A Gateway of the Gateway API.
    Gateway(Gateway),
    /// A `GatewayClass`.
    GatewayClass(GatewayClass),
    /// A Kustomization of Flux that changes what it applies.
    Substitution(Box<Substitution>),
    /// A policy of ours; it is not applied to any cluster.
    Policy(Box<TrafficPolicy>),
    /// Anything else; it goes through untouched.
    Other,
}
