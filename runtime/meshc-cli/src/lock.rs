//! Reads a lock file back, for builds that hold on to it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The plugins that a build may use: the digest of each, by its source.
pub(crate) struct Lock {
    /// The file, as messages name it.
    pub(crate) path: String,
    plugins: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Document {
    plugins: Vec<Plugin>,
}

#[derive(Deserialize)]
struct Plugin {
    path: String,
    sha256: String,
}

impl Lock {
    /// Reads the lock file at `path`.
    ///
    /// # Errors
    /// If it cannot be read, or is none.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("could not read `{shown}`, which --locked holds plugins against"))?;
        let document: Document =
            serde_yaml::from_str(&text).with_context(|| format!("`{shown}` is no lock file of meshc"))?;
        let plugins = document.plugins.into_iter().map(|plugin| (plugin.path, plugin.sha256)).collect();
        Ok(Self { path: shown, plugins })
    }

    /// The digest that a plugin has to have.
    pub(crate) fn digest(&self, path: &str) -> Option<&str> {
        self.plugins.get(path).map(String::as_str)
    }
}
