//! A plugin on the command line: a component, or the folder that it was built in.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use meshc_plugin_host::{Backend, Engine, Limits, Plugin};

use crate::args::Args;
use crate::cache;
use crate::exit::Stop;
use crate::plugins::compiler;

/// The component that `meshc plugin build` writes into a plugin's folder.
pub(super) const COMPONENT: &str = "plugin.wasm";

/// The component that an argument names.
pub(super) fn component(plugin: &Path) -> PathBuf {
    if plugin.is_dir() { plugin.join(COMPONENT) } else { plugin.to_path_buf() }
}

/// Reads a component.
pub(super) fn read(plugin: &Path) -> Result<Vec<u8>> {
    let path = component(plugin);
    let mut words = format!("could not read `{}`", path.display());
    if plugin.is_dir() && !path.exists() {
        words.push_str(&format!("; `meshc plugin build {}` writes it", plugin.display()));
    }
    fs::read(&path).context(words)
}

/// Loads a component under the standard limits.
pub(super) fn load(plugin: &Path, bytes: &[u8], backend: Backend, args: &Args) -> Result<Plugin> {
    let engine = Engine::new(backend)?.compiled_by(compiler()).cached_in(cache::open(args));
    Plugin::load(&engine, bytes, Limits::STANDARD)
        .map_err(|error| fault(plugin, &format!("cannot be used: {error}"), ""))
}

/// What a plugin did wrong, as an error that ends the command with the status for it.
pub(super) fn fault(plugin: &Path, what: &str, detail: &str) -> anyhow::Error {
    let mut words = format!("`{}` {what}", component(plugin).display());
    if !detail.is_empty() {
        words.push('\n');
        words.push_str(detail);
    }
    anyhow!(Stop::PluginFault(words))
}

/// What a file gets that anybody may read.
const READABLE: u32 = 0o644;

/// Puts a component in place.
pub(super) fn write(path: &Path, component: &[u8]) -> Result<()> {
    replace(path, component).with_context(|| format!("could not write `{}`", path.display()))
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
