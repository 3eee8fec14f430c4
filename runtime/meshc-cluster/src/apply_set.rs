//! The set of what was applied (KEP-3659, as kubectl implements it): a `ConfigMap` stands for it, and its members have a
//! label that names it.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Connection, Error, ObjectRef};

/// The label of a member, whose value is the id of its set.
pub const PART_OF: &str = "applyset.kubernetes.io/part-of";
const ID: &str = "applyset.kubernetes.io/id";
const TOOLING: &str = "applyset.kubernetes.io/tooling";
const GROUP_KINDS: &str = "applyset.kubernetes.io/contains-group-kinds";
const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";

/// The name by which a tool says that a set is its own.
const TOOL: &str = "meshc";

/// Which set objects are applied as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplySet {
    /// The namespace of its `ConfigMap`.
    pub namespace: String,
    /// The name of its `ConfigMap`.
    pub name: String,
}

/// What a cluster knows of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The kinds that members may have, as `Deployment.apps`.
    pub(crate) kinds: BTreeSet<String>,
    /// The namespaces that members may be in.
    namespaces: BTreeSet<String>,
}

impl ApplySet {
    /// Its id: by name, namespace, kind and group of what stands for it.
    pub fn id(&self) -> String {
        let hash = Sha256::digest(format!("{}.{}.ConfigMap.", self.name, self.namespace));
        format!("applyset-{}-v1", URL_SAFE_NO_PAD.encode(hash))
    }

    fn path(&self) -> String {
        format!("/api/v1/namespaces/{}/configmaps/{}", self.namespace, self.name)
    }

    /// Reads what `connection` knows of it; nothing if it is not there yet.
    pub(crate) async fn read(&self, connection: &Connection) -> Result<Known, Error> {
        let what = format!("get ConfigMap {}/{}", self.namespace, self.name);
        let Some(parent) = connection.find(&self.path(), &what).await? else {
            return Ok(Known::default());
        };
        let annotation = |key: &str| parent["metadata"]["annotations"][key].as_str().unwrap_or_default().to_owned();
        let is_ours = parent["metadata"]["labels"][ID] == self.id().as_str()
            && annotation(TOOLING).split('/').next() == Some(TOOL);
        if !is_ours {
            let (cluster, set) = (connection.cluster.clone(), format!("{}/{}", self.namespace, self.name));
            return Err(Error::ForeignSet { cluster, set, tool: annotation(TOOLING) });
        }
        let words = |key: &str| {
            annotation(key).split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect::<BTreeSet<_>>()
        };
        Ok(Known { kinds: words(GROUP_KINDS), namespaces: words(NAMESPACES) })
    }

    /// What the set's `ConfigMap` has to say once it has these members besides those that it may have by `before`.
    pub(crate) fn with_members<'o>(&self, before: &Known, members: impl Iterator<Item = &'o ObjectRef>) -> Known {
        let mut known = before.clone();
        for member in members {
            known.kinds.insert(group_kind(member));
            if !member.namespace.is_empty() && member.namespace != self.namespace {
                known.namespaces.insert(member.namespace.clone());
            }
        }
        known
    }

    /// Writes the set's `ConfigMap`, unless it says so already.
    pub(crate) async fn write(&self, connection: &Connection, known: &Known) -> Result<(), Error> {
        let join = |words: &BTreeSet<String>| words.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        let parent = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": self.name,
                "namespace": self.namespace,
                "labels": {ID: self.id()},
                "annotations": {
                    TOOLING: format!("{TOOL}/{}", env!("CARGO_PKG_VERSION")),
                    GROUP_KINDS: join(&known.kinds),
                    NAMESPACES: join(&known.namespaces),
                },
            },
        });
        let what = format!("apply ConfigMap {}/{}", self.namespace, self.name);
        connection.apply(&self.path(), &parent, "", &what).await.map(drop)
    }
}

/// A kind with its group, as sets list it.
fn group_kind(object: &ObjectRef) -> String {
    match object.group() {
        "" => object.kind.clone(),
        group => format!("{}.{group}", object.kind),
    }
}

/// The group and the kind of a word in that list.
pub(crate) fn split_group_kind(word: &str) -> (&str, &str) {
    word.split_once('.').map_or(("", word), |(kind, group)| (group, kind))
}

/// The set that `object` is a member of.
pub(crate) fn set_of(object: &Value) -> Option<&str> {
    object["metadata"]["labels"][PART_OF].as_str().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf %s my-set.default.ConfigMap. | sha256sum | xxd -r -p | basenc --base64url`
    #[test]
    fn ids_are_those_of_kubectl() {
        let set = ApplySet { namespace: "default".into(), name: "my-set".into() };
        assert_eq!(set.id(), "applyset-DaObTxGT41gT7jz9wyulA3kuIrhUKfuOcjAfLI6wcmQ-v1");
    }

    #[test]
    fn kinds_of_members_have_their_group() {
        let deployment = ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: "shop".into(),
            name: "web".into(),
        };
        let service = ObjectRef { api_version: "v1".into(), kind: "Service".into(), ..deployment.clone() };
        let set = ApplySet { namespace: "default".into(), name: "mesh".into() };
        let known = set.with_members(&Known::default(), [&deployment, &service].into_iter());
        assert_eq!(known.kinds, ["Deployment.apps".to_owned(), "Service".to_owned()].into());
        assert_eq!(known.namespaces, ["shop".to_owned()].into());
        assert_eq!(split_group_kind("Deployment.apps"), ("apps", "Deployment"));
        assert_eq!(split_group_kind("Service"), ("", "Service"));
    }
}
