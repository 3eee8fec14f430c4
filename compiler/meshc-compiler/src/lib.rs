//! The compiler: takes the texts of a project and gives the files of a build, and says on the way what is wrong.
//!
//! **Invariant:** it is a pure function. It reads no file, clock, environment, network or random number, and runs no
//! WebAssembly; whoever weighs is handed in.

mod edits;
mod mesh_document;
mod pipeline;

pub use meshc_check::{CheckedMesh, Strictness};
pub use meshc_emit as emit;
pub use meshc_model as model;
pub use meshc_resolve::{Scale, ScaleError, rescale, take_down};
pub use meshc_schema as schema;
pub use meshc_tables as tables;
pub use meshc_weigh as weigh;
pub use pipeline::{bundle, check, examine, mesh, weighted_tables};
