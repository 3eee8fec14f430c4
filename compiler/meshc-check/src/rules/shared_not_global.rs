//! M0402 shared-not-global: `shared` without `global` has no effect.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Mesh, names};

use super::services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let Some(shared) = service.annotations.shared.effective() else {
            continue;
        };
        if service.annotations.is_global() {
            continue;
        }
        let mut diagnostic =
            Diagnostic::new(Code::SharedNotGlobal, format!("`shared` on `{}` has no effect", object.key.name))
                .at(shared.key_span, "only a global service can be shared")
                .help(format!("add `{}: \"true\"`, or remove this line", names::GLOBAL));
        if let Some(global) = service.annotations.global.effective() {
            diagnostic = diagnostic.at(global.value_span, "it is not global");
        }
        diags.push(diagnostic);
    }
}
