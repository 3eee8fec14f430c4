//! Takes weighted tables and gives the files of a build: for each cluster its manifests and tables, and the lock.
//!
//! **Invariant:** the same input gives the same bytes, whatever the order of files and the number of threads; an object
//! of the user's is written with every value that it has.

mod bundle;
mod effect;
mod gateway_rows;
mod kind_order;
mod lock;
mod manifests;
mod paths;
mod rounding;
mod table_document;

pub use meshc_syntax::to_yaml;

pub use bundle::{Bundle, ClusterOutput, EmitOptions, HEADER, Layout, emit};
pub use effect::check_effect;
pub use gateway_rows::{ClusterShareRow, GatewayRow, TargetRow};
pub use lock::Lock;
pub use manifests::{cluster_stream, objects_by_cluster};
pub use paths::namespace_file;
pub use rounding::round_shares;
pub use table_document::{
    AbsentRow, BackendRow, ExcludedRow, FrontendRow, LoadBalancingTable, MaglevDetail, MirroredRow, ServiceRow, Share,
    SlotsRow, SourceRanges, table_document, table_schema,
};
