//! `wasi:random`: the same numbers in every call.

use wasmtime::StoreContextMut;

use super::{Interface, charge};
use crate::sandbox::Sandbox;

/// How many bytes of a request are filled. WASI lets a host give fewer in no case, so more is refused.
const MOST_BYTES: u64 = 64 << 10;

pub(super) fn random(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-random-bytes", |store, (count,): (u64,)| bytes(store, count))?;
    interface.answer("get-random-u64", |mut store, (): ()| Ok((store.data_mut().frozen.random(),)))
}

pub(super) fn insecure(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("get-insecure-random-bytes", |store, (count,): (u64,)| bytes(store, count))?;
    interface.answer("get-insecure-random-u64", |mut store, (): ()| Ok((store.data_mut().frozen.random(),)))
}

pub(super) fn insecure_seed(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("insecure-seed", |_, (): ()| Ok(((1_u64, 2_u64),)))
}

fn bytes(mut store: StoreContextMut<'_, Sandbox>, count: u64) -> wasmtime::Result<(Vec<u8>,)> {
    if count > MOST_BYTES {
        wasmtime::bail!("asked for {count} random bytes at once, and the limit is {MOST_BYTES}");
    }
    charge(&mut store, count as usize)?;
    let frozen = &mut store.data_mut().frozen;
    Ok(((0..count).map(|_| frozen.random() as u8).collect(),))
}
