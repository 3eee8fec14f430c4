//! Workloads that no service selects: what a selector with a slip in it was meant for.

use meshc_model::{Body, Member, Mesh, Name, ObjectId, ServiceGroup, Workload};
use rustc_hash::{FxHashMap, FxHashSet};

use super::super::supply::Supply;
use super::slip::is_slip;

/// Of more workloads that have a label in common, those after these are not looked at.
const MOST_ALIKE: usize = 2000;

/// The workloads that no service of the mesh selects, found by their labels.
pub(in super::super) struct Strays<'m> {
    mesh: &'m Mesh,
    by_key: FxHashMap<(Name, Name), Vec<ObjectId>>,
    by_value: FxHashMap<(Name, Name), Vec<ObjectId>>,
    by_pair: FxHashMap<(Name, Name), Vec<ObjectId>>,
}

/// A workload that a selector nearly matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Near {
    /// The workload.
    pub(super) workload: ObjectId,
    /// What keeps the selector from it.
    pub(super) why: Why,
}

/// What keeps a selector from a workload. Numbers are places in the selector and among the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// One value differs by a slip.
    Value { pair: usize, label: usize },
    /// One value stands under another key.
    Key { pair: usize, label: usize },
    /// The pods lack a label.
    Missing { pair: usize },
    /// The Service of another cluster selects it with another value.
    Sibling { pair: usize, label: usize, object: ObjectId },
    /// It stands in another namespace.
    Namespace,
}

impl<'m> Strays<'m> {
    pub(in super::super) fn new(mesh: &'m Mesh) -> Self {
        let selected = selected(mesh);
        let mut strays =
            Self { mesh, by_key: FxHashMap::default(), by_value: FxHashMap::default(), by_pair: FxHashMap::default() };
        for (at, object) in mesh.objects.iter().enumerate() {
            let id = ObjectId(at as u32);
            let Body::Workload(workload) = &object.body else {
                continue;
            };
            if workload.owned || selected.contains(&id) {
                continue;
            }
            for (key, value) in &workload.labels {
                strays.by_key.entry((object.key.namespace, *key)).or_default().push(id);
                strays.by_value.entry((object.key.namespace, *value)).or_default().push(id);
                strays.by_pair.entry((*key, *value)).or_default().push(id);
            }
        }
        strays
    }

    /// The workload that the selector of `member`, which matches nothing, was probably meant for.
    pub(in super::super) fn near(&self, group: &ServiceGroup, member: &Member) -> Option<Near> {
        self.of_sibling(group, member).or_else(|| self.stray(group, member))
    }

    /// One that the Service of another cluster selects.
    fn of_sibling(&self, group: &ServiceGroup, member: &Member) -> Option<Near> {
        let own = &self.mesh.service(member).selector;
        let other = group.members.iter().find(|other| {
            other.object != member.object && other.derived.is_none() && !other.backends.workloads.is_empty()
        })?;
        let theirs = &self.mesh.service(other).selector;
        let here = |id: &ObjectId| self.mesh.placement(*id).contains(member.cluster);
        let selected = other.backends.workloads.iter().map(|workload| workload.object);
        let (key, value) = theirs.first()?;
        let alike = list(&self.by_pair, (*key, *value)).iter().copied().filter(|id| {
            let matches = |workload: &Workload| theirs.iter().all(|pair| workload.labels.contains(pair));
            self.mesh.object(*id).key.namespace == group.namespace && self.workload(*id).is_some_and(matches)
        });
        let workload = selected.chain(alike).find(here)?;
        let labels = &self.workload(workload)?.labels;
        let pair = own.iter().position(|pair| !labels.contains(pair))?;
        let why = match labels.iter().position(|(key, _)| *key == own[pair].0) {
            Some(label) => Why::Sibling { pair, label, object: other.object },
            None => Why::Missing { pair },
        };
        Some(Near { workload, why })
    }

    /// One that no service selects.
    fn stray(&self, group: &ServiceGroup, member: &Member) -> Option<Near> {
        let selector = &self.mesh.service(member).selector;
        let here = |id: &ObjectId| self.mesh.placement(*id).contains(member.cluster);
        let (key, value) = *selector.first()?;
        let alike = if selector.len() == 1 {
            [list(&self.by_key, (group.namespace, key)), list(&self.by_value, (group.namespace, value))]
        } else {
            // All but one of the pairs are equal, so one of the first two is.
            [list(&self.by_pair, selector[0]), list(&self.by_pair, selector[1])]
        };
        let in_namespace = |id: &ObjectId| self.mesh.object(*id).key.namespace == group.namespace;
        let near = alike.into_iter().flatten().copied().filter(in_namespace).filter(here);
        let mut near = near.filter_map(|workload| {
            Some(Near { workload, why: difference(selector, &self.workload(workload)?.labels)? })
        });
        near.next().or_else(|| {
            let matches = |id: &ObjectId| {
                self.workload(*id).is_some_and(|workload| selector.iter().all(|pair| workload.labels.contains(pair)))
            };
            let elsewhere = list(&self.by_pair, (key, value)).iter().copied().filter(here);
            let workload = elsewhere.filter(|id| !in_namespace(id)).find(matches)?;
            Some(Near { workload, why: Why::Namespace })
        })
    }

    pub(super) fn workload(&self, id: ObjectId) -> Option<&'m Workload> {
        match &self.mesh.object(id).body {
            Body::Workload(workload) => Some(workload),
            _ => None,
        }
    }
}

fn list(index: &FxHashMap<(Name, Name), Vec<ObjectId>>, key: (Name, Name)) -> &[ObjectId] {
    let found = index.get(&key).map_or(&[][..], Vec::as_slice);
    &found[..found.len().min(MOST_ALIKE)]
}

/// The one pair of a selector that labels do not have, if they nearly do.
fn difference(selector: &[(Name, Name)], labels: &[(Name, Name)]) -> Option<Why> {
    let mut missing = selector.iter().enumerate().filter(|(_, pair)| !labels.contains(pair));
    let (pair, (key, value)) = missing.next()?;
    if missing.next().is_some() {
        return None;
    }
    if let Some(label) = labels.iter().position(|(own, _)| own == key) {
        let slip = is_slip(value.as_str(), labels[label].1.as_str());
        return slip.then_some(Why::Value { pair, label });
    }
    match labels.iter().position(|(_, own)| own == value) {
        Some(label) if !selector.iter().any(|(key, _)| *key == labels[label].0) => Some(Why::Key { pair, label }),
        Some(_) | None => (selector.len() > 1).then_some(Why::Missing { pair }),
    }
}

/// The workloads that a service selects, whether or not its endpoints are declared.
fn selected(mesh: &Mesh) -> FxHashSet<ObjectId> {
    let members = || mesh.services.iter().flat_map(|group| group.members.iter().map(move |member| (group, member)));
    let mut selected: FxHashSet<_> =
        members().flat_map(|(_, member)| member.backends.workloads.iter().map(|workload| workload.object)).collect();
    let observed: FxHashSet<_> = members()
        .filter(|(_, member)| member.backends.workloads.is_empty() && Supply::of(mesh, member) != Supply::Unknown)
        .filter_map(|(group, member)| Some((group.namespace, *mesh.service(member).selector.first()?, member.object)))
        .collect();
    if observed.is_empty() {
        return selected;
    }
    let mut selectors = FxHashMap::<_, Vec<ObjectId>>::default();
    for (namespace, pair, service) in observed {
        selectors.entry((namespace, pair)).or_default().push(service);
    }
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Workload(workload) = &object.body else {
            continue;
        };
        let found = workload.labels.iter().filter_map(|pair| selectors.get(&(object.key.namespace, *pair)));
        let is_selected = found.flatten().any(|service| match &mesh.object(*service).body {
            Body::Service(service) => service.selector.iter().all(|pair| workload.labels.contains(pair)),
            _ => false,
        });
        if is_selected {
            selected.insert(ObjectId(at as u32));
        }
    }
    selected
}
