//! What applying one object would do, as the server itself says.

use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::apply_set::{PART_OF, set_of};
use crate::difference::{OF_SERVERS, differences, what_counts};
use crate::error::Refusal;
use crate::object::manifest_value;
use crate::patch::{DRY_RUN, FORCE, owned_fields};
use crate::plan::{Action, Conflict, Live, Planned};
use crate::projection::NOISE;
use crate::resources::{Resource, Resources};
use crate::{Connection, Error, Wanted};

/// What the objects of a cluster are applied with.
pub(crate) struct Context<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) resources: &'a Resources,
    /// The id of the set.
    pub(crate) set: &'a str,
    /// Whether fields of others are taken over.
    pub(crate) force: bool,
    /// The namespaces and kinds that do not exist yet and that come before the others.
    pub(crate) coming: &'a Coming,
}

/// What a cluster does not have yet and gets by what is applied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coming {
    pub(crate) namespaces: Vec<String>,
    /// Groups and kinds of custom resources.
    pub(crate) kinds: Vec<(String, String)>,
}

impl Context<'_> {
    /// What applying `wanted` would do; `None` if nothing.
    ///
    /// # Errors
    /// If the cluster does not answer; what it has against the object is part of the answer.
    pub(crate) async fn examine(&self, wanted: &Wanted<'_>) -> Result<Option<Planned>, Error> {
        let planned = |action, live| Ok(Some(Planned { object: wanted.object.clone(), action, live }));
        if wanted.object.name.is_empty() {
            let message = "it has no name, and a server would make another object each time; give it a `metadata.name`";
            return planned(Action::Refused(message.into()), None);
        }
        let Some(resource) = self.resources.of(&wanted.object) else {
            return planned(self.unknown_kind(wanted), None);
        };
        let body = match self.body(wanted, resource) {
            Ok(body) => body,
            Err(message) => return planned(Action::Refused(message), None),
        };
        let path = resource.path(&wanted.object);
        let live = match self.connection.find(&path, &format!("get {}", wanted.object)).await {
            Ok(live) => live,
            Err(error) => return planned(Action::Refused(about(wanted, error)?), None),
        };
        if let Some(message) = live.as_ref().and_then(|live| self.in_the_way(live)) {
            return planned(Action::Refused(message), None);
        }
        let state = live.as_ref().map(|object| Live::of(&wanted.object.kind, object));
        match self.connection.apply(&path, &body, &self.query(true), &format!("apply {}", wanted.object)).await {
            Ok(after) => match &live {
                None => planned(Action::Create, None),
                Some(live) if is_unchanged(live, &after) => Ok(None),
                Some(live) => planned(Action::Change(differences(&wanted.object.kind, live, &after)), state),
            },
            Err(Error::Refused(refusal)) if is_namespace_missing(&refusal) && self.is_coming(wanted) => {
                planned(Action::Create, None)
            }
            Err(Error::Refused(refusal)) if refusal.code == 409 => planned(conflict(&refusal), state),
            Err(error) => planned(Action::Refused(about(wanted, error)?), state),
        }
    }

    /// What is sent for `wanted`: all that its manifest says but what is the
    /// server's to say, and the label of the set.
    pub(crate) fn body(&self, wanted: &Wanted<'_>, resource: &Resource) -> Result<Value, String> {
        let mut body = manifest_value(wanted.manifest);
        if set_of(&body).is_some() {
            return Err(format!("its manifest has the label `{PART_OF}`, which meshc sets; remove it there"));
        }
        if let (Some(map), true) = (body.as_object_mut(), resource.has_status) {
            map.remove("status");
        }
        if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.retain(|key, _| !OF_SERVERS.contains(&key.as_str()));
        }
        let labels = &mut body["metadata"]["labels"];
        if !labels.is_object() {
            *labels = json!({});
        }
        labels[PART_OF] = self.set.into();
        Ok(body)
    }

    /// The query of an apply.
    pub(crate) fn query(&self, dry_run: bool) -> String {
        let force = if self.force { FORCE } else { "" };
        let dry_run = if dry_run { DRY_RUN } else { "" };
        format!("{force}{dry_run}")
    }

    /// Why the object that is there may not be changed.
    pub(crate) fn in_the_way(&self, live: &Value) -> Option<String> {
        if live["metadata"]["deletionTimestamp"].is_string() {
            return Some("it is being deleted; apply again when it is gone".into());
        }
        let other = set_of(live).filter(|id| *id != self.set)?;
        Some(format!(
            "it belongs to another set (label `{PART_OF}: {other}`); remove it there first, or remove the label"
        ))
    }

    pub(crate) fn unknown_kind(&self, wanted: &Wanted<'_>) -> Action {
        let (version, kind) = (&wanted.object.api_version, &wanted.object.kind);
        if self.coming.kinds.iter().any(|(group, own)| group == wanted.object.group() && own == kind) {
            return Action::Create;
        }
        let cluster = &self.connection.cluster;
        Action::Refused(format!(
            "`{cluster}` knows no kind `{kind}` of `{version}`; install its CustomResourceDefinition there first"
        ))
    }

    fn is_coming(&self, wanted: &Wanted<'_>) -> bool {
        self.coming.namespaces.contains(&wanted.object.namespace)
    }
}

impl Live {
    pub(crate) fn of(kind: &str, object: &Value) -> Self {
        let text = |key: &str| object["metadata"][key].as_str().unwrap_or_default().to_owned();
        // A digest of something short can be guessed; the version has to do for it.
        let digest = (kind != "Secret").then(|| {
            let mut counts = what_counts(object);
            if let Some(annotations) = counts.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
                annotations.retain(|key, _| !NOISE.contains(&key.as_str()));
            }
            hex(&Sha256::digest(counts.to_string()))
        });
        Self { uid: text("uid"), resource_version: text("resourceVersion"), digest }
    }
}

/// What the server has against an object, with the next step; an error that is about more than the object stays one.
pub(crate) fn about(wanted: &Wanted<'_>, error: Error) -> Result<String, Error> {
    match error {
        Error::Forbidden(refusal) => Ok(forbidden(&refusal)),
        Error::Refused(refusal) => Ok(refused(wanted, &refusal)),
        other => Err(other),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether an apply would write nothing, not even who owns which field.
fn is_unchanged(live: &Value, after: &Value) -> bool {
    what_counts(live) == what_counts(after) && owned_fields(live) == owned_fields(after)
}

fn is_namespace_missing(refusal: &Refusal) -> bool {
    refusal.code == 404 && refusal.subject == "namespaces"
}

fn conflict(refusal: &Refusal) -> Action {
    // `conflict with "kubectl-client-side-apply" using apps/v1`
    let manager = |message: &str| message.split('"').nth(1).unwrap_or("somebody else").to_owned();
    let conflicts: Vec<_> = refusal
        .causes
        .iter()
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| Conflict {
            manager: manager(&cause.message),
            field: cause.field.trim_start_matches('.').to_owned(),
        })
        .collect();
    if conflicts.is_empty() { Action::Refused(refusal.message.clone()) } else { Action::Conflict(conflicts) }
}

fn forbidden(refusal: &Refusal) -> String {
    if refusal.causes.iter().any(|cause| cause.reason == "NamespaceTerminating") {
        return "its namespace is being deleted; apply again when it is gone".into();
    }
    format!("you may not {}: {}; grant it, as in `rbac/apply.yaml`", refusal.what, refusal.message)
}

fn refused(wanted: &Wanted<'_>, refusal: &Refusal) -> String {
    if is_namespace_missing(refusal) {
        let namespace = &wanted.object.namespace;
        return format!("namespace `{namespace}` does not exist; add a Namespace to the manifests, or create it");
    }
    // The server repeats values.
    if wanted.object.kind == "Secret" {
        let fields: Vec<_> = refusal.causes.iter().map(|cause| cause.field.as_str()).collect();
        return format!("it is not valid{}{}", if fields.is_empty() { "" } else { ": " }, fields.join(", "));
    }
    if refusal.message.contains("is immutable") || refusal.message.contains("may not change once set") {
        let (cluster, object) = (&refusal.cluster, &wanted.object);
        let namespace = if object.namespace.is_empty() { String::new() } else { format!(" -n {}", object.namespace) };
        let kind = object.kind.to_lowercase();
        return format!(
            "{}; meshc replaces no object: if it may be gone for a moment, delete it in `{cluster}` (`kubectl delete {kind} {}{namespace}`) and apply again",
            refusal.message, object.name
        );
    }
    refusal.message.clone()
}
