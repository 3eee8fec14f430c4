//! Takes the text of one YAML or JSON file and gives its documents as nodes with places; takes nodes or values and
//! gives canonical text.
//!
//! A scalar means what Kubernetes makes of it (kubectl reads YAML 1.1 by the rules of go-yaml v2), not what YAML 1.2
//! says: `yes` is a boolean, `010` is eight, `1:20` is a string.
//!
//! **Invariant:** a document in a [`Tree`] has been checked whole. Its keys are strings and unique, its aliases stand
//! for something, it is at most [`MAX_DEPTH`] deep with all aliases expanded, and every value can be said in JSON. So
//! nothing that reads or writes a [`Node`] can fail, and recursion over one is safe.

mod check;
mod edit;
mod errors;
mod json;
mod layout;
mod node;
mod number;
mod parse;
mod quote;
mod resolve;
mod ser;
mod tree;
mod write;

pub use edit::{insert_entry, remove_entry};
pub use json::write_json;
pub use node::{Entries, Entry, Items, Node, Value};
pub use parse::{MAX_ALIASED, MAX_DEPTH, parse};
pub use quote::{plain_is_safe, write_scalar};
pub use ser::{WriteError, to_yaml};
pub use tree::Tree;
pub use write::write_yaml;
