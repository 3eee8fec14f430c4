//! The layout of a plugin in a registry, which is that of a Wasm OCI artifact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::component::Names;
use crate::digest::Digest;

/// The type of a manifest.
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The types of lists of manifests, which are asked for only to say what is there instead of a plugin.
pub(crate) const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
/// The type of a config.
const CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// The types of a layer that is a component: the one that we write, then what older tools wrote.
pub(crate) const LAYERS: [&str; 3] = [
    "application/wasm",
    "application/vnd.wasm.content.layer.v1+wasm",
    "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm",
];

/// The annotation with the file name of a layer. `oras pull` writes no layer without one.
const TITLE: &str = "org.opencontainers.image.title";
/// The file name of every component, so that equal bytes have an equal digest wherever they came from.
const FILE: &str = "plugin.wasm";

/// An image manifest, as far as plugins have one.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Manifest {
    schema_version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    config: Option<Descriptor>,
    #[serde(default)]
    pub(crate) layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
}

/// A blob, by its digest.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) media_type: String,
    pub(crate) digest: String,
    pub(crate) size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    annotations: Option<BTreeMap<String, String>>,
}

impl Descriptor {
    fn of(media_type: &str, bytes: &[u8]) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest: Digest::of(bytes).to_string(),
            size: bytes.len() as u64,
            annotations: None,
        }
    }

    fn titled(self, title: &str) -> Self {
        Self { annotations: Some(BTreeMap::from([(TITLE.to_owned(), title.to_owned())])), ..self }
    }
}

impl Manifest {
    /// Reads a manifest. None if it is something else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.schema_version == 2)
    }

    /// The type of a list of manifests, if it is one.
    pub(crate) fn index(&self) -> Option<&str> {
        self.media_type.as_deref().filter(|media_type| INDEXES.contains(media_type))
    }
}

/// The config, whose members are those that `wkg` wants.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    created: &'static str,
    author: Option<&'a str>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [String; 1],
    component: World<'a>,
}

#[derive(Serialize)]
struct World<'a> {
    exports: &'a [String],
    imports: &'a [String],
    target: Option<&'a str>,
}

/// The two documents that make an artifact of a component.
pub(crate) struct Artifact {
    pub(crate) config: Vec<u8>,
    pub(crate) manifest: Vec<u8>,
}

impl Artifact {
    /// Describes a component. Equal input gives equal bytes.
    pub(crate) fn describe(component: &[u8], names: &Names, annotations: &BTreeMap<String, String>) -> Self {
        let config = Config {
            // It must be there, and a real time would give equal bytes another digest with each push.
            created: "1970-01-01T00:00:00Z",
            author: None,
            architecture: "wasm",
            // The convention's word for a component, whether or not it imports WASI.
            os: "wasip2",
            layer_digests: [Digest::of(component).to_string()],
            component: World { exports: &names.exports, imports: &names.imports, target: None },
        };
        let config = to_json(&config);
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST.to_owned()),
            config: Some(Descriptor::of(CONFIG, &config)),
            layers: vec![Descriptor::of(LAYERS[0], component).titled(FILE)],
            annotations: (!annotations.is_empty()).then(|| annotations.clone()),
        };
        Self { manifest: to_json(&manifest), config }
    }
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("members have names that are text, and nothing here refuses to be written")
}
