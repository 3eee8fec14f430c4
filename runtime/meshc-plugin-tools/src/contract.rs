//! The contract, and bindings to it that are generated here and not by a tool that authors would have to install.

use std::path::{Path, PathBuf};

use wit_bindgen_core::{Files, WorldGenerator};

use crate::error::{Error, write};
use crate::language::Language;

/// The contract's text.
pub(crate) const WIT: &str = include_str!("../../../plugins/wit/v1.0/weighting.wit");
/// The world that a plugin is of.
pub(crate) const WORLD: &str = "weighting";
/// Where everything generated is, below the folder of a plugin.
pub(crate) const GENERATED: &str = ".meshc";

/// Writes the contract into a plugin's folder, and says in which folder of it.
pub(crate) fn write_wit(folder: &Path) -> Result<PathBuf, Error> {
    let wit = folder.join(GENERATED).join("wit");
    write(&wit.join("weighting.wit"), WIT.as_bytes())?;
    Ok(wit)
}

/// Generates the bindings of a language into a folder.
pub(crate) fn bind(language: Language, mut generator: Box<dyn WorldGenerator>, into: &Path) -> Result<(), Error> {
    let mut generate = || {
        let mut resolve = wit_bindgen_core::wit_parser::Resolve::new();
        let package = resolve.push_str("weighting.wit", WIT)?;
        let world = resolve.select_world(&[package], Some(WORLD))?;
        let mut files = Files::default();
        generator.generate(&mut resolve, world, &mut files).map(|()| files)
    };
    // The error's type is not ours to name; its alternate form is the whole chain of causes.
    let files = generate().map_err(|cause| Error::Bindings { language, cause: format!("{cause:#}") })?;
    files.iter().try_for_each(|(name, bytes)| write(&into.join(name), bytes))
}

/// Tells a core module that it is to be a component of the contract's world.
pub(crate) fn embed(language: Language, module: &mut Vec<u8>) -> Result<(), Error> {
    let mut resolve = wit_parser::Resolve::new();
    let embedded = resolve
        .push_str("weighting.wit", WIT)
        .and_then(|package| resolve.select_world(&[package], Some(WORLD)))
        .and_then(|world| {
            let encoding = wit_component::StringEncoding::UTF8;
            wit_component::embed_component_metadata(module, &resolve, world, encoding)
        });
    embedded.map_err(|cause| Error::Bindings { language, cause: format!("{cause:#}") })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use meshc_plugin_host::componentize;

    use super::*;

    /// A module that gives baselines back, with one more line.
    fn module(line: &str) -> Vec<u8> {
        let text = meshc_guests::text("good").replacen("(module", &format!("(module {line}"), 1);
        let mut module = wat::parse_str(text).unwrap();
        embed(Language::C, &mut module).unwrap();
        module
    }

    fn speaks_of_wasi(bytes: &[u8]) -> bool {
        bytes.windows(5).any(|window| window == b"wasi:")
    }

    #[test]
    fn a_module_that_imports_nothing_becomes_a_component_that_imports_nothing() {
        let component = componentize(&module("")).unwrap();
        assert!(!speaks_of_wasi(&component));
    }

    #[test]
    fn wasi_as_it_was_becomes_wasi_as_it_is() {
        let import = r#"(import "wasi_snapshot_preview1" "clock_time_get" (func (param i32 i64 i32) (result i32)))"#;
        let module = module(import);
        assert!(!speaks_of_wasi(&module));
        assert!(speaks_of_wasi(&componentize(&module).unwrap()));
    }

    #[test]
    fn bindings_are_generated_where_they_are_asked_for() {
        let place = tempfile::tempdir().unwrap();
        let options = wit_bindgen_go::Opts { format: wit_bindgen_go::Format::False, ..Default::default() };
        bind(Language::Go, options.build(), &place.path().join("go")).unwrap();
        assert!(place.path().join("go/meshc_weighting_weigher/wit_bindings.go").is_file());
        bind(Language::C, wit_bindgen_c::Opts::default().build(), &place.path().join("c")).unwrap();
        assert!(fs::read_to_string(place.path().join("c/weighting.h")).unwrap().contains("_weigh("));
    }
}
