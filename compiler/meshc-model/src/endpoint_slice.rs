use std::net::IpAddr;

use meshc_source::Span;

use crate::{Annotation, Conditions, Name, Protocol};

/// An `EndpointSlice`, or a part of an Endpoints object, which says the same in older words.
#[derive(Clone, Debug)]
pub struct EndpointSlice {
    /// The Service that it belongs to.
    pub service: Name,
    /// The ports that all of its endpoints have.
    pub ports: Vec<EndpointPort>,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
    /// The weight of each of its backends: `service.cilium.io/weight`, where it is a number that Cilium takes.
    pub weight: Option<u16>,
    /// The annotation that says so, whatever its value.
    pub weight_annotation: Option<Annotation>,
}

/// A port of endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointPort {
    /// The name of the Service's port; empty if it has none.
    pub name: Name,
    /// Its protocol.
    pub protocol: Protocol,
    /// The number that the pods listen on.
    pub number: u16,
}

/// An endpoint that an object declares.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its address.
    pub address: IpAddr,
    /// Whether it can serve.
    pub conditions: Conditions,
    /// Its zone; empty if unknown.
    pub zone: Name,
    /// Its node; empty if unknown.
    pub node: Name,
    /// The zones whose clients it is meant for (`hints.forZones`); empty if it has no hints.
    pub for_zones: Vec<Name>,
    /// Where its address is.
    pub span: Span,
}
