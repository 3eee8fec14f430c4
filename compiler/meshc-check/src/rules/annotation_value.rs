//! M0401 annotation-value: an annotation that is true or false is neither, and counts as false (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Annotation, AnnotationPair, Mesh, Name};
use meshc_schema::nearest;

use super::{exports, services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        // The one that does not count is another rule's.
        for pair in [service.annotations.global, service.annotations.shared] {
            if let Some(annotation) = pair.effective() {
                check_one(annotation, object.key.name, diags);
            }
        }
    }
    // What is derived is global, whatever is exported.
    for (object, service) in exports(mesh) {
        if let Some(annotation) = service.annotations.shared.effective() {
            check_one(annotation, object.key.name, diags);
        }
    }
}

/// Whether this rule has something to say about the annotation that counts; others then wait for it to be mended.
pub(super) fn is_reported(pair: AnnotationPair) -> bool {
    pair.effective().is_some_and(|annotation| !is_flag(annotation.value.as_str()))
}

fn is_flag(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

fn check_one(annotation: Annotation, service: Name, diags: &mut Diagnostics) {
    let value = annotation.value.as_str();
    if is_flag(value) {
        return;
    }
    let meant = match value.trim().to_ascii_lowercase().as_str() {
        "no" | "n" | "off" | "0" => Some("false"),
        "yes" | "y" | "on" | "1" => Some("true"),
        other => nearest(other, ["true", "false"]),
    };
    let help = match meant {
        Some(meant) => format!("write `{}: \"{meant}\"`", annotation.key),
        None => "write `\"true\"` or `\"false\"`".into(),
    };
    let fix = meant
        .map(|meant| Fix::likely(format!("write `\"{meant}\"`"), vec![Edit::quoted(annotation.value_span, meant)]));
    let said = if value.is_empty() { "is empty".into() } else { format!("is `{value}`") };
    let diagnostic = Diagnostic::new(
        Code::AnnotationValue,
        format!("`{}` on `{service}` {said}, which is neither true nor false", annotation.key),
    )
    .at(annotation.value_span, "Cilium reads this as false")
    .help(help);
    diags.push(fix.into_iter().fold(diagnostic, Diagnostic::fix));
}
