use meshc_model::{
    Annotation, Backend, Body, Cluster, ClusterId, DataPlane, Endpoint, EndpointSlice, Identity, Name, Service,
    ServicePort,
};
use meshc_source::Span;

use super::{Asked, Basis, Place};
use crate::offer::{Offer, Seen};
use crate::profile::Profile;
use crate::select::Near;
use crate::{Frontend, Reason, TableBackend};

/// A frontend that is asked about.
pub(super) struct Context<'m> {
    pub(super) asked: &'m Asked<'m>,
    pub(super) frontend: &'m Frontend,
    pub(super) near: Near,
}

/// A candidate, and what became of it.
pub(super) struct Case<'m> {
    pub(super) offer: &'m Offer<'m>,
    /// Its index among the backends of its cluster.
    pub(super) at: usize,
    pub(super) backend: &'m Backend,
    pub(super) number: Option<u16>,
    /// Its row in the frontend, if it has one.
    pub(super) row: Option<&'m TableBackend>,
    pub(super) serves: bool,
    pub(super) refused: Option<Reason>,
}

/// An endpoint where an object declares it.
pub(super) struct DeclaredEndpoint<'m> {
    pub(super) slice: &'m EndpointSlice,
    /// The index of the slice in its object.
    pub(super) slice_at: usize,
    pub(super) endpoint: &'m Endpoint,
    /// The index of the endpoint among all of its object.
    pub(super) at: usize,
}

impl<'m> Case<'m> {
    pub(super) fn new(asked: &'m Asked<'m>, cluster: ClusterId, at: u32, number: Option<u16>) -> Self {
        let offer = asked.view.offers.iter().find(|offer| offer.member.cluster == cluster);
        let offer = offer.expect("a backend's cluster has the service");
        let backend = &offer.member.backends.list[at as usize];
        Self { offer, at: at as usize, backend, number, row: None, serves: false, refused: None }
    }

    /// Whether it was refused for `reason`.
    pub(super) fn is_refused(&self, reason: Reason) -> bool {
        self.refused == Some(reason)
    }

    pub(super) fn is_derived(&self) -> bool {
        matches!(self.backend.identity, Identity::Workload { .. })
    }
}

impl<'m> Asked<'m> {
    pub(super) fn cluster(&self) -> &'m Cluster {
        self.question.mesh.cluster(self.question.cluster)
    }

    pub(super) fn data_plane(&self) -> &'m DataPlane {
        &self.cluster().data_plane
    }

    /// The endpoint `at` of a cluster, as its object declares it; `None` for a derived backend.
    pub(super) fn endpoint(&self, offer: &Offer<'m>, at: usize) -> Option<DeclaredEndpoint<'m>> {
        let origin = offer.member.backends.list[at].origin;
        let Body::Endpoints(slices) = &self.question.mesh.object(origin).body else {
            return None;
        };
        let at = at - self.firsts.get(&(offer.member.cluster, origin))?;
        let mut first = 0;
        for (slice_at, slice) in slices.iter().enumerate() {
            if let Some(endpoint) = slice.endpoints.get(at - first) {
                return Some(DeclaredEndpoint { slice, slice_at, endpoint, at });
            }
            first += slice.endpoints.len();
        }
        None
    }

    /// Where the address of a backend is, or else the name of what makes it.
    pub(super) fn backend_span(&self, offer: &Offer<'m>, at: usize) -> Span {
        let object = offer.member.backends.list[at].origin;
        self.endpoint(offer, at).map_or(self.question.mesh.object(object).span, |found| found.endpoint.span)
    }

    /// The setting `field` of a cluster's data plane, or where it would be written.
    pub(super) fn setting(&self, cluster: &Cluster, field: &str) -> Basis {
        Basis::of(self.places.setting(cluster, field), cluster.span)
    }
}

impl<'m> Context<'m> {
    /// The client's cluster.
    pub(super) fn from(&self) -> &'m Cluster {
        self.asked.cluster()
    }

    /// The cluster of a backend.
    pub(super) fn there(&self, case: &Case<'m>) -> &'m Cluster {
        self.asked.question.mesh.cluster(case.offer.member.cluster)
    }

    /// The client's own service.
    pub(super) fn service(&self) -> &'m Service {
        self.asked.view.service
    }

    /// The service of a backend's cluster.
    pub(super) fn service_there(&self, case: &Case<'m>) -> &'m Service {
        self.asked.question.mesh.service(case.offer.member)
    }

    /// Where the name of the client's own service is.
    pub(super) fn service_span(&self) -> Span {
        let mesh = self.asked.question.mesh;
        let member = self.asked.question.table.group(mesh).member(self.asked.question.cluster);
        mesh.object(member.expect("a table's cluster has the service").object).span
    }

    /// The client's port.
    pub(super) fn port(&self) -> &'m ServicePort {
        &self.service().ports[self.frontend.port as usize]
    }

    pub(super) fn profile(&self) -> Profile {
        self.asked.view.profile()
    }

    /// `Cilium 1.20`.
    pub(super) fn cilium(&self) -> String {
        format!("Cilium {}", self.asked.data_plane().version)
    }

    pub(super) fn client(&self) -> Place<'m> {
        self.asked.view.topology.place
    }

    /// The backend as the client's data plane sees it, if it has a row.
    pub(super) fn seen(&self, case: &Case<'m>) -> Option<Seen<'m>> {
        case.offer.see(case.at, self.asked.view.twins).ok()
    }

    /// Where the value at `path` of an observed backend is.
    pub(super) fn endpoint_field(&self, case: &Case<'m>, path: &[&str]) -> Option<Span> {
        let found = self.asked.endpoint(case.offer, case.at)?;
        self.asked.places.endpoint_field(case.backend.origin, found.at, path)
    }

    /// Where the address of a backend is, or else the name of what makes it.
    pub(super) fn backend_span(&self, case: &Case<'m>) -> Span {
        self.asked.backend_span(case.offer, case.at)
    }
}

/// The line of an annotation, or else the name of the object that it would be on.
pub(super) fn annotated(annotation: Option<Annotation>, object: Span) -> Basis {
    Basis::of(annotation.map(|found| found.value_span), Some(object))
}

/// Names as `a, b and c`.
pub(super) fn and(names: &[Name]) -> String {
    match names {
        [] => String::new(),
        [one] => one.to_string(),
        [most @ .., last] => {
            let most: Vec<_> = most.iter().map(|name| name.as_str()).collect();
            format!("{} and {last}", most.join(", "))
        }
    }
}
