use std::collections::BTreeMap;

use meshc_model::Mesh;
use meshc_weigh::OpenedPlugin;
use serde::Serialize;

/// `meshc.lock`: what besides the input a build depends on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// The version of this document.
    pub api_version: &'static str,
    /// Always `Lock`.
    pub kind: &'static str,
    /// The version of meshc.
    pub meshc: &'static str,
    /// The semantics of each cluster's table.
    pub clusters: Vec<LockedCluster>,
    /// Every plugin that weighed.
    pub plugins: Vec<LockedPlugin>,
}

/// A cluster as the lock names it.
#[derive(Clone, Debug, Serialize)]
pub struct LockedCluster {
    /// Its name.
    pub name: &'static str,
    /// Its data plane, with the flags that change results.
    pub profile: String,
}

/// A plugin as the lock names it.
#[derive(Clone, Debug, Serialize)]
pub struct LockedPlugin {
    /// Its path, relative to the project.
    pub path: String,
    /// The digest of its file.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The contract that it speaks.
    pub contract: String,
    /// The limits that a policy has changed.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<&'static str, u64>,
}

impl Lock {
    /// The lock of a build.
    pub(crate) fn new(mesh: &Mesh, plugins: Vec<OpenedPlugin>) -> Self {
        let cluster = |cluster: &meshc_model::Cluster| LockedCluster {
            name: cluster.name.as_str(),
            profile: cluster.data_plane.to_string(),
        };
        let plugin = |plugin: OpenedPlugin| LockedPlugin {
            path: plugin.path,
            sha256: plugin.sha256,
            name: plugin.name,
            version: plugin.version,
            contract: plugin.contract,
            limits: plugin.limits.into_iter().collect(),
        };
        Self {
            api_version: "meshc.dev/v1alpha1",
            kind: "Lock",
            meshc: env!("CARGO_PKG_VERSION"),
            clusters: mesh.clusters.iter().map(cluster).collect(),
            plugins: plugins.into_iter().map(plugin).collect(),
        }
    }
}
