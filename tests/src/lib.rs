//! What the suites share: projects in memory and on disk, expectations that can be blessed, the product as a process.

pub mod case;
pub mod cilium;
pub mod compile;
pub mod editor;
pub mod expect;
pub mod fakes;
pub mod generate;
pub mod kube;
pub mod places;
pub mod process;
pub mod restyle;
pub mod table_case;
pub mod world;
