//! M0407 affinity-not-global: `affinity` without `global` has no effect.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Mesh;

use super::{annotation_value, make_global, services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let Some(affinity) = service.annotations.affinity.effective() else {
            continue;
        };
        if service.annotations.is_global() || annotation_value::is_reported(service.annotations.global) {
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(Code::AffinityNotGlobal, format!("`affinity` on `{}` has no effect", object.key.name))
                .at(affinity.key_span, "only a global service has backends to choose from")
                .help(make_global(service.annotations.global));
        if let Some(global) = service.annotations.global.effective() {
            diagnostic = diagnostic.at(global.value_span, "it is not global");
        }
        diags.push(diagnostic);
    }
}
