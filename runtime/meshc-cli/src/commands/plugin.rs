//! `meshc plugin`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use meshc_plugin_host::componentize;
use serde_json::Value;

use crate::args::{PluginBuildArgs, PluginCommand};
use crate::exit::Exit;

/// The target of a plugin that imports nothing.
const TARGET: &str = "wasm32-unknown-unknown";
/// How a plugin is compiled, whatever its own workspace says: small, and with names so that a trap can say where it was.
const PROFILE: [&str; 6] = [
    "profile.plugin.inherits='release'",
    "profile.plugin.opt-level='s'",
    "profile.plugin.lto=true",
    "profile.plugin.codegen-units=1",
    "profile.plugin.panic='abort'",
    "profile.plugin.strip='debuginfo'",
];

pub(super) fn run(own: &PluginCommand) -> Result<Exit> {
    match own {
        PluginCommand::Build(own) => build(own),
    }
}

/// Builds the core module with cargo and wraps it into a component.
fn build(own: &PluginBuildArgs) -> Result<Exit> {
    let manifest = own.folder.join("Cargo.toml");
    if !manifest.is_file() {
        bail!("`{}` is not there: name the folder of a plugin written in Rust", manifest.display());
    }
    let module = compile(&manifest)?;
    let core = std::fs::read(&module).with_context(|| format!("could not read `{}`", module.display()))?;
    let component =
        componentize(&core).with_context(|| format!("could not make a component of `{}`", module.display()))?;
    let name = module.file_name().map(PathBuf::from).unwrap_or_default();
    let out = own.out.clone().unwrap_or(name);
    std::fs::write(&out, component).with_context(|| format!("could not write `{}`", out.display()))?;
    Ok(Exit::Done)
}

/// Runs cargo and finds the module that it made.
fn compile(manifest: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = Command::new(cargo)
        .args([
            "build",
            "--profile",
            "plugin",
            "--lib",
            "--target",
            TARGET,
            "--message-format",
            "json-render-diagnostics",
        ])
        .args(PROFILE.iter().flat_map(|setting| ["--config", setting]))
        .arg("--manifest-path")
        .arg(manifest)
        .stderr(Stdio::inherit())
        .output()
        .context("could not run cargo, which builds plugins written in Rust")?;
    if !run.status.success() {
        bail!("cargo could not build `{}`; if the target is missing: `rustup target add {TARGET}`", manifest.display());
    }
    let wanted = std::fs::canonicalize(manifest).with_context(|| format!("could not find `{}`", manifest.display()))?;
    let text = String::from_utf8_lossy(&run.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut modules = messages
        .filter(|message| {
            message["reason"] == "compiler-artifact"
                && Path::new(message["manifest_path"].as_str().unwrap_or_default()) == wanted
        })
        .filter_map(|message| {
            let files = message["filenames"].as_array()?.clone();
            files
                .into_iter()
                .filter_map(|file| Some(PathBuf::from(file.as_str()?)))
                .find(|file| file.extension().is_some_and(|ending| ending == "wasm"))
        });
    modules.next_back().context("cargo made no WebAssembly module: the library's crate-type must hold \"cdylib\"")
}
