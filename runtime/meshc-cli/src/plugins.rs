//! Opens plugins by their paths, each once a run.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use meshc_compiler::model::PluginRef;
use meshc_compiler::weigh::{OpenError, OpenedPlugin, Weigher, Weighers};
use meshc_plugin_host::{Engine, Limits, Plugin};

/// The plugins of a run. The engine is made when the first one is opened.
pub(crate) struct PluginStore {
    root: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    engine: Option<Engine>,
    opened: BTreeMap<String, Arc<Plugin>>,
}

impl PluginStore {
    /// Plugins named by files below `root`.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), state: Mutex::default() }
    }

    fn load(&self, state: &mut State, path: &str) -> Result<Arc<Plugin>, OpenError> {
        let full = self.root.join(path);
        let bytes = std::fs::read(&full).map_err(|error| OpenError {
            message: match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => format!("it cannot be read: {error}"),
            },
            help: format!(
                "meshc looked for `{}`; the path starts at the folder of the file that names it",
                full.display()
            ),
        })?;
        let refused = |error: meshc_plugin_host::Error| OpenError { message: error.to_string(), help: String::new() };
        if state.engine.is_none() {
            state.engine = Some(Engine::new().map_err(refused)?);
        }
        let engine = state.engine.as_ref().expect("it was made just now");
        Ok(Arc::new(Plugin::load(engine, &bytes, Limits::STANDARD).map_err(refused)?))
    }
}

impl Weighers for PluginStore {
    fn open(&self, plugin: &PluginRef, named_in: &str) -> Result<Arc<dyn Weigher>, OpenError> {
        let path = relative_to(named_in, plugin.source.as_str());
        // A panic while loading left no half-open plugin in the map.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = state.opened.get(&path) {
            return Ok(Arc::clone(known) as Arc<dyn Weigher>);
        }
        let plugin = self.load(&mut state, &path)?;
        state.opened.insert(path, Arc::clone(&plugin));
        Ok(plugin)
    }

    fn opened(&self) -> Vec<OpenedPlugin> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = |(path, plugin): (&String, &Arc<Plugin>)| OpenedPlugin {
            path: path.clone(),
            sha256: plugin.digest().to_owned(),
            name: plugin.descriptor().name.clone(),
            version: plugin.descriptor().version.clone(),
            contract: format!("meshc:weighting@{}", plugin.contract()),
        };
        state.opened.iter().map(entry).collect()
    }
}

/// A path that the file `named_in` names, as one that starts at the project's folder.
fn relative_to(named_in: &str, path: &str) -> String {
    if Path::new(path).is_absolute() {
        return path.to_owned();
    }
    let folder = Path::new(named_in).parent().unwrap_or(Path::new(""));
    let mut parts: Vec<String> = Vec::new();
    for component in folder.join(path).components() {
        match component {
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            Component::ParentDir => parts.push("..".to_owned()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_starts_at_the_folder_of_the_file_that_names_it() {
        assert_eq!(relative_to("policy.yaml", "./near.wasm"), "near.wasm");
        assert_eq!(relative_to("policies/near.yaml", "near.wasm"), "policies/near.wasm");
        assert_eq!(relative_to("policies/near.yaml", "../plugins/near.wasm"), "plugins/near.wasm");
        assert_eq!(relative_to("near.yaml", "../near.wasm"), "../near.wasm");
        assert_eq!(relative_to("near.yaml", "/opt/near.wasm"), "/opt/near.wasm");
    }
}
