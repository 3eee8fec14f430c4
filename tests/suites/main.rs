//! What meshc promises. Most of it is data: `cases/`, `golden/`, `cli/`, `render/`.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on has failed")]

mod cases;
mod cli;
mod cluster_apply;
mod cluster_faults;
mod corpus;
mod damage;
mod fixes;
mod formats;
mod gateway;
mod golden;
mod hostile_input;
mod hostile_plugins;
mod hosts;
mod kustomize;
mod laws;
mod lsp;
mod mcs;
mod output;
mod pages;
mod plugin_languages;
mod plugins;
mod positions;
mod render;
mod schemas;
mod styles;
mod table_cases;
mod table_laws;
mod why;
mod yaml;

use std::sync::LazyLock;

use meshc_tests::process::Installed;

/// The product, installed once for all suites.
pub(crate) static MESHC: LazyLock<Installed> = LazyLock::new(|| Installed::new(env!("CARGO_BIN_EXE_meshc-under-test")));
