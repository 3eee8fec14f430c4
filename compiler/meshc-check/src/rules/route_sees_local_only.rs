//! M0435 route-sees-local-only: a proxy that finds pods by `EndpointSlices` does not see those of other clusters unless
//! they are mirrored (CILIUM.md 5, issues #25818 and #24496).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{
    Body, ClusterId, ClusterSet, GatewayClass, IngressRoute, Mesh, Name, Object, ObjectId, ParentKind, Route, Service,
    ServiceGroup, connects_by_service_address, names,
};
use meshc_source::Span;

use super::{names_of, reach};

/// Words in the names of classes whose controllers connect to pods unless they are told otherwise. What a class of
/// another name does is not known.
const TO_PODS: [&str; 6] = ["nginx", "traefik", "haproxy", "kong", "contour", "istio"];

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let gateways = Gateways::new(mesh);
    for (at, object) in mesh.objects.iter().enumerate() {
        let placement = mesh.placement(ObjectId(at as u32));
        match &object.body {
            Body::Ingress(ingress) => check_ingress(mesh, object, ingress, placement, diags),
            Body::Route(route) => gateways.check_route(mesh, object, route, placement, diags),
            _ => {}
        }
    }
}

/// Something that sends requests to a service.
struct Sender<'m> {
    /// How people name it.
    words: String,
    /// Where it names the service.
    at: Span,
    namespace: Name,
    service: Name,
    /// Where its controller is chosen, and what that is.
    chosen: (Span, String),
    /// Where it stands, with that controller.
    clusters: &'m ClusterSet,
    /// Whether the controller is ingress-nginx, which has a word for connecting to the Service's address.
    nginx: bool,
}

fn check_ingress(
    mesh: &Mesh,
    object: &Object,
    ingress: &IngressRoute,
    placement: &ClusterSet,
    diags: &mut Diagnostics,
) {
    let Some(class) = ingress.class.filter(|_| !ingress.by_service_address) else {
        return;
    };
    if !TO_PODS.iter().any(|word| class.value.as_str().contains(word)) {
        return;
    }
    let mut seen: Vec<Name> = Vec::new();
    for service in &ingress.services {
        if seen.contains(&service.value) {
            continue;
        }
        seen.push(service.value);
        let sender = Sender {
            words: object.key.to_string(),
            at: service.span,
            namespace: object.key.namespace,
            service: service.value,
            chosen: (class.span, format!("the controller of the class `{}`", class.value)),
            clusters: placement,
            nginx: class.value.as_str().contains("nginx"),
        };
        if let Some(found) = diagnostic(mesh, &sender) {
            diags.push(found);
        }
    }
}

/// The Gateways and their classes, by name.
struct Gateways {
    gateways: BTreeMap<(Name, Name), Vec<(ObjectId, Name)>>,
    classes: BTreeMap<Name, Vec<(ObjectId, Name)>>,
}

impl Gateways {
    fn new(mesh: &Mesh) -> Self {
        let mut found = Self { gateways: BTreeMap::new(), classes: BTreeMap::new() };
        for (at, object) in mesh.objects.iter().enumerate() {
            let id = ObjectId(at as u32);
            match &object.body {
                Body::Gateway(gateway) => {
                    let key = (object.key.namespace, object.key.name);
                    found.gateways.entry(key).or_default().push((id, gateway.class));
                }
                Body::GatewayClass(class) => {
                    found.classes.entry(object.key.name).or_default().push((id, class.controller));
                }
                _ => {}
            }
        }
        found
    }

    fn check_route(
        &self,
        mesh: &Mesh,
        object: &Object,
        route: &Route,
        placement: &ClusterSet,
        diags: &mut Diagnostics,
    ) {
        let Some((gateway, controller, clusters)) = self.foreign(mesh, route, placement) else {
            return;
        };
        let mut seen: Vec<(Name, Name)> = Vec::new();
        for backend in route.rules.iter().flat_map(|rule| &rule.backends).filter(|backend| !backend.import) {
            let key = (backend.namespace, backend.name);
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let sender = Sender {
                words: object.key.to_string(),
                at: backend.span,
                namespace: backend.namespace,
                service: backend.name,
                chosen: (mesh.object(gateway).span, format!("a gateway of `{controller}`")),
                clusters: &clusters,
                nginx: false,
            };
            if let Some(found) = diagnostic(mesh, &sender) {
                diags.push(found);
            }
        }
    }

    /// A Gateway of the route that is known to be of another controller than Cilium's, that controller, and the clusters
    /// where this is so.
    fn foreign(&self, mesh: &Mesh, route: &Route, placement: &ClusterSet) -> Option<(ObjectId, Name, ClusterSet)> {
        let parents = route.parents.iter().filter(|parent| parent.kind == ParentKind::Gateway);
        let gateways = parents.filter_map(|parent| self.gateways.get(&(parent.namespace, parent.name))).flatten();
        gateways.into_iter().find_map(|(gateway, class)| {
            let classes = self.classes.get(class)?;
            classes.iter().find_map(|(id, controller)| {
                let stands = |cluster: &ClusterId| {
                    mesh.placement(*gateway).contains(*cluster) && mesh.placement(*id).contains(*cluster)
                };
                let clusters: ClusterSet = placement.iter().filter(stands).collect();
                let foreign = *controller != *GatewayClass::CILIUM && !controller.is_empty() && !clusters.is_empty();
                foreign.then_some((*gateway, *controller, clusters))
            })
        })
    }
}

fn diagnostic(mesh: &Mesh, sender: &Sender<'_>) -> Option<Diagnostic> {
    let key = (sender.namespace, sender.service);
    let at = mesh.services.binary_search_by_key(&key, |group| (group.namespace, group.name)).ok()?;
    let group = &mesh.services[at];
    let clusters: ClusterSet = sender.clusters.iter().filter(|cluster| misses(mesh, group, *cluster)).collect();
    if clusters.is_empty() {
        return None;
    }
    let here = names_of(mesh, &clusters);
    let (chosen, controller) = (sender.chosen.0, &sender.chosen.1);
    let more = if sender.nginx { NGINX } else { "" };
    Some(
        Diagnostic::new(
            Code::RouteSeesLocalOnly,
            format!(
                "`{}` in {here} reaches no backends of other clusters behind `{}/{}`",
                sender.words, sender.namespace, sender.service
            ),
        )
        .at(sender.at, "a global service, of which no endpoint slices of other clusters are there")
        .at(chosen, format!("{controller} finds pods by endpoint slices"))
        .help(format!(
            "have them mirrored: `endpointSliceSync: true` in the Mesh, and on the Service `{}: \"true\"` beside `{}`{more}",
            names::SYNC,
            names::GLOBAL
        )),
    )
}

const NGINX: &str = "; or connect to the Service's address with `nginx.ingress.kubernetes.io/service-upstream: \"true\"` \
                     on the Ingress";

/// Whether a proxy in `cluster` that goes by endpoint slices misses backends that the service has elsewhere.
fn misses(mesh: &Mesh, group: &ServiceGroup, cluster: ClusterId) -> bool {
    let Some(member) = group.member(cluster) else {
        return false;
    };
    let service = mesh.service(member);
    let mirrored = mesh.cluster(cluster).data_plane.endpoint_slice_sync && service.asks_for_mirrors();
    let others = || reach::others(mesh, group, member).any(|other| !other.backends.list.is_empty());
    !mirrored && !by_address(service) && others()
}

fn by_address(service: &Service) -> bool {
    service.all_annotations.iter().any(|pair| connects_by_service_address(pair.key.as_str(), &pair.value))
}
