//! What the suites share: projects in memory and on disk, expectations that can be blessed, the product as a process.

pub mod case;
pub mod cilium;
pub mod compile;
pub mod corpus;
pub mod editor;
pub mod expect;
pub mod fake_api;
pub mod fake_store;
pub mod fakes;
pub mod generate;
pub mod kube;
pub mod places;
pub mod process;
pub mod restyle;
pub mod table_case;
pub mod world;
