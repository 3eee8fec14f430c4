//! `meshc plugin build`.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use meshc_plugin_tools::Error;

use crate::args::PluginBuildArgs;
use crate::exit::{Exit, Stop};

/// What a file gets that anybody may read.
const READABLE: u32 = 0o644;

/// Builds the plugin of a folder and puts its component in place.
pub(super) fn run(own: &PluginBuildArgs) -> Result<Exit> {
    let component = match meshc_plugin_tools::build(&own.folder) {
        Ok(component) => component,
        Err(error @ Error::NoPlugin(_)) => return Err(Stop::Usage(error.to_string()).into()),
        Err(error) => {
            return Err(error).with_context(|| format!("could not build the plugin in `{}`", own.folder.display()));
        }
    };
    let out = own.out.clone().unwrap_or_else(|| own.folder.join("plugin.wasm"));
    replace(&out, &component).with_context(|| format!("could not write `{}`", out.display()))?;
    Ok(Exit::Done)
}

/// Writes a file beside its place and renames it: whoever reads sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    fs::set_permissions(file.path(), Permissions::from_mode(READABLE))?;
    file.persist(path)?;
    Ok(())
}
