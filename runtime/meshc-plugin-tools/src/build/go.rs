//! Go: the bindings are generated here as a module that the plugin's `go.mod` names, and Go compiles both for WASI.

use std::path::Path;

use crate::contract::{GENERATED, bind, embed, write_wit};
use crate::error::{Error, read, write};
use crate::language::Language;
use crate::tool;

/// What authors import: the types of the contract under short names, and the place to hand a weigher in.
const PACKAGE: &[(&str, &str)] = &[
    ("go.mod", include_str!("go/module.txt")),
    ("weighting.go", include_str!("go/weighting.go")),
    ("export_meshc_weighting_weigher/export.go", include_str!("go/export.go")),
];
/// The import path of that module.
const MODULE: &str = "meshc.dev/weighting";

pub(super) fn build(folder: &Path) -> Result<Vec<u8>, Error> {
    let go = tool::on_path("go").ok_or_else(|| Error::NoTool {
        tool: "go",
        language: Language::Go,
        install: "take version 1.25 or newer from https://go.dev/dl/".to_owned(),
    })?;
    write_wit(folder)?;
    let bindings = folder.join(GENERATED).join("go");
    let options = wit_bindgen_go::Opts {
        format: wit_bindgen_go::Format::False,
        pkg_name: Some(MODULE.to_owned()),
        ..wit_bindgen_go::Opts::default()
    };
    bind(Language::Go, options.build(), &bindings)?;
    PACKAGE.iter().try_for_each(|(name, text)| write(&bindings.join(name), text.as_bytes()))?;
    let core = folder.join(GENERATED).join("core.wasm");
    let mut command = tool::command(go, folder);
    command.env("GOOS", "wasip1").env("GOARCH", "wasm").env("GOFLAGS", "-mod=readonly");
    // The package for the component model's memory reaches into Go's runtime by name, which the linker refuses
    // otherwise.
    command.args(["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w -checklinkname=0", "-o"]).arg(&core);
    command.arg(".");
    tool::run(&mut command, "compile the plugin with `go build`", "")?;
    let mut module = read(&core)?;
    embed(Language::Go, &mut module)?;
    Ok(module)
}
