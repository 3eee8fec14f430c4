//! Takes tables and whoever weighs, and gives the tables with the weights that policies ask for.
//!
//! The compiler runs no WebAssembly: it asks a [`Weigher`], which is a built-in or comes from the caller.
//! **Invariant:** a weigher can change weights and report findings, and nothing else; a weight of 0 that the data plane
//! gives stays 0.

pub mod contract;

mod apply;
mod batches;
mod builtin;
mod findings;
mod policy;
mod request;
mod schema;
mod weigh;
mod weighted;

pub use apply::breach;
pub use builtin::{BUILTINS, builtin};
pub use contract::{Fault, Weigher};
pub use policy::Policy;
pub use weigh::{OpenError, OpenedPlugin, Weighers, weigh};
pub use weighted::{FrontendWeights, WeightedTables};
