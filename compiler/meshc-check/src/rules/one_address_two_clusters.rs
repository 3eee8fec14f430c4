//! M0416 one-address-two-clusters: an address is a backend in two clusters. Rows of other clusters have no cluster in their
//! key, so that one takes the place of the other (CILIUM.md 2.2 and 5); and no two pods of a mesh may have one address.

use std::collections::BTreeMap;
use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Backend, Identity, Member, Mesh, ObjectId, ServiceGroup};
use rustc_hash::FxHashMap;

use super::{address_place, declared_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let mut seen = FxHashMap::<IpAddr, Use<'_>>::default();
    let mut of_service = BTreeMap::new();
    let mut of_clusters = BTreeMap::new();
    for (at, group) in declared_services(mesh).enumerate() {
        for member in &group.members {
            let annotations = &mesh.service(member).annotations;
            if !annotations.is_global() {
                continue;
            }
            let addresses = member.backends.list.iter().filter_map(|backend| first_use(mesh, group, member, backend));
            for (address, found) in addresses {
                let first = *seen.entry(address).or_insert(found);
                if !first.collides(mesh, found, address) {
                    continue;
                }
                let pair = Pair { address, first, second: found, more: 0 };
                let clusters = (first.member.cluster, found.member.cluster);
                if std::ptr::eq(first.group, group) {
                    count(of_service.entry((at, clusters)), pair);
                } else {
                    count(of_clusters.entry(clusters), pair);
                }
            }
        }
    }
    for pair in of_service.into_values().chain(of_clusters.into_values()) {
        diags.push(pair.diagnostic(mesh));
    }
}

type Entry<'e, 'm, K> = std::collections::btree_map::Entry<'e, K, Pair<'m>>;

fn count<'m, K: Ord>(entry: Entry<'_, 'm, K>, pair: Pair<'m>) {
    entry.and_modify(|first| first.more += 1).or_insert(pair);
}

/// An address as a backend. An object that stands in several clusters is looked at in the first of them.
fn first_use<'m>(
    mesh: &Mesh,
    group: &'m ServiceGroup,
    member: &'m Member,
    backend: &Backend,
) -> Option<(IpAddr, Use<'m>)> {
    let Identity::Address(address) = backend.identity else {
        return None;
    };
    let first = mesh.placement(backend.origin).iter().next() == Some(member.cluster);
    first.then_some((address, Use { group, member, origin: backend.origin }))
}

/// Where an address is a backend.
#[derive(Clone, Copy)]
struct Use<'m> {
    group: &'m ServiceGroup,
    member: &'m Member,
    /// The object that says so.
    origin: ObjectId,
}

impl Use<'_> {
    /// Whether two uses of one address are in each other's way: they are in different clusters, one of which gives it to
    /// others, and it is the address of a pod. What stands outside of all clusters may serve each of them.
    fn collides(self, mesh: &Mesh, other: Use<'_>, address: IpAddr) -> bool {
        let apart = mesh.placement(self.origin).first_common(mesh.placement(other.origin)).is_none();
        let (ours, theirs) = (mesh.is_offered(self.member), mesh.is_offered(other.member));
        let same = std::ptr::eq(self.group, other.group);
        let selects = |found: Use<'_>| !mesh.service(found.member).selector.is_empty();
        let pod = if same { selects(self) || selects(other) } else { selects(self) && selects(other) };
        let met = if same { ours || theirs } else { ours && theirs };
        apart && met && (pod || is_of_pods(mesh, address))
    }
}

fn is_of_pods(mesh: &Mesh, address: IpAddr) -> bool {
    mesh.clusters.iter().flat_map(|cluster| &cluster.pod_cidrs).any(|range| range.value.contains(&address))
}

/// An address in two clusters, and how many more like it there are.
struct Pair<'m> {
    address: IpAddr,
    first: Use<'m>,
    second: Use<'m>,
    more: usize,
}

impl Pair<'_> {
    fn diagnostic(&self, mesh: &Mesh) -> Diagnostic {
        let name = |found: &Use<'_>| mesh.cluster(found.member.cluster).name;
        let (here, there) = (name(&self.first), name(&self.second));
        let service = |found: &Use<'_>| format!("{}/{}", found.group.namespace, found.group.name);
        let addresses = match self.more {
            0 => format!("{} serves", self.address),
            1 => format!("{} and 1 more address serve", self.address),
            more => format!("{} and {more} more addresses serve", self.address),
        };
        let same = std::ptr::eq(self.first.group, self.second.group);
        let headline = if same {
            format!("{addresses} `{}` in {here} and in {there}", service(&self.first))
        } else {
            let (ours, theirs) = (service(&self.first), service(&self.second));
            format!("{addresses} `{ours}` in {here} and `{theirs}` in {there}")
        };
        let diagnostic = Diagnostic::new(Code::OneAddressTwoClusters, headline);
        let places = [(&self.second, there), (&self.first, here)];
        let diagnostic = places.into_iter().fold(diagnostic, |diagnostic, (found, cluster)| {
            diagnostic.at(address_place(mesh, found.origin, self.address), format!("a backend in {cluster}"))
        });
        diagnostic.help(
            "Cilium keeps one backend for an address, whichever cluster it hears of last, and packets go to one of the \
             two: the ranges of pods must not overlap, and each cluster's endpoints are its own",
        )
    }
}
