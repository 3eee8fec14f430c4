//! `meshc plugin pull`: from a registry to a digest that can be pinned, and to a file.

use anyhow::Result;
use meshc_registry::{Access, Error, Limits, Reference, pull};

use super::opened::write;
use crate::args::PluginPullArgs;
use crate::exit::{Exit, Stop};
use crate::terminal::print;

pub(super) fn run(own: &PluginPullArgs) -> Result<Exit> {
    let reference = reference(&own.reference)?;
    let pulled = pull(&reference, &Access::from_env(own.registry.insecure.clone()), Limits::STANDARD)?;
    if let Some(out) = &own.out {
        write(out, &pulled.bytes)?;
    }
    print(&format!("{}\n", reference.pinned(&pulled.manifest_digest)))?;
    Ok(Exit::Done)
}

/// A reference as an argument.
pub(super) fn reference(text: &str) -> Result<Reference, Stop> {
    text.parse().map_err(|error: Error| Stop::Usage(error.to_string()))
}
