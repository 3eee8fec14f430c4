//! What applying would do to a cluster.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::difference::FieldChange;
use crate::{ApplySet, ObjectRef};

/// How objects are applied.
#[derive(Clone, Debug)]
pub struct Method {
    /// The set that they are members of.
    pub set: ApplySet,
    /// Whether fields that others manage are taken over.
    pub force: bool,
    /// For how long workloads may get ready before anything is taken away; `None` if nobody waits for them.
    pub wait: Option<Duration>,
}

/// What happens to an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// It is made.
    Create,
    /// It changes. Without a field only the book that the server keeps changes: meshc becomes an owner of fields.
    Change(Vec<FieldChange>),
    /// It is deleted: meshc applied it, and no manifest has it any more.
    Prune,
    /// Others manage fields that it sets.
    Conflict(Vec<Conflict>),
    /// It cannot be applied, for the reason in the text.
    Refused(String),
}

/// A field that another manages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The name by which the other applies or updates.
    pub manager: String,
    /// The field, as `spec.replicas`.
    pub field: String,
}

/// An object as a cluster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Which one it is, as two of the same name follow each other.
    pub uid: String,
    /// Its version; each write makes another.
    pub resource_version: String,
    /// SHA-256 of what counts of it; none for a Secret.
    pub digest: Option<String>,
}

impl Live {
    /// Whether nothing that counts has changed since `earlier`: its status and the server's own book do not count.
    pub fn is_still(&self, earlier: &Self) -> bool {
        let same_content = self.digest.is_some() && self.digest == earlier.digest;
        self.uid == earlier.uid && (self.resource_version == earlier.resource_version || same_content)
    }
}

/// What happens to an object, and what it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The object.
    pub object: ObjectRef,
    /// What happens.
    pub action: Action,
    /// What is there now.
    pub live: Option<Live>,
}

impl Planned {
    /// Whether it keeps the cluster from being applied.
    pub fn is_in_the_way(&self) -> bool {
        matches!(self.action, Action::Conflict(_) | Action::Refused(_))
    }
}

/// What happens to a cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterPlan {
    /// What happens to which object: those of the manifests in their order, then what is pruned.
    pub objects: Vec<Planned>,
    /// How many objects are as they shall be.
    pub unchanged: usize,
    /// The namespaces in which it shall hold objects.
    pub(crate) namespaces: BTreeSet<String>,
}

impl ClusterPlan {
    /// Whether nothing happens.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What keeps it from being applied.
    pub fn in_the_way(&self) -> impl Iterator<Item = &Planned> {
        self.objects.iter().filter(|planned| planned.is_in_the_way())
    }
}
