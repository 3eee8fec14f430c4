//! The WebAssembly engine, set up to be the same everywhere.

use std::hash::{Hash, Hasher};
use std::num::NonZeroUsize;
use std::sync::Arc;

use wasmtime::{Config, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::cache::Cache;
use crate::compiler::Compiler;
use crate::digest::Digest;
use crate::error::Error;
use crate::gate::{Gate, Place};
use crate::limits::TABLE_ELEMENTS;
use crate::text;

/// Compiles and runs plugins. Cheap to clone; a program needs one.
#[derive(Clone, Debug)]
pub struct Engine {
    wasm: wasmtime::Engine,
    backend: Backend,
    gate: Arc<Gate>,
    compiler: Compiler,
    cache: Option<Cache>,
    /// Names the release of the engine and all settings that change what it makes.
    identity: Digest,
}

/// What runs the code of plugins. The answers and the fuel are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Code of this machine, made by Cranelift.
    Native,
    /// Pulley, wasmtime's interpreter: slower, and the same on every machine. What Cranelift makes is held against it.
    Portable,
}

impl Backend {
    /// Every backend with its word.
    const ALL: [(Backend, &'static str); 2] = [(Backend::Native, "native"), (Backend::Portable, "portable")];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Native => Self::ALL[0].1,
            Self::Portable => Self::ALL[1].1,
        }
    }

    pub(crate) fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == word).map(|(backend, _)| *backend)
    }
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
    /// Sets the engine up. It compiles in this process, and has no cache.
    ///
    /// # Errors
    /// If the machine is one that wasmtime cannot compile for.
    pub fn new(backend: Backend) -> Result<Self, Error> {
        // The pool reserves 135 GB of addresses, which a limit on them (`ulimit -v`, some containers) does not allow.
        // Without it all is the same but slower.
        let mut pooling = config(backend)?;
        pooling.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
        match wasmtime::Engine::new(&pooling) {
            Ok(wasm) => Ok(Self::of(wasm, backend)),
            Err(_) => Self::for_compiling(backend),
        }
    }

    /// An engine that has no room for instances set aside.
    pub(crate) fn for_compiling(backend: Backend) -> Result<Self, Error> {
        let wasm = wasmtime::Engine::new(&config(backend)?).map_err(|error| refused(&error))?;
        Ok(Self::of(wasm, backend))
    }

    fn of(wasm: wasmtime::Engine, backend: Backend) -> Self {
        let mut identity = Parts(Vec::new());
        wasm.precompile_compatibility_hash().hash(&mut identity);
        let identity = Digest::of_parts([env!("CARGO_PKG_VERSION").as_bytes(), &identity.0]);
        let gate = Arc::new(Gate::new(INSTANCES as usize));
        Self { wasm, backend, gate, compiler: Compiler::Here, cache: None, identity }
    }

    /// Compiles by `compiler`.
    #[must_use]
    pub fn compiled_by(self, compiler: Compiler) -> Self {
        Self { compiler, ..self }
    }

    /// Keeps what plugins are and answer in `cache`.
    #[must_use]
    pub fn cached_in(self, cache: Option<Cache>) -> Self {
        Self { cache, ..self }
    }

    /// What runs the code.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    pub(crate) fn compiler(&self) -> &Compiler {
        &self.compiler
    }

    pub(crate) fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    pub(crate) fn identity(&self) -> &Digest {
        &self.identity
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.wasm
    }

    /// Waits until one more instance may exist.
    pub(crate) fn enter(&self) -> Place<'_> {
        self.gate.enter()
    }
}

fn refused(error: &wasmtime::Error) -> Error {
    Error::Engine { cause: text::line(&error.root_cause().to_string()) }
}

/// Everything that is hashed, in its order. The standard library's own hash has 64 bits and is not the same everywhere.
struct Parts(Vec<u8>);

impl Hasher for Parts {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// What a guest can do, which is part of what it answers.
fn config(backend: Backend) -> Result<Config, Error> {
    let mut config = Config::new();
    match backend {
        Backend::Native => {}
        Backend::Portable => {
            config.target("pulley64").map_err(|error| refused(&error))?;
        }
    }
    // Fuel is the one limit on work. Epochs would add a clock, and a verdict that depends on the machine; what they are
    // for, guests stuck in calls to the host, costs fuel here.
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
    Ok(config)
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
