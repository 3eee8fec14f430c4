//! The WebAssembly engine, set up to be the same everywhere.

use std::num::NonZeroUsize;
use std::sync::Arc;

use wasmtime::{Config, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::error::Error;
use crate::gate::{Gate, Place};
use crate::limits::TABLE_ELEMENTS;
use crate::text;

/// Compiles and runs plugins. Cheap to clone; a program needs one.
#[derive(Clone, Debug)]
pub struct Engine {
    wasm: wasmtime::Engine,
    gate: Arc<Gate>,
}

/// How many plugin instances exist at a time; further callers wait. With the memory limit it bounds what all plugins
/// take together.
const INSTANCES: u32 = 16;

/// Core modules of one component. Python brings 38, Rust 1 and up to 2 that the encoder adds.
pub(crate) const CORE_INSTANCES: u32 = 40;

/// Tables of one component: one for each core module.
pub(crate) const TABLES: u32 = CORE_INSTANCES;

/// Linear memories of one component. The modules of a component share one; a second is room for an adapter.
pub(crate) const MEMORIES: u32 = 2;

/// The stack of a guest. A thread that calls one needs more; Rust gives its threads 2 MiB.
pub(crate) const STACK_BYTES: usize = 512 << 10;

/// Frames shown of a guest's backtrace.
const FRAMES: NonZeroUsize = NonZeroUsize::new(20).expect("20 is not 0");

impl Engine {
    /// Sets the engine up.
    ///
    /// # Errors
    /// If the machine is one that wasmtime cannot compile for.
    pub fn new() -> Result<Self, Error> {
        // The pool reserves 135 GB of addresses, which a limit on them (`ulimit -v`, some containers) does not allow.
        // Without it all is the same but slower.
        let wasm = wasmtime::Engine::new(config().allocation_strategy(InstanceAllocationStrategy::Pooling(pool())))
            .or_else(|_| wasmtime::Engine::new(&config()))
            .map_err(|error| Error::Engine { cause: text::line(&error.root_cause().to_string()) })?;
        Ok(Self { wasm, gate: Arc::new(Gate::new(INSTANCES as usize)) })
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.wasm
    }

    /// Waits until one more instance may exist.
    pub(crate) fn enter(&self) -> Place<'_> {
        self.gate.enter()
    }
}

/// What a guest can do, which is part of what it answers.
fn config() -> Config {
    let mut config = Config::new();
    // Fuel is the one limit on work. Epochs would add a clock, and a verdict that depends on the machine; what they are
    // for, guests stuck in calls to the host, does not exist where nothing can be imported.
    config.consume_fuel(true).epoch_interruption(false);
    // Bits of NaNs and relaxed SIMD differ between processors.
    config.cranelift_nan_canonicalization(true).relaxed_simd_deterministic(true).wasm_relaxed_simd(false);
    // Proposals that no guest needs are so much less to trust. Most of them are on by default.
    config.wasm_memory64(false).wasm_gc(false).wasm_function_references(false).wasm_exceptions(false);
    config.gc_support(false).shared_memory(false).concurrency_support(false);
    config.max_wasm_stack(STACK_BYTES);
    // Names of functions are enough. Files and lines would mean to parse a guest's debug information in this process.
    config.wasm_backtrace_max_frames(Some(FRAMES)).wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config.parallel_compilation(true);
    config
}

/// Room for [`INSTANCES`] instances. The sizes of memories are left to the limits of each plugin, so that it is they
/// that say no, in our words and with or without the pool.
fn pool() -> PoolingAllocationConfig {
    const PER_INSTANCE_BYTES: usize = 4 << 20;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES).max_component_instance_size(PER_INSTANCE_BYTES);
    pool.total_core_instances(INSTANCES * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_core_instance_size(PER_INSTANCE_BYTES);
    pool.total_memories(INSTANCES * MEMORIES)
        .max_memories_per_component(MEMORIES)
        .max_memories_per_module(MEMORIES)
        .max_memory_size(u32::MAX as usize + 1)
        .linear_memory_keep_resident(8 << 20);
    pool.total_tables(INSTANCES * TABLES)
        .max_tables_per_component(TABLES)
        .max_tables_per_module(4)
        .table_elements(TABLE_ELEMENTS)
        .table_keep_resident(1 << 20);
    pool
}
