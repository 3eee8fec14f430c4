//! The objects that clusters shall hold.

use std::fmt;

use meshc_diag::Diagnostics;
use meshc_source::FileId;
use meshc_syntax::{parse, write_json};
use serde_json::Value;

/// What names an object to an API server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Its API version, as `apps/v1`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty if it belongs to the cluster.
    pub namespace: String,
    /// Its name; empty where the server would make one.
    pub name: String,
}

impl ObjectRef {
    /// The API group; empty for the core.
    pub fn group(&self) -> &str {
        self.api_version.rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// What stays the same when its API version changes.
    pub(crate) fn key(&self) -> (&str, &str, &str, &str) {
        (self.group(), &self.kind, &self.namespace, &self.name)
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if !self.namespace.is_empty() {
            write!(f, "{}/", self.namespace)?;
        }
        f.write_str(if self.name.is_empty() { "without a name" } else { &self.name })
    }
}

/// An object that a cluster shall hold.
#[derive(Clone, Debug)]
pub struct Wanted<'m> {
    /// Which.
    pub object: ObjectRef,
    /// The whole of it as YAML in the canonical form.
    pub manifest: &'m str,
}

impl<'m> Wanted<'m> {
    /// Reads what names the object of `manifest`, YAML in the canonical form as a build writes it.
    pub fn new(manifest: &'m str) -> Self {
        let value = manifest_value(manifest);
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let object = ObjectRef {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        };
        Self { object, manifest }
    }
}

/// What a cluster shall hold.
#[derive(Clone, Debug)]
pub struct Goal<'m> {
    /// What the cluster is called.
    pub cluster: String,
    /// The context that leads to it; its name where that is not said.
    pub context: Option<String>,
    /// Its objects, in an order in which they can be made.
    pub objects: Vec<Wanted<'m>>,
}

/// The object of a manifest, with every value as Kubernetes reads it.
pub(crate) fn manifest_value(manifest: &str) -> Value {
    let file = FileId(0);
    // It comes from a mesh, whose objects have been read before.
    let tree = parse(file, manifest, &mut Diagnostics::new());
    let mut json = String::new();
    if let Some(node) = tree.documents(manifest).next() {
        write_json(node, &mut json);
    }
    serde_json::from_str(&json).unwrap_or_default()
}
