//! C: the bindings are generated here, and zig compiles them with the plugin into a core module.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::contract::{GENERATED, bind, write_wit};
use crate::error::{Error, read};
use crate::language::Language;
use crate::tool;

/// The version that the template was tried with.
const VERSION: &str = "0.17.1";
/// Small, a library and not a program, and with a stack that does not make every instance begin with 16 MiB.
const FLAGS: [&str; 8] = [
    "cc",
    "--target=wasm32-wasi",
    "-mexec-model=reactor",
    "-std=c17",
    "-Wall",
    "-Os",
    "-Wl,-z,stack-size=131072",
    "-s",
];

pub(super) fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let zig = find(folder)?;
    write_wit(folder)?;
    let bindings = folder.join(GENERATED).join("c");
    let short = ("meshc:weighting/weigher@1.0.0".to_owned(), "weigher".to_owned());
    let options = wit_bindgen_c::Opts { rename: vec![short], ..wit_bindgen_c::Opts::default() };
    bind(Language::C, options.build(), &bindings)?;
    let core = folder.join(GENERATED).join("core.wasm");
    let mut command = tool::command(&zig[0], folder);
    command.args(&zig[1..]).args(FLAGS).arg("-I").arg(&bindings).arg("-o").arg(&core).args(sources(folder)?);
    command.args(["weighting.c", "weighting_component_type.o"].map(|name| bindings.join(name)));
    tool::run(&mut command, "compile the plugin with `zig cc`", "")?;
    read(&core)
}

/// Every `.c` file of the folder, by name.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read { path: folder.to_path_buf(), source };
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == "c") {
            sources.push(path);
        }
    }
    sources.sort();
    Ok(sources)
}

/// The words that start zig: a program, or a module of Python, as which it is in that registry.
fn find(folder: &Path) -> Result<Vec<OsString>, Error> {
    let by = |python: PathBuf| [python.into_os_string(), "-m".into(), "ziglang".into()].to_vec();
    let own = folder.join(".venv/bin/python");
    if own.is_file() && tool::python_has(&own, "ziglang") {
        return Ok(by(own));
    }
    if let Some(zig) = tool::on_path("zig") {
        return Ok(vec![zig.into_os_string()]);
    }
    let python = tool::on_path("python3").filter(|python| tool::python_has(python, "ziglang"));
    python.map(by).ok_or_else(|| Error::NoTool {
        tool: "zig",
        language: Language::C,
        install: format!("python3 -m venv {0}/.venv && {0}/.venv/bin/pip install ziglang=={VERSION}", folder.display()),
    })
}
