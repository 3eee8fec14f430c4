//! What differs between versions of Cilium, where only the tables ask. What the rules ask too is said of a
//! [`Version`]. Each names the source that says so; a path is one of the repository `cilium/cilium` at the tag of the
//! release.

use meshc_model::{DataPlane, NodeExposure, Version};

use crate::{FrontendKind, State};

/// What one version of Cilium does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) version: Version,
}

impl Profile {
    pub(crate) fn of(data_plane: &DataPlane) -> Self {
        Self { version: data_plane.version }
    }

    /// Endpoints that are neither ready nor about to end have a row, in maintenance: 1.18.5
    /// (`pkg/loadbalancer/reflectors/conversions.go`). Before, what is not serving has none, and the rest is active
    /// unless it ends (`pkg/k8s/endpoints.go`).
    pub(crate) fn keeps_unready_rows(self) -> bool {
        self.version.is_at_least_patch(18, 5)
    }

    /// A backend has to have the protocol of its frontend: 1.18. Before, the name was enough (`pkg/k8s/watchers/service.go`,
    /// `genCartesianProduct`).
    pub(crate) fn compares_protocols(self) -> bool {
        self.version.is_at_least(18)
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

    /// Whether a backend in this state counts when it comes to nearness: since 1.20.2 an active one, and in 1.20.0 and
    /// 1.20.1 any that does not end (`pkg/loadbalancer/writer/writer.go`, `topologyPreferenceCandidate`).
    pub(crate) fn is_candidate(self, state: State) -> bool {
        if self.version.is_at_least_patch(20, 2) {
            state == State::Active
        } else {
            !matches!(state, State::Terminating | State::TerminatingNotServing)
        }
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
