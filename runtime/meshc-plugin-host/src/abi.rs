//! The contract as components speak it: a file for each major version.

pub(crate) mod v1_0;
