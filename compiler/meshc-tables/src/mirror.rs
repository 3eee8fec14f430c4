//! Which backends of other clusters are mirrored into `EndpointSlices` of a cluster (CILIUM.md 5).

use meshc_model::{DataPlane, Family, Identity, Service};

use crate::Mirrored;
use crate::offer::{Offer, Twins};

/// The mirrored endpoints of each other cluster, where the service asks for them.
pub(crate) fn mirrored(
    service: &Service,
    data_plane: &DataPlane,
    offers: &[Offer<'_>],
    twins: &Twins,
) -> Vec<Mirrored> {
    if !data_plane.endpoint_slice_sync || !service.asks_for_mirrors() {
        return Vec::new();
    }
    let families = families(service);
    let others = offers.iter().filter(|offer| offer.remote && offer.refused.is_none());
    others
        .map(|offer| {
            let list = &offer.member.backends.list;
            let in_family = |at: &usize| match list[*at].identity {
                Identity::Address(address) => families.is_empty() || families.contains(&Family::of(address)),
                Identity::Workload { .. } => true,
            };
            let seen = (0..list.len()).filter(|at| offer.see(*at, twins).is_ok());
            let backends = seen.filter(in_family).map(|at| at as u32).collect();
            Mirrored { cluster: offer.member.cluster, backends }
        })
        .filter(|mirrored| !mirrored.backends.is_empty())
        .collect()
}

/// The families of a service, as far as it says.
fn families(service: &Service) -> Vec<Family> {
    if service.traffic.ip_families.is_empty() {
        service.cluster_ips.iter().copied().map(Family::of).collect()
    } else {
        service.traffic.ip_families.clone()
    }
}
