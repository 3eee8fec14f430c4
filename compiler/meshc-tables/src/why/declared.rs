use std::collections::BTreeMap;

use meshc_model::{Body, ClusterId, Identity, Member, Mesh, Name, ObjectId, Replicas, ServiceGroup};

use super::case::{Case, Context};
use super::places::{Places, autoscaler};
use super::{Basis, Rule, Step};

/// How many pods each workload of a service makes, and which line says so.
pub(super) struct Workloads {
    made: BTreeMap<(ClusterId, Name), Made>,
}

/// How many pods a workload makes.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) text: String,
    pub(super) basis: Basis,
}

/// The object that declares a backend.
pub(super) fn declared(context: &Context<'_>, case: &Case<'_>) -> Step {
    match case.backend.identity {
        Identity::Address(_) => {
            let text = format!("an endpoint of {}", context.asked.question.mesh.object(case.backend.origin).key);
            Step::passed(Rule::Declared, text, Basis::Written(vec![context.backend_span(case)]))
        }
        Identity::Workload { workload, .. } => {
            let Made { text, basis } = context.asked.workloads.made_by(case.offer.member.cluster, workload);
            Step::passed(Rule::Declared, text, basis)
        }
    }
}

impl Workloads {
    pub(super) fn new(mesh: &Mesh, places: &Places<'_>, group: &ServiceGroup) -> Self {
        let mut found = BTreeMap::new();
        for member in &group.members {
            let counts = counts(member);
            for of_workload in &member.backends.workloads {
                let count = counts.get(&of_workload.workload).copied().unwrap_or(0);
                let plural = if count == 1 { "" } else { "s" };
                let text = format!("{} makes {count} pod{plural}", of_workload.workload);
                let made = made(mesh, places, member.cluster, of_workload.object, text);
                found.insert((member.cluster, of_workload.workload), made);
            }
        }
        Self { made: found }
    }

    /// What the workload of a backend makes.
    pub(super) fn made_by(&self, cluster: ClusterId, workload: Name) -> Made {
        self.made.get(&(cluster, workload)).expect("a derived backend is a pod of a workload of its service").clone()
    }
}

/// How many backends each workload is.
fn counts(member: &Member) -> BTreeMap<Name, u32> {
    let mut counts = BTreeMap::new();
    for backend in &member.backends.list {
        if let Identity::Workload { workload, .. } = backend.identity {
            *counts.entry(workload).or_default() += 1;
        }
    }
    counts
}

fn made(mesh: &Mesh, places: &Places<'_>, cluster: ClusterId, workload: ObjectId, text: String) -> Made {
    let object = mesh.object(workload);
    let Body::Workload(declared) = &object.body else {
        unreachable!("what makes pods is a workload");
    };
    match (declared.replicas, autoscaler(mesh, cluster, workload)) {
        // An autoscaler leaves alone what is switched off.
        (Replicas::Declared { count: 0, span }, _) | (Replicas::Declared { span, .. }, None) => {
            Made { text, basis: Basis::Written(vec![span]) }
        }
        (Replicas::Declared { .. } | Replicas::Unsaid, Some(by)) => {
            let (by_object, minimum) = (mesh.object(by), places.field(by, &["spec", "minReplicas"]));
            let text = format!("{text}, the fewest that {} leaves", by_object.key);
            Made { text, basis: Basis::of(minimum, Some(by_object.span)) }
        }
        (Replicas::Unsaid, None) => Made { text, basis: Basis::Default(Some(object.span)) },
        (Replicas::PerNode, _) => {
            Made { text: format!("{text}, one on each node"), basis: Basis::Written(vec![object.span]) }
        }
    }
}
