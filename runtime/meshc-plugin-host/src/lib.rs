//! Runs weighting plugins: the bytes of a WebAssembly component go in, a [`Weigher`](meshc_weigh::contract::Weigher)
//! comes out. **Invariant**: a plugin can refuse, trap, run out of whatever it is given or answer nonsense, and all
//! that happens is an [`Error`] at load or a [`Fault`](meshc_weigh::contract::Fault) at a call.
//!
//! A plugin sees the arguments of its calls and nothing else: what it imports of WASI is answered by a world that stands
//! still, a component that imports anything more is refused, and each call runs on an instance of its own that is
//! dropped afterwards. Its limit is fuel, which is counted and not timed, so the same call has the same end on a slow
//! machine and on a fast one. It is compiled in a process of its own, and a [`Cache`] may keep code and answers.

mod abi;
mod bytes;
mod cache;
mod compiler;
mod componentize;
mod description;
mod descriptor;
mod digest;
mod engine;
mod error;
mod export;
mod fault;
mod gate;
mod imports;
mod limits;
mod plugin;
mod prescan;
mod sandbox;
mod text;
mod wasi;

pub use cache::Cache;
pub use compiler::{Compiler, compile_here};
pub use componentize::componentize;
pub use engine::{Backend, Engine};
pub use error::Error;
pub use limits::{Budget, Limits, Wasi};
pub use plugin::{Metered, Plugin};
