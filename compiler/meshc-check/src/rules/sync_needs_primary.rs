//! M0423 sync-needs-primary: a service asks for EndpointSlices of other clusters and does not get them. Who mirrors them
//! knows global services by the new name of the annotation only (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Annotation, ClusterSet, Mesh, Object, Service, names};

use super::{annotation_value, names_of, placed_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service, placement) in placed_services(mesh) {
        // What a wrong value is meant to say is not known before it is mended.
        if annotation_value::is_reported(service.annotations.global) {
            continue;
        }
        let found = match service.traffic.sync {
            Some(sync) => asked(mesh, object, service, sync, placement),
            None => unasked(mesh, object, service, placement),
        };
        if let Some(diagnostic) = found {
            diags.push(diagnostic);
        }
    }
}

/// What is wrong with an annotation that is there.
fn asked(
    mesh: &Mesh,
    object: &Object,
    service: &Service,
    sync: Annotation,
    placement: &ClusterSet,
) -> Option<Diagnostic> {
    let name = object.key.name;
    let global = service.annotations.global;
    let start = |headline: String| Diagnostic::new(Code::SyncNeedsPrimary, headline);
    if !service.annotations.is_global() {
        let diagnostic = start(format!("`{}` on `{name}` has no effect", sync.key))
            .at(sync.key_span, "only a global service has endpoints in other clusters");
        let diagnostic = match global.effective() {
            Some(said) => diagnostic.at(said.value_span, "it is not global"),
            None => diagnostic,
        };
        return Some(
            diagnostic.help(format!("make the service global: `{}: \"true\"`; or remove this line", names::GLOBAL)),
        );
    }
    let value = sync.value.as_str();
    if !value.eq_ignore_ascii_case("true") && !value.eq_ignore_ascii_case("false") {
        let diagnostic = start(format!("`{}` on `{name}` is `{value}`, which is neither true nor false", sync.key))
            .at(sync.value_span, "Cilium reads this as false")
            .help("write `\"true\"` or `\"false\"`");
        return Some(diagnostic.fix(Fix::likely("write `\"true\"`", vec![Edit::replace(sync.value_span, "\"true\"")])));
    }
    if !sync.is_true() {
        return None;
    }
    if let (None, Some(alias)) = (global.primary, global.alias) {
        return Some(old_name(
            start(format!("`{}` on `{name}` has no effect", sync.key)).at(sync.key_span, "looks for the new name"),
            alias,
        ));
    }
    // What is headless has a rule of its own.
    let off: ClusterSet =
        placement.iter().filter(|cluster| !mesh.cluster(*cluster).data_plane.endpoint_slice_sync).collect();
    let first = off.iter().next().filter(|_| !service.headless)?;
    let diagnostic = start(format!("`{}` on `{name}` has no effect in {}", sync.key, names_of(mesh, &off)))
        .at(sync.key_span, "nothing is mirrored there");
    let setting = mesh.cluster(first).setting("endpointSliceSync");
    let diagnostic = setting.into_iter().fold(diagnostic, |diagnostic, setting| diagnostic.at(setting, "off"));
    Some(diagnostic.help(
        "where the clusters mirror EndpointSlices (`clustermesh.enableEndpointSliceSynchronization`), say so in the Mesh, \
         below `dataPlane.cilium`: `endpointSliceSync: true`",
    ))
}

/// A headless service is mirrored unasked, and needs the new name for that too.
fn unasked(mesh: &Mesh, object: &Object, service: &Service, placement: &ClusterSet) -> Option<Diagnostic> {
    let headless = service.traffic.cluster_ip_none.filter(|_| service.annotations.is_global())?;
    let (None, Some(alias)) = (service.annotations.global.primary, service.annotations.global.alias) else {
        return None;
    };
    let on: ClusterSet =
        placement.iter().filter(|cluster| mesh.cluster(*cluster).data_plane.endpoint_slice_sync).collect();
    let here = (!on.is_empty()).then(|| names_of(mesh, &on))?;
    let headline =
        format!("no endpoints of other clusters are mirrored for the headless `{}` in {here}", object.key.name);
    let diagnostic = old_name(Diagnostic::new(Code::SyncNeedsPrimary, headline), alias);
    Some(diagnostic.at(headless, "headless: it has endpoints only"))
}

/// Points at the old name, and puts the new one in its place.
fn old_name(diagnostic: Diagnostic, alias: Annotation) -> Diagnostic {
    diagnostic
        .at(alias.key_span, "the old name does not count for this")
        .help(format!("write `{}: \"true\"`: the new name means the same, and counts for everything", names::GLOBAL))
        .fix(Fix::likely(
            format!("write `{}`", names::GLOBAL),
            vec![Edit::replace(alias.key_span, format!("\"{}\"", names::GLOBAL))],
        ))
}
