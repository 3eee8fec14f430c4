//! M0402 shared-not-global: `shared` without `global` has no effect.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Mesh;

use super::{annotation_value, make_global, services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let Some(shared) = service.annotations.shared.effective() else {
            continue;
        };
        if service.annotations.is_global() || annotation_value::is_reported(service.annotations.global) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(Code::SharedNotGlobal, format!("`shared` on `{}` has no effect", object.key.name))
                .at(shared.key_span, "only a global service can be shared")
                .help(make_global(service.annotations.global));
        if let Some(global) = service.annotations.global.effective() {
            diagnostic = diagnostic.at(global.value_span, "it is not global");
        }
        diags.push(diagnostic);
    }
}
