use crate::{Name, Said};

/// An Ingress of Kubernetes: where a layer 7 proxy of some controller sends requests from outside.
#[derive(Clone, Debug, Default)]
pub struct IngressRoute {
    /// The class that chooses the controller; `None` if it leaves that to the cluster.
    pub class: Option<Said<Name>>,
    /// Whether an annotation has the controller connect to the Service's own address instead of to pods.
    pub by_service_address: bool,
    /// The Services of its own namespace that it sends requests to, each with its place.
    pub services: Vec<Said<Name>>,
}

/// A Gateway of the Gateway API.
#[derive(Clone, Copy, Debug)]
pub struct Gateway {
    /// The class that chooses the controller; empty if it is not given.
    pub class: Name,
}

/// A `GatewayClass` of the Gateway API.
#[derive(Clone, Copy, Debug)]
pub struct GatewayClass {
    /// The controller of its gateways; empty if it is not given.
    pub controller: Name,
}

impl GatewayClass {
    /// The name of Cilium's own controller.
    pub const CILIUM: &str = "io.cilium/gateway-controller";
}

/// Whether an annotation of an Ingress or a Service has a controller connect to the Service's own address.
///
/// The keys differ by controller: `nginx.ingress.kubernetes.io/service-upstream`, `ingress.kubernetes.io/service-upstream`
/// (Kong), `haproxy-ingress.github.io/service-upstream`, `nginx.org/use-cluster-ip`,
/// `traefik.ingress.kubernetes.io/service.nativelb`.
pub fn connects_by_service_address(key: &str, value: &str) -> bool {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    matches!(name, "service-upstream" | "use-cluster-ip" | "service.nativelb") && value.eq_ignore_ascii_case("true")
}
