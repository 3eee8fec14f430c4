//! Which clusters offer backends without zone hints.

use meshc_model::{ClusterId, Distribution, Identity, Import, Member, Mesh, ServiceGroup, ZoneRule};
use meshc_source::Span;

use super::super::supply::{import, offering};
use super::Why;
use crate::rules::address_place;

/// What the clusters of a service offer.
pub(super) struct Hints<'m> {
    offering: Vec<&'m Member>,
    /// The clusters with a backend that has no hints, and why it has none.
    without: Vec<(ClusterId, Span, &'static str)>,
}

impl<'m> Hints<'m> {
    pub(super) fn new(mesh: &Mesh, group: &'m ServiceGroup) -> Self {
        let offering = offering(mesh, group);
        let without = offering.iter().filter_map(|member| {
            let (span, text) = without_hints(mesh, member)?;
            Some((member.cluster, span, text))
        });
        // Whoever asks is one of them at most.
        Self { without: without.take(2).collect(), offering }
    }

    /// What turns the zones of a service off that asks for them, and whose own cluster does what it asks for.
    pub(super) fn missing_for(&self, mesh: &Mesh, member: &Member) -> Option<Why> {
        let (service, client) = (mesh.service(member), mesh.cluster(member.cluster));
        let version = client.data_plane.version;
        let zones = version.distribution(&service.traffic)? != Distribution::PreferSameNode;
        let all_count = matches!(version.zone_rule(), ZoneRule::WholeService | ZoneRule::Candidates);
        if !service.annotations.is_global() || !zones || !all_count {
            return None;
        }
        let records = |other: ClusterId| import(mesh, member.cluster, other) == Some(Import::Record);
        let holds =
            |other: ClusterId| version.records_zones() && mesh.cluster(other).data_plane.version.records_zones();
        let old = self.offering.iter().map(|other| other.cluster).find(|other| records(*other) && !holds(*other));
        if let Some(other) = old {
            return Some(Why::Records { client: member.cluster, other });
        }
        let heard = self.without.iter().find(|(other, _, _)| import(mesh, member.cluster, *other).is_some());
        heard.map(|(other, place, text)| Why::NoHints { other: *other, place: *place, text })
    }
}

/// A backend of `member` that has no hints for sure, and where that is said.
fn without_hints(mesh: &Mesh, member: &Member) -> Option<(Span, &'static str)> {
    let traffic = &mesh.service(member).traffic;
    let version = mesh.cluster(member.cluster).data_plane.version;
    let asked = traffic.distribution.is_some() || traffic.zone_hints.is_some();
    member.backends.list.iter().filter(|backend| version.exports(backend.conditions)).find_map(|backend| {
        match backend.identity {
            Identity::Address(address) => {
                let lost = backend.zone.is_empty() && version.hints_need_zone();
                let none = member.backends.for_zones(backend).is_empty();
                let text = if none { "this endpoint has no hints" } else { "hints do not count without a zone" };
                (none || lost).then(|| (address_place(mesh, backend.origin, address), text))
            }
            // What hints the cluster gives to pods depends on their nodes, but only if the service asks for some.
            Identity::Workload { .. } => {
                (!asked).then(|| (mesh.object(member.object).span, "this service asks for no hints"))
            }
        }
    })
}
