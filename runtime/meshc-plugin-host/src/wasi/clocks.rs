//! `wasi:clocks`: one instant, and a count of the questions after the time.

use wasmtime::component::{ComponentType, Lift, Lower, Resource};

use super::Interface;
use super::io::Pollable;

/// What every wall clock shows: 2000-01-01T00:00:00Z, in seconds since 1970.
const NOW_SECONDS: u64 = 946_684_800;

#[derive(Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

pub(super) fn wall(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("now", |_, (): ()| Ok((Datetime { seconds: NOW_SECONDS, nanoseconds: 0 },)))?;
    interface.answer("resolution", |_, (): ()| Ok((Datetime { seconds: 1, nanoseconds: 0 },)))
}

/// A guest that waits is woken at once, and finds the clock moved by as much.
pub(super) fn monotonic(interface: &mut Interface<'_>) -> wasmtime::Result<()> {
    interface.answer("now", |mut store, (): ()| Ok((store.data_mut().frozen.tick(),)))?;
    interface.answer("resolution", |_, (): ()| Ok((1_u64,)))?;
    interface.answer("subscribe-duration", |mut store, (nanoseconds,): (u64,)| {
        store.data_mut().frozen.wait(nanoseconds);
        Ok((Resource::<Pollable>::new_own(0),))
    })?;
    interface.answer("subscribe-instant", |mut store, (instant,): (u64,)| {
        store.data_mut().frozen.wait_until(instant);
        Ok((Resource::<Pollable>::new_own(0),))
    })
}
