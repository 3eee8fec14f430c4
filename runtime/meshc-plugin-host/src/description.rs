//! What can be known of a plugin without running it again.

use meshc_weigh::contract::Descriptor;
use serde::{Deserialize, Serialize};
use wasmtime::component::{Component, Linker};

use crate::abi::v1_0::Prepared;
use crate::cache::Entry;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::error::Error;
use crate::limits::Limits;
use crate::{descriptor, export, imports, prescan, text, wasi};

/// What a component says and wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) contract: String,
    /// The WASI interfaces that it imports.
    pub(crate) imports: Vec<String>,
    pub(crate) descriptor: Descriptor,
}

/// Describes a component, from the cache if it is there. Where it is not, its code comes along.
pub(crate) fn describe(
    engine: &Engine,
    bytes: &[u8],
    id: &Digest,
    limits: &Limits,
) -> Result<(Description, Option<Prepared>), Error> {
    if let Some(known) = engine.cache().and_then(|cache| cache.get(Entry::Description, id))
        && let Ok(known) = postcard::from_bytes(&known)
    {
        return Ok((known, None));
    }
    let component = compile(engine, bytes, limits)?;
    let imports = imports::check(engine, &component, limits.wasi)?;
    let contract = export::version(engine, &component)?;
    let prepared = prepare(engine, &component)?;
    let descriptor = descriptor::ask(engine, &prepared, limits)?;
    let description = Description { contract, imports, descriptor };
    if let (Some(cache), Ok(content)) = (engine.cache(), postcard::to_stdvec(&description)) {
        cache.put(Entry::Description, id, &content);
    }
    Ok((description, Some(prepared)))
}

/// Makes a plugin's code ready to run.
pub(crate) fn code(engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<Prepared, Error> {
    prepare(engine, &compile(engine, bytes, limits)?)
}

/// Compiles a component, or finds its code in the cache.
fn compile(engine: &Engine, bytes: &[u8], limits: &Limits) -> Result<Component, Error> {
    let id = Digest::of_parts([engine.identity().bytes(), bytes]);
    if let Some(code) = engine.cache().and_then(|cache| cache.get(Entry::Code, &id))
        && let Ok(component) = deserialize(engine, &code)
    {
        return Ok(component);
    }
    prescan::check(bytes)?;
    let code = engine.compiler().compile(engine, bytes, limits)?;
    if let Some(cache) = engine.cache() {
        cache.put(Entry::Code, &id, &code);
    }
    deserialize(engine, &code).map_err(|error| Error::Invalid { cause: text::line(&error.root_cause().to_string()) })
}

/// Takes code that [`Compiler`](crate::Compiler) made just now, or that the cache's seal says it made before.
#[expect(unsafe_code, reason = "the engine cannot tell whether code is its own; the compiler's pipe and the seal can")]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes come from `precompile_component` of this program, through a pipe of ours or under a seal whose
    // key only this user can read, and the name under the seal holds the release and settings of the engine.
    unsafe { Component::deserialize(engine.wasm(), code) }
}

fn prepare(engine: &Engine, component: &Component) -> Result<Prepared, Error> {
    let mut linker = Linker::new(engine.wasm());
    wasi::link(engine, component, &mut linker)
        .and_then(|()| linker.instantiate_pre(component))
        .and_then(Prepared::new)
        .map_err(|error| Error::Shape { cause: text::line(&format!("{error:#}")) })
}
