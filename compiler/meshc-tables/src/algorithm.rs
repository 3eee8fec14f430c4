//! How a packet to a frontend finds its backend, and how it is sent on (CILIUM.md 1 and 3.6).

use meshc_model::{Algorithm, DataPlane, Forwarding, Protocol, Traffic};

use crate::FrontendKind;

/// A service's annotation decides where annotations count; else the data plane does, and a `ClusterIP` has a Maglev table
/// only where it can be reached from outside.
pub(crate) fn algorithm(kind: FrontendKind, traffic: &Traffic, data_plane: &DataPlane) -> Algorithm {
    match kind {
        FrontendKind::ClusterIp => data_plane.algorithm_from_inside(traffic),
        FrontendKind::NodePort | FrontendKind::LoadBalancer | FrontendKind::ExternalIp => {
            data_plane.algorithm_from_outside(traffic)
        }
    }
}

/// A service's annotation decides where annotations count. The mode `hybrid` is dsr for TCP and snat for the rest.
pub(crate) fn forwarding(protocol: Protocol, traffic: &Traffic, data_plane: &DataPlane) -> Forwarding {
    let said = traffic.forwarding.filter(|_| data_plane.forwarding_annotation);
    match (said.map_or(data_plane.forwarding, |said| said.value), protocol) {
        (Forwarding::Hybrid, Protocol::Tcp) | (Forwarding::Dsr, _) => Forwarding::Dsr,
        (Forwarding::Hybrid, Protocol::Udp | Protocol::Sctp) | (Forwarding::Snat, _) => Forwarding::Snat,
    }
}

#[cfg(test)]
mod tests {
    use meshc_model::Said;
    use meshc_source::{FileId, Span};

    use super::*;

    #[test]
    fn maglev_is_for_what_is_reached_from_outside() {
        let maglev = DataPlane { algorithm: Algorithm::Maglev, ..DataPlane::STANDARD };
        let silent = Traffic::default();
        assert_eq!(algorithm(FrontendKind::ClusterIp, &silent, &maglev), Algorithm::Random);
        assert_eq!(algorithm(FrontendKind::NodePort, &silent, &maglev), Algorithm::Maglev);
        let external = DataPlane { external_cluster_ip: true, ..maglev };
        assert_eq!(algorithm(FrontendKind::ClusterIp, &silent, &external), Algorithm::Maglev);
    }

    #[test]
    fn an_annotation_decides_only_where_annotations_count() {
        let span = Span::new(FileId(0), 0, 0);
        let maglev = Said { value: Algorithm::Maglev, span };
        let traffic = Traffic { algorithm: Some(maglev), ..Traffic::default() };
        assert_eq!(algorithm(FrontendKind::ClusterIp, &traffic, &DataPlane::STANDARD), Algorithm::Random);
        let heard = DataPlane { algorithm_annotation: true, ..DataPlane::STANDARD };
        assert_eq!(algorithm(FrontendKind::ClusterIp, &traffic, &heard), Algorithm::Maglev);
    }

    #[test]
    fn hybrid_is_dsr_for_tcp() {
        let hybrid = DataPlane { forwarding: Forwarding::Hybrid, ..DataPlane::STANDARD };
        let silent = Traffic::default();
        assert_eq!(forwarding(Protocol::Tcp, &silent, &hybrid), Forwarding::Dsr);
        assert_eq!(forwarding(Protocol::Udp, &silent, &hybrid), Forwarding::Snat);
        let dsr = Said { value: Forwarding::Dsr, span: Span::new(FileId(0), 0, 0) };
        let asked = Traffic { forwarding: Some(dsr), ..Traffic::default() };
        assert_eq!(forwarding(Protocol::Tcp, &asked, &DataPlane::STANDARD), Forwarding::Snat);
        let heard = DataPlane { forwarding_annotation: true, ..DataPlane::STANDARD };
        assert_eq!(forwarding(Protocol::Tcp, &asked, &heard), Forwarding::Dsr);
    }
}
