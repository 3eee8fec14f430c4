//! Makes what is planned happen in one cluster.

mod waiting;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::{StreamExt, stream};
use serde_json::Value;

use crate::apply_set::{Known, set_of};
use crate::examine::{Context, about};
use crate::patch::owned_fields;
use crate::plan::{Action, ClusterPlan, Live, Method, Planned};
use crate::resources::{Resource, Resources};
use crate::session::Failure;
use crate::stage::{Stage, leads_to_backends};
use crate::survey::{OBJECTS_AT_ONCE, Survey};
use crate::{Error, ObjectRef, Stop, Wanted};

/// How often an object is tried that others write at the same time, as controllers write a status.
const RACES: usize = 8;

/// A cluster in which what is planned can be made to happen.
pub(crate) struct Cluster<'m> {
    survey: Survey<'m>,
    method: Method,
    /// The kinds that it serves, which grow by what is applied.
    resources: RefCell<Rc<Resources>>,
    done: Cell<usize>,
}

impl<'m> Cluster<'m> {
    pub(crate) fn new(survey: Survey<'m>, method: Method) -> Self {
        let resources = RefCell::new(Rc::new(survey.resources.clone()));
        Self { survey, method, resources, done: Cell::new(0) }
    }

    pub(crate) fn plan(&self) -> &ClusterPlan {
        &self.survey.plan
    }

    /// What tells it from all other clusters, if one may know.
    pub(crate) fn identity(&self) -> Option<&str> {
        self.survey.identity.as_deref()
    }

    /// How many objects are still to be applied or pruned.
    pub(crate) fn left(&self) -> usize {
        self.plan().objects.len() - self.done.get()
    }

    /// Does what belongs to `stage`, and says what went wrong. `done` is called for each object that went well.
    pub(crate) async fn run(&self, stage: Stage, stop: &Stop, done: impl Fn(&Planned)) -> Vec<Failure> {
        let result = match stage {
            Stage::Ground => self.announce().await,
            Stage::Rest => self.learn_new_kinds(stop).await,
            Stage::Ready => return self.wait_until_ready(stop).await,
            _ => Ok(()),
        };
        if let Err(error) = result {
            return vec![of_cluster(&error)];
        }
        for step in self.steps(stage) {
            let failures = self.step(&step, stop, &done).await;
            if !failures.is_empty() || stop.is_set() {
                return failures;
            }
        }
        let last = stage == Stage::Prune && self.left() == 0;
        let result = if last { self.settle().await } else { Ok(()) };
        result.err().iter().map(of_cluster).collect()
    }

    /// What belongs to a stage, in steps: what is in one can happen at once.
    fn steps(&self, stage: Stage) -> Vec<Vec<&Planned>> {
        let mut steps = BTreeMap::<usize, Vec<&Planned>>::new();
        let mut kinds = Vec::new();
        for planned in self.plan().objects.iter().filter(|planned| Stage::of(planned) == stage) {
            let kind = planned.object.kind.as_str();
            let step = match stage {
                Stage::PruneServices | Stage::Prune => prune_rank(kind),
                // The order of a build is one in which kinds can be made.
                _ => kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
                    kinds.push(kind);
                    kinds.len() - 1
                }),
            };
            steps.entry(step).or_default().push(planned);
        }
        steps.into_values().collect()
    }

    async fn step(&self, step: &[&Planned], stop: &Stop, done: &impl Fn(&Planned)) -> Vec<Failure> {
        let lost = Cell::new(false);
        let wanted: BTreeMap<_, _> = self.survey.objects.iter().map(|wanted| (&wanted.object, wanted)).collect();
        let work = stream::iter(step).map(async |planned: &&Planned| {
            if stop.is_set() || lost.get() {
                return None;
            }
            let outcome = match (&planned.action, wanted.get(&planned.object)) {
                (Action::Prune, _) => self.prune(planned).await,
                (_, Some(wanted)) => self.apply(planned, wanted).await,
                (_, None) => Ok(()),
            };
            match outcome {
                Ok(()) => {
                    self.done.set(self.done.get() + 1);
                    done(planned);
                    None
                }
                Err(failure) => {
                    lost.set(lost.get() || failure.object.is_none());
                    Some(failure)
                }
            }
        });
        let mut failures: Vec<_> =
            work.buffer_unordered(OBJECTS_AT_ONCE).filter_map(async |failure| failure).collect().await;
        // A cluster that is gone is said once.
        if let Some(at) = failures.iter().position(|failure| failure.object.is_none()) {
            let whole = failures.swap_remove(at);
            failures.retain(|failure| failure.object.is_some());
            failures.push(whole);
        }
        failures.sort_by(|a, b| a.object.cmp(&b.object));
        failures
    }

    /// Applies one object as it was planned. If it has been written since, it is looked at again: only what was planned
    /// is done.
    async fn apply(&self, planned: &Planned, wanted: &Wanted<'_>) -> Result<(), Failure> {
        let resources = self.resources.borrow().clone();
        let id = self.method.set.id();
        let context = Context {
            connection: &self.survey.connection,
            resources: &resources,
            set: &id,
            force: self.method.force,
            coming: &self.survey.coming,
        };
        let fail = |message: String| Failure { object: Some(planned.object.clone()), message };
        let Some(resource) = resources.of(&wanted.object) else {
            return Err(fail("its kind is not served yet; apply again".into()));
        };
        let what = format!("apply {}", wanted.object);
        let mut live = planned.live.clone();
        for _ in 0..RACES {
            let mut body = context.body(wanted, resource).map_err(fail)?;
            if let Some(live) = &live {
                body["metadata"]["resourceVersion"] = live.resource_version.as_str().into();
            }
            let path = resource.path(&wanted.object);
            let refusal = match context.connection.apply(&path, &body, &context.query(false), &what).await {
                Ok(_) => return Ok(()),
                Err(Error::Refused(refusal)) if refusal.code == 409 => refusal,
                Err(error) => return Err(about(wanted, error).map_or_else(|error| of_cluster(&error), fail)),
            };
            match context.examine(wanted).await.map_err(|error| of_cluster(&error))? {
                None => return Ok(()),
                Some(now) if now.action == planned.action && is_still(now.live.as_ref(), live.as_ref()) => {
                    live = now.live;
                }
                Some(Planned { action: Action::Conflict(conflicts), .. }) => {
                    let first = conflicts.first().map(|conflict| conflict.manager.clone()).unwrap_or_default();
                    return Err(fail(format!("`{first}` has come to manage fields of it since the plan; plan again")));
                }
                Some(_) => {
                    return Err(fail(format!(
                        "it was changed since the plan, and was left as it is; plan again ({})",
                        refusal.message
                    )));
                }
            }
        }
        Err(fail("others write it all the time; apply again".into()))
    }

    /// Deletes one object, unless it has ceased to be ours.
    async fn prune(&self, planned: &Planned) -> Result<(), Failure> {
        let fail = |message: String| Failure { object: Some(planned.object.clone()), message };
        let connection = &self.survey.connection;
        let object = &planned.object;
        let (Some(resource), Some(mut live)) = (self.resource(object).await?, planned.live.clone()) else {
            return Ok(());
        };
        let path = resource.path(object);
        let what = format!("delete {object}");
        for _ in 0..RACES {
            match connection.delete(&path, &live.uid, &live.resource_version, &what).await {
                Ok(()) => return Ok(()),
                Err(Error::Refused(refusal)) if refusal.code == 409 => {}
                Err(Error::Refused(refusal)) => return Err(fail(refusal.message)),
                Err(Error::Forbidden(refusal)) => {
                    return Err(fail(format!(
                        "you may not {what}: {}; grant it, as in `rbac/apply.yaml`",
                        refusal.message
                    )));
                }
                Err(error) => return Err(of_cluster(&error)),
            }
            let now = connection.find(&path, &format!("get {object}")).await.map_err(|error| of_cluster(&error))?;
            match now {
                Some(now) if is_ours(&now, &live, &self.method.set.id()) => live = Live::of(&object.kind, &now),
                Some(now) if now["metadata"]["uid"] == live.uid.as_str() => {
                    return Err(fail(
                        "it has become somebody else's since the plan, and was left as it is; plan again".into(),
                    ));
                }
                // What was planned is gone; another may have its name.
                _ => return Ok(()),
            }
        }
        Err(fail("others write it all the time; apply again".into()))
    }

    async fn resource(&self, object: &ObjectRef) -> Result<Option<Resource>, Failure> {
        if let Some(resource) = self.resources.borrow().of(object) {
            return Ok(Some(resource.clone()));
        }
        let read = Resources::read(&self.survey.connection, [object.api_version.as_str()]).await;
        let read = read.map_err(|error| of_cluster(&error))?;
        self.learn(read);
        Ok(self.resources.borrow().of(object).cloned())
    }

    fn learn(&self, more: Resources) {
        Rc::make_mut(&mut self.resources.borrow_mut()).extend(more);
    }

    /// Says of the set what it may have from now on: a superset until all is done.
    async fn announce(&self) -> Result<(), Error> {
        if self.plan().is_empty() {
            return Ok(());
        }
        let known = self.method.set.with_members(&self.survey.known, self.members());
        self.method.set.write(&self.survey.connection, &known).await
    }

    /// Says of the set what it has.
    async fn settle(&self) -> Result<(), Error> {
        let known = self.method.set.with_members(&Known::default(), self.members());
        if known == self.survey.known {
            return Ok(());
        }
        self.method.set.write(&self.survey.connection, &known).await
    }

    fn members(&self) -> impl Iterator<Item = &ObjectRef> {
        self.survey.objects.iter().map(|wanted| &wanted.object)
    }
}

/// What goes first: routes before the Services that they name, backends before what they need, and last what all the others
/// are in.
fn prune_rank(kind: &str) -> usize {
    match kind {
        "Service" => 1,
        kind if leads_to_backends(kind) => 0,
        "EndpointSlice" | "Endpoints" | "HorizontalPodAutoscaler" => 2,
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Pod" | "Job" | "CronJob" => 3,
        "CustomResourceDefinition" => 5,
        "Namespace" => 6,
        _ => 4,
    }
}

fn is_still(now: Option<&Live>, before: Option<&Live>) -> bool {
    match (now, before) {
        (Some(now), Some(before)) => now.is_still(before),
        (None, None) => true,
        _ => false,
    }
}

/// Whether `now` is the member of the set that was planned to go.
fn is_ours(now: &Value, planned: &Live, set: &str) -> bool {
    now["metadata"]["uid"] == planned.uid.as_str() && set_of(now) == Some(set) && owned_fields(now).is_some()
}

fn of_cluster(error: &Error) -> Failure {
    Failure { object: None, message: error.to_string() }
}
