//! M0401 annotation-value: an annotation that is true or false is neither, and counts as false (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Annotation, Mesh};

use super::services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (_, service) in services(mesh) {
        for pair in [service.annotations.global, service.annotations.shared] {
            for annotation in [pair.primary, pair.alias].into_iter().flatten() {
                check_one(annotation, diags);
            }
        }
    }
}

fn check_one(annotation: Annotation, diags: &mut Diagnostics) {
    let value = annotation.value.as_str();
    if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
        return;
    }
    let meant = match value.trim().to_ascii_lowercase().as_str() {
        "false" | "no" | "n" | "off" | "0" => "false",
        _ => "true",
    };
    diags.push(
        Diagnostic::new(Code::AnnotationValue, format!("`{}` is neither true nor false", annotation.key))
            .at(annotation.value_span, "Cilium reads this as false")
            .help(format!("write `{}: \"{meant}\"`", annotation.key)),
    );
}
