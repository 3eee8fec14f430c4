//! JavaScript: componentize-qjs packs the engine `QuickJS` and the plugin's modules, and gives a component.

use std::path::{Path, PathBuf};

use crate::contract::{GENERATED, WORLD, write_wit};
use crate::error::{Error, read};
use crate::language::Language;
use crate::tool;

const TOOL: &str = "componentize-qjs";
/// The version that the template was tried with.
const VERSION: &str = "0.4.5";

pub(super) fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let program = find(folder).ok_or_else(|| Error::NoTool {
        tool: TOOL,
        language: Language::JavaScript,
        install: format!("npm install --prefix {} --save-dev {TOOL}@{VERSION}", folder.display()),
    })?;
    let wit = write_wit(folder)?;
    let out = folder.join(GENERATED).join("component.wasm");
    let mut command = tool::command(program, folder);
    // Without `--sync` the component speaks the asynchronous form of the component model, which no weigher does.
    command.arg("--sync").arg("--wit").arg(wit).args(["--world", WORLD, "--js", "plugin.js", "--output"]).arg(&out);
    tool::run(&mut command, "make a component of `plugin.js` with componentize-qjs", "")?;
    read(&out)
}

/// Looks as node does: in the `node_modules` of the folder and of those that it is in.
fn find(folder: &Path) -> Option<PathBuf> {
    let near = folder.ancestors().map(|folder| folder.join("node_modules/.bin").join(TOOL));
    near.into_iter().find(|file| file.is_file()).or_else(|| tool::on_path(TOOL))
}
