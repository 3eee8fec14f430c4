//! M0407 affinity-not-global: `affinity` without `global` has no effect.

use meshc_diag::{Code, Diagnostics};
use meshc_model::Mesh;

use super::{NeedsGlobal, check_needs_global};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let rule = NeedsGlobal {
        code: Code::AffinityNotGlobal,
        word: "affinity",
        pick: |annotations| annotations.affinity,
        why: "only a global service has backends to choose from",
    };
    check_needs_global(&rule, mesh, diags);
}
