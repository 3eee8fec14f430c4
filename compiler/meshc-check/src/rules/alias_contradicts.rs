//! M0404 alias-contradicts: the old and the new name of an annotation say different things; the new one counts by
//! being there (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{AnnotationPair, Mesh};

use super::services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let annotations = &service.annotations;
        for pair in [annotations.global, annotations.shared, annotations.affinity] {
            check_pair(pair, object.key.name.as_str(), diags);
        }
    }
}

fn check_pair(pair: AnnotationPair, service: &str, diags: &mut Diagnostics) {
    let (Some(primary), Some(alias)) = (pair.primary, pair.alias) else {
        return;
    };
    if primary.value.as_str().eq_ignore_ascii_case(alias.value.as_str()) {
        return;
    }
    diags.push(
        Diagnostic::new(
            Code::AliasContradicts,
            format!("`{}` on `{service}` contradicts its old name `{}`", primary.key, alias.key),
        )
        .at(alias.value_span, "ignored")
        .at(primary.value_span, "this one counts")
        .help(format!("remove `{}`", alias.key)),
    );
}
