//! A plan as a document: what would happen to each cluster, and by which one knows that nothing has moved since.

use std::path::{Path, PathBuf};

use anyhow::Result;
use meshc_cluster::{Action, ClusterPlan, Goal, Live, Method, Planned, Session};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::commands::goals::digest;

/// The version of the document.
const API_VERSION: &str = "meshc.dev/v1alpha1";

/// What applying a project would do to each cluster
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Plan")]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanDocument {
    /// The version of this document
    pub(crate) api_version: String,
    /// The kind of this document
    pub(crate) kind: String,
    /// The project that it is of, from the folder that meshc ran in
    pub(crate) project: PathBuf,
    /// The `ConfigMap` by which each cluster knows what was applied, as namespace/name
    pub(crate) apply_set: String,
    /// Whether fields that others manage are taken over
    pub(crate) force_conflicts: bool,
    /// What happens to each cluster
    pub(crate) clusters: Vec<ClusterDocument>,
}

/// What happens to a cluster
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterDocument {
    /// Its name
    pub(crate) cluster: String,
    /// SHA-256 of its manifests
    pub(crate) manifests: String,
    /// Why it could not be asked
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// What happens to which object
    pub(crate) actions: Vec<ActionDocument>,
    /// How many objects are as they shall be
    pub(crate) unchanged: usize,
}

/// What happens to an object
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionDocument {
    /// What happens
    pub(crate) action: ActionWord,
    /// Its API version
    pub(crate) api_version: String,
    /// Its kind
    pub(crate) kind: String,
    /// Its namespace; none if it belongs to the cluster
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) namespace: String,
    /// Its name
    pub(crate) name: String,
    /// Which object it is now
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uid: Option<String>,
    /// Its version now
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resource_version: Option<String>,
    /// SHA-256 of what counts of it now; none for a Secret
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
    /// Which fields change; none if meshc only becomes an owner of fields that are as they shall be
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<ChangeDocument>,
    /// Which fields others manage
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) conflicts: Vec<ConflictDocument>,
    /// Why it is refused
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

/// What happens to an object
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ActionWord {
    /// It is made
    Create,
    /// It changes
    Change,
    /// It is deleted
    Prune,
    /// Others manage fields that the manifest sets
    Conflict,
    /// It cannot be applied
    Refused,
}

/// A field that changes; values that may be secret are not shown
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeDocument {
    /// The field
    pub(crate) path: String,
    /// What it is; none if it is not there
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    /// What it becomes; none if it goes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
}

/// A field that another manages
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConflictDocument {
    /// The other's name
    pub(crate) manager: String,
    /// The field
    pub(crate) field: String,
}

/// The JSON Schema of plans.
pub(crate) fn plan_schema() -> schemars::Schema {
    schemars::schema_for!(PlanDocument)
}

impl PlanDocument {
    /// The plan of `goals`, which `session` has asked about.
    pub(crate) fn new(project: &Path, method: &Method, goals: &[Goal<'_>], session: &Session<'_>) -> Self {
        Self {
            api_version: API_VERSION.into(),
            kind: "Plan".into(),
            project: project.to_path_buf(),
            apply_set: format!("{}/{}", method.set.namespace, method.set.name),
            force_conflicts: method.force,
            clusters: goals.iter().zip(session.plans()).map(|(goal, plan)| cluster(goal, plan)).collect(),
        }
    }

    /// Its text.
    pub(crate) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The plan of a text; `None` if it is something else.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        let plan: Self = serde_json::from_str(text).ok()?;
        (plan.api_version == API_VERSION && plan.kind == "Plan").then_some(plan)
    }
}

fn cluster(goal: &Goal<'_>, plan: Result<&ClusterPlan, &meshc_cluster::Error>) -> ClusterDocument {
    let (cluster, manifests) = (goal.cluster.clone(), digest(goal));
    match plan {
        Ok(plan) => ClusterDocument {
            cluster,
            manifests,
            error: None,
            actions: plan.objects.iter().map(action).collect(),
            unchanged: plan.unchanged,
        },
        Err(error) => {
            ClusterDocument { cluster, manifests, error: Some(error.to_string()), actions: Vec::new(), unchanged: 0 }
        }
    }
}

fn action(planned: &Planned) -> ActionDocument {
    let mut document = ActionDocument {
        action: ActionWord::Create,
        api_version: planned.object.api_version.clone(),
        kind: planned.object.kind.clone(),
        namespace: planned.object.namespace.clone(),
        name: planned.object.name.clone(),
        uid: planned.live.as_ref().map(|live| live.uid.clone()),
        resource_version: planned.live.as_ref().map(|live| live.resource_version.clone()),
        digest: planned.live.as_ref().and_then(|live| live.digest.clone()),
        changes: Vec::new(),
        conflicts: Vec::new(),
        message: None,
    };
    match &planned.action {
        Action::Create => {}
        Action::Prune => document.action = ActionWord::Prune,
        Action::Change(changes) => {
            document.action = ActionWord::Change;
            let change = |change: &meshc_cluster::FieldChange| ChangeDocument {
                path: change.path.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            };
            document.changes = changes.iter().map(change).collect();
        }
        Action::Conflict(conflicts) => {
            document.action = ActionWord::Conflict;
            let conflict = |conflict: &meshc_cluster::Conflict| ConflictDocument {
                manager: conflict.manager.clone(),
                field: conflict.field.clone(),
            };
            document.conflicts = conflicts.iter().map(conflict).collect();
        }
        Action::Refused(message) => {
            document.action = ActionWord::Refused;
            document.message = Some(message.clone());
        }
    }
    document
}

impl ActionDocument {
    /// Whether `now` is the same action on an object that has not moved.
    pub(crate) fn is_still(&self, now: &Self) -> bool {
        let live = |document: &Self| {
            Some(Live {
                uid: document.uid.clone()?,
                resource_version: document.resource_version.clone()?,
                digest: document.digest.clone(),
            })
        };
        let unmoved = match (live(self), live(now)) {
            (Some(earlier), Some(now)) => now.is_still(&earlier),
            (None, None) => true,
            _ => false,
        };
        unmoved && self.action == now.action && self.is_of(now) && self.changes == now.changes
    }

    /// Whether it is about the same object.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        let key = |document: &Self| {
            [&document.api_version, &document.kind, &document.namespace, &document.name].map(String::clone)
        };
        key(self) == key(other)
    }

    /// The object as messages name it.
    pub(crate) fn object(&self) -> String {
        let namespace = if self.namespace.is_empty() { String::new() } else { format!("{}/", self.namespace) };
        format!("{} {namespace}{}", self.kind, self.name)
    }
}
