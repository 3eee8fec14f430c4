//! What takes a cluster a while, and is waited for.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::time::Instant;

use super::{Cluster, of_cluster};
use crate::plan::Action;
use crate::resources::Resources;
use crate::session::Failure;
use crate::stage::Stage;
use crate::survey::OBJECTS_AT_ONCE;
use crate::{Error, ObjectRef, Stop, rollout};

/// How long a new kind may take until it is served, and how often one looks.
const UNTIL_SERVED: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// How often one looks whether pods are ready.
const BETWEEN_LOOKS_AT_PODS: Duration = Duration::from_secs(1);

impl Cluster<'_> {
    /// Waits until the workloads have their pods, if that is wanted: also those that were applied before, whose pods may be
    /// what a run that failed has waited for. Those that lose pods later are left out.
    pub(super) async fn wait_until_ready(&self, stop: &Stop) -> Vec<Failure> {
        let Some(patience) = self.method.wait else {
            return Vec::new();
        };
        let end = Instant::now() + patience;
        let shrink = self.plan().objects.iter().filter(|planned| Stage::of(planned) == Stage::RemoveBackends);
        let shrink: BTreeSet<_> = shrink.map(|planned| &planned.object).collect();
        let workloads = self.members().filter(|object| rollout::is_workload(&object.kind) && !shrink.contains(object));
        let looks = stream::iter(workloads).map(async |object| {
            let message = match self.pods_missing(object, end, stop).await {
                Ok(0) => return None,
                Ok(missing) => format!(
                    "{missing} of its pods are not ready after {} s; look at them, and apply again",
                    patience.as_secs()
                ),
                Err(failure) => return Some(failure),
            };
            Some(Failure { object: Some(object.clone()), message })
        });
        looks.buffered(OBJECTS_AT_ONCE).filter_map(async |failure| failure).collect().await
    }

    /// How many pods of `object` are not ready at `end`, or as soon as there are none.
    async fn pods_missing(&self, object: &ObjectRef, end: Instant, stop: &Stop) -> Result<u64, Failure> {
        let Some(resource) = self.resource(object).await? else {
            return Ok(0);
        };
        loop {
            let what = format!("get {object}");
            let found = self.survey.connection.find(&resource.path(object), &what).await;
            let missing =
                found.map_err(|error| of_cluster(&error))?.map_or(0, |now| rollout::missing(&object.kind, &now));
            // An interrupt ends the waiting, and is no fault of the workload.
            if missing == 0 || stop.is_set() {
                return Ok(0);
            }
            if Instant::now() >= end {
                return Ok(missing);
            }
            stop.sleep(BETWEEN_LOOKS_AT_PODS).await;
        }
    }

    /// Waits until the kinds are served that were applied before the objects of these kinds.
    pub(super) async fn learn_new_kinds(&self, stop: &Stop) -> Result<(), Error> {
        let missing = || {
            let resources = self.resources.borrow();
            let unknown = self
                .plan()
                .objects
                .iter()
                .filter(|planned| planned.action == Action::Create && resources.of(&planned.object).is_none());
            unknown.map(|planned| planned.object.api_version.clone()).collect::<BTreeSet<_>>()
        };
        let start = Instant::now();
        loop {
            let versions = missing();
            if versions.is_empty() || start.elapsed() > UNTIL_SERVED || stop.is_set() {
                return Ok(());
            }
            let read = Resources::read(&self.survey.connection, versions.iter().map(String::as_str)).await?;
            self.learn(read);
            if !missing().is_empty() {
                stop.sleep(BETWEEN_LOOKS).await;
            }
        }
    }
}
