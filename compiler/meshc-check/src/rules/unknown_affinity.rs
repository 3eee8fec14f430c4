//! M0403 unknown-affinity: an affinity that Cilium does not know counts as none, or loses the remote backends on
//! older versions (CILIUM.md 1).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, Mesh};
use meshc_schema::nearest;

use super::services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (_, service) in services(mesh) {
        let pair = service.annotations.affinity;
        for annotation in [pair.primary, pair.alias].into_iter().flatten() {
            let value = annotation.value.as_str();
            if Affinity::parse(value).is_some() {
                continue;
            }
            let suggestion = nearest(value.trim(), Affinity::ALL.map(|(_, word)| word));
            let help = suggestion.map_or_else(
                || "it is one of `local`, `remote`, `none`".into(),
                |word| format!("did you mean `{word}`?"),
            );
            diags.push(
                Diagnostic::new(Code::UnknownAffinity, format!("there is no affinity `{value}`"))
                    .at(annotation.value_span, "Cilium reads this as none")
                    .help(help),
            );
        }
    }
}
