//! M0426 global-external-name: an `ExternalName` Service has neither an address nor backends, so that there is nothing
//! to share or to use.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Mesh, Service, ServiceType};

use super::services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh).filter(|(_, service)| applies(service)) {
        let Some(global) = service.annotations.global.effective() else {
            continue;
        };
        diags.push(
            Diagnostic::new(
                Code::GlobalExternalName,
                format!("`{}/{}` is global, and is only another name", object.key.namespace, object.key.name),
            )
            .at(global.key_span, "has no effect on a Service of the type `ExternalName`")
            .at(object.span, "has no backends and no address")
            .help(
                "remove the annotation; for a Service that has the backends of the other clusters only, make it a \
                 `ClusterIP` without a selector",
            ),
        );
    }
}

/// Whether this rule has something to say about a Service; others then leave it out.
pub(super) fn applies(service: &Service) -> bool {
    service.service_type == ServiceType::ExternalName && service.annotations.is_global()
}
