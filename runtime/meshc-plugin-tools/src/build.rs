//! From the folder of a plugin to the bytes of a component: a way for each language.

mod c;
mod go;
mod javascript;
mod python;
mod rust;

use std::path::Path;

use crate::error::Error;
use crate::language::Language;
use crate::tool;

/// Builds the plugin of a folder, in whatever language it is written.
///
/// What tools say goes to stderr as it comes.
///
/// # Errors
/// If the folder holds no plugin, a tool is missing or fails, or its result is not a plugin.
pub fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let language = Language::of(folder).ok_or_else(|| Error::NoPlugin(folder.to_path_buf()))?;
    let folder = tool::absolute(folder)?;
    let bytes = match language {
        Language::Rust => rust::build(&folder)?,
        Language::Python => python::build(&folder)?,
        Language::JavaScript => javascript::build(&folder)?,
        Language::Go => go::build(&folder)?,
        Language::C => c::build(&folder)?,
    };
    // A component comes back as it is.
    Ok(meshc_plugin_host::componentize(&bytes)?)
}
