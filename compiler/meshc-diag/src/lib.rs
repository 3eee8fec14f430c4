//! Takes what the phases have to say and keeps it as data: a code, words, places. Rendering is the caller's.
//!
//! **Invariant:** a [`Code`] has one number, one name and one page, and none is ever reused.

mod bound;
mod code;
mod diagnostic;
mod severity;
mod text;

pub use code::{Code, Page};
pub use diagnostic::{Confidence, Diagnostic, Diagnostics, Edit, EditKind, Fix, Label};
pub use severity::Severity;
pub use text::printable;
