//! The Service that Cilium derives of an import (`service_controller.go`).

use meshc_model::{Annotation, AnnotationPair, Name, Pair, Service, ServicePort, TargetPort, names};
use meshc_source::Span;

use super::import::Import;

/// The label with the name of what it is derived from.
const SERVICE_NAME: &str = "multicluster.kubernetes.io/service-name";
/// The label with the cluster that it is in, where the selector is copied.
const SOURCE_CLUSTER: &str = "multicluster.kubernetes.io/source-cluster";

/// The cluster that a Service is derived for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home<'m> {
    pub(super) cluster: Name,
    /// The Service that it exports itself.
    pub(super) exported: Option<&'m Service>,
    /// Its own `ServiceImport`, with nothing but labels and annotations.
    pub(super) import: Option<&'m Service>,
}

/// The Service that is derived of `import`, which is the same in every cluster whose version mirrors slices.
///
/// It has no session affinity, whatever the import says: no version of Cilium passes that on.
pub(super) fn derive(import: &Import<'_>, name: Name, place: Span, home: Home<'_>) -> Service {
    let template = if import.profile.passes_metadata() { oldest_template(import) } else { home.import };
    let mut service = template.cloned().unwrap_or_else(Service::blank);
    make_global(&mut service, place);
    set_label(&mut service, SERVICE_NAME, name, place);
    service.ports = import.ports.iter().map(|port| derived_port(port)).collect();
    set_traffic(&mut service, import);
    if !import.profile.mirrors_slices() {
        set_label(&mut service, SOURCE_CLUSTER, home.cluster, place);
        copy_selector(&mut service, home.exported);
    }
    service
}

fn oldest_template<'m>(import: &Import<'m>) -> Option<&'m Service> {
    // An older version does not tell what it exports.
    import.oldest.profile.passes_metadata().then_some(import.oldest.template)
}

/// A derived Service is global, whatever is exported.
fn make_global(service: &mut Service, place: Span) {
    let (key, value) = (Name::new(names::GLOBAL), Name::new("true"));
    let annotation = Annotation { key, value, key_span: place, value_span: place };
    service.annotations.global = AnnotationPair { primary: Some(annotation), ..service.annotations.global };
    set(&mut service.all_annotations, names::GLOBAL, value, place);
}

fn set_label(service: &mut Service, key: &str, value: Name, place: Span) {
    set(&mut service.labels, key, value, place);
}

fn set(pairs: &mut Vec<Pair>, key: &str, value: Name, span: Span) {
    let key = Name::new(key);
    pairs.retain(|pair| pair.key != key);
    pairs.push(Pair { key, value: value.as_str().into(), span });
}

/// The port of the pods is not passed on: slices are mirrored with their own.
fn derived_port(port: &ServicePort) -> ServicePort {
    ServicePort { target: TargetPort::Number(port.number), node_port: None, ..port.clone() }
}

fn set_traffic(service: &mut Service, import: &Import<'_>) {
    let none = import.oldest.service.traffic.cluster_ip_none;
    service.headless |= none.is_some();
    service.traffic.cluster_ip_none = none;
    service.traffic.ip_families.clone_from(&import.families);
    if import.profile.passes_policies() {
        service.traffic.internal_policy = import.oldest.internal_policy();
        service.traffic.distribution = import.oldest.distribution();
    }
}

/// Before slices were mirrored, the pods of the exported Service are found by its selector, and their ports by the
/// number of the Service's port, whatever the protocol. A number that the cluster's own Service does not have is that of
/// the pods' port, too.
fn copy_selector(service: &mut Service, exported: Option<&Service>) {
    let Some(exported) = exported else {
        return;
    };
    service.selector.clone_from(&exported.selector);
    for port in &mut service.ports {
        let own = exported.ports.iter().rev().find(|own| own.number == port.number);
        port.target = own.map_or(port.target, |own| own.target);
    }
}
