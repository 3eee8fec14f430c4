//! The gate: takes a mesh, reports what is wrong or likely not meant, and lets it through if nothing is wrong.
//!
//! **Invariant:** a [`CheckedMesh`] comes from nowhere else, and only where no phase has reported an error. After it
//! the configuration cannot be wrong any more; only a plugin can still fail.

mod rules;

use meshc_diag::{Code, Diagnostics};
use meshc_model::Mesh;

/// A mesh that went through the gate.
#[derive(Debug)]
pub struct CheckedMesh(Mesh);

impl CheckedMesh {
    /// The mesh.
    pub fn mesh(&self) -> &Mesh {
        &self.0
    }

    /// Another mesh made from this one by taking away or adding backends, as a what-if; its configuration is the same.
    ///
    /// # Errors
    /// Whatever `change` says.
    pub fn changed<E>(self, change: impl FnOnce(&mut Mesh) -> Result<(), E>) -> Result<CheckedMesh, E> {
        let mut mesh = self.0;
        change(&mut mesh)?;
        Ok(CheckedMesh(mesh))
    }
}

/// Runs every rule over `mesh`. `None` if there is an error, of this phase or an earlier one.
pub fn check(mesh: Mesh, diags: &mut Diagnostics) -> Option<CheckedMesh> {
    examine(&mesh, diags);
    (!diags.has_errors()).then_some(CheckedMesh(mesh))
}

/// Runs every rule over `mesh` and lets nothing through, for whoever shows a mesh that may be wrong.
pub fn examine(mesh: &Mesh, diags: &mut Diagnostics) {
    for (_, rule) in rules::RULES {
        rule(mesh, diags);
    }
}

/// The codes that this phase can report, in the order of its rules.
pub fn codes() -> impl Iterator<Item = Code> {
    rules::RULES.iter().map(|(code, _)| *code)
}
