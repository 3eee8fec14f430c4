//! A Service of the core.

use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{
    Annotation, AnnotationPair, MeshAnnotations, Name, Pair, Protocol, Service, ServicePort, ServiceType, TargetPort,
    names,
};
use meshc_syntax::{Node, Value};

use super::traffic;
use crate::api;
use crate::object::{Metadata, MetadataPair, placed_map};
use crate::reader::{Fields, number, wrong_type};
use crate::rules;

/// The label that makes a service headless, whatever its value (CILIUM.md 1).
const HEADLESS_LABEL: &str = "service.kubernetes.io/headless";

pub(crate) fn read(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Service {
    let mut service = of_metadata(metadata);
    traffic::read_status(document, &mut service.traffic, diags);
    let Some(spec) = document.fields("spec", diags) else {
        return service;
    };
    traffic::read_spec(spec, &mut service.traffic, diags);
    if let Some(service_type) = spec.word("type", &ServiceType::ALL, diags) {
        service.service_type = service_type.value;
    }
    cluster_ips(spec, &mut service, diags);
    service.ports = spec.list("ports", diags).into_iter().filter_map(|node| port(node, diags)).collect();
    (service.selector, service.selector_places) = placed_map(spec, "selector", diags);
    service
}

/// A Service of which only the labels and annotations are known.
pub(crate) fn of_metadata(metadata: &Metadata<'_>) -> Service {
    let mut service = Service {
        headless: metadata.labels.iter().any(|label| label.key == HEADLESS_LABEL),
        annotations: annotations(metadata),
        labels: attrs(&metadata.labels),
        all_annotations: attrs(&metadata.annotations),
        ..Service::blank()
    };
    traffic::read_metadata(metadata, &mut service.traffic);
    service
}

/// The annotation `key`, if it is there.
pub(crate) fn annotation(metadata: &Metadata<'_>, key: &str) -> Option<Annotation> {
    let found = metadata.annotations.iter().find(|annotation| annotation.key == key)?;
    Some(Annotation {
        key: found.key,
        value: Name::new(found.value),
        key_span: found.key_span,
        value_span: found.value_span,
    })
}

fn annotations(metadata: &Metadata<'_>) -> MeshAnnotations {
    let find = |key: &str| annotation(metadata, key);
    let pair = |primary: &str, alias: &str| AnnotationPair { primary: find(primary), alias: find(alias) };
    MeshAnnotations {
        global: pair(names::GLOBAL, names::GLOBAL_ALIAS),
        shared: pair(names::SHARED, names::SHARED_ALIAS),
        affinity: pair(names::AFFINITY, names::AFFINITY_ALIAS),
    }
}

fn attrs(pairs: &[MetadataPair<'_>]) -> Vec<Pair> {
    pairs.iter().map(|pair| Pair { key: pair.key, value: pair.value.into(), span: pair.value_span }).collect()
}

fn cluster_ips(spec: Fields<'_>, service: &mut Service, diags: &mut Diagnostics) {
    let mut texts = spec.names("clusterIPs", diags);
    if texts.is_empty() {
        texts.extend(spec.name("clusterIP", diags));
    }
    for text in texts {
        if text.value.as_str().eq_ignore_ascii_case("none") {
            service.headless = true;
            service.traffic.cluster_ip_none = Some(text.span);
        } else if let Ok(address) = text.value.as_str().parse::<IpAddr>() {
            service.cluster_ips.push(address);
        } else if !text.value.is_empty() {
            diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`{}` is not an address", text.value))
                    .at(text.span, "not an IP address")
                    .help("write an address of the cluster's service range, `None` for a headless service, or leave it out"),
            );
        }
    }
}

fn port(node: Node<'_>, diags: &mut Diagnostics) -> Option<ServicePort> {
    let fields = Fields::item(node, "ports", diags)?;
    let name = fields.name("name", diags);
    let protocol = fields.word("protocol", &Protocol::ALL, diags).map_or(Protocol::Tcp, |word| word.value);
    if fields.get("port").is_none() {
        // A slip in the name of the field is reported as that.
        if !rules::is_slip(fields, "port", &api::SERVICE_PORT) {
            fields.missing("port", "the port", diags);
        }
        return None;
    }
    let number = fields.number::<u16>("port", 1..=65535, diags)?;
    Some(ServicePort {
        name: name.map_or(Name::EMPTY, |name| name.value),
        number: number.value,
        protocol,
        target: target(fields, number.value, diags),
        app_protocol: fields.name("appProtocol", diags).map_or(Name::EMPTY, |name| name.value),
        node_port: fields.number("nodePort", 0..=65535, diags).map(|port| port.value).filter(|port| *port != 0),
        span: name.map_or(number.span, |name| name.span),
    })
}

/// The port of the pods: a number, a name, or the service's own number where nothing is said.
fn target(fields: Fields<'_>, standard: u16, diags: &mut Diagnostics) -> TargetPort {
    let Some(node) = fields.get("targetPort") else {
        return TargetPort::Number(standard);
    };
    match node.value() {
        Value::Str(name) => TargetPort::Named(Name::new(name)),
        Value::Int(0) => TargetPort::Number(standard),
        Value::Int(_) | Value::UInt(_) => {
            let found = number(node, "targetPort", 1..=65535, diags);
            TargetPort::Number(found.map_or(standard, |found| found.value))
        }
        Value::Null | Value::Bool(_) | Value::Float(_) | Value::Seq | Value::Map => {
            wrong_type(node, &"`targetPort`", "a port number or name", diags);
            TargetPort::Number(standard)
        }
    }
}
