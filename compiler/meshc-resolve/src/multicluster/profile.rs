//! What differs between versions of Cilium in the MCS-API, in one place. A path is one of the repository
//! `cilium/cilium` at the tag of the release, below `pkg/clustermesh/mcsapi`.

use meshc_model::{Cluster, Version};

/// What the versions from one on do, up to the next that does something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Profile {
    /// The first that is known.
    From17,
    /// From 1.18.
    From18,
    /// From 1.19.
    From19,
    /// From 1.20.
    From20,
}

impl Profile {
    pub(super) fn of(cluster: &Cluster) -> Self {
        Self::of_version(cluster.data_plane.version)
    }

    pub(super) fn of_version(version: Version) -> Self {
        let known = [(20, Self::From20), (19, Self::From19), (18, Self::From18)];
        known.into_iter().find(|(minor, _)| version.is_at_least(*minor)).map_or(Self::From17, |(_, profile)| profile)
    }

    /// Labels and annotations of the oldest export are passed on: 1.18 (`fromServiceToMCSAPIServiceSpec` in
    /// `serviceimport_controller.go`). Before, a derived Service has those of the `ServiceImport`, which is then the
    /// user's to annotate.
    pub(super) fn passes_metadata(self) -> bool {
        self >= Self::From18
    }

    /// The slices of the exported Service are mirrored: 1.18 (`endpointslice_mirror_controller.go`). Before, its
    /// selector is copied, so that slices made by hand are lost (`service_controller.go`).
    pub(super) fn mirrors_slices(self) -> bool {
        self >= Self::From18
    }

    /// IP families, `internalTrafficPolicy` and `trafficDistribution` are passed on, and the families intersect: 1.19
    /// (`serviceimport_controller.go`).
    pub(super) fn passes_policies(self) -> bool {
        self >= Self::From19
    }

    /// Lists of ports that are not equal are a conflict: 1.19 (`mergePorts` in `serviceimport_controller.go`,
    /// PR #43414).
    pub(super) fn compares_ports(self) -> bool {
        self >= Self::From19
    }

    /// A mirrored slice has the ports that the cluster's Service and the derived one agree about: 1.19
    /// (`getFilteredPorts` in `endpointslice_mirror_controller.go`, PR #43251).
    pub(super) fn filters_ports(self) -> bool {
        self >= Self::From19
    }

    /// An `ExternalName` Service is not exported: 1.19 (`checkLocalSlimSvcValidForExport` in `serviceexportsync.go`).
    /// Before, its own cluster refuses it and the others take it.
    pub(super) fn refuses_external_names(self) -> bool {
        self >= Self::From19
    }

    /// A namespace that is not global neither exports nor has derived Services: 1.20 (`serviceexportsync.go`,
    /// `serviceimport_controller.go`, `service_controller.go`).
    pub(super) fn needs_global_namespace(self) -> bool {
        self >= Self::From20
    }
}
