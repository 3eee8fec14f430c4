//! Write a weighting plugin for meshc in Rust.
//!
//! A plugin is a type with three functions, which are those of `meshc:weighting/weigher@1.0.0`. It sees the arguments of
//! its calls and nothing else, so it is an ordinary library that can be tested without WebAssembly.
//!
//! ```
//! use meshc_plugin::{Basis, Descriptor, Finding, Guest, Mesh, Options, Outcome, Service};
//!
//! /// Halves what goes to other clusters.
//! struct HomeFirst;
//!
//! impl Guest for HomeFirst {
//!     fn describe() -> Descriptor {
//!         Descriptor {
//!             name: "home-first".into(),
//!             version: env!("CARGO_PKG_VERSION").into(),
//!             config_schema: String::new(),
//!             reads: vec![],
//!         }
//!     }
//!
//!     fn check(_config: String, _mesh: Mesh) -> Vec<Finding> {
//!         vec![]
//!     }
//!
//!     fn weigh(_config: String, mesh: Mesh, services: Vec<Service>, _options: Options) -> Vec<Outcome> {
//!         let weigh = |service: &Service| {
//!             service.weigh(&mesh, Basis::Endpoint, |cell| if cell.is_home() { 2 } else { 1 } * cell.baseline)
//!         };
//!         services.iter().map(|service| Outcome::from(weigh(service))).collect()
//!     }
//! }
//!
//! meshc_plugin::export!(HomeFirst);
//! ```
//!
//! The library needs `crate-type = ["cdylib", "rlib"]`: the first becomes the plugin, the second is what tests link.
//! **Invariant**: this crate imports nothing from its host, and what it depends on does not either.

#[doc(hidden)]
pub mod bindings;
mod cell;
mod export;
mod finding;
mod outcome;
mod weights;

pub use bindings::exports::meshc::weighting::weigher::{
    Attrs, Basis, Cluster, Descriptor, Finding, Group, Guest, Mesh, Options, Outcome, Reason, Service, Severity,
    Subject, Weights,
};
pub use cell::Cell;
