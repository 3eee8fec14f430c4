//! `meshc plugin build`.

use anyhow::{Context, Result};
use meshc_plugin_tools::Error;

use crate::args::PluginBuildArgs;
use crate::exit::{Exit, Stop};

use super::opened::{COMPONENT, write};

/// Builds the plugin of a folder and puts its component in place.
pub(super) fn run(own: &PluginBuildArgs) -> Result<Exit> {
    let component = match meshc_plugin_tools::build(&own.folder) {
        Ok(component) => component,
        Err(error @ Error::NoPlugin(_)) => return Err(Stop::Usage(error.to_string()).into()),
        Err(error) => {
            return Err(error).with_context(|| format!("could not build the plugin in `{}`", own.folder.display()));
        }
    };
    let out = own.out.clone().unwrap_or_else(|| own.folder.join(COMPONENT));
    write(&out, &component)?;
    Ok(Exit::Done)
}
