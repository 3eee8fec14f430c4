//! Programs that others wrote: where they are, and what becomes of them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::Error;

/// Finds a program on the `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Makes a path that holds in another working folder.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::fs::canonicalize(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}

/// Tells whether Python has a module.
pub(crate) fn python_has(python: &Path, module: &str) -> bool {
    let run = Command::new(python).args(["-c", &format!("import {module}")]).output();
    run.is_ok_and(|run| run.status.success())
}

/// Runs a program to its end. What it says on stdout comes back, and its stderr is the user's.
pub(crate) fn run(command: &mut Command, step: &'static str, hint: &str) -> Result<Vec<u8>, Error> {
    let program = Path::new(command.get_program()).display().to_string();
    // A backtrace of somebody else's program hides the one line that the author has to read.
    let run = command.env("RUST_BACKTRACE", "0").stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let run = run.map_err(|source| Error::Run { program, source })?;
    if run.status.success() { Ok(run.stdout) } else { Err(Error::Step { step, hint: hint.to_owned() }) }
}

/// Begins a command in a folder.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}
