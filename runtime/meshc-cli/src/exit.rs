use std::process::ExitCode;

use meshc_diag::{Diagnostic, Severity};
use thiserror::Error;

/// What a run came to: one meaning for each code, in all commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, and nothing is left to say.
    Done = 0,
    /// The input is wrong; diagnostics say how.
    WrongInput = 1,
    /// Done, and there is a difference.
    Differs = 2,
    /// A gate refused.
    Refused = 3,
    /// A plugin is at fault.
    PluginFault = 4,
    /// The world is wrong: a file cannot be read or written, a cluster cannot be reached or refuses.
    Environment = 5,
    /// The arguments are wrong.
    Usage = 64,
    /// A bug in meshc.
    Bug = 70,
    /// It was interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What stops a command besides its input and the world.
#[derive(Debug, Error)]
pub(crate) enum Stop {
    /// An argument names something that is not there.
    #[error("{0}")]
    Usage(String),
    /// Going on would take more away than was asked for.
    #[error("{0}")]
    Refused(String),
    /// The input holds nothing to work on.
    #[error("{0}")]
    NothingToDo(String),
    /// A plugin is at fault.
    #[error("{0}")]
    PluginFault(String),
    /// Diagnostics have said it all.
    #[error("the diagnostics say why")]
    Said(Exit),
}

/// The code for an error that ended a command.
pub(crate) fn of_error(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<Stop>() {
        Some(Stop::Usage(_)) => Exit::Usage,
        Some(Stop::Refused(_)) => Exit::Refused,
        Some(Stop::NothingToDo(_)) => Exit::WrongInput,
        Some(Stop::PluginFault(_)) => Exit::PluginFault,
        Some(Stop::Said(exit)) => *exit,
        None => Exit::Environment,
    }
}

/// Whether diagnostics have told all there is to the error.
pub(crate) fn is_said(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<Stop>(), Some(Stop::Said(_)))
}

/// The code for what the compiler said.
pub(crate) fn of_diagnostics(diagnostics: &[Diagnostic]) -> Exit {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).peekable();
    if errors.peek().is_none() {
        Exit::Done
    } else if errors.any(|error| error.code.is_plugin_fault()) {
        Exit::PluginFault
    } else {
        Exit::WrongInput
    }
}
