//! Cilium's own script tests, held against the compiler.
//!
//! A script gives objects to a cluster, records to other clusters, and says what Cilium's tables and maps then hold.
//! After each step the state is compiled as a project, and the compiler's tables are written in Cilium's words.
//! **Invariant:** what is not understood is skipped with its reason, together with every comparison that it could
//! change; it never counts as right.

pub mod archive;
pub mod line;
pub mod runner;

pub mod doubt;
pub mod files;
pub mod flags;
pub mod kvstore;
pub mod objects;
pub mod project;
pub mod world;

pub mod ours;
pub mod query;
pub mod rows;
pub mod table;
pub mod tables;
pub mod values;

pub mod maps;

pub mod report;
