//! What authors of plugins use: [`new`] writes a template in one of five languages, [`build`] makes the component of a
//! plugin's folder. **Invariant**: what is written into such a folder, besides the template, is below its `.meshc`.

mod build;
mod contract;
mod error;
mod language;
mod new;
mod tool;

pub use build::build;
pub use error::Error;
pub use language::Language;
pub use new::new;
