//! What is known of the backends that a service has in a cluster, and who gives them to whom.

use meshc_model::{Body, ClusterId, Import, Member, Mesh, ObjectId, Replicas, ServiceGroup};
use meshc_source::Span;

/// What serves a service in one cluster, as far as the project says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Supply {
    /// Backends.
    Backends,
    /// A workload that has no pods.
    ScaledToZero(ObjectId),
    /// Nothing: its endpoints are declared, and there are none.
    NoEndpoints,
    /// Nothing: it has no selector, and nobody declares endpoints.
    NoSelector,
    /// Nothing that the project declares: pods may come from elsewhere, as from an operator.
    Unknown,
}

impl Supply {
    pub(super) fn of(mesh: &Mesh, member: &Member) -> Self {
        let backends = &member.backends;
        match backends.workloads.first() {
            _ if !backends.list.is_empty() => Self::Backends,
            Some(workload) => Self::ScaledToZero(workload.object),
            // What was observed has its ports, even where there is no endpoint.
            None if !backends.port_sets.is_empty() => Self::NoEndpoints,
            None if mesh.service(member).selector.is_empty() => Self::NoSelector,
            None => Self::Unknown,
        }
    }

    /// Whether there is no backend for sure.
    pub(super) fn is_none(self) -> bool {
        matches!(self, Self::ScaledToZero(_) | Self::NoEndpoints | Self::NoSelector)
    }

    /// Where it is said that there is no backend, and how; nowhere where there are some.
    pub(super) fn place(self, mesh: &Mesh, member: &Member) -> Option<(Span, String)> {
        let service = mesh.object(member.object).span;
        match self {
            Self::Backends => None,
            Self::ScaledToZero(workload) => {
                let object = mesh.object(workload);
                let said = match &object.body {
                    Body::Workload(workload) => workload.replicas,
                    _ => Replicas::Unsaid,
                };
                Some(match said {
                    Replicas::Declared { count: 0, span } => (span, format!("no pods of `{}`", object.key.name)),
                    Replicas::Declared { .. } | Replicas::Unsaid | Replicas::PerNode => (object.span, "no pods".into()),
                })
            }
            Self::NoEndpoints => Some((service, "no endpoints".into())),
            Self::NoSelector => Some((service, "no selector and no endpoints".into())),
            Self::Unknown => {
                let selector = mesh.service(member).selector_places.first();
                Some((selector.map_or(service, |place| place.value), "no workload has these labels there".into()))
            }
        }
    }
}

/// The members whose backends other clusters can have: there are some, and they are offered.
pub(super) fn offering<'m>(mesh: &Mesh, group: &'m ServiceGroup) -> Vec<&'m Member> {
    let has = |member: &Member| {
        let version = mesh.cluster(member.cluster).data_plane.version;
        member.backends.list.iter().any(|backend| version.exports(backend.conditions))
    };
    group.members.iter().filter(|member| mesh.is_offered(member) && has(member)).collect()
}

/// How `client` learns of what another cluster offers; `None` if it does not, or if that is `client` itself.
pub(super) fn import(mesh: &Mesh, client: ClusterId, other: ClusterId) -> Option<Import> {
    let import = mesh.cluster(client).data_plane.import(&mesh.cluster(other).data_plane);
    (client != other && import != Import::Nothing).then_some(import)
}
