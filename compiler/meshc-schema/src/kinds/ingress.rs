//! Ingress of Kubernetes, and Gateway and `GatewayClass` of the Gateway API: which controller sends requests to which
//! Services.

use meshc_diag::Diagnostics;
use meshc_model::{Gateway, GatewayClass, IngressRoute, Name, Said, connects_by_service_address};
use meshc_syntax::Node;

use super::service::annotation;
use crate::object::Metadata;
use crate::reader::Fields;

/// The older way to name a class, which Kubernetes still honors.
const CLASS: &str = "kubernetes.io/ingress.class";

/// Reads an Ingress. One of an older version names its Services in fields that are not read.
pub(crate) fn read(document: Fields<'_>, metadata: &Metadata<'_>, diags: &mut Diagnostics) -> IngressRoute {
    let old_class = annotation(metadata, CLASS).map(|said| Said { value: said.value, span: said.value_span });
    let annotations = metadata.annotations.iter();
    let mut route = IngressRoute {
        class: old_class,
        by_service_address: annotations
            .into_iter()
            .any(|pair| connects_by_service_address(pair.key.as_str(), pair.value)),
        services: Vec::new(),
    };
    let Some(spec) = document.fields("spec", diags) else {
        return route;
    };
    route.class = spec.name("ingressClassName", diags).or(route.class);
    route.services.extend(spec.fields("defaultBackend", diags).and_then(|backend| service(backend, diags)));
    for node in spec.list("rules", diags) {
        rule(node, &mut route, diags);
    }
    route
}

fn rule(node: Node<'_>, route: &mut IngressRoute, diags: &mut Diagnostics) {
    let http = Fields::item(node, "rules", diags).and_then(|fields| fields.fields("http", diags));
    let paths = http.map(|http| http.list("paths", diags)).unwrap_or_default();
    for path in paths {
        let backend = Fields::item(path, "paths", diags).and_then(|fields| fields.fields("backend", diags));
        route.services.extend(backend.and_then(|backend| service(backend, diags)));
    }
}

fn service(backend: Fields<'_>, diags: &mut Diagnostics) -> Option<Said<Name>> {
    backend.fields("service", diags)?.name("name", diags)
}

pub(crate) fn read_gateway(document: Fields<'_>, diags: &mut Diagnostics) -> Gateway {
    let spec = document.fields("spec", diags);
    let class = spec.and_then(|spec| spec.name("gatewayClassName", diags));
    Gateway { class: class.map(|name| name.value).unwrap_or_default() }
}

pub(crate) fn read_class(document: Fields<'_>, diags: &mut Diagnostics) -> GatewayClass {
    let spec = document.fields("spec", diags);
    let controller = spec.and_then(|spec| spec.name("controllerName", diags));
    GatewayClass { controller: controller.map(|name| name.value).unwrap_or_default() }
}
