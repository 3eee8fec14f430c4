//! Python: componentize-py packs the interpreter and the plugin's modules, and gives a component.

use std::path::Path;

use crate::contract::{GENERATED, WORLD, write_wit};
use crate::error::{Error, read};
use crate::language::Language;
use crate::tool;

const TOOL: &str = "componentize-py";
/// The version that the template was tried with.
const VERSION: &str = "0.25.1";

pub(super) fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let own = folder.join(".venv/bin").join(TOOL);
    let program = if own.is_file() { Some(own) } else { tool::on_path(TOOL) };
    let program = program.ok_or_else(|| Error::NoTool {
        tool: TOOL,
        language: Language::Python,
        install: format!("python3 -m venv {0}/.venv && {0}/.venv/bin/pip install {TOOL}=={VERSION}", folder.display()),
    })?;
    let wit = write_wit(folder)?;
    let out = folder.join(GENERATED).join("component.wasm");
    let mut command = tool::command(program, folder);
    command.arg("--quiet").arg("--wit-path").arg(wit).args(["--world", WORLD]);
    command.args(["componentize", "plugin", "--output"]).arg(&out);
    tool::run(&mut command, "make a component of `plugin.py` with componentize-py", "")?;
    read(&out)
}
