//! What kinds of objects a cluster knows, and where they are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::request::encoded;
use crate::{Connection, Error, ObjectRef};

/// A kind of object as a cluster serves it.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// What its path calls it, as `deployments`.
    pub(crate) plural: String,
    /// Whether its objects belong to a namespace.
    pub(crate) namespaced: bool,
    /// Whether its status is written apart, so that manifests do not say it.
    pub(crate) has_status: bool,
}

/// The kinds that a cluster serves, of the API versions that were asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resources {
    kinds: BTreeMap<(String, String), Resource>,
}

impl Resources {
    /// Asks for the kinds of each of `versions`, as `apps/v1`. Those that the cluster does not have are left out.
    pub(crate) async fn read<'v>(
        connection: &Connection,
        versions: impl IntoIterator<Item = &'v str>,
    ) -> Result<Self, Error> {
        let mut all = Self::default();
        for version in versions {
            let what = format!("list the kinds of `{version}`");
            let list = connection.find(&version_path(version), &what).await?.unwrap_or_default();
            for resource in list["resources"].as_array().into_iter().flatten() {
                all.add(version, resource);
            }
        }
        Ok(all)
    }

    fn add(&mut self, version: &str, resource: &Value) {
        let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
        let (name, key) = (text("name"), (version.to_owned(), text("kind")));
        match name.split_once('/') {
            Some((_, "status")) => {
                if let Some(known) = self.kinds.get_mut(&key) {
                    known.has_status = true;
                }
            }
            Some(_) => {}
            None => {
                let namespaced = resource["namespaced"] == true;
                self.kinds.insert(key, Resource { plural: name, namespaced, has_status: false });
            }
        }
    }

    /// The kind of `object`.
    pub(crate) fn of(&self, object: &ObjectRef) -> Option<&Resource> {
        self.kinds.get(&(object.api_version.clone(), object.kind.clone()))
    }

    /// The kind `kind` of the group `group`, in whatever version was asked for.
    pub(crate) fn in_group(&self, group: &str, kind: &str) -> Option<(&str, &Resource)> {
        let group_of = |version: &str| version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
        let found = self.kinds.iter().find(|((version, own), _)| own == kind && group_of(version) == group);
        found.map(|((version, _), resource)| (version.as_str(), resource))
    }

    /// Adds the kinds of another.
    pub(crate) fn extend(&mut self, other: Self) {
        self.kinds.extend(other.kinds);
    }
}

impl Resource {
    /// Where the objects of this kind are in all namespaces.
    pub(crate) fn list_path(&self, version: &str) -> String {
        format!("{}/{}", version_path(version), self.plural)
    }

    /// Where `object` is, which is of this kind.
    pub(crate) fn path(&self, object: &ObjectRef) -> String {
        let base = version_path(&object.api_version);
        let name = encoded(&object.name);
        if self.namespaced {
            format!("{base}/namespaces/{}/{}/{name}", encoded(&object.namespace), self.plural)
        } else {
            format!("{base}/{}/{name}", self.plural)
        }
    }
}

/// Where an API version is: the core has a place of its own.
fn version_path(version: &str) -> String {
    match version.rsplit_once('/') {
        Some((group, version)) => format!("/apis/{}/{}", encoded(group), encoded(version)),
        None => format!("/api/{}", encoded(version)),
    }
}

/// The version that a cluster prefers for `group`, as `apps/v1`; `None` if it does not have the group.
pub(crate) async fn preferred_version(connection: &Connection, group: &str) -> Result<Option<String>, Error> {
    if group.is_empty() {
        return Ok(Some("v1".to_owned()));
    }
    let found = connection.find(&format!("/apis/{}", encoded(group)), &format!("find the group `{group}`")).await?;
    let version = |value: Value| Some(value.pointer("/preferredVersion/groupVersion")?.as_str()?.to_owned());
    Ok(found.and_then(version))
}
