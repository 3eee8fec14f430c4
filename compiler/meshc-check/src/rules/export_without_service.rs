//! M0409 export-without-service: a `ServiceExport` exports nothing (CILIUM.md 5).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ClusterSet, ExportedService, IdleExport, IdleReason, Mesh, names};
use meshc_schema::nearest;

use super::names_of;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for exported in &mesh.exported {
        let mut idle: Vec<&IdleExport> =
            exported.idle.iter().filter(|idle| !is_reported(mesh, exported, **idle)).collect();
        while let Some(first) = idle.first().copied() {
            let (same, rest): (Vec<&IdleExport>, Vec<_>) =
                idle.into_iter().partition(|idle| (idle.object, idle.reason) == (first.object, first.reason));
            let clusters = same.into_iter().map(|idle| idle.cluster).collect();
            diags.push(diagnostic(mesh, exported, *first, &clusters));
            idle = rest;
        }
    }
}

/// Whatever kept a Service of that name out of its clusters was reported.
fn is_reported(mesh: &Mesh, exported: &ExportedService, idle: IdleExport) -> bool {
    let lost = || {
        mesh.objects.iter().zip(&mesh.placements).any(|(object, placement)| {
            let named = (object.key.namespace, object.key.name) == (exported.namespace, exported.name);
            named && placement.is_empty() && matches!(object.body, Body::Service(_))
        })
    };
    idle.reason == IdleReason::NoService && lost()
}

fn diagnostic(mesh: &Mesh, exported: &ExportedService, idle: IdleExport, clusters: &ClusterSet) -> Diagnostic {
    let (namespace, name) = (exported.namespace, exported.name);
    let here = names_of(mesh, clusters);
    let at = mesh.object(idle.object).span;
    let start = |why: &str| {
        let headline = format!("the ServiceExport `{namespace}/{name}` exports nothing in {here}: {why}");
        Diagnostic::new(Code::ExportWithoutService, headline)
    };
    match idle.reason {
        IdleReason::SwitchedOff => start("the MCS-API is off")
            .at(at, "nobody reads it there")
            .help("switch it on in the Mesh, below `dataPlane.cilium`: `mcsAPI: true`"),
        IdleReason::NamespaceNotGlobal(said) => {
            let diagnostic = start("its namespace is not global").at(at, "nothing leaves this namespace");
            let diagnostic = said.into_iter().fold(diagnostic, |diagnostic, said| diagnostic.at(said, "not global"));
            diagnostic.help(format!("annotate the namespace: `{}: \"true\"`", names::NAMESPACE_GLOBAL))
        }
        IdleReason::NoService => start("there is no Service of that name")
            .at(at, format!("no Service of {here} is called this"))
            .help(help_for_name(mesh, exported, clusters)),
        IdleReason::ExternalName(service) => start("an ExternalName Service has no backends")
            .at(at, "exports only another name")
            .at(mesh.object(service).span, "the Service")
            .help(
                "export the Service that it stands for; until then the cluster does not import what others export \
                 under this name either",
            ),
    }
}

fn help_for_name(mesh: &Mesh, exported: &ExportedService, clusters: &ClusterSet) -> String {
    let known = mesh.objects.iter().zip(&mesh.placements).filter(|(object, placement)| {
        let near = object.key.namespace == exported.namespace && placement.first_common(clusters).is_some();
        near && matches!(object.body, Body::Service(_))
    });
    match nearest(exported.name.as_str(), known.map(|(object, _)| object.key.name.as_str())) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "add the Service, or keep the export out of that cluster: until then it does not import what others \
                 export under this name either"
            .into(),
    }
}
