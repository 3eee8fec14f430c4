//! Takes a checked mesh and gives, for every cluster, the load-balancing table that its data plane would hold.
//!
//! Each file restates one rule of Cilium and cites the section of CILIUM.md that it comes from. **Invariant:** a table
//! depends on the mesh alone; what another client cluster sees changes nothing.

mod affinity;
mod compile;
mod export;
mod port_match;
mod share;
mod state;
mod table;

pub use compile::compile_tables;
pub use export::{Export, export};
pub use share::{Path, SLOT_PATHS, shares};
pub use state::State;
pub use table::{ClusterTable, Excluded, Frontend, Reason, ServiceTable, TableBackend, Tables};
