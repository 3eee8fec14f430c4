//! Makes plugins of what compilers write.

use std::fmt::Display;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, metadata};

use crate::bytes::{self, Kind};
use crate::error::Error;
use crate::text;

/// Turns a core module into a component.
///
/// The module has to carry its component type, as modules built with the SDK do, in a custom section. A component
/// comes back as it is. A module that imports WASI as it was before components, as those of C and Go do, is given what
/// turns it into WASI as it is now.
///
/// # Errors
/// If the bytes are no WebAssembly, or the module has no component type, or not the exports that this asks for.
pub fn componentize(core: &[u8]) -> Result<Vec<u8>, Error> {
    match bytes::kind(core)? {
        Kind::Component => Ok(core.to_vec()),
        Kind::Module => encode(core),
    }
}

fn encode(core: &[u8]) -> Result<Vec<u8>, Error> {
    // Without a component type the encoder makes a component that exports nothing.
    let (stripped, _) = metadata::decode(core).map_err(failed)?;
    if stripped.is_none() {
        return Err(Error::NoComponentType);
    }
    let encoder = ComponentEncoder::default().module(core).map_err(failed)?.validate(true);
    // The encoder leaves the adapter out of a component whose module imports nothing of it.
    let mut encoder =
        encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER).map_err(failed)?;
    encoder.encode().map_err(failed)
}

/// The alternate form of the encoder's error is its whole chain of causes in one line.
fn failed(error: impl Display) -> Error {
    Error::Componentize { cause: text::line(&format!("{error:#}")) }
}
