//! The product as a process.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with the product under its own name, to be put into `PATH`.
pub struct Installed {
    folder: TempDir,
    cache: TempDir,
}

impl Installed {
    /// Puts `binary` there as `meshc`.
    ///
    /// # Panics
    /// If the file system does not let it.
    pub fn new(binary: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        std::os::unix::fs::symlink(binary, folder.path().join("meshc")).expect("a link can be made");
        let cache = tempfile::tempdir().expect("a temporary folder can be made");
        Self { folder, cache }
    }

    /// A command of the product, without whatever the caller's environment says about looks.
    pub fn command(&self, in_folder: &Path) -> Command {
        self.prepare(Command::new(self.folder.path().join("meshc")), in_folder)
    }

    /// Runs a line of shell that calls `meshc`.
    ///
    /// # Panics
    /// If there is no shell.
    pub fn shell(&self, line: &str, in_folder: &Path) -> Output {
        let mut shell = self.prepare(Command::new("sh"), in_folder);
        let path = std::env::var("PATH").unwrap_or_default();
        shell.arg("-c").arg(line).env("PATH", format!("{}:{path}", self.folder.path().display()));
        shell.output().expect("there is a shell")
    }

    fn prepare(&self, mut command: Command, in_folder: &Path) -> Command {
        command.current_dir(in_folder).env("CI", "true").env("MESHC_CACHE_DIR", self.cache.path());
        for variable in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE", "RAYON_NUM_THREADS"] {
            command.env_remove(variable);
        }
        command
    }
}
