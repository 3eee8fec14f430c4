//! `HTTPRoute` and `GRPCRoute` of the Gateway API, as far as they share out requests.

use meshc_diag::Diagnostics;
use meshc_model::{BackendRef, Name, ParentKind, ParentRef, Route, RouteRule};
use meshc_syntax::Node;

use crate::object::Metadata;
use crate::reader::Fields;

/// The largest weight of the Gateway API.
const HIGHEST_WEIGHT: i64 = 1_000_000;

pub(crate) fn read(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> Route {
    let mut route = Route { parents: Vec::new(), rules: Vec::new() };
    let Some(spec) = document.fields("spec", diags) else {
        return route;
    };
    for node in spec.list("parentRefs", diags) {
        route.parents.extend(parent(node, metadata.namespace, diags));
    }
    for node in spec.list("rules", diags) {
        route.rules.extend(rule(node, metadata.namespace, diags));
    }
    route
}

/// The group and kind of a reference, with what they are where nothing is said.
fn kind_of<'t>(fields: Fields<'t>, group: &'t str, kind: &'t str, diags: &mut Diagnostics) -> (&'t str, &'t str) {
    let said = |key, diags: &mut Diagnostics| fields.string(key, diags).map(|text| text.value);
    (said("group", diags).unwrap_or(group), said("kind", diags).unwrap_or(kind))
}

fn parent(node: Node<'_>, namespace: Name, diags: &mut Diagnostics) -> Option<ParentRef> {
    let fields = Fields::item(node, "parentRefs", diags)?;
    let kind = match kind_of(fields, "gateway.networking.k8s.io", "Gateway", diags) {
        ("", "Service") => ParentKind::Service,
        ("gateway.networking.k8s.io", "Gateway") => ParentKind::Gateway,
        _ => return None,
    };
    Some(ParentRef {
        kind,
        namespace: fields.name("namespace", diags).map_or(namespace, |name| name.value),
        name: fields.name("name", diags)?.value,
        port: fields.number("port", 1..=65535, diags).map(|port| port.value),
    })
}

fn rule(node: Node<'_>, namespace: Name, diags: &mut Diagnostics) -> Option<RouteRule> {
    let fields = Fields::item(node, "rules", diags)?;
    let conditional = !fields.list("matches", diags).is_empty();
    let backends = fields.list("backendRefs", diags).into_iter();
    Some(RouteRule { conditional, backends: backends.filter_map(|node| backend(node, namespace, diags)).collect() })
}

/// A reference to anything but a Service or `ServiceImport` is an extension of some gateway, and none of ours.
fn backend(node: Node<'_>, namespace: Name, diags: &mut Diagnostics) -> Option<BackendRef> {
    let fields = Fields::item(node, "backendRefs", diags)?;
    let import = match kind_of(fields, "", "Service", diags) {
        ("", "Service") => false,
        ("multicluster.x-k8s.io", "ServiceImport") => true,
        _ => return None,
    };
    let name = fields.name("name", diags)?;
    Some(BackendRef {
        import,
        namespace: fields.name("namespace", diags).map_or(namespace, |name| name.value),
        name: name.value,
        port: fields.number("port", 1..=65535, diags).map(|port| port.value),
        weight: fields.number("weight", 0..=HIGHEST_WEIGHT, diags).map_or(1, |weight| weight.value),
        span: name.span,
    })
}
