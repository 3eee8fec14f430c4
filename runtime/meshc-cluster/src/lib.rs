//! Takes clusters by their contexts and what they shall hold; gives what they hold, what would change, and changes it.
//!
//! **Invariant:** nothing here prints, and no error repeats a token, a certificate or what a credential plugin said. Every
//! request has a time limit, and lists are read page by page.
//!
//! **Invariant:** a cluster is changed by [`Session::carry_out`] alone, and there only as its plan says: an object that was
//! changed since is left as it is, and what is deleted has the label of the set and was applied by meshc.

mod apply;
mod apply_set;
mod author;
mod connection;
mod contexts;
mod difference;
mod drift;
mod error;
mod examine;
mod exchange;
mod identity;
mod import;
mod kinds;
mod object;
mod patch;
mod plan;
mod projection;
mod request;
mod resources;
mod rollout;
mod session;
mod stage;
mod stop;
mod survey;
mod sweep;
mod words;

pub use apply_set::{ApplySet, PART_OF};
pub use author::Author;
pub use connection::{Access, Connection};
pub use contexts::{Context, contexts};
pub use difference::FieldChange;
pub use drift::{ClusterDrift, Departure, Difference, DifferentField, Drift, Drifted, State, drift};
pub use error::{Cause, Error, Refusal};
pub use import::{Imported, Target, import};
pub use object::{Goal, ObjectRef, Wanted};
pub use plan::{Action, ClusterPlan, Conflict, Live, Method, Planned};
pub use request::Limits;
pub use session::{Failure, Outcome, Reason, Session};
pub use stage::Stage;
pub use stop::Stop;
pub use sweep::Sweep;

/// What waits for servers: one thread, as there is little to do but wait.
fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("one thread and a timer can be had")
}
