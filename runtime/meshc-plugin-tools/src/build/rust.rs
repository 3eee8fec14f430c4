//! Rust: cargo compiles for a target without WASI.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::error::{Error, read};
use crate::language::Language;
use crate::tool;

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

/// Runs cargo and reads the module that it made.
pub(super) fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let cargo = std::env::var_os("CARGO").map(PathBuf::from).or_else(|| tool::on_path("cargo"));
    let cargo = cargo.ok_or_else(|| Error::NoTool {
        tool: "cargo",
        language: Language::Rust,
        install: format!("take rustup from https://rustup.rs, then `rustup target add {TARGET}`"),
    })?;
    let manifest = folder.join("Cargo.toml");
    let mut command = Command::new(cargo);
    command.args(["build", "--profile", "plugin", "--lib", "--target", TARGET]);
    command.args(["--message-format", "json-render-diagnostics"]);
    command.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
    command.arg("--manifest-path").arg(&manifest);
    let hint = format!("; if the target is missing: `rustup target add {TARGET}`");
    let said = tool::run(&mut command, "compile the plugin with cargo", &hint)?;
    let module = module_of(&String::from_utf8_lossy(&said), &manifest).ok_or(Error::NoModule)?;
    read(&module)
}

/// The WebAssembly file of the package among the messages of cargo.
fn module_of(said: &str, manifest: &Path) -> Option<PathBuf> {
    let messages = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let own = messages.filter(|message| {
        message["reason"] == "compiler-artifact"
            && Path::new(message["manifest_path"].as_str().unwrap_or_default()) == manifest
    });
    let mut modules = own.filter_map(|message| {
        let files = message["filenames"].as_array()?;
        let mut paths = files.iter().filter_map(|file| Some(PathBuf::from(file.as_str()?)));
        paths.find(|path| path.extension().is_some_and(|ending| ending == "wasm"))
    });
    modules.next_back()
}
