//! A service as one client cluster sees it: its frontends, each with what was selected for it.

use std::net::IpAddr;

use meshc_model::{ClusterId, DataPlane, Identity, Member, Mesh, Service, ServiceGroup};

use crate::algorithm::{algorithm, forwarding};
use crate::client::{OnNode, Place};
use crate::frontends::{FrontendAddress, Frontends, frontends};
use crate::lookup::maglev_entries;
use crate::mirror::mirrored;
use crate::offer::{Offer, Twins};
use crate::profile::Profile;
use crate::topology::{Candidate, Topology};
use crate::{AbsentFrontends, AbsentReason, Dependence, Excluded, Frontend, FrontendKind, ServiceTable, TableBackend};

/// A service from the side of one client cluster.
pub(crate) struct View<'m> {
    pub(crate) mesh: &'m Mesh,
    pub(crate) own: ClusterId,
    pub(crate) group: &'m ServiceGroup,
    pub(crate) service: &'m Service,
    pub(crate) data_plane: &'m DataPlane,
    pub(crate) offers: Vec<Offer<'m>>,
    pub(crate) twins: &'m Twins,
    pub(crate) topology: Topology<'m>,
}

/// The numbers that node ports have unless a cluster is set up otherwise (CILIUM.md 1).
fn is_node_port(number: u16) -> bool {
    (30_000..=32_767).contains(&number)
}

impl<'m> View<'m> {
    /// The service `group` from the side of its member `own`, for clients in `place`.
    pub(crate) fn new(
        mesh: &'m Mesh,
        group: &'m ServiceGroup,
        own: &'m Member,
        place: Place<'m>,
        twins: &'m Twins,
    ) -> Self {
        let offers = group.members.iter().map(|member| Offer::new(mesh, own.cluster, member)).collect();
        let data_plane = &mesh.cluster(own.cluster).data_plane;
        let service = mesh.service(own);
        let topology = Topology::new(service, data_plane, place);
        Self { mesh, own: own.cluster, group, service, data_plane, offers, twins, topology }
    }

    /// Its table; `group` is its index in the mesh.
    pub(crate) fn table(&self, group: u32) -> ServiceTable {
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
        let distribution = self.profile().version.distribution(&self.service.traffic);
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

    fn frontend(&self, at: FrontendAddress, all: &[Candidate<'m>]) -> Frontend {
        let mut excluded = Vec::new();
        let mut depends = Dependence::default();
        let mut backends = self.select(at, all, &mut excluded, &mut depends);
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
            maglev: maglev_entries(self, algorithm, at.port, &backends),
            backends,
            excluded,
        }
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
