//! What differs between versions of Cilium, in one place. Each rule names the source that says so; a path is one of
//! the repository `cilium/cilium` at the tag of the release.

use meshc_model::{Algorithm, Conditions, DataPlane, Distribution, NodeExposure, Service, Traffic, Version};

use crate::{FrontendKind, State};

/// What one version of Cilium does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    version: Version,
}

/// Which backends zone hints are looked for on, before a frontend keeps to those of the client's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ZoneRule {
    /// On the cluster's own endpoints, before those of other clusters are added; one without hints turns the rule off.
    OwnEndpoints,
    /// On each backend by itself: one with hints for other zones only is left out, whatever the others have.
    EachBackend,
    /// On every backend of the service, whichever frontend it serves; one without hints turns the rule off.
    WholeService,
    /// On the active backends that serve the frontend; one without hints turns the rule off.
    Candidates,
}

impl Profile {
    pub(crate) fn of(data_plane: &DataPlane) -> Self {
        Self { version: data_plane.version }
    }

    /// Weights of `EndpointSlices` are read: 1.20 (CILIUM.md 6.1, PR #46061).
    pub(crate) fn reads_slice_weights(self) -> bool {
        self.version.is_at_least(20)
    }

    /// Endpoints that are neither ready nor about to end have a row, in maintenance: 1.18.5
    /// (`pkg/loadbalancer/reflectors/conversions.go`). Before, what is not serving has none, and the rest is active
    /// unless it ends (`pkg/k8s/endpoints.go`).
    pub(crate) fn keeps_unready_rows(self) -> bool {
        self.version.is_at_least_patch(18, 5)
    }

    /// Whether an endpoint serves: as it says, and where it does not say, always since 1.18.5, and before if it is ready
    /// (`pkg/k8s/endpoints.go`, `ParseEndpointConditionsV1`).
    pub(crate) fn serves(self, conditions: Conditions) -> bool {
        conditions.serving.unwrap_or(self.version.is_at_least_patch(18, 5) || conditions.ready)
    }

    /// [`Version::unnamed_serves_all`].
    pub(crate) fn unnamed_serves_all(self) -> bool {
        self.version.unnamed_serves_all()
    }

    /// [`Version::unnamed_takes_all`].
    pub(crate) fn unnamed_takes_all(self) -> bool {
        self.version.unnamed_takes_all()
    }

    /// A backend has to have the protocol of its frontend: 1.18. Before, the name was enough (`pkg/k8s/watchers/service.go`,
    /// `genCartesianProduct`).
    pub(crate) fn compares_protocols(self) -> bool {
        self.version.is_at_least(18)
    }

    /// [`Version::records_unnamed_ports`].
    pub(crate) fn records_unnamed_ports(self) -> bool {
        self.version.records_unnamed_ports()
    }

    /// [`Version::keeps_one_name_of_a_port`].
    pub(crate) fn keeps_one_name_of_a_port(self) -> bool {
        self.version.keeps_one_name_of_a_port()
    }

    /// Records hold zones and the zones that endpoints are for, and what is read of them is kept: 1.19
    /// (`operator/watchers/service_sync.go`, `pkg/clustermesh/service_merger.go`).
    pub(crate) fn records_zones(self) -> bool {
        self.version.is_at_least(19)
    }

    /// [`Version::heeds_namespaces`].
    pub(crate) fn heeds_namespaces(self) -> bool {
        self.version.heeds_namespaces()
    }

    /// The backends of other clusters are among those that topology looks at, even where the service is not global: 1.18
    /// (`pkg/clustermesh/selectbackends.go` filters what `DefaultSelectBackends` has selected).
    pub(crate) fn selects_before_the_mesh(self) -> bool {
        self.version.is_at_least(18)
    }

    /// Nobody is at the address that Cilium's Ingress and Gateway make up: 1.18
    /// (`pkg/loadbalancer/reflectors/conversions.go`).
    pub(crate) fn ignores_dummy_endpoints(self) -> bool {
        self.version.is_at_least(18)
    }

    /// An affinity that is neither local nor remote, and this is so for the word `none` too, drops every backend of
    /// other clusters: from 1.18 to 1.19.5 (CILIUM.md 8, issue #46623; `pkg/annotation/clustermesh.go`, which 1.19.6
    /// mends and no release of 1.18 up to 1.18.11).
    pub(crate) fn other_affinity_drops_remote(self) -> bool {
        self.version.is_at_least(18) && !self.version.is_at_least_patch(19, 6)
    }

    /// `pkg/k8s/service_cache.go` (1.17), `pkg/loadbalancer/writer/writer.go` (since 1.18).
    pub(crate) fn zone_rule(self) -> ZoneRule {
        if self.version.is_at_least(20) {
            ZoneRule::Candidates
        } else if self.version.is_at_least_patch(18, 1) {
            ZoneRule::WholeService
        } else if self.version.is_at_least(18) {
            ZoneRule::EachBackend
        } else {
            ZoneRule::OwnEndpoints
        }
    }

    /// Whether a backend in this state counts when it comes to nearness: since 1.20.2 an active one, and in 1.20.0 and
    /// 1.20.1 any that does not end (`pkg/loadbalancer/writer/writer.go`, `topologyPreferenceCandidate`).
    pub(crate) fn is_candidate(self, state: State) -> bool {
        if self.version.is_at_least_patch(20, 2) {
            state == State::Active
        } else {
            !matches!(state, State::Terminating | State::TerminatingNotServing)
        }
    }

    /// Zone hints are kept with the zone that the endpoint is in, and lost without one: 1.19
    /// (`pkg/loadbalancer/reflectors/conversions.go`).
    pub(crate) fn hints_need_zone(self) -> bool {
        self.version.is_at_least(19)
    }

    /// Which backends a service prefers by topology. Before 1.20 only `PreferClose` is known, and the annotations mean
    /// it; it does not hold where connections from inside stay on their node (CILIUM.md 3.3).
    pub(crate) fn distribution(self, service: &Service) -> Option<Distribution> {
        let traffic = &service.traffic;
        if traffic.is_internal_local() {
            return None;
        }
        let said = traffic.distribution.map(|said| said.value);
        if self.version.is_at_least(20) {
            return said.or(traffic.zone_hints.map(|_| Distribution::PreferSameZone));
        }
        // 1.17 takes no hints with either policy Local.
        let held = self.version.is_at_least(18) || !traffic.is_external_local();
        let close = said == Some(Distribution::PreferClose) || traffic.zone_hints.is_some();
        (held && close).then_some(Distribution::PreferClose)
    }

    /// Without kube-proxy replacement there are frontends of load balancers and external IPs all the same: 1.19
    /// (`pkg/loadbalancer/reflectors/conversions.go`).
    pub(crate) fn load_balancers_without_kube_proxy_replacement(self) -> bool {
        self.version.is_at_least(19)
    }

    /// What is reflected without kube-proxy replacement is programmed only if it is a `ClusterIP` or an external IP:
    /// 1.19.7 (`pkg/loadbalancer/reconciler/bpf_reconciler.go`, `isDatapathCandidate`).
    pub(crate) fn programs_candidates_only(self) -> bool {
        self.version.is_at_least_patch(19, 7)
    }

    /// Whether source ranges hold for frontends of the type `kind`. Those of load balancers always have them; before
    /// 1.18.6 all the others too, since 1.20 external IPs (`pkg/loadbalancer/service.go`, `reconciler/bpf_reconciler.go`).
    pub(crate) fn has_source_ranges(self, kind: FrontendKind, all_types: bool) -> bool {
        let early = self.version.is_at_least(18) && !self.version.is_at_least_patch(18, 6);
        match kind {
            FrontendKind::LoadBalancer => true,
            FrontendKind::ExternalIp => all_types || early || self.version.is_at_least(20),
            FrontendKind::ClusterIp | FrontendKind::NodePort => all_types || early,
        }
    }

    /// A load balancer or external IP that is an address of the node gets no frontend for a number among the node ports:
    /// 1.19.7 (`pkg/loadbalancer/writer/writer.go`, `isNodePortConflict`).
    pub(crate) fn gives_way_to_node_ports(self) -> bool {
        self.version.is_at_least_patch(19, 7)
    }

    /// IPv6 node ports of a service that names no families are taken for IPv4: mended in 1.18.11 and 1.19.5
    /// (CILIUM.md 3.6).
    pub(crate) fn mistakes_ipv6_node_ports(self) -> bool {
        let mended = if self.version.is_at_least(19) { (19, 5) } else { (18, 11) };
        self.version.is_at_least(18) && !self.version.is_at_least_patch(mended.0, mended.1)
    }

    /// The addresses of a proxy before the load balancer are told from its own (KEP-1860), and have no frontends: all but
    /// 1.18.0 (`pkg/loadbalancer/reflectors/conversions.go`).
    pub(crate) fn reads_ip_mode(self) -> bool {
        !self.version.is_at_least(18) || self.version.is_at_least_patch(18, 1)
    }

    /// What says which nodes have a service. The selector wins where it is known, since 1.18; 1.17 has only the other
    /// annotation (`pkg/k8s/watchers/service.go`).
    pub(crate) fn node_exposure(self, nodes: NodeExposure) -> NodeExposure {
        match nodes.selector {
            Some(_) if self.version.is_at_least(18) => NodeExposure { label: None, ..nodes },
            Some(_) | None => NodeExposure { selector: None, ..nodes },
        }
    }

    /// The algorithm that a service's annotation chooses. 1.17 reads it in any case (`pkg/k8s/service.go`).
    pub(crate) fn algorithm_of(self, traffic: &Traffic) -> Option<Algorithm> {
        let folded = traffic.algorithm_in_any_case.filter(|_| !self.version.is_at_least(18));
        traffic.algorithm.or(folded).map(|said| said.value)
    }

    /// In 1.17 a remote backend is left out where the cluster itself has the same address, whatever the port
    /// (`pkg/k8s/service_cache.go`).
    pub(crate) fn addresses_collide_whatever_the_port(self) -> bool {
        !self.version.is_at_least(18)
    }

    /// The annotation that leaves out frontends for connections from inside is known: after 1.20 (the script
    /// `svc-scope-annotation.txtar`).
    pub(crate) fn reads_scope(self) -> bool {
        self.version == Version::Main
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_none_drops_remote_backends_until_1_19_6() {
        let drops = |text| {
            let version = Version::parse(text).expect("it is known");
            Profile::of(&DataPlane { version, ..DataPlane::STANDARD }).other_affinity_drops_remote()
        };
        assert!(["1.18", "1.18.0", "1.18.10", "1.18.11", "1.19.0", "1.19.5"].into_iter().all(drops));
        assert!(!["1.17", "1.17.16", "1.19", "1.19.6", "1.20", "1.20.0", "main"].into_iter().any(drops));
    }
}
