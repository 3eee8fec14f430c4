//! Runs weighting plugins: the bytes of a WebAssembly component go in, a [`Weigher`](meshc_weigh::contract::Weigher)
//! comes out. **Invariant**: a plugin can refuse, trap, run out of whatever it is given or answer nonsense, and all
//! that happens is an [`Error`] at load or a [`Fault`](meshc_weigh::contract::Fault) at a call.
//!
//! A plugin sees the arguments of its calls and nothing else: a component that imports anything is refused, and each
//! call runs on an instance of its own that is dropped afterwards. Its limit is fuel, which is counted and not timed,
//! so the same call has the same end on a slow machine and on a fast one.

mod abi;
mod bytes;
mod componentize;
mod descriptor;
mod engine;
mod error;
mod export;
mod fault;
mod gate;
mod imports;
mod limits;
mod plugin;
mod sandbox;
mod text;

pub use componentize::componentize;
pub use engine::Engine;
pub use error::Error;
pub use limits::{Budget, Limits};
pub use plugin::{Metered, Plugin};
