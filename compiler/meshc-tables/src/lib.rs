//! Takes a checked mesh and gives, for every cluster, the load-balancing table that its data plane would hold.
//!
//! Each file restates one rule of Cilium and cites the section of CILIUM.md that it comes from; `profile` has what
//! differs between versions. **Invariant:** a table depends on the mesh and the client alone; what another client cluster
//! sees changes nothing.

mod client;
mod compile;
mod profile;
mod select;
mod view;

mod affinity;
mod algorithm;
mod conflict;
mod export;
mod frontends;
mod gateway;
mod lookup;
mod maglev;
mod mirror;
mod offer;
mod policy;
mod port_match;
mod records;
mod share;
mod state;
mod topology;

mod reason;
mod table;
mod why;

pub use client::Client;
pub use compile::compile_tables;
pub use export::{Export, export};
pub use gateway::{GatewayRule, GatewayTarget, gateway_rules};
pub use lookup::frontend_maglev_table;
pub use maglev::{MaglevBackend, maglev_counts, maglev_table};
pub use reason::Reason;
pub use records::{BackendRecord, backend_records};
pub use share::{Path, SLOT_PATHS, shares};
pub use state::State;
pub use table::{
    AbsentFrontends, AbsentReason, ClusterTable, Dependence, Excluded, Frontend, FrontendKind, Mirrored, Scope,
    ServiceTable, Slots, TableBackend, Tables,
};
pub use why::{Absence, Basis, Note, Question, Rule, Step, Verdict, absences, notes, unshared, why};
