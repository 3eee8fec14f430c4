//! Why a frontend has the backends that it has: for each candidate the chain of rules that decided, with the lines of
//! the input that they go by.
//!
//! What a rule decided comes from the table and from the functions that made it; nothing is decided here.

mod around;
mod case;
mod chosen;
mod declared;
mod near;
mod offered;
mod places;
mod port;
mod row;
mod rule;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use meshc_model::{ClusterId, Mesh, ObjectId};
use meshc_source::SourceMap;

pub use around::{Absence, Note};
pub use rule::Rule;
pub use step::{Basis, Step};

use crate::client::Place;
use crate::frontends::FrontendAddress;
use crate::offer::Twins;
use crate::share::serving;
use crate::view::View;
use crate::{Client, Excluded, Frontend, Reason, ServiceTable, State, TableBackend, Tables};
use case::{Case, Context};
use declared::Workloads;
use places::{Places, Texts, objects};

/// What is asked about: a service as the clients in a cluster see it.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The texts that it was read from.
    pub sources: &'a SourceMap,
    /// Its tables, as `client` sees them.
    pub tables: &'a Tables,
    /// Where the clients are.
    pub client: Client,
    /// The cluster that they are in.
    pub cluster: ClusterId,
    /// The service, from the table of that cluster.
    pub table: &'a ServiceTable,
}

/// Why a frontend has a backend, or does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The cluster that the backend is in.
    pub cluster: ClusterId,
    /// Index into the backends of that cluster's member.
    pub backend: u32,
    /// The number that serves the frontend; `None` if none does.
    pub port: Option<u16>,
    /// Whether new connections go there.
    pub serves: bool,
    /// Its slot, from 1, where it has one.
    pub slot: Option<u32>,
    /// Why the frontend does not have it; `None` if it has.
    pub excluded: Option<Reason>,
    /// The rules that it passed, in order, and the one that refused it if one did.
    pub steps: Vec<Step>,
}

impl Verdict {
    /// The rule that refused the backend, or keeps new connections from it.
    pub fn refusing(&self) -> Option<&Step> {
        self.steps.last().filter(|step| !step.passed)
    }
}

/// The verdicts over the backends of `frontend`, in the order of its backends and then of what it excludes.
pub fn why(question: &Question<'_>, frontend: &Frontend) -> Vec<Verdict> {
    asked(question, |asked| {
        let at = FrontendAddress {
            kind: frontend.kind,
            scope: frontend.scope,
            address: frontend.address,
            port: frontend.port,
            number: frontend.number,
        };
        let context = Context { asked, frontend, near: asked.view.near(at) };
        let slots = slots(frontend);
        let had = frontend.backends.iter().zip(serving(&frontend.backends)).zip(slots);
        let had = had.map(|((row, serves), slot)| context.verdict_of_row(row, serves, slot));
        had.chain(frontend.excluded.iter().map(|excluded| context.verdict_of_excluded(excluded))).collect()
    })
}

/// Why the service has no frontends of a type that one might expect.
pub fn absences(question: &Question<'_>) -> Vec<Absence> {
    asked(question, |asked| question.table.absent.iter().map(|absent| around::absence(asked, *absent)).collect())
}

/// What else a reader of the verdicts may wonder about: the clusters that have no candidate, and what a whole frontend
/// lacks.
pub fn notes(question: &Question<'_>, frontend: Option<&Frontend>) -> Vec<Note> {
    asked(question, |asked| around::notes(asked, frontend))
}

/// What it means that the client's own service is not shared; nothing if it is.
pub fn unshared(question: &Question<'_>) -> Option<Note> {
    asked(question, around::unshared)
}

/// What is needed to answer.
struct Asked<'m> {
    question: &'m Question<'m>,
    places: Places<'m>,
    view: View<'m>,
    workloads: Workloads,
    /// For each cluster and object the index of its first backend.
    firsts: BTreeMap<(ClusterId, ObjectId), usize>,
}

fn asked<T>(question: &Question<'_>, answer: impl FnOnce(&Asked<'_>) -> T) -> T {
    let Question { mesh, sources, client, cluster, table, .. } = *question;
    let group = table.group(mesh);
    let own = group.member(cluster).expect("a table's cluster has the service");
    let objects = objects(mesh, group);
    let texts = Texts::new(mesh, sources, &objects);
    let places = Places::new(mesh, &texts, &objects);
    let twins = Twins::new(group.members.iter());
    let view = View::new(mesh, group, own, Place::new(mesh, cluster, client), &twins);
    let mut firsts = BTreeMap::new();
    for member in &group.members {
        for (at, backend) in member.backends.list.iter().enumerate() {
            firsts.entry((member.cluster, backend.origin)).or_insert(at);
        }
    }
    let workloads = Workloads::new(mesh, &places, group);
    answer(&Asked { question, places, view, workloads, firsts })
}

/// The slot of each backend, from 1; what is in maintenance has none (CILIUM.md 3.6).
fn slots(frontend: &Frontend) -> Vec<Option<u32>> {
    let mut last = 0;
    let slot = |backend: &TableBackend| {
        let has = backend.state != State::Maintenance;
        last += u32::from(has);
        has.then_some(last)
    };
    frontend.backends.iter().map(slot).collect()
}

impl Context<'_> {
    fn verdict_of_row(&self, row: &TableBackend, serves: bool, slot: Option<u32>) -> Verdict {
        let case = Case::new(self.asked, row.cluster, row.backend, Some(row.port));
        let case = Case { row: Some(row), serves, ..case };
        self.verdict(&case, slot)
    }

    fn verdict_of_excluded(&self, excluded: &Excluded) -> Verdict {
        let case = Case::new(self.asked, excluded.cluster, excluded.backend, excluded.port);
        self.verdict(&Case { refused: Some(excluded.reason), ..case }, None)
    }

    fn verdict(&self, case: &Case<'_>, slot: Option<u32>) -> Verdict {
        let mut steps = Vec::new();
        for rule in Rule::ALL {
            steps.extend(self.step(rule, case));
            if steps.last().is_some_and(|step: &Step| !step.passed) {
                break;
            }
        }
        Verdict {
            cluster: case.offer.member.cluster,
            backend: case.at as u32,
            port: case.number,
            serves: case.serves,
            slot,
            excluded: case.refused,
            steps,
        }
    }

    /// What `rule` found; nothing where it cannot apply.
    fn step(&self, rule: Rule, case: &Case<'_>) -> Option<Step> {
        match rule {
            Rule::Declared => Some(declared::declared(self, case)),
            Rule::Global => offered::global(self, case),
            Rule::RemoteGlobal => offered::remote_global(self, case),
            Rule::Shared => offered::shared(self, case),
            Rule::Namespace => offered::namespace(self, case),
            Rule::ServiceV2 => offered::service_v2(self, case),
            Rule::Ready => row::ready(self, case),
            Rule::Overwritten => row::overwritten(self, case),
            Rule::Family => port::family(self, case),
            Rule::PortName => Some(port::name(self, case)),
            Rule::Protocol => port::protocol(self, case),
            Rule::SameAddress => row::same_address(self, case),
            Rule::SameNode => near::same_node(self, case),
            Rule::TrafficPolicy => near::traffic_policy(self, case),
            Rule::SameZone => near::same_zone(self, case),
            Rule::Affinity => chosen::affinity(self, case),
            Rule::State => chosen::state(self, case),
            Rule::Weight => chosen::weight(self, case),
        }
    }
}
