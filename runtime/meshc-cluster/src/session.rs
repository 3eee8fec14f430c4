//! Clusters that were asked what would happen, and in which it can be made to happen.

use std::cell::{Cell, RefCell};

use futures::{FutureExt, StreamExt, future, stream};
use tokio::runtime::Runtime;

use crate::apply::Cluster;
use crate::identity::refuse_twins;
use crate::plan::{ClusterPlan, Method, Planned};
use crate::stage::Stage;
use crate::survey::survey;
use crate::{Access, Error, Goal, ObjectRef, Stop, runtime};

/// Clusters that were asked what would happen.
pub struct Session<'m> {
    runtime: Runtime,
    clusters: Vec<Result<Cluster<'m>, Error>>,
    stop: Stop,
}

/// Something that went wrong in a cluster.
#[derive(Debug)]
pub struct Failure {
    /// The object; `None` if it is about the whole cluster.
    pub object: Option<ObjectRef>,
    /// What went wrong, with the next step.
    pub message: String,
}

/// What came of a cluster.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What went wrong.
    pub failures: Vec<Failure>,
    /// How many objects were not come to.
    pub left: usize,
    /// Why they were not, where nothing went wrong in this cluster itself.
    pub reason: Option<Reason>,
}

/// Why a cluster was left before all was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its plan has a conflict, or an object that is refused: nothing was begun.
    InTheWay,
    /// It was not reached when it was asked for the plan; nothing was begun.
    Unreached,
    /// Another cluster failed while backends were added, so none are taken away.
    HeldBack,
    /// An earlier wave failed.
    EarlierWave,
    /// It was asked to stop.
    Stopped,
}

impl<'m> Session<'m> {
    /// Asks every cluster of `goals` what applying would do, several at once, and changes nothing. `examined` is called
    /// for each object.
    ///
    /// # Panics
    /// If the machine has nothing left to run a thread or a timer on.
    pub fn open(access: &Access, method: &Method, goals: &[Goal<'m>], examined: &dyn Fn()) -> Self {
        let runtime = runtime();
        let surveys = stream::iter(goals).map(async |goal| {
            let mut survey = survey(access, method, goal, examined).await?;
            // Nothing is lost while one only asks; once something is begun, it is worth waiting for a server.
            survey.connection.limits.patience = access.limits.patience;
            Ok(Cluster::new(survey, method.clone()))
        });
        let mut clusters: Vec<_> = runtime.block_on(surveys.buffered(access.limits.at_once).collect());
        refuse_twins(&mut clusters, goals, Cluster::identity);
        Self { runtime, clusters, stop: access.stop.clone() }
    }

    /// What would happen to each cluster, in the order of the goals.
    pub fn plans(&self) -> impl Iterator<Item = Result<&ClusterPlan, &Error>> {
        self.clusters.iter().map(|cluster| cluster.as_ref().map(Cluster::plan))
    }

    /// Makes it happen, wave by wave; a wave has the places of clusters among the goals. A wave begins when the one before
    /// it went well. `done` is called for each object that was applied or pruned, with the place of its cluster.
    ///
    /// An interrupt or a termination sets the [`Stop`] of the access, and ends it between objects.
    pub fn carry_out(&self, waves: &[Vec<usize>], done: &mut dyn FnMut(usize, &Planned)) -> Vec<Outcome> {
        let carrying = Carrying {
            clusters: &self.clusters,
            outcomes: RefCell::new(self.clusters.iter().map(|_| Outcome::default()).collect()),
            done: RefCell::new(done),
            stop: &self.stop,
        };
        let listening = self.stop.clone().listen();
        let work = carrying.waves(waves);
        let both = future::select(Box::pin(work), Box::pin(listening.then(|()| future::pending::<()>())));
        self.runtime.block_on(both);
        carrying.outcomes.into_inner()
    }
}

/// Who is told of each object that was applied or pruned, with the place of its cluster.
type Listener<'d> = &'d mut dyn FnMut(usize, &Planned);

struct Carrying<'c, 'm, 'd> {
    clusters: &'c [Result<Cluster<'m>, Error>],
    outcomes: RefCell<Vec<Outcome>>,
    done: RefCell<Listener<'d>>,
    stop: &'c Stop,
}

impl Carrying<'_, '_, '_> {
    async fn waves(&self, waves: &[Vec<usize>]) {
        let mut whole = true;
        for wave in waves {
            if self.stop.is_set() {
                self.leave(wave, Reason::Stopped);
            } else if whole {
                whole = self.wave(wave).await;
            } else {
                self.leave(wave, Reason::EarlierWave);
            }
        }
    }

    /// Carries out the plans of some clusters side by side; whether all went well.
    async fn wave(&self, wave: &[usize]) -> bool {
        let whole = Cell::new(true);
        let mut going = Vec::new();
        for at in wave {
            match &self.clusters[*at] {
                Ok(cluster) if cluster.plan().in_the_way().next().is_none() => going.push((*at, cluster)),
                Ok(_) => self.fail(*at, Reason::InTheWay, &whole),
                Err(_) => self.fail(*at, Reason::Unreached, &whole),
            }
        }
        for stage in Stage::ALL {
            let reason = if self.stop.is_set() {
                Some(Reason::Stopped)
            } else {
                (stage.takes_away() && !whole.get()).then_some(Reason::HeldBack)
            };
            if let Some(reason) = reason {
                self.leave_unfinished(&going, reason);
                return false;
            }
            let steps = going.iter().map(|(at, cluster)| {
                cluster.run(stage, self.stop, |planned| (self.done.borrow_mut())(*at, planned)).map(|step| (*at, step))
            });
            for (at, failures) in future::join_all(steps).await {
                if !failures.is_empty() {
                    whole.set(false);
                    going.retain(|(own, _)| *own != at);
                    let left = self.left(at);
                    let mut outcomes = self.outcomes.borrow_mut();
                    outcomes[at].failures.extend(failures);
                    outcomes[at].left = left;
                }
            }
        }
        if self.stop.is_set() {
            // The last stage may have been cut short.
            self.leave_unfinished(&going, Reason::Stopped);
        }
        whole.get()
    }

    fn leave_unfinished(&self, clusters: &[(usize, &Cluster<'_>)], reason: Reason) {
        let left: Vec<_> = clusters.iter().filter(|(_, cluster)| cluster.left() > 0).map(|(at, _)| *at).collect();
        self.leave(&left, reason);
    }

    fn fail(&self, at: usize, reason: Reason, whole: &Cell<bool>) {
        whole.set(false);
        self.leave(&[at], reason);
    }

    fn leave(&self, clusters: &[usize], reason: Reason) {
        for at in clusters {
            let left = self.left(*at);
            let mut outcomes = self.outcomes.borrow_mut();
            outcomes[*at].left = left;
            outcomes[*at].reason = Some(reason);
        }
    }

    fn left(&self, at: usize) -> usize {
        self.clusters[at].as_ref().map_or(0, Cluster::left)
    }
}
