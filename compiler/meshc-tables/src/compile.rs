use std::net::{IpAddr, SocketAddr};

use meshc_check::CheckedMesh;
use meshc_model::{
    Algorithm, ClusterId, DataPlane, EndpointPort, Identity, Member, Mesh, Name, Protocol, Service, ServiceGroup,
};
use rayon::prelude::*;

use crate::affinity::choose;
use crate::algorithm::{algorithm, forwarding};
use crate::client::{OnNode, Place};
use crate::conflict::settle_conflicts;
use crate::frontends::{FrontendAddress, Frontends, frontends};
use crate::maglev::{MaglevBackend, maglev_counts, maglev_table};
use crate::mirror::mirrored;
use crate::offer::{Offer, Seen, Twins};
use crate::policy::stays_on_node;
use crate::port_match::matching_ports;
use crate::profile::Profile;
use crate::share::serving;
use crate::topology::{Candidate, Topology, Zones};
use crate::{
    AbsentFrontends, AbsentReason, Client, ClusterTable, Dependence, Excluded, Frontend, FrontendKind, Reason,
    ServiceTable, State, TableBackend, Tables,
};

/// Compiles the table of every cluster, as `client` sees it.
pub fn compile_tables(mesh: &CheckedMesh, client: Client) -> Tables {
    let mesh = mesh.mesh();
    let seen: Vec<Vec<(ClusterId, ServiceTable)>> =
        mesh.services.par_iter().enumerate().map(|(at, group)| compile_group(mesh, at as u32, group, client)).collect();
    let mut clusters: Vec<_> =
        mesh.cluster_ids().map(|cluster| ClusterTable { cluster, services: Vec::new() }).collect();
    for (cluster, table) in seen.into_iter().flatten() {
        clusters[usize::from(cluster.0)].services.push(table);
    }
    clusters.par_iter_mut().for_each(|table| settle_conflicts(mesh, table));
    Tables { clusters }
}

/// A service as each of its clusters sees it.
fn compile_group(mesh: &Mesh, at: u32, group: &ServiceGroup, client: Client) -> Vec<(ClusterId, ServiceTable)> {
    let twins = Twins::new(group.members.iter());
    let see = |own: &Member| (own.cluster, View::new(mesh, group, own, client, &twins).table(at));
    group.members.iter().map(see).collect()
}

/// A service from the side of one client cluster.
pub(crate) struct View<'m> {
    pub(crate) mesh: &'m Mesh,
    pub(crate) own: ClusterId,
    group: &'m ServiceGroup,
    pub(crate) service: &'m Service,
    pub(crate) data_plane: &'m DataPlane,
    pub(crate) offers: Vec<Offer<'m>>,
    pub(crate) twins: &'m Twins,
    pub(crate) topology: Topology<'m>,
}

/// What keeps the backends of a frontend near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Near {
    /// They are those of this node, whatever the traffic policy.
    Node(Name),
    /// They are what the traffic policy leaves, of these zones.
    Zones(Zones),
}

/// The numbers that node ports have unless a cluster is set up otherwise (CILIUM.md 1).
fn is_node_port(number: u16) -> bool {
    (30_000..=32_767).contains(&number)
}

/// A row that might serve a frontend.
struct Row<'m> {
    backend: TableBackend,
    candidate: Candidate<'m>,
}

impl<'m> View<'m> {
    /// The service `group` from the side of its member `own`.
    pub(crate) fn new(
        mesh: &'m Mesh,
        group: &'m ServiceGroup,
        own: &'m Member,
        client: Client,
        twins: &'m Twins,
    ) -> Self {
        let offers = group.members.iter().map(|member| Offer::new(mesh, own.cluster, member)).collect();
        let place = Place::new(mesh, own.cluster, client);
        let data_plane = &mesh.cluster(own.cluster).data_plane;
        let service = mesh.service(own);
        let topology = Topology::new(service, data_plane, place);
        Self { mesh, own: own.cluster, group, service, data_plane, offers, twins, topology }
    }

    /// How near the backends of a frontend are to be.
    pub(crate) fn near(&self, at: FrontendAddress) -> Near {
        let (mut excluded, mut depends) = (Vec::new(), Dependence::default());
        let mut rows = self.rows(at, &mut excluded);
        self.keep_near(at, &self.all_seen(), &mut rows, &mut excluded, &mut depends)
    }

    fn table(&self, group: u32) -> ServiceTable {
        let mut found = frontends(self.service, self.data_plane);
        let on_node = self.topology.place.has(&self.service.traffic.nodes, self.profile());
        if on_node == OnNode::No {
            let mut kinds: Vec<_> = found.addresses.iter().map(|address| address.kind).collect();
            kinds.dedup();
            found.absent.extend(kinds.into_iter().map(|kind| AbsentFrontends { kind, reason: AbsentReason::Node }));
            found.addresses.clear();
        }
        let on_address = self.give_way(&mut found);
        let all = self.all_seen();
        let mut frontends: Vec<_> = found.addresses.iter().map(|address| self.frontend(*address, &all)).collect();
        for frontend in &mut frontends {
            let shy = frontend.address.is_some_and(|address| on_address.contains(&address));
            frontend.depends.node |= on_node == OnNode::Depends || shy;
        }
        let mirrored = mirrored(self.service, self.data_plane, &self.offers, self.twins);
        let distribution = self.profile().distribution(self.service);
        ServiceTable { group, distribution, frontends, absent: found.absent, mirrored }
    }

    /// Takes the frontends that stay free for node ports. Gives the addresses for which that depends on the node.
    fn give_way(&self, found: &mut Frontends) -> Vec<IpAddr> {
        let mut depends = Vec::new();
        if !self.profile().gives_way_to_node_ports() {
            return depends;
        }
        found.addresses.retain(|at| {
            let outside = matches!(at.kind, FrontendKind::LoadBalancer | FrontendKind::ExternalIp);
            let (true, Some(address), true) = (outside, at.address, at.number.is_some_and(is_node_port)) else {
                return true;
            };
            let of_node = self.topology.place.has_address(self.mesh, self.own, address);
            depends.extend((of_node == OnNode::Depends).then_some(address));
            let stays = of_node != OnNode::Yes;
            let absent = AbsentFrontends { kind: at.kind, reason: AbsentReason::NodePortRange };
            found.absent.extend((!stays && !found.absent.contains(&absent)).then_some(absent));
            stays
        });
        depends
    }

    pub(crate) fn profile(&self) -> Profile {
        self.topology.profile
    }

    /// Why the backends of an offer are not looked at. Those of other clusters are used by a global service only
    /// (CILIUM.md 2.3), but most versions select among all of them first, and drop them afterwards.
    fn refused(&self, offer: &Offer<'_>) -> Option<Reason> {
        let closed = self.is_closed_to(offer) && !self.profile().selects_before_the_mesh();
        if closed { Some(Reason::NotGlobal) } else { offer.refused }
    }

    fn is_closed_to(&self, offer: &Offer<'_>) -> bool {
        offer.remote && !self.service.annotations.is_global()
    }

    /// Every backend that the service has here, whichever frontend it serves; none where no rule asks.
    pub(crate) fn all_seen(&self) -> Vec<Candidate<'m>> {
        let mut all = Vec::new();
        if self.topology.distribution.is_none() {
            return all;
        }
        for offer in self.offers.iter().filter(|offer| self.refused(offer).is_none()) {
            for (at, backend) in offer.member.backends.list.iter().enumerate() {
                let stands = |port: &EndpointPort| self.better_twin(offer, at, port.number, port.protocol).is_none();
                if let Ok(seen) = offer.see(at, self.twins)
                    && offer.ports(backend).iter().any(stands)
                {
                    all.push(candidate(offer, at, &seen));
                }
            }
        }
        all
    }

    fn frontend(&self, at: FrontendAddress, all: &[Candidate<'m>]) -> Frontend {
        let mut excluded = Vec::new();
        let mut depends = Dependence::default();
        let mut rows = self.rows(at, &mut excluded);
        self.keep_near(at, all, &mut rows, &mut excluded, &mut depends);
        self.prefer(&mut rows, &mut excluded);
        let mut backends: Vec<_> = rows.iter().map(|row| row.backend).collect();
        self.order(&mut backends);
        excluded.shrink_to_fit();
        excluded.sort_unstable_by_key(|excluded: &Excluded| (excluded.cluster, excluded.backend, excluded.reason));
        let traffic = &self.service.traffic;
        let algorithm = algorithm(at.kind, traffic, self.data_plane);
        let in_map = match at.kind {
            FrontendKind::ClusterIp | FrontendKind::ExternalIp => true,
            FrontendKind::NodePort | FrontendKind::LoadBalancer => {
                self.data_plane.kube_proxy_replacement || !self.profile().programs_candidates_only()
            }
        };
        let guarded = self.profile().has_source_ranges(at.kind, self.data_plane.source_range_all_types);
        Frontend {
            kind: at.kind,
            scope: at.scope,
            address: at.address,
            port: at.port,
            number: at.number,
            algorithm,
            forwarding: forwarding(self.service.ports[at.port as usize].protocol, traffic, self.data_plane),
            programmed: in_map,
            routable: at.kind != FrontendKind::ClusterIp || self.data_plane.external_cluster_ip,
            source_ranges: guarded && !traffic.source_ranges.is_empty(),
            depends,
            maglev: self.maglev_entries(algorithm, at.port, &backends),
            backends,
            excluded,
        }
    }

    /// How many entries of the frontend's Maglev table each backend has.
    fn maglev_entries(&self, algorithm: Algorithm, port: u32, backends: &[TableBackend]) -> Option<Vec<u32>> {
        let table = maglev_backends(self.group, self.service, algorithm, port, backends)?;
        let of_serving = maglev_counts(&table, self.data_plane.maglev_table_size);
        let mut counts = of_serving.into_iter();
        Some(serving(backends).into_iter().map(|on| if on { counts.next().unwrap_or(0) } else { 0 }).collect())
    }

    /// The backends whose ports serve the frontend.
    fn rows(&self, frontend: FrontendAddress, excluded: &mut Vec<Excluded>) -> Vec<Row<'m>> {
        let port = &self.service.ports[frontend.port as usize];
        let mut rows = Vec::new();
        for offer in &self.offers {
            let refused = self.refused(offer);
            let member = offer.member;
            for (at, backend) in member.backends.list.iter().enumerate() {
                let ports = offer.ports(backend);
                let numbers = matching_ports(port, frontend.address, backend, &ports, self.profile());
                let seen = refused.map_or_else(|| offer.see(at, self.twins), Err);
                let mut exclude = |port, reason| {
                    let reason = if self.is_closed_to(offer) { Reason::NotGlobal } else { reason };
                    excluded.push(Excluded { cluster: member.cluster, backend: at as u32, port, reason });
                };
                match (seen, numbers) {
                    (Err(reason), numbers) => {
                        exclude(numbers.ok().and_then(|numbers| numbers.first().copied()), reason);
                    }
                    (Ok(_), Err(reason)) => exclude(None, reason),
                    (Ok(seen), Ok(numbers)) => {
                        for number in numbers.into_iter().filter(|number| !offer.is_dummy(backend, *number)) {
                            if self.better_twin(offer, at, number, port.protocol).is_some() {
                                exclude(Some(number), Reason::SameAddress);
                                continue;
                            }
                            rows.push(row(offer, at, number, &seen));
                        }
                    }
                }
            }
        }
        rows
    }

    /// The row that takes the place of this one, if one does: the key of a row is its address and port. The cluster's own are
    /// preferred to those of others; of its own the one written last stands. Which of several other clusters is written
    /// last depends on the order in which they are heard of: the table shows the first by name (CILIUM.md 5).
    pub(crate) fn better_twin(
        &self,
        offer: &Offer<'m>,
        at: usize,
        number: u16,
        protocol: Protocol,
    ) -> Option<(ClusterId, u32)> {
        let backend = &offer.member.backends.list[at];
        let any_port = self.profile().addresses_collide_whatever_the_port() && offer.remote;
        self.twins.of(offer.member.cluster, at, backend).find(|(cluster, other)| {
            let (cluster, other) = (*cluster, *other);
            let Some(theirs) = self.offers.iter().find(|offer| offer.member.cluster == cluster) else {
                return false;
            };
            let twin = &theirs.member.backends.list[other as usize];
            let ports = theirs.ports(twin);
            let there = self.refused(theirs).is_none() && theirs.see(other as usize, self.twins).is_ok();
            let same = any_port || ports.iter().any(|port| port.number == number && port.protocol == protocol);
            let better = if theirs.remote == offer.remote {
                if cluster == offer.member.cluster { other as usize > at } else { cluster < offer.member.cluster }
            } else {
                offer.remote
            };
            there && same && better
        })
    }

    /// Takes out what traffic policy and topology leave aside.
    fn keep_near(
        &self,
        at: FrontendAddress,
        all: &[Candidate<'m>],
        rows: &mut Vec<Row<'m>>,
        excluded: &mut Vec<Excluded>,
        depends: &mut Dependence,
    ) -> Near {
        let serving: Vec<_> = rows.iter().map(|row| row.candidate).collect();
        if let Some(node) = self.topology.keeps_to_node(&serving, depends) {
            self.exclude_if(rows, excluded, |row| {
                let here = row.candidate.node == node && self.profile().is_candidate(row.candidate.state);
                (!here).then_some(Reason::OtherNode)
            });
            return Near::Node(node);
        }
        if stays_on_node(at.kind, at.scope, &self.service.traffic) {
            self.keep_on_node(rows, excluded, depends);
        }
        let serving: Vec<_> = rows.iter().map(|row| row.candidate).collect();
        let zones = self.topology.zones(&serving, all);
        depends.zone |= zones == Zones::Unknown;
        self.exclude_if(rows, excluded, |row| zones.refuse(&row.candidate));
        Near::Zones(zones)
    }

    /// A backend whose node is not known passes for one of the client's: so do those of service records.
    fn keep_on_node(&self, rows: &mut Vec<Row<'m>>, excluded: &mut Vec<Excluded>, depends: &mut Dependence) {
        depends.node |= rows.iter().any(|row| row.candidate.homeless);
        let Some(node) = self.topology.place.node else {
            depends.node |= rows.iter().any(|row| !row.candidate.node.is_empty());
            return;
        };
        self.exclude_if(rows, excluded, |row| {
            let elsewhere = !row.candidate.node.is_empty() && row.candidate.node != node;
            elsewhere.then_some(Reason::TrafficPolicyLocal)
        });
    }

    /// Takes out what the affinity leaves aside.
    fn prefer(&self, rows: &mut Vec<Row<'m>>, excluded: &mut Vec<Excluded>) {
        let states = |remote| -> Vec<State> {
            rows.iter().filter(|row| row.candidate.remote == remote).map(|row| row.backend.state).collect()
        };
        let mut choice = choose(&self.service.annotations, self.profile(), &states(false), &states(true));
        if !self.service.annotations.is_global() {
            choice.remote = Err(Reason::NotGlobal);
        }
        self.exclude_if(
            rows,
            excluded,
            |row| if row.candidate.remote { choice.remote.err() } else { choice.local.err() },
        );
    }

    /// Moves the rows that `refuse` has a reason against to the excluded ones.
    fn exclude_if(
        &self,
        rows: &mut Vec<Row<'_>>,
        excluded: &mut Vec<Excluded>,
        refuse: impl Fn(&Row<'_>) -> Option<Reason>,
    ) {
        let closed = !self.service.annotations.is_global();
        rows.retain(|row| {
            let TableBackend { cluster, backend, port, .. } = row.backend;
            let Some(reason) = refuse(row) else {
                return true;
            };
            let reason = if closed && row.candidate.remote { Reason::NotGlobal } else { reason };
            excluded.push(Excluded { cluster, backend, port: Some(port), reason });
            false
        });
    }

    /// Slots are ordered by state, address and port (CILIUM.md 3.6). Derived backends, which have no address yet, come
    /// in the order of clusters, workloads and ordinals.
    fn order(&self, backends: &mut [TableBackend]) {
        backends.sort_by_key(|backend| {
            let identity = backend.identity(self.group);
            let address = match identity {
                Identity::Address(address) => Some(address),
                Identity::Workload { .. } => None,
            };
            (backend.state, address, backend.port, backend.cluster, identity)
        });
    }
}

fn candidate<'m>(offer: &Offer<'_>, at: usize, seen: &Seen<'m>) -> Candidate<'m> {
    let derived = matches!(offer.member.backends.list[at].identity, Identity::Workload { .. });
    Candidate {
        state: seen.state,
        remote: offer.remote,
        node: seen.node,
        homeless: derived && !offer.remote,
        for_zones: seen.for_zones,
    }
}

fn row<'m>(offer: &Offer<'m>, at: usize, port: u16, seen: &Seen<'m>) -> Row<'m> {
    let Seen { state, weight, node, .. } = *seen;
    let backend = TableBackend { cluster: offer.member.cluster, backend: at as u32, port, state, weight, node };
    Row { backend, candidate: candidate(offer, at, seen) }
}

/// The serving backends of a frontend as its Maglev table has them; `None` if it has none, or if one of them has no
/// address yet.
fn maglev_backends(
    group: &ServiceGroup,
    service: &Service,
    algorithm: Algorithm,
    port: u32,
    backends: &[TableBackend],
) -> Option<Vec<MaglevBackend>> {
    if algorithm != Algorithm::Maglev {
        return None;
    }
    let protocol = service.ports[port as usize].protocol;
    let serving = backends.iter().zip(serving(backends)).filter(|(_, on)| *on);
    serving
        .map(|(backend, _)| match backend.identity(group) {
            Identity::Address(address) => Some(MaglevBackend {
                address: SocketAddr::new(address, backend.port),
                protocol,
                weight: backend.weight,
            }),
            Identity::Workload { .. } => None,
        })
        .collect()
}

/// The Maglev table of a frontend in the table of `cluster`: for each entry the index of the backend that it leads to.
/// `None` if it has none, or if it cannot be known because a backend has no address yet.
pub fn frontend_maglev_table(
    mesh: &Mesh,
    cluster: ClusterId,
    table: &ServiceTable,
    frontend: &Frontend,
) -> Option<Vec<u32>> {
    let group = table.group(mesh);
    let service = mesh.service(group.member(cluster)?);
    let backends = maglev_backends(group, service, frontend.algorithm, frontend.port, &frontend.backends)?;
    let serving = serving(&frontend.backends);
    let index: Vec<u32> = (0..).zip(serving).filter(|(_, on)| *on).map(|(at, _)| at).collect();
    let entries = maglev_table(&backends, mesh.cluster(cluster).data_plane.maglev_table_size);
    Some(entries.into_iter().map(|entry| index[entry as usize]).collect())
}
