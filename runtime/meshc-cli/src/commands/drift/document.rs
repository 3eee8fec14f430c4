//! Drift as a document.

use anyhow::Result;
use meshc_cluster::{Author, Departure, Difference, Drift, Drifted, Goal, State};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use super::shares::Shift;

/// What clusters hold that was not built so
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Drift")]
#[serde(rename_all = "camelCase")]
pub(super) struct DriftDocument {
    /// The version of this document
    pub(super) api_version: &'static str,
    /// The kind of this document
    pub(super) kind: &'static str,
    /// What is not as it was built, by cluster
    pub(super) clusters: Vec<ClusterRow>,
    /// The objects that were built alike for several clusters and that the clusters do not have alike
    pub(super) differences: Vec<DifferenceRow>,
    /// Who is not served as it was built; empty also where not every cluster was read
    pub(super) shifts: Vec<ShiftRow>,
}

/// What is not as it was built in a cluster
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClusterRow {
    /// Its name
    pub(super) cluster: String,
    /// Why it could not be asked
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// The objects that are not as they were built
    pub(super) objects: Vec<ObjectRow>,
    /// How many objects are as they were built
    pub(super) as_built: usize,
}

/// What names an object
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectName {
    /// Its API version
    pub(super) api_version: String,
    /// Its kind
    pub(super) kind: String,
    /// Its namespace; none if it belongs to the cluster
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) namespace: String,
    /// Its name
    pub(super) name: String,
}

/// An object that is not as it was built
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectRow {
    /// What it is instead
    pub(super) state: StateWord,
    #[serde(flatten)]
    pub(super) object: ObjectName,
    /// The fields that do not say what was built
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<FieldRow>,
    /// Who wrote it last, besides meshc, if it is in no manifest
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<AuthorRow>,
    /// Why it could not be compared
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
}

/// What an object is instead of as it was built
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum StateWord {
    /// It is not there
    Missing,
    /// It says something else
    Changed,
    /// It is in the set of what was applied, and in no manifest
    Extra,
    /// It could not be compared
    Unknown,
}

/// A field that does not say what was built; values that may be secret are not shown
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldRow {
    /// The field
    pub(super) path: String,
    /// What it is; none if it is not there
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) live: Option<Value>,
    /// What was built; none if it should not be there
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) built: Option<Value>,
    /// Who wrote it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<AuthorRow>,
}

/// Who wrote something, by the book that the server keeps
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorRow {
    /// The name by which it writes, as `kubectl-edit`
    pub(super) manager: String,
    /// When (RFC 3339), where the server knows
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<String>,
    /// Whether the field is its own; otherwise it only wrote the object last, and may not be whoever removed the field
    pub(super) owns: bool,
}

/// An object that some clusters do not have as others do
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DifferenceRow {
    #[serde(flatten)]
    pub(super) object: ObjectName,
    /// The clusters that have it so
    pub(super) clusters: Vec<String>,
    /// Those that they are held against
    pub(super) others: Vec<String>,
    /// What differs
    pub(super) fields: Vec<DifferentFieldRow>,
}

/// A field that clusters do not have as others do; values that may be secret are not shown
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DifferentFieldRow {
    /// The field
    pub(super) path: String,
    /// What the clusters say; none if nothing
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) here: Option<Value>,
    /// What the others say; none if nothing
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) there: Option<Value>,
    /// Who wrote it in the first of the clusters
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by: Option<AuthorRow>,
}

/// A frontend that is not served as it was built
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShiftRow {
    /// The cluster that the clients are in
    pub(super) client: String,
    /// The service, as namespace/name
    pub(super) service: String,
    /// Its port
    pub(super) port: u16,
    /// Its protocol
    pub(super) protocol: &'static str,
    /// false if the clients' cluster does not have the service
    pub(super) served: bool,
    /// Which clusters serve, or were to serve
    pub(super) clusters: Vec<ShareRow>,
}

/// How much of the new connections a cluster serves, from 0 to 1
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareRow {
    /// The cluster
    pub(super) cluster: String,
    /// By what the clusters hold
    pub(super) live: f64,
    /// By what was built
    pub(super) built: f64,
}

/// The JSON Schema of drift.
pub(crate) fn drift_schema() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<DriftDocument>()
}

impl DriftDocument {
    pub(super) fn new(goals: &[Goal<'_>], drift: &Drift, shifts: &[Shift]) -> Self {
        let clusters = goals.iter().zip(&drift.clusters).map(|(goal, outcome)| match outcome {
            Ok(found) => ClusterRow {
                cluster: goal.cluster.clone(),
                error: None,
                objects: found.objects.iter().map(object).collect(),
                as_built: found.as_built,
            },
            Err(error) => ClusterRow {
                cluster: goal.cluster.clone(),
                error: Some(error.to_string()),
                objects: Vec::new(),
                as_built: 0,
            },
        });
        Self {
            api_version: "meshc.dev/v1alpha1",
            kind: "Drift",
            clusters: clusters.collect(),
            differences: drift.between.iter().map(|found| difference(goals, found)).collect(),
            shifts: shifts.iter().map(shift).collect(),
        }
    }

    /// Its text.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

fn name(object: &meshc_cluster::ObjectRef) -> ObjectName {
    ObjectName {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}

fn object(drifted: &Drifted) -> ObjectRow {
    let row = |state| ObjectRow { state, object: name(&drifted.object), fields: Vec::new(), by: None, message: None };
    match &drifted.state {
        State::Missing => row(StateWord::Missing),
        State::Changed(departures) => {
            ObjectRow { fields: departures.iter().map(field).collect(), ..row(StateWord::Changed) }
        }
        State::Extra(by) => ObjectRow { by: by.as_ref().map(author), ..row(StateWord::Extra) },
        State::Unknown(message) => ObjectRow { message: Some(message.clone()), ..row(StateWord::Unknown) },
    }
}

fn field(departure: &Departure) -> FieldRow {
    FieldRow {
        path: departure.path.clone(),
        live: departure.live.clone(),
        built: departure.built.clone(),
        by: departure.author.as_ref().map(author),
    }
}

fn author(author: &Author) -> AuthorRow {
    AuthorRow { manager: author.manager.clone(), time: author.time.clone(), owns: author.owns }
}

fn difference(goals: &[Goal<'_>], difference: &Difference) -> DifferenceRow {
    let names = |places: &[usize]| places.iter().map(|at| goals[*at].cluster.clone()).collect();
    let fields = difference.fields.iter().map(|field| DifferentFieldRow {
        path: field.path.clone(),
        here: field.here.clone(),
        there: field.there.clone(),
        by: field.author.as_ref().map(author),
    });
    DifferenceRow {
        object: name(&difference.object),
        clusters: names(&difference.clusters),
        others: names(&difference.others),
        fields: fields.collect(),
    }
}

fn shift(shift: &Shift) -> ShiftRow {
    let live = shift.live.clone().unwrap_or_default();
    let mut clusters: Vec<_> = shift.built.keys().chain(live.keys()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let share = |thousandths: Option<&u32>| f64::from(thousandths.copied().unwrap_or_default()) / 1000.0;
    let row = |cluster: &String| ShareRow {
        cluster: cluster.clone(),
        live: share(live.get(cluster)),
        built: share(shift.built.get(cluster)),
    };
    ShiftRow {
        client: shift.frontend.client.clone(),
        service: shift.frontend.service.clone(),
        port: shift.frontend.port,
        protocol: shift.frontend.protocol,
        served: shift.live.is_some(),
        clusters: clusters.into_iter().map(row).collect(),
    }
}
