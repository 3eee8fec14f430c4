//! The thread that compiles, one project after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::analysis::Analysis;
use crate::projects::Root;
use crate::server::Event;
use crate::{Loader, OpenTexts};

/// What is to be compiled.
pub(crate) struct Job {
    pub(crate) root: Root,
    /// Which state of the project it is.
    pub(crate) state: u64,
    /// The open texts of the project.
    pub(crate) texts: OpenTexts,
}

/// What came of it.
pub(crate) struct Done {
    pub(crate) root: Root,
    pub(crate) state: u64,
    /// What was found, or why nothing could be.
    pub(crate) outcome: Result<Analysis, Failure>,
}

/// Why a project could not be compiled.
pub(crate) enum Failure {
    /// Its files cannot be read.
    Unread(String),
    /// A bug of ours.
    Bug,
}

/// Starts the thread. It ends when the sender of jobs is dropped.
pub(crate) fn start(load: Box<Loader>, done: Sender<Event>) -> Sender<Job> {
    let (jobs, waiting) = channel::<Job>();
    thread::spawn(move || {
        for Job { root, state, texts } in waiting {
            let analyze = || Analysis::new(root.clone(), &texts, &*load).map_err(Failure::Unread);
            let outcome = catch_unwind(AssertUnwindSafe(analyze)).unwrap_or(Err(Failure::Bug));
            if done.send(Event::Compiled(Box::new(Done { root, state, outcome }))).is_err() {
                break;
            }
        }
    });
    jobs
}
