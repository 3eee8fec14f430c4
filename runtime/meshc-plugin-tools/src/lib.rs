//! What authors of plugins use: [`new`] writes a template in one of five languages, [`build`] makes the component of a
//! plugin's folder. **Invariant**: what is written into such a folder, besides the template, is below its `.meshc`.

mod bench;
mod build;
mod contract;
mod error;
mod fixture;
mod language;
mod new;
mod tool;
mod trial;

pub use bench::{Cost, measure};
pub use build::build;
pub use error::Error;
pub use fixture::{Fixture, Request, reply};
pub use language::Language;
pub use new::new;
pub use trial::{Verdict, try_fixture};
