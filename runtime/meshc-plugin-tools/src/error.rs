//! What keeps a plugin from being begun or built.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::language::Language;

/// Why there is no new folder, or no component.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A name that is no DNS label.
    #[error("`{0}` cannot be the name of a plugin: use a-z, 0-9 and -, begin with a letter, and at most 63 of them")]
    Name(String),
    /// A folder for a new plugin that holds something.
    #[error("`{}` exists and is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// A folder without a file that tells its language.
    #[error("`{}` holds no plugin: none of {} is there", .0.display(), marks())]
    NoPlugin(PathBuf),
    /// A program that builds need and that is nowhere.
    #[error("could not find {tool}, which builds plugins written in {language}; to install it: {install}")]
    NoTool {
        /// The program.
        tool: &'static str,
        /// Whose plugins it builds.
        language: Language,
        /// What to type.
        install: String,
    },
    /// A program that is there and could not be started.
    #[error("could not run `{program}`")]
    Run {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program that failed; it has said why on stderr.
    #[error("could not {step}{hint}")]
    Step {
        /// What it was to do.
        step: &'static str,
        /// What may help, as the end of the sentence; may be empty.
        hint: String,
    },
    /// Cargo was content and made nothing to use.
    #[error("cargo made no WebAssembly module: the library's crate-type must hold \"cdylib\"")]
    NoModule,
    /// Bindings that could not be written from the contract.
    #[error("could not generate the bindings for {language}: {cause}")]
    Bindings {
        /// For which language.
        language: Language,
        /// What the generator said.
        cause: String,
    },
    /// A core module that is no plugin.
    #[error("could not make a component")]
    Component(#[from] meshc_plugin_host::Error),
    /// A file that could not be read.
    #[error("could not read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without fixtures.
    #[error("`{}` holds no fixture: a file whose name ends in `.request.json` is one", folder.display())]
    NoFixtures {
        /// Which.
        folder: PathBuf,
    },
    /// A fixture that is not of the form.
    #[error("`{}` is no fixture: {cause}", path.display())]
    Fixture {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A file or folder that could not be written.
    #[error("could not write `{}`", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

fn marks() -> String {
    Language::ALL.map(|language| format!("`{}`", language.mark())).join(", ")
}

/// Says which file or folder could not be read.
pub(crate) fn unread(path: &Path, source: std::io::Error) -> Error {
    Error::Read { path: path.to_path_buf(), source }
}

/// Reads a file, and names it if that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| unread(path, source))
}

/// Writes a file with the folders that lead to it, and names it if that fails.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_path_buf(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}
