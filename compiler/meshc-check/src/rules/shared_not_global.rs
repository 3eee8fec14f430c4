//! M0402 shared-not-global: `shared` without `global` has no effect.

use meshc_diag::{Code, Diagnostics};
use meshc_model::Mesh;

use super::{NeedsGlobal, check_needs_global};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let rule = NeedsGlobal {
        code: Code::SharedNotGlobal,
        word: "shared",
        pick: |annotations| annotations.shared,
        why: "only a global service can be shared",
    };
    check_needs_global(&rule, mesh, diags);
}
