//! Runs one call on an instance of its own, within its limits.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;
use wasmtime::{ResourceLimiter, Store};

use crate::abi::v1_0::{Instance, Prepared};
use crate::engine::{CORE_INSTANCES, Engine, MEMORIES, TABLES};
use crate::limits::{Budget, Limits};
use crate::wasi::Frozen;

/// What a store holds for its guest: how much it has taken, and the world that it sees.
pub(crate) struct Sandbox {
    pub(crate) frozen: Frozen,
    memory_bytes: usize,
    limits: Limits,
}

/// A guest asked for more than it may have, or than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Exhausted {
    #[error("linear memory")]
    Memory,
    #[error("a table")]
    Table,
    #[error("the machine's memory")]
    Machine,
}

/// A call that has no answer.
pub(crate) struct Trouble {
    pub(crate) cause: Cause,
    /// What the guest wrote to its standard output and error.
    pub(crate) output: String,
}

/// Why a call has no answer.
pub(crate) enum Cause {
    /// No instance could be made.
    Start(wasmtime::Error),
    /// The instance's functions have other types than the contract's.
    Shape(wasmtime::Error),
    /// The instance failed, or its answer could not be read.
    Call(wasmtime::Error),
    /// This program failed. The payload is the panic's.
    Host(Box<dyn Any + Send>),
}

/// An answer, and what it took.
pub(crate) struct Answer<T> {
    pub(crate) value: T,
    pub(crate) fuel: u64,
    /// What the guest wrote to its standard output and error.
    pub(crate) output: String,
}

/// Runs `call` on a fresh instance, which is gone afterwards whatever happened.
pub(crate) fn run<T>(
    engine: &Engine,
    prepared: &Prepared,
    limits: &Limits,
    budget: Budget,
    call: impl FnOnce(&Instance, &mut Store<Sandbox>) -> wasmtime::Result<T>,
) -> Result<Answer<T>, Trouble> {
    let _place = engine.enter();
    // Nothing outlives a panic here: store and instance are made and dropped within, and the rest is only read.
    catch_unwind(AssertUnwindSafe(|| {
        let silent = |cause| Trouble { cause, output: String::new() };
        let mut store = store(engine, limits, budget).map_err(|error| silent(Cause::Start(error)))?;
        let answer = in_store(&mut store, prepared, budget, call);
        let output = store.data().frozen.output();
        match answer {
            Ok((value, fuel)) => Ok(Answer { value, fuel, output }),
            Err(cause) => Err(Trouble { cause, output }),
        }
    }))
    .unwrap_or_else(|panic| Err(Trouble { cause: Cause::Host(panic), output: String::new() }))
}

fn in_store<T>(
    store: &mut Store<Sandbox>,
    prepared: &Prepared,
    budget: Budget,
    call: impl FnOnce(&Instance, &mut Store<Sandbox>) -> wasmtime::Result<T>,
) -> Result<(T, u64), Cause> {
    let instance = prepared.start(store).map_err(Cause::Start)?;
    let instance = prepared.bind(store, &instance).map_err(Cause::Shape)?;
    let value = call(&instance, store).map_err(Cause::Call)?;
    let left = store.get_fuel().map_err(Cause::Call)?;
    Ok((value, budget.fuel.saturating_sub(left)))
}

fn store(engine: &Engine, limits: &Limits, budget: Budget) -> wasmtime::Result<Store<Sandbox>> {
    let mut store = Store::new(engine.wasm(), Sandbox { frozen: Frozen::new(), memory_bytes: 0, limits: *limits });
    store.limiter(|sandbox| sandbox);
    store.set_fuel(budget.fuel)?;
    // Wasmtime's name for the bytes that it copies out of a guest.
    store.set_hostcall_fuel(budget.reply_bytes);
    Ok(store)
}

/// Refusal is an error and not `Ok(false)`: then `memory.grow` would answer -1, and what a guest makes of that may differ.
impl ResourceLimiter for Sandbox {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let memory_bytes = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        if memory_bytes > self.limits.memory_bytes {
            return Err(Exhausted::Memory.into());
        }
        // The guest's own maximum is the one case where it is told, as the standard says: it is the same everywhere.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.memory_bytes = memory_bytes;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Exhausted::Machine.into())
    }

    fn table_growing(&mut self, _current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.limits.table_elements {
            return Err(Exhausted::Table.into());
        }
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Exhausted::Machine.into())
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}
