//! `wasi:io`: the input is at its end, the output is kept for messages, and whoever waits is woken at once.

use wasmtime::StoreContextMut;
use wasmtime::component::{ComponentType, Lift, Lower, Resource};

use super::{Interface, charge};
use crate::sandbox::Sandbox;

/// An error of a stream. Streams have none.
pub(super) struct Failure;

/// The standard input.
pub(super) struct Input;

/// The standard output or error.
pub(super) struct Output;

/// Something to wait for. It has happened already.
pub(super) struct Pollable;

/// Why a stream gives nothing.
#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    LastOperationFailed(Resource<Failure>),
    #[component(name = "closed")]
    Closed,
}

type Read = (Result<Vec<u8>, StreamError>,);
type Written = (Result<(), StreamError>,);

/// How much a guest may write at a time: what WASI's own blocking functions take.
const WRITE_BYTES: u64 = 4096;

pub(super) fn poll(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("[method]pollable.ready", |_, (_,): (Resource<Pollable>,)| Ok((true,)))?;
    interface.answer("[method]pollable.block", |_, (_,): (Resource<Pollable>,)| Ok(()))?;
    interface.answer("poll", |mut store, (all,): (Vec<Resource<Pollable>>,)| {
        charge(&mut store, all.len() * size_of::<u32>())?;
        Ok(((0..all.len() as u32).collect::<Vec<u32>>(),))
    })
}

pub(super) fn streams(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    for name in ["[method]input-stream.read", "[method]input-stream.blocking-read"] {
        interface.answer(name, |_, (_, _): (Resource<Input>, u64)| Ok::<Read, _>((Err(StreamError::Closed),)))?;
    }
    interface.answer("[method]input-stream.subscribe", |_, (_,): (Resource<Input>,)| {
        Ok((Resource::<Pollable>::new_own(0),))
    })?;
    interface.answer("[method]output-stream.check-write", |_, (_,): (Resource<Output>,)| {
        Ok((Ok::<u64, StreamError>(WRITE_BYTES),))
    })?;
    for name in ["[method]output-stream.write", "[method]output-stream.blocking-write-and-flush"] {
        interface.answer(name, |store, (_, bytes): (Resource<Output>, Vec<u8>)| write(store, &bytes))?;
    }
    for name in ["[method]output-stream.flush", "[method]output-stream.blocking-flush"] {
        interface.answer(name, |_, (_,): (Resource<Output>,)| Ok::<Written, _>((Ok(()),)))?;
    }
    interface.answer("[method]output-stream.subscribe", |_, (_,): (Resource<Output>,)| {
        Ok((Resource::<Pollable>::new_own(0),))
    })
}

/// Both outputs go to one place, in the order of writing, as they do on a terminal.
fn write(mut store: StoreContextMut<'_, Sandbox>, bytes: &[u8]) -> wasmtime::Result<Written> {
    charge(&mut store, bytes.len())?;
    store.data_mut().frozen.write(bytes);
    Ok((Ok(()),))
}
