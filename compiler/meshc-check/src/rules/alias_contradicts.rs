//! M0404 alias-contradicts: the old and the new name of an annotation say different things; the new one counts by
//! being there (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Affinity, AnnotationPair, Mesh};

use super::{annotation_value, services, unknown_affinity};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (object, service) in services(mesh) {
        let annotations = &service.annotations;
        let flags =
            [annotations.global, annotations.shared].into_iter().filter(|pair| !annotation_value::is_reported(*pair));
        let affinity = Some(annotations.affinity).filter(|pair| !unknown_affinity::is_reported(*pair));
        for pair in flags.chain(affinity) {
            check_pair(pair, object.key.name.as_str(), diags);
        }
    }
}

fn check_pair(pair: AnnotationPair, service: &str, diags: &mut Diagnostics) {
    let (Some(primary), Some(alias)) = (pair.primary, pair.alias) else {
        return;
    };
    let (ours, theirs) = (primary.value.as_str(), alias.value.as_str());
    // An empty affinity says the same as none.
    let affinity = |text| Affinity::parse(text);
    if ours.eq_ignore_ascii_case(theirs) || affinity(ours).is_some() && affinity(ours) == affinity(theirs) {
        return;
    }
    diags.push(
        Diagnostic::new(
            Code::AliasContradicts,
            format!("`{}` on `{service}` contradicts its old name `{}`", primary.key, alias.key),
        )
        .at(alias.value_span, "ignored")
        .at(primary.value_span, "this one counts")
        .help(format!("remove `{}`", alias.key))
        .fix(Fix::certain(
            format!("remove `{}`, which is ignored", alias.key),
            vec![Edit::remove_entry(alias.key_span)],
        )),
    );
}
