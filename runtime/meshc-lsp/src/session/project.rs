//! A project that has an open text.

use std::collections::BTreeMap;
use std::time::Instant;

use lsp_types::{Diagnostic as Shown, MessageType};

use crate::analysis::Analysis;

/// What is known of it, and what is to be done.
#[derive(Default)]
pub(crate) struct Project {
    /// Which state it is in: another one after each change.
    pub(crate) state: u64,
    /// When it has to be compiled; `None` if it has been, or is being compiled as it is.
    pub(crate) due: Option<Instant>,
    /// What came of it last.
    pub(crate) analysis: Option<Analysis>,
    /// What was found, by what the client calls the file.
    pub(crate) found: BTreeMap<String, Vec<Shown>>,
    /// What the user was told last of it as a whole.
    pub(crate) word: Option<(MessageType, String)>,
    /// The state that was compiled last.
    pub(crate) compiled: u64,
}

impl Project {
    /// Something in it changed.
    pub(crate) fn touch(&mut self, state: u64, due: Instant) {
        self.state = state;
        self.due = Some(due);
    }

    /// Somebody waits for it.
    pub(crate) fn hurry(&mut self) {
        self.due = self.due.map(|due| due.min(Instant::now()));
    }

    /// Whether what is known belongs to the newest texts.
    pub(crate) fn is_current(&self) -> bool {
        self.state == self.compiled
    }
}
