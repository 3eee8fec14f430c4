//! Whether the weights of a service's backends act in a cluster.

use meshc_model::{Algorithm, Member, Mesh, ServiceType};

/// What weights do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// They decide, for some connections.
    Acts,
    /// Nothing: no frontend has a Maglev table.
    NotMaglev,
    /// Nothing: what has a Maglev table is reached from inside only, where `connect()` picks any backend.
    InsideOnly,
    /// Nothing: there are no frontends.
    Headless,
}

pub(super) fn effect(mesh: &Mesh, member: &Member) -> Effect {
    let service = mesh.service(member);
    let (traffic, data_plane) = (&service.traffic, &mesh.cluster(member.cluster).data_plane);
    if service.headless {
        return Effect::Headless;
    }
    let balanced = matches!(service.service_type, ServiceType::NodePort | ServiceType::LoadBalancer);
    let outside = balanced || !traffic.external_ips.is_empty();
    let (from_outside, from_inside) =
        (data_plane.algorithm_from_outside(traffic), data_plane.algorithm_from_inside(traffic));
    if outside && from_outside == Algorithm::Maglev {
        return Effect::Acts;
    }
    let by_packet = data_plane.external_cluster_ip || !data_plane.socket_lb;
    if from_inside == Algorithm::Maglev && by_packet {
        return Effect::Acts;
    }
    if from_outside == Algorithm::Maglev { Effect::InsideOnly } else { Effect::NotMaglev }
}
