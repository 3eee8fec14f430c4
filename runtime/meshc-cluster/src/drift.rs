//! What clusters hold, held against what was built, and clusters against each other.

mod between;

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use between::{Difference, DifferentField};

use crate::apply_set::{PART_OF, split_group_kind};
use crate::author::{Author, author_of, last_author};
use crate::difference::differences;
use crate::examine::{Context, about};
use crate::patch::owned_fields;
use crate::survey::{OBJECTS_AT_ONCE, Survey, members, named, open, served};
use crate::{Access, Action, ApplySet, Error, Goal, Method, ObjectRef, Wanted, runtime};

/// What is not as it was built.
#[derive(Debug)]
pub struct Drift {
    /// For each cluster, in the order of the goals.
    pub clusters: Vec<Result<ClusterDrift, Error>>,
    /// What manifests have alike in several clusters and the clusters do not.
    pub between: Vec<Difference>,
}

/// What is not as it was built in a cluster.
#[derive(Debug, Default)]
pub struct ClusterDrift {
    /// The objects: those of the manifests in their order, then those that no manifest has.
    pub objects: Vec<Drifted>,
    /// How many objects are as they were built.
    pub as_built: usize,
}

/// An object that is not as it was built.
#[derive(Clone, Debug, PartialEq)]
pub struct Drifted {
    /// Which.
    pub object: ObjectRef,
    /// What it is instead.
    pub state: State,
}

/// What an object is instead of as it was built.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It is not there.
    Missing,
    /// It is there, and says something else.
    Changed(Vec<Departure>),
    /// It is in the set, and no manifest has it; with who wrote it last.
    Extra(Option<Author>),
    /// It cannot be told, for the reason in the text.
    Unknown(String),
}

/// A field that does not say what was built.
#[derive(Clone, Debug, PartialEq)]
pub struct Departure {
    /// Where it is, as `spec.ports[http].port`.
    pub path: String,
    /// What it is; `None` if it is not there.
    pub live: Option<Value>,
    /// What was built; `None` if it would go.
    pub built: Option<Value>,
    /// Who wrote it, where the server knows.
    pub author: Option<Author>,
}

/// Asks every cluster of `goals` what it holds, several at once, and changes nothing. `examined` is called for each object.
///
/// # Panics
/// If the machine has nothing left to run a thread or a timer on.
pub fn drift(access: &Access, set: &ApplySet, goals: &[Goal<'_>], examined: &dyn Fn()) -> Drift {
    // What others manage counts like everything else; a dry run takes nothing over.
    let method = Method { set: set.clone(), force: true, wait: None };
    runtime().block_on(async {
        let clusters = stream::iter(goals).map(|goal| examine(access, &method, goal, examined));
        let clusters: Vec<_> = clusters.buffered(access.limits.at_once).collect().await;
        let between = between::compare(goals, &clusters).await;
        Drift {
            clusters: clusters.into_iter().map(|cluster| cluster.map(|examined| examined.drift)).collect(),
            between,
        }
    })
}

/// A cluster that was asked.
pub(crate) struct Examined<'m> {
    survey: Survey<'m>,
    drift: ClusterDrift,
    /// Of each object of the goal the digest of what counts, if it is there.
    digests: Vec<Option<[u8; 32]>>,
}

/// What came of one object.
struct Compared {
    state: Option<State>,
    digest: Option<[u8; 32]>,
}

impl Compared {
    fn not_there(state: State) -> Self {
        Self { state: Some(state), digest: None }
    }
}

async fn examine<'m>(
    access: &Access,
    method: &Method,
    goal: &Goal<'m>,
    examined: &dyn Fn(),
) -> Result<Examined<'m>, Error> {
    let survey = open(access, method, goal).await?;
    let id = method.set.id();
    let context = Context {
        connection: &survey.connection,
        resources: &survey.resources,
        set: &id,
        force: method.force,
        coming: &survey.coming,
    };
    let comparisons = stream::iter(&survey.objects).map(async |wanted| {
        let outcome = compare(&context, wanted).await;
        examined();
        outcome
    });
    let compared: Vec<_> = comparisons.buffered(OBJECTS_AT_ONCE).try_collect().await?;
    let mut drift = ClusterDrift::default();
    let mut digests = Vec::with_capacity(compared.len());
    for (wanted, compared) in survey.objects.iter().zip(compared) {
        digests.push(compared.digest);
        match compared.state {
            Some(state) => drift.objects.push(Drifted { object: wanted.object.clone(), state }),
            None => drift.as_built += 1,
        }
    }
    drift.objects.extend(extras(&survey, &id).await?);
    Ok(Examined { survey, drift, digests })
}

async fn compare(context: &Context<'_>, wanted: &Wanted<'_>) -> Result<Compared, Error> {
    let unknown = |message: &str| Ok(Compared::not_there(State::Unknown(message.to_owned())));
    if wanted.object.name.is_empty() {
        return unknown("it has no name by which it could be found");
    }
    let Some(resource) = context.resources.of(&wanted.object) else {
        return match context.unknown_kind(wanted) {
            Action::Refused(message) => unknown(&message),
            _ => Ok(Compared::not_there(State::Missing)),
        };
    };
    let body = match context.body(wanted, resource) {
        Ok(body) => body,
        Err(message) => return unknown(&message),
    };
    let path = resource.path(&wanted.object);
    let live = match context.connection.find(&path, &format!("get {}", wanted.object)).await {
        Ok(Some(live)) => live,
        Ok(None) => return Ok(Compared::not_there(State::Missing)),
        Err(error) => return unknown(&about(wanted, error)?),
    };
    let digest = Some(Sha256::digest(between::what_is_alike(&live).to_string()).into());
    if let Some(message) = context.in_the_way(&live) {
        return Ok(Compared { state: Some(State::Unknown(message)), digest });
    }
    let what = format!("compare {}", wanted.object);
    let state = match context.connection.apply(&path, &body, &context.query(true), &what).await {
        Ok(built) => changed(&wanted.object.kind, &live, built),
        Err(error) => Some(State::Unknown(about(wanted, error)?)),
    };
    Ok(Compared { state, digest })
}

/// What of `live` is not as `built` has it; `None` if all is.
fn changed(kind: &str, live: &Value, mut built: Value) -> Option<State> {
    if owned_fields(live).is_none() {
        // Somebody else applies it, as is their right, and does not know of sets.
        without_set(&mut built);
    }
    let departures = differences(kind, live, &built).into_iter().map(|change| Departure {
        author: author_of(live, &change.path),
        path: change.path,
        live: change.before,
        built: change.after,
    });
    let departures: Vec<_> = departures.collect();
    (!departures.is_empty()).then_some(State::Changed(departures))
}

fn without_set(object: &mut Value) {
    let Some(labels) = object.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) else {
        return;
    };
    labels.remove(PART_OF);
    if labels.is_empty()
        && let Some(metadata) = object["metadata"].as_object_mut()
    {
        metadata.remove("labels");
    }
}

/// What has the label of the set and stands in no manifest: what meshc applied once, and what others put there. What a
/// controller makes copies labels, and is its own.
async fn extras(survey: &Survey<'_>, set: &str) -> Result<Vec<Drifted>, Error> {
    let wanted: BTreeSet<_> = survey.objects.iter().map(|wanted| wanted.object.key()).collect();
    let (connection, resources) = (&survey.connection, &survey.resources);
    let mut found = Vec::new();
    for word in &survey.known.kinds {
        let (group, kind) = split_group_kind(word);
        let Some((version, resource)) = served(connection, resources, group, kind).await? else {
            continue;
        };
        let extras = members(connection, &version, &resource, set, |item| {
            let object = named(&version, kind, &item);
            let is_extra = !wanted.contains(&object.key()) && item["metadata"]["ownerReferences"].is_null();
            is_extra.then(|| Drifted { object, state: State::Extra(last_author(&item)) })
        });
        found.extend(extras.await?);
    }
    Ok(found)
}
