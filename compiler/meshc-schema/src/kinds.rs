//! The kinds that are read with meaning, one file each.

mod endpoints;
mod flux;
mod ingress;
pub(crate) mod mesh;
mod multicluster;
mod route;
mod service;
mod traffic;
pub(crate) mod traffic_policy;
mod workload;

use std::net::IpAddr;

use meshc_diag::Diagnostics;
use meshc_model::{Autoscaler, Body, Name, Namespace, Node, names};

use crate::object::Metadata;
use crate::reader::Fields;

/// The fields of every document of ours.
pub(crate) const DOCUMENT_FIELDS: &[&str] = &["apiVersion", "kind", "metadata", "spec"];

/// Reads what an object of Kubernetes means.
pub(crate) fn body(
    group: &str,
    kind: &str,
    document: Fields<'_>,
    metadata: &Metadata<'_>,
    diags: &mut Diagnostics,
) -> Body {
    if let Some(kind) = workload::kind_of(group, kind) {
        return Body::Workload(Box::new(workload::read(kind, document, metadata, diags)));
    }
    match (group, kind) {
        ("", "Service") => Body::Service(Box::new(service::read(document, metadata, diags))),
        (multicluster::GROUP, "ServiceExport") => {
            Body::ServiceExport(Box::new(multicluster::read_export(document, metadata, diags)))
        }
        (multicluster::GROUP, "ServiceImport") => Body::ServiceImport(Box::new(multicluster::read_import(metadata))),
        ("discovery.k8s.io", "EndpointSlice") => endpoints::read_slice(document, metadata, diags),
        ("", "Endpoints") => endpoints::read_endpoints(document, metadata, diags),
        ("", "Namespace") => Body::Namespace(namespace(metadata)),
        ("", "Node") => Body::Node(Box::new(node(document, metadata, diags))),
        ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => {
            Body::Route(Box::new(route::read(document, metadata, diags)))
        }
        ("networking.k8s.io" | "extensions", "Ingress") => {
            Body::Ingress(Box::new(ingress::read(document, metadata, diags)))
        }
        ("gateway.networking.k8s.io", "Gateway") => Body::Gateway(ingress::read_gateway(document, diags)),
        ("gateway.networking.k8s.io", "GatewayClass") => Body::GatewayClass(ingress::read_class(document, diags)),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler(document, diags).map_or(Body::Other, Body::Autoscaler),
        (flux::GROUP, "Kustomization") => {
            flux::read(document).map_or(Body::Other, |found| Body::Substitution(Box::new(found)))
        }
        _ => Body::Other,
    }
}

/// Whether objects of a kind are read with meaning.
pub(crate) fn is_read(group: &str, kind: &str) -> bool {
    workload::kind_of(group, kind).is_some()
        || matches!(
            (group, kind),
            ("", "Service" | "Endpoints" | "Namespace" | "Node")
                | (multicluster::GROUP, "ServiceExport" | "ServiceImport")
                | ("discovery.k8s.io", "EndpointSlice")
                | ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute")
                | ("autoscaling", "HorizontalPodAutoscaler")
        )
}

fn namespace(metadata: &Metadata<'_>) -> Namespace {
    Namespace { global: service::annotation(metadata, names::NAMESPACE_GLOBAL) }
}

fn node(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Node {
    let labels = metadata.labels.iter().map(|label| (label.key, Name::new(label.value))).collect();
    let mut node = Node { labels, addresses: Vec::new() };
    let Some(status) = document.fields("status", diags) else {
        return node;
    };
    for entry in status.list("addresses", diags) {
        let Some(fields) = Fields::item(entry, "addresses", diags) else {
            continue;
        };
        // The others are names.
        let kind = fields.string("type", diags).map(|text| text.value);
        if matches!(kind, Some("InternalIP" | "ExternalIP")) {
            node.addresses.extend(fields.string("address", diags).and_then(|text| text.value.parse::<IpAddr>().ok()));
        }
    }
    node
}

fn autoscaler(document: Fields<'_>, diags: &mut Diagnostics) -> Option<Autoscaler> {
    let spec = document.fields("spec", diags)?;
    let target = spec.fields("scaleTargetRef", diags)?;
    Some(Autoscaler {
        target_kind: target.name("kind", diags).map_or(Name::EMPTY, |name| name.value),
        target_name: target.name("name", diags).map_or(Name::EMPTY, |name| name.value),
        minimum: spec.number("minReplicas", 0..=i64::from(i32::MAX), diags).map_or(1, |minimum| minimum.value),
    })
}
