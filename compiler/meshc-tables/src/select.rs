//! Which backends a frontend uses: those whose ports serve it, then those that its traffic policy, topology and affinity
//! leave (CILIUM.md 3.2 to 3.4).

use meshc_model::{ClusterId, EndpointPort, Identity, Name, Protocol};

use crate::affinity::choose;
use crate::frontends::FrontendAddress;
use crate::offer::{Offer, Seen};
use crate::policy::stays_on_node;
use crate::port_match::matching_ports;
use crate::topology::{Candidate, Zones};
use crate::view::View;
use crate::{Dependence, Excluded, Reason, State, TableBackend};

/// What keeps the backends of a frontend near.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Near {
    /// They are those of this node, whatever the traffic policy.
    Node(Name),
    /// They are what the traffic policy leaves, of these zones.
    Zones(Zones),
}

/// A row that might serve a frontend.
pub(crate) struct Row<'m> {
    pub(crate) backend: TableBackend,
    candidate: Candidate<'m>,
}

impl<'m> View<'m> {
    /// The backends of a frontend, in no order; those that it does not use are put to the excluded ones.
    pub(crate) fn select(
        &self,
        at: FrontendAddress,
        all: &[Candidate<'m>],
        excluded: &mut Vec<Excluded>,
        depends: &mut Dependence,
    ) -> Vec<TableBackend> {
        let mut rows = self.rows(at, excluded);
        self.keep_near(at, all, &mut rows, excluded, depends);
        self.prefer(&mut rows, excluded);
        rows.iter().map(|row| row.backend).collect()
    }

    /// How near the backends of a frontend are to be.
    pub(crate) fn near(&self, at: FrontendAddress) -> Near {
        let (mut excluded, mut depends) = (Vec::new(), Dependence::default());
        let mut rows = self.rows(at, &mut excluded);
        self.keep_near(at, &self.all_seen(), &mut rows, &mut excluded, &mut depends)
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
