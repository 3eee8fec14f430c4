//! Takes the texts of a project and gives what they declare: objects with meaning, and the Mesh document.
//!
//! Each file is parsed, read and let go of before the next, on all cores. **Invariant:** whatever is not understood
//! goes on as it is: an object's manifest holds every value that its document holds.

pub mod annotations;
mod api;
mod declare;
mod documents;
mod edit;
mod forms;
mod kinds;
mod object;
mod placeholder;
mod reader;
mod render_first;
mod rules;
mod scope;
mod suggest;

pub use declare::{Declarations, declare};
pub use documents::{mesh_schema, traffic_policy_schema};
pub use kinds::mesh::{CiliumDecl, ClusterDecl, DataPlaneDecl, LatencyDecl, MeshDecl, PlacementRule, microseconds};
pub use suggest::nearest;

/// The API version of our own documents.
pub const API_VERSION: &str = "meshc.dev/v1alpha1";
