//! `meshc plugin new`.

use std::path::PathBuf;

use anyhow::Result;
use meshc_plugin_tools::Error;

use crate::args::PluginNewArgs;
use crate::exit::{Exit, Stop};

/// Writes a template, and nothing where something is.
pub(super) fn run(own: &PluginNewArgs) -> Result<Exit> {
    let folder = own.into.clone().unwrap_or_else(|| PathBuf::from(&own.name));
    match meshc_plugin_tools::new(own.lang.0, &own.name, &folder) {
        Ok(()) => Ok(Exit::Done),
        Err(error @ Error::Name(_)) => Err(Stop::Usage(error.to_string()).into()),
        Err(error @ Error::NotEmpty(_)) => Err(Stop::Refused(error.to_string()).into()),
        Err(error) => Err(error.into()),
    }
}
