//! The gate: takes a mesh, reports what is wrong or likely not meant, and lets it through if nothing is wrong.
//!
//! **Invariant:** a [`CheckedMesh`] comes from nowhere else, and only where no phase has reported an error. After it
//! the configuration cannot be wrong any more; only a plugin can still fail.

mod levels;
mod rules;

use meshc_diag::{Code, Diagnostics};
use meshc_model::Mesh;

use levels::Levels;
pub use levels::Strictness;

/// A mesh that went through the gate.
#[derive(Debug)]
pub struct CheckedMesh {
    mesh: Mesh,
    levels: Levels,
}

impl CheckedMesh {
    /// The mesh.
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// Another mesh made from this one by taking away or adding backends, as a what-if; its configuration is the same.
    ///
    /// # Errors
    /// Whatever `change` says.
    pub fn changed<E>(self, change: impl FnOnce(&mut Mesh) -> Result<(), E>) -> Result<CheckedMesh, E> {
        let Self { mut mesh, levels } = self;
        change(&mut mesh)?;
        Ok(Self { mesh, levels })
    }

    /// Makes the findings of the phases after the gate as bad as they are to be, and says which of the project's own
    /// exceptions were for nothing. It is for the end, when every rule has spoken.
    pub fn settle(&mut self, diags: &mut Diagnostics) {
        self.levels.apply(diags);
        if !diags.has_errors() {
            self.levels.report_idle(diags);
            self.levels.apply(diags);
        }
    }
}

/// Runs every rule over `mesh`, and makes what was found as bad as the mesh and `strictness` say. `None` if there is an
/// error, of this phase or an earlier one.
pub fn check(mesh: Mesh, strictness: &Strictness, diags: &mut Diagnostics) -> Option<CheckedMesh> {
    let levels = judge(&mesh, strictness, diags);
    (!diags.has_errors()).then_some(CheckedMesh { mesh, levels })
}

/// Does the same without letting anything through, for whoever shows a mesh that may be wrong.
pub fn examine(mesh: &Mesh, strictness: &Strictness, diags: &mut Diagnostics) {
    judge(mesh, strictness, diags);
}

fn judge(mesh: &Mesh, strictness: &Strictness, diags: &mut Diagnostics) -> Levels {
    for (_, rule) in rules::RULES {
        rule(mesh, diags);
    }
    let mut levels = Levels::new(mesh, strictness, diags);
    levels.apply(diags);
    levels
}

/// The codes that this phase can report, in the order of its rules.
pub fn codes() -> impl Iterator<Item = Code> {
    rules::RULES.iter().map(|(code, _)| *code)
}
