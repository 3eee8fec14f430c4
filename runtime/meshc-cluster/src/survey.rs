//! Asks a cluster what applying would do, and changes nothing.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use crate::apply_set::{Known, PART_OF, split_group_kind};
use crate::examine::{Coming, Context};
use crate::object::manifest_value;
use crate::patch::owned_fields;
use crate::plan::{Action, ClusterPlan, Live, Method, Planned};
use crate::request::{Ask, encoded};
use crate::resources::{Resource, Resources, preferred_version};
use crate::{Access, Connection, Error, Goal, ObjectRef, Wanted};

/// How many objects of a cluster are examined or applied at once.
pub(crate) const OBJECTS_AT_ONCE: usize = 16;

/// A cluster that can be applied to: what it knows, and what would happen.
pub(crate) struct Survey<'m> {
    pub(crate) connection: Connection,
    /// What tells the cluster from all others, if one may know.
    pub(crate) identity: Option<String>,
    pub(crate) resources: Resources,
    pub(crate) coming: Coming,
    /// What it knew of the set.
    pub(crate) known: Known,
    /// The objects, each in its namespace where its manifest does not say one.
    pub(crate) objects: Vec<Wanted<'m>>,
    pub(crate) plan: ClusterPlan,
}

/// Asks a cluster what it needs to be asked before its objects are.
pub(crate) async fn open<'m>(access: &Access, method: &Method, goal: &Goal<'m>) -> Result<Survey<'m>, Error> {
    let connection = Connection::open(access, &goal.cluster, goal.context.as_deref()).await?;
    let versions: BTreeSet<_> = goal.objects.iter().map(|wanted| wanted.object.api_version.as_str()).collect();
    let resources = Resources::read(&connection, versions).await?;
    let known = method.set.read(&connection).await?;
    let objects: Vec<_> = goal.objects.iter().map(|wanted| in_namespace(wanted, &resources)).collect();
    let coming = coming(&objects);
    Ok(Survey { connection, identity: None, resources, coming, known, objects, plan: ClusterPlan::default() })
}

/// Asks a cluster what would happen, and changes nothing. `examined` is called for each object.
pub(crate) async fn survey<'m>(
    access: &Access,
    method: &Method,
    goal: &Goal<'m>,
    examined: &dyn Fn(),
) -> Result<Survey<'m>, Error> {
    let mut survey = open(access, method, goal).await?;
    survey.identity = survey.connection.identity().await?;
    let Survey { connection, resources, coming, known, objects, .. } = &survey;
    let id = method.set.id();
    let context = Context { connection, resources, set: &id, force: method.force, coming };
    let examinations = stream::iter(objects).map(async |wanted| {
        let outcome = context.examine(wanted).await;
        examined();
        outcome
    });
    let outcomes: Vec<_> = examinations.buffered(OBJECTS_AT_ONCE).try_collect().await?;
    let unchanged = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    let mut planned: Vec<_> = outcomes.into_iter().flatten().collect();
    planned.extend(leftovers(connection, resources, known, &id, objects).await?);
    let namespaces = objects.iter().map(|wanted| wanted.object.namespace.clone()).collect();
    survey.plan = ClusterPlan { objects: planned, unchanged, namespaces };
    Ok(survey)
}

/// `wanted` in the namespace that it goes to where its manifest does not say one.
fn in_namespace<'m>(wanted: &Wanted<'m>, resources: &Resources) -> Wanted<'m> {
    let mut wanted = wanted.clone();
    if let Some(resource) = resources.of(&wanted.object) {
        if !resource.namespaced {
            wanted.object.namespace.clear();
        } else if wanted.object.namespace.is_empty() {
            "default".clone_into(&mut wanted.object.namespace);
        }
    }
    wanted
}

/// The namespaces and custom kinds among `objects` which the cluster may not have yet.
fn coming(objects: &[Wanted<'_>]) -> Coming {
    let mut coming = Coming::default();
    for wanted in objects {
        match wanted.object.kind.as_str() {
            "Namespace" => coming.namespaces.push(wanted.object.name.clone()),
            "CustomResourceDefinition" => {
                let manifest = manifest_value(wanted.manifest);
                let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
                coming.kinds.extend(text("/spec/group").zip(text("/spec/names/kind")));
            }
            _ => {}
        }
    }
    coming
}

/// The members of the set that no manifest has any more and that meshc itself applied.
async fn leftovers(
    connection: &Connection,
    resources: &Resources,
    known: &Known,
    set: &str,
    objects: &[Wanted<'_>],
) -> Result<Vec<Planned>, Error> {
    let wanted: BTreeSet<_> = objects.iter().map(|wanted| wanted.object.key()).collect();
    let mut found = Vec::new();
    for word in &known.kinds {
        let (group, kind) = split_group_kind(word);
        let Some((version, resource)) = served(connection, resources, group, kind).await? else {
            continue;
        };
        let leftovers = members(connection, &version, &resource, set, |item| {
            owned_fields(&item)?;
            let planned = leftover(&version, kind, &item);
            (!wanted.contains(&planned.object.key())).then_some(planned)
        });
        found.extend(leftovers.await?);
    }
    Ok(found)
}

/// A version in which the cluster has the kind; `None` if it has lost it, and all of its objects with it.
pub(crate) async fn served(
    connection: &Connection,
    resources: &Resources,
    group: &str,
    kind: &str,
) -> Result<Option<(String, Resource)>, Error> {
    if let Some((version, resource)) = resources.in_group(group, kind) {
        return Ok(Some((version.to_owned(), resource.clone())));
    }
    let Some(version) = preferred_version(connection, group).await? else {
        return Ok(None);
    };
    let read = Resources::read(connection, [version.as_str()]).await?;
    Ok(read.in_group(group, kind).map(|(version, resource)| (version.to_owned(), resource.clone())))
}

/// Reads what has the label of the set, of one kind and without anything but metadata, and keeps what `each` makes of it.
///
/// The label alone does not make a member: controllers copy the labels of a Service to its `EndpointSlices`, and people
/// copy objects.
pub(crate) async fn members<T>(
    connection: &Connection,
    version: &str,
    resource: &Resource,
    set: &str,
    mut each: impl FnMut(Value) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let path = format!("{}?labelSelector={}", resource.list_path(version), encoded(&format!("{PART_OF}={set}")));
    let what = format!("list {}", resource.plural);
    let mut ask = Ask::get("", &what);
    ask.accept = Some("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    let stays = |item: &Value| item["metadata"]["deletionTimestamp"].is_null();
    connection.pages(ask, &path, |item| if stays(&item) { each(item) } else { None }).await
}

fn leftover(version: &str, kind: &str, item: &Value) -> Planned {
    let live = Some(Live::of(kind, item));
    Planned { object: named(version, kind, item), action: Action::Prune, live }
}

/// What names an item of a list, which does not say its version and kind itself.
pub(crate) fn named(version: &str, kind: &str, item: &Value) -> ObjectRef {
    let text = |key: &str| item["metadata"][key].as_str().unwrap_or_default().to_owned();
    ObjectRef {
        api_version: version.to_owned(),
        kind: kind.to_owned(),
        namespace: text("namespace"),
        name: text("name"),
    }
}
