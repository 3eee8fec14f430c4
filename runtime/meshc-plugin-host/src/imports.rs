//! Refuses what a component wants of the world.

use wasmtime::component::Component;

use crate::engine::Engine;
use crate::error::Error;
use crate::text;

/// Checks that a component imports nothing.
pub(crate) fn check(engine: &Engine, component: &Component) -> Result<(), Error> {
    let component = component.component_type();
    let names = component.imports(engine.wasm()).map(|(name, _)| text::line(name));
    let (wasi, unknown): (Vec<String>, Vec<String>) = names.partition(|name| name.starts_with("wasi:"));
    match (unknown.is_empty(), wasi.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(Error::Wasi { names: wasi }),
        (false, _) => Err(Error::Imports { names: unknown }),
    }
}
