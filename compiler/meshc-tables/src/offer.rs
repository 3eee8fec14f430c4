//! What a client cluster's data plane has of the backends of one cluster: its own as its endpoints say, those of others
//! as their records or slices say (CILIUM.md 2.1 and 2.2).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

use meshc_model::{Backend, ClusterId, DataPlane, EndpointPort, Identity, Import, Member, Mesh, Name};
use rustc_hash::FxHashMap;

use crate::export::{export, is_exported};
use crate::profile::Profile;
use crate::{Reason, State};

/// The endpoint that Cilium's Ingress and Gateway make so that their services are noticed; it is nobody (CILIUM.md 3.1).
const DUMMY: (IpAddr, u16) = (IpAddr::V4(Ipv4Addr::new(192, 192, 192, 192)), 9999);

/// The backends of one cluster, as a client cluster sees them.
pub(crate) struct Offer<'m> {
    pub(crate) member: &'m Member,
    pub(crate) remote: bool,
    /// Why the client's data plane has none of them; `None` if it has.
    pub(crate) refused: Option<Reason>,
    pub(crate) import: Import,
    own: Profile,
    other: Profile,
}

/// A backend, as the client cluster sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'m> {
    pub(crate) state: State,
    pub(crate) weight: u16,
    pub(crate) node: Name,
    pub(crate) for_zones: &'m [Name],
}

impl<'m> Offer<'m> {
    /// What clients in `client` have of the backends of `member`. Whether they use them is another question.
    pub(crate) fn new(mesh: &Mesh, client: ClusterId, member: &'m Member) -> Self {
        let own = &mesh.cluster(client).data_plane;
        let other = &mesh.cluster(member.cluster).data_plane;
        let remote = member.cluster != client;
        let import = own.import(other);
        let lost = (import == Import::Nothing).then_some(Reason::ServiceV2);
        let refused = if remote { export(mesh, member).reason().or(lost) } else { None };
        Self { member, remote, refused, import, own: Profile::of(own), other: Profile::of(other) }
    }

    /// Its backends without a Service, which have rows and no frontends.
    pub(crate) fn unclaimed(own: &DataPlane, member: &'m Member) -> Self {
        let own = Profile::of(own);
        Self { member, remote: false, refused: None, import: Import::Record, own, other: own }
    }

    /// The backend at `at` as it is seen, or why it has no row.
    pub(crate) fn see(&self, at: usize, twins: &Twins) -> Result<Seen<'m>, Reason> {
        let backend = &self.member.backends.list[at];
        let by_record = self.is_by_record();
        if by_record {
            if !is_exported(backend, self.other) {
                return Err(Reason::NotReady);
            }
            if self.overwriter(at, backend, twins).is_some() {
                return Err(Reason::Overwritten);
            }
        }
        let lost = by_record && !(self.own.version.records_zones() && self.other.version.records_zones())
            || backend.zone.is_empty() && self.own.version.hints_need_zone();
        let for_zones = if lost { &[] } else { self.member.backends.for_zones(backend) };
        if by_record {
            return Ok(Seen { state: State::Active, weight: Backend::STANDARD_WEIGHT, node: Name::EMPTY, for_zones });
        }
        let state = State::of_endpoint(backend.conditions, backend.weight, self.own).ok_or(Reason::NotReady)?;
        let weight = if self.own.version.reads_slice_weights() { backend.weight } else { Backend::STANDARD_WEIGHT };
        Ok(Seen { state, weight, node: backend.node, for_zones })
    }

    /// Whether its backends come from a service record, which holds no state, weight or node.
    pub(crate) fn is_by_record(&self) -> bool {
        self.remote && self.import == Import::Record
    }

    /// The ports of a backend as they are seen. Where one of several names of a port is kept, chance says which, and the
    /// table has the first.
    pub(crate) fn ports(&self, backend: &Backend) -> Cow<'m, [EndpointPort]> {
        let ports = self.member.backends.ports(backend);
        let (all, one_name) = (self.other.version.records_unnamed_ports(), self.own.version.keeps_one_name_of_a_port());
        if !self.is_by_record() || all && !one_name {
            return Cow::Borrowed(ports);
        }
        let mut seen: Vec<_> = ports.iter().copied().filter(|port| all || !port.name.is_empty()).collect();
        if one_name {
            seen.sort_unstable_by_key(|port| (port.number, port.protocol, port.name));
            seen.dedup_by_key(|port| (port.number, port.protocol));
        }
        Cow::Owned(seen)
    }

    /// The last backend that takes the place of the one at `at` in the record, if one does: a record has one set of ports
    /// for each address, that of the last slice that has it ready or serving. Within a slice the last endpoint stands for
    /// the address in any case (CILIUM.md 2.1).
    pub(crate) fn overwriter(&self, at: usize, backend: &Backend, twins: &Twins) -> Option<u32> {
        let list = &self.member.backends.list;
        let of_record = |other: usize| list[other].origin == backend.origin || is_exported(&list[other], self.other);
        let own = twins.of(self.member.cluster, at, backend).filter(|(cluster, _)| *cluster == self.member.cluster);
        own.map(|(_, other)| other).filter(|other| *other as usize > at && of_record(*other as usize)).max()
    }

    /// Whether the port `number` of the backend is nobody's.
    pub(crate) fn is_dummy(&self, backend: &Backend, number: u16) -> bool {
        let nobody = backend.identity == Identity::Address(DUMMY.0) && number == DUMMY.1;
        nobody && self.own.ignores_dummy_endpoints()
    }
}

/// The addresses that more than one backend of a service has.
#[derive(Debug, Default)]
pub(crate) struct Twins {
    by_address: FxHashMap<IpAddr, Vec<(ClusterId, u32)>>,
}

impl Twins {
    pub(crate) fn new<'m>(members: impl Iterator<Item = &'m Member>) -> Self {
        let mut by_address = FxHashMap::<IpAddr, Vec<(ClusterId, u32)>>::default();
        for member in members {
            for (at, backend) in member.backends.list.iter().enumerate() {
                if let Identity::Address(address) = backend.identity {
                    by_address.entry(address).or_default().push((member.cluster, at as u32));
                }
            }
        }
        by_address.retain(|_, found| found.len() > 1);
        Self { by_address }
    }

    /// The others with the address of `backend`, which is at `at` in `cluster`.
    pub(crate) fn of(
        &self,
        cluster: ClusterId,
        at: usize,
        backend: &Backend,
    ) -> impl Iterator<Item = (ClusterId, u32)> {
        let found = match backend.identity {
            Identity::Address(address) if !self.by_address.is_empty() => self.by_address.get(&address),
            Identity::Address(_) | Identity::Workload { .. } => None,
        };
        found.into_iter().flatten().copied().filter(move |other| *other != (cluster, at as u32))
    }
}
