//! The language server: takes the messages of an editor and gives diagnostics, hovers, fixes and jumps.
//!
//! It compiles a project up to the gate, so that what it says is what `meshc check` says of it before anybody weighs;
//! plugins do not run while a person types. How files are read is handed in.
//!
//! **Invariant:** nothing but the protocol goes to the output, and what goes there belongs to the newest texts: a result
//! that was overtaken by a change is dropped. No message makes it panic, and a panic of a feature is an answer.

mod analysis;
mod client;
mod cursor;
mod documents;
mod features;
mod lines;
mod message;
mod projects;
mod publish;
mod server;
mod session;
mod transport;
mod uri;
mod view;
mod worker;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use meshc_source::SourceFile;

pub use server::{Outcome, serve};

/// The texts that editors have open, by path: they count instead of what is on disk.
pub type OpenTexts = BTreeMap<PathBuf, Arc<str>>;

/// How the files of the project in a folder are read, with paths relative to it. The error says what could not be read.
pub type Loader = dyn Fn(&Path, &OpenTexts) -> Result<Vec<SourceFile>, String> + Send;
