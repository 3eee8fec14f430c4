//! Decides what a component may import.

use wasmtime::component::Component;

use crate::engine::Engine;
use crate::error::Error;
use crate::limits::Wasi;
use crate::text;

/// Checks that a component imports nothing but WASI, and that only where it may. Gives the names.
pub(crate) fn check(engine: &Engine, component: &Component, wasi: Wasi) -> Result<Vec<String>, Error> {
    let component = component.component_type();
    let names = component.imports(engine.wasm()).map(|(name, _)| text::line(name));
    let (of_wasi, unknown): (Vec<String>, Vec<String>) = names.partition(|name| name.starts_with("wasi:"));
    if !unknown.is_empty() {
        return Err(Error::Imports { names: unknown });
    }
    match wasi {
        Wasi::Refuse if !of_wasi.is_empty() => Err(Error::Wasi { names: of_wasi }),
        Wasi::Refuse | Wasi::Frozen => Ok(of_wasi),
    }
}
