//! `EndpointSlice`, and Endpoints, which says the same in older words.

use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, Conditions, Endpoint, EndpointPort, EndpointSlice, Name, Protocol, names};
use meshc_syntax::Node;

use super::service::annotation;
use crate::object::Metadata;
use crate::reader::{Fields, string};

const SERVICE_NAME: &str = "kubernetes.io/service-name";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// The slices that Cilium mirrors from other clusters; its agents do not read them (CILIUM.md 1).
const MIRRORED: &str = "endpointslice-mesh-controller.cilium.io";
const ZONE: &str = "topology.kubernetes.io/zone";
const HOSTNAME: &str = "kubernetes.io/hostname";

/// Reads an `EndpointSlice`. One that belongs to no service, was mirrored, or holds host names means nothing here.
pub(crate) fn read_slice(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Body {
    let label = |key: &str| metadata.labels.iter().find(|label| label.key == key).map(|label| label.value);
    let address_type = document.string("addressType", diags).map(|text| text.value);
    let Some(service) = label(SERVICE_NAME) else {
        return Body::Other;
    };
    if label(MANAGED_BY) == Some(MIRRORED) || address_type == Some("FQDN") {
        return Body::Other;
    }
    let weight = annotation(metadata, names::WEIGHT);
    Body::Endpoints(vec![EndpointSlice {
        service: Name::new(service),
        ports: ports(document, diags),
        endpoints: document.list("endpoints", diags).into_iter().flat_map(|node| endpoint(node, diags)).collect(),
        weight: weight.and_then(|annotation| slice_weight(annotation.value.as_str())),
        weight_annotation: weight,
    }])
}

/// A decimal number without sign or spaces, 0 to 65535; anything else counts for nothing (CILIUM.md 1).
fn slice_weight(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Reads an Endpoints object, which belongs to the service of its own name.
pub(crate) fn read_endpoints(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Body {
    let mut slices = Vec::new();
    for node in document.list("subsets", diags) {
        let Some(subset) = Fields::item(node, "subsets", diags) else {
            continue;
        };
        let mut endpoints = Vec::new();
        for (key, ready) in [("addresses", true), ("notReadyAddresses", false)] {
            for node in subset.list(key, diags) {
                endpoints.extend(subset_address(node, ready, diags));
            }
        }
        slices.push(EndpointSlice {
            service: metadata.name,
            ports: ports(subset, diags),
            endpoints,
            weight: None,
            weight_annotation: None,
        });
    }
    Body::Endpoints(slices)
}

fn subset_address(node: Node<'_>, ready: bool, diags: &mut Diagnostics) -> Option<Endpoint> {
    let fields = Fields::item(node, "addresses", diags)?;
    let conditions = Conditions { ready, serving: None, terminating: false };
    let node_name = fields.name("nodeName", diags).map_or(Name::EMPTY, |name| name.value);
    let (address, span) = address(fields.get("ip")?, diags)?;
    Some(Endpoint { address, conditions, zone: Name::EMPTY, node: node_name, for_zones: Vec::new(), span })
}

/// The endpoints of one entry: one for each of its addresses.
fn endpoint(node: Node<'_>, diags: &mut Diagnostics) -> Vec<Endpoint> {
    let Some(fields) = Fields::item(node, "endpoints", diags) else {
        return Vec::new();
    };
    let conditions = conditions(fields, diags);
    let old_zone = fields.fields("deprecatedTopology", diags).and_then(|topology| topology.name(ZONE, diags));
    let zone = fields.name("zone", diags).or(old_zone).map_or(Name::EMPTY, |zone| zone.value);
    let old_node = fields.fields("deprecatedTopology", diags).and_then(|topology| topology.name(HOSTNAME, diags));
    let node_name = fields.name("nodeName", diags).or(old_node).map_or(Name::EMPTY, |name| name.value);
    let for_zones = for_zones(fields, diags);
    let addresses = fields.list("addresses", diags);
    let read = addresses.into_iter().filter_map(|node| address(node, diags));
    read.map(|(address, span)| Endpoint {
        address,
        conditions,
        zone,
        node: node_name,
        for_zones: for_zones.clone(),
        span,
    })
    .collect()
}

fn for_zones(endpoint: Fields<'_>, diags: &mut Diagnostics) -> Vec<Name> {
    let Some(hints) = endpoint.fields("hints", diags) else {
        return Vec::new();
    };
    let zones = hints.list("forZones", diags).into_iter();
    zones.filter_map(|node| Some(Fields::item(node, "forZones", diags)?.name("name", diags)?.value)).collect()
}

/// What is not said is ready and not about to end (CILIUM.md 3.1).
fn conditions(endpoint: Fields<'_>, diags: &mut Diagnostics) -> Conditions {
    let Some(fields) = endpoint.fields("conditions", diags) else {
        return Conditions::READY;
    };
    let mut flag = |key| fields.boolean(key, diags).map(|flag| flag.value);
    let ready = flag("ready").unwrap_or(true);
    Conditions { ready, serving: flag("serving"), terminating: flag("terminating").unwrap_or(false) }
}

fn address(node: Node<'_>, diags: &mut Diagnostics) -> Option<(IpAddr, meshc_source::Span)> {
    let text = string(node, &"an item of `addresses`", diags)?;
    if let Ok(address) = text.value.parse() {
        return Some((address, text.span));
    }
    diags.push(
        Diagnostic::new(Code::InvalidValue, format!("`{}` is not an address", text.value))
            .at(text.span, "not an IP address"),
    );
    None
}

/// The ports; one without a number, or with a protocol that Cilium does not know, is skipped (CILIUM.md 3.1).
fn ports(fields: Fields<'_>, diags: &mut Diagnostics) -> Vec<EndpointPort> {
    let mut ports = Vec::new();
    for node in fields.list("ports", diags) {
        let Some(port) = Fields::item(node, "ports", diags) else {
            continue;
        };
        let name = port.name("name", diags).map_or(Name::EMPTY, |name| name.value);
        let protocol = match port.get("protocol") {
            None => Some(Protocol::Tcp),
            Some(_) => port.word("protocol", &Protocol::ALL, diags).map(|word| word.value),
        };
        let number = port.number("port", 1..=65535, diags).map(|number| number.value);
        if let (Some(protocol), Some(number)) = (protocol, number) {
            ports.push(EndpointPort { name, protocol, number });
        }
    }
    ports
}
