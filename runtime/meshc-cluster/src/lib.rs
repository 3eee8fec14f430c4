//! Takes clusters by their contexts and gives what they hold.
//!
//! **Invariant:** nothing here prints, and no error repeats a token, a certificate or what a credential plugin said. Every
//! request has a time limit, and lists are read page by page.

mod connection;
mod error;
mod import;
mod kinds;
mod projection;
mod request;

pub use connection::{Access, Connection};
pub use error::Error;
pub use import::{Imported, Target, import};
pub use request::Limits;
