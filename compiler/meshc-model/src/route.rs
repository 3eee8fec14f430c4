use meshc_source::Span;

use crate::Name;

/// An `HTTPRoute` or `GRPCRoute` of the Gateway API: where a layer 7 proxy sends requests.
#[derive(Clone, Debug)]
pub struct Route {
    /// What it is attached to.
    pub parents: Vec<ParentRef>,
    /// Its rules, in their order.
    pub rules: Vec<RouteRule>,
}

/// What a route is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentRef {
    /// A Service, for requests inside the mesh, or a Gateway, for those from outside.
    pub kind: ParentKind,
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// The port that it is for; all of them if it is not said.
    pub port: Option<u16>,
}

/// What kind of object a route is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParentKind {
    /// A Service.
    Service,
    /// A Gateway.
    Gateway,
}

impl ParentKind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Gateway => "Gateway",
        }
    }
}

/// One rule of a route.
#[derive(Clone, Debug)]
pub struct RouteRule {
    /// Whether it is for some requests only.
    pub conditional: bool,
    /// Where it sends them.
    pub backends: Vec<BackendRef>,
}

/// A place that a rule sends requests to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackendRef {
    /// Whether it is a `ServiceImport` and no Service.
    pub import: bool,
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// The port of the Service; `None` if it is not said, which only a `ServiceImport` may do.
    pub port: Option<u16>,
    /// Its weight against the others of the rule; 1 where nothing is said.
    pub weight: u32,
    /// Where its name is.
    pub span: Span,
}
