//! Opens plugins by their paths, each once a run.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use meshc_compiler::model::{self, LimitOverrides, PluginRef};
use meshc_compiler::weigh::{OpenError, OpenedPlugin, Weigher, Weighers};
use meshc_diag::Code;
use meshc_plugin_host::{Backend, Cache, Compiler, Engine, Limits, Plugin, Wasi};
use meshc_registry::{Access, Reference, pull};

use crate::args::{Args, COMPILE_PLUGIN};
use crate::cache;
use crate::lock::Lock;

/// How a source starts that is in a registry.
const OCI: &str = "oci://";

/// The plugins of a run. The engine is made when the first one is opened.
pub(crate) struct PluginStore {
    root: PathBuf,
    cache: Option<Cache>,
    lock: Option<Lock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    engine: Option<Engine>,
    opened: BTreeMap<(String, PluginRef), Arc<Plugin>>,
}

impl PluginStore {
    /// Plugins named by files below `root`. With a lock, those only that it names.
    pub(crate) fn new(root: &Path, args: &Args, lock: Option<Lock>) -> Self {
        Self { root: root.to_path_buf(), cache: cache::open(args), lock, state: Mutex::default() }
    }

    fn load(&self, state: &mut State, path: &str, plugin: &PluginRef) -> Result<Arc<Plugin>, OpenError> {
        let limits = limits(plugin);
        let bytes =
            if path.starts_with(OCI) { self.fetch(path, &limits)? } else { read(&self.root.join(path), &limits)? };
        self.hold(path, &bytes)?;
        if state.engine.is_none() {
            let engine = Engine::new(Backend::Native).map_err(|error| refused(&error))?;
            state.engine = Some(engine.compiled_by(compiler()).cached_in(self.cache.clone()));
        }
        let engine = state.engine.as_ref().expect("it was made just now");
        Ok(Arc::new(Plugin::load(engine, &bytes, limits).map_err(|error| refused(&error))?))
    }

    /// Fetches a pinned component from its registry, or finds it in the cache.
    fn fetch(&self, source: &str, limits: &Limits) -> Result<Vec<u8>, OpenError> {
        let failed = |error: &meshc_registry::Error| OpenError {
            code: Code::PluginUnavailable,
            message: error.to_string(),
            help: format!("`meshc plugin pull {source}` tries it alone"),
        };
        let reference: Reference = source.parse().map_err(|error| failed(&error))?;
        // The digest is that of what the registry has, and so the name of these very bytes wherever they come from.
        let name = reference.digest().map(ToString::to_string).unwrap_or_default();
        if let Some(bytes) = self.cache.as_ref().and_then(|cache| cache.component(&name)) {
            return Ok(bytes);
        }
        let most =
            meshc_registry::Limits { component_bytes: limits.file_bytes as u64, ..meshc_registry::Limits::STANDARD };
        let pulled = pull(&reference, &Access::from_env(Vec::new()), most).map_err(|error| failed(&error))?;
        if let Some(cache) = self.cache.as_ref().filter(|_| reference.is_pinned()) {
            cache.keep_component(&name, &pulled.bytes);
        }
        Ok(pulled.bytes)
    }

    /// Holds a plugin against the lock, before any of it is looked at.
    fn hold(&self, path: &str, bytes: &[u8]) -> Result<(), OpenError> {
        let Some(lock) = &self.lock else {
            return Ok(());
        };
        let found = Plugin::digest_of(bytes);
        let message = match lock.digest(path) {
            Some(locked) if locked == found => return Ok(()),
            Some(locked) => format!("its SHA-256 is {found}, and `{}` has {locked}", lock.path),
            None => format!("`{}` does not have it; its SHA-256 is {found}", lock.path),
        };
        Err(OpenError {
            code: Code::PluginNotLocked,
            message,
            help: "if this change is meant, build once without `--locked` and commit the lock file".to_owned(),
        })
    }
}

/// This very program, asked to be a compiler. Where it cannot be found, plugins are compiled here.
pub(crate) fn compiler() -> Compiler {
    match std::env::current_exe() {
        Ok(program) => Compiler::Child { program, arguments: vec![COMPILE_PLUGIN.into()] },
        Err(_) => Compiler::Here,
    }
}

/// Reads a component, and no more of it than it may have.
fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, OpenError> {
    let unreadable = |error: std::io::Error| OpenError {
        code: Code::PluginUnavailable,
        message: match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => format!("it cannot be read: {error}"),
        },
        help: format!("meshc looked for `{}`; the path starts at the folder of the file that names it", path.display()),
    };
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(unreadable(std::io::Error::other("it is not a file")));
    }
    let mut bytes = Vec::new();
    // One byte more than there may be tells that there are too many.
    let most = limits.file_bytes as u64 + 1;
    std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() > limits.file_bytes {
        let found = usize::try_from(about.len()).unwrap_or(usize::MAX).max(bytes.len());
        return Err(refused(&meshc_plugin_host::Error::TooLarge { bytes: found, limit: limits.file_bytes }));
    }
    Ok(bytes)
}

fn refused(error: &meshc_plugin_host::Error) -> OpenError {
    OpenError { code: Code::PluginUnavailable, message: error.to_string(), help: String::new() }
}

/// The limits of a plugin, with what its policy says.
fn limits(plugin: &PluginRef) -> Limits {
    let LimitOverrides { memory, fuel, fuel_per_entry, component, compile_seconds } = plugin.limits;
    let standard = Limits::STANDARD;
    let size =
        |said: Option<u64>, otherwise| said.map_or(otherwise, |said| usize::try_from(said).unwrap_or(usize::MAX));
    Limits {
        wasi: match plugin.wasi {
            model::Wasi::Frozen => Wasi::Frozen,
            model::Wasi::Refuse => Wasi::Refuse,
        },
        memory_bytes: size(memory, standard.memory_bytes),
        fuel: fuel.unwrap_or(standard.fuel),
        fuel_per_entry: fuel_per_entry.unwrap_or(standard.fuel_per_entry),
        file_bytes: size(component, standard.file_bytes),
        compile_seconds: compile_seconds.unwrap_or(standard.compile_seconds),
        ..standard
    }
}

impl Weighers for PluginStore {
    fn open(&self, plugin: &PluginRef, named_in: &str) -> Result<Arc<dyn Weigher>, OpenError> {
        let path = relative_to(named_in, plugin.source.as_str());
        // A panic while loading left no half-open plugin in the map.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path, *plugin);
        if let Some(known) = state.opened.get(&key) {
            return Ok(Arc::clone(known) as Arc<dyn Weigher>);
        }
        let opened = self.load(&mut state, &key.0, plugin)?;
        state.opened.insert(key, Arc::clone(&opened));
        Ok(opened)
    }

    fn opened(&self) -> Vec<OpenedPlugin> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = |((path, _), plugin): (&(String, PluginRef), &Arc<Plugin>)| OpenedPlugin {
            path: path.clone(),
            sha256: plugin.digest().to_owned(),
            name: plugin.descriptor().name.clone(),
            version: plugin.descriptor().version.clone(),
            contract: format!("meshc:weighting@{}", plugin.contract()),
            limits: plugin.limits().differences(),
        };
        let mut opened: Vec<_> = state.opened.iter().map(entry).collect();
        opened.dedup();
        opened
    }
}

/// A path that the file `named_in` names, as one that starts at the project's folder.
fn relative_to(named_in: &str, path: &str) -> String {
    if path.starts_with(OCI) || Path::new(path).is_absolute() {
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
        assert_eq!(relative_to("a/near.yaml", "oci://example.com/near"), "oci://example.com/near");
    }
}
