use crate::{Annotation, DataPlane, Member, Mesh, Service, ServiceExportMode, Version};

/// How a cluster learns of the backends of another (CILIUM.md 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// From its service record, which holds no state, weight or node.
    Record,
    /// From its endpoint slices.
    Slices,
    /// Not at all.
    Nothing,
}

impl DataPlane {
    /// How it learns of the backends of a cluster with `other` (CILIUM.md 2.1; `pkg/clustermesh/types/option.go`).
    pub fn import(&self, other: &DataPlane) -> Import {
        let reads_records = !self.version.writes_slices() || self.service_v2 == ServiceExportMode::PreferLegacy;
        let writes_records = !other.version.writes_slices() || other.service_v2 != ServiceExportMode::OnlyEndpointSlice;
        if reads_records {
            if writes_records { Import::Record } else { Import::Nothing }
        } else if self.version.consumes_slices() && other.version.writes_slices() {
            Import::Slices
        } else {
            Import::Nothing
        }
    }
}

/// What versions of Cilium do with services of several clusters. A path is one of the repository `cilium/cilium` at the
/// tag of the release.
impl Version {
    /// A backend port without a name serves every frontend: 1.18.2 (CILIUM.md 8, PR #40848). Before, names have to be
    /// equal where the frontend has one.
    pub fn unnamed_serves_all(self) -> bool {
        self.is_at_least_patch(18, 2)
    }

    /// A frontend without a name takes every port of its protocol: 1.18. Before, only one without a name
    /// (`pkg/k8s/watchers/service.go`).
    pub fn unnamed_takes_all(self) -> bool {
        self.is_at_least(18)
    }

    /// Records hold ports without a name: in all versions but 1.18.0 (`pkg/k8s/endpoints.go`).
    pub fn records_unnamed_ports(self) -> bool {
        !self.is_at_least(18) || self.is_at_least_patch(18, 1)
    }

    /// Of several names for one port of a backend in a record only one is kept, and chance says which: from 1.18 to
    /// 1.18.9 and from 1.19 to 1.19.3 (CILIUM.md 4, issue #45109, PR #45179; `pkg/clustermesh/service_merger.go`).
    pub fn keeps_one_name_of_a_port(self) -> bool {
        let mended = if self.is_at_least(19) { (19, 4) } else { (18, 10) };
        self.is_at_least(18) && !self.is_at_least_patch(mended.0, mended.1)
    }

    /// Namespaces can hold back services from other clusters: 1.20 (`operator/watchers/service_sync.go`).
    pub fn heeds_namespaces(self) -> bool {
        self.is_at_least(20)
    }

    fn writes_slices(self) -> bool {
        self.is_at_least(20)
    }

    /// In 1.20 nothing consumes the endpoint slices that are read (`pkg/clustermesh/endpointslice/observer.go`,
    /// `dummyObserver`); what comes after it does.
    fn consumes_slices(self) -> bool {
        self == Self::Main
    }
}

impl Service {
    /// Whether it asks for mirrors of other clusters' backends in `EndpointSlices`: the operators make them for headless
    /// services, and for others that say so; the old name of the annotation for global services does not count here
    /// (CILIUM.md 5).
    pub fn asks_for_mirrors(&self) -> bool {
        let global = self.annotations.global.primary.is_some_and(Annotation::is_true);
        global && self.traffic.sync.map_or(self.traffic.cluster_ip_none.is_some(), Annotation::is_true)
    }
}

impl Mesh {
    /// Whether the cluster of `member` offers its service to the others (CILIUM.md 2.1).
    pub fn is_offered(&self, member: &Member) -> bool {
        let version = self.cluster(member.cluster).data_plane.version;
        self.service(member).annotations.is_shared()
            && (!version.heeds_namespaces() || self.namespace_is_global(member))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_plane(version: &str, service_v2: ServiceExportMode) -> DataPlane {
        let version = Version::parse(version).expect("it is known");
        DataPlane { version, service_v2, ..DataPlane::STANDARD }
    }

    #[test]
    fn what_a_cluster_reads_depends_on_both_sides() {
        use ServiceExportMode::{OnlyEndpointSlice, PreferEndpointSlice, PreferLegacy};
        for (own, own_mode, other, other_mode, found) in [
            ("1.20", PreferLegacy, "1.18", PreferLegacy, Import::Record),
            ("1.20", PreferLegacy, "1.20", OnlyEndpointSlice, Import::Nothing),
            ("1.20", PreferEndpointSlice, "1.20", PreferLegacy, Import::Nothing),
            ("1.18", OnlyEndpointSlice, "1.20", PreferLegacy, Import::Record),
            ("main", PreferEndpointSlice, "1.20", PreferLegacy, Import::Slices),
            ("main", OnlyEndpointSlice, "1.19", PreferLegacy, Import::Nothing),
            ("main", PreferLegacy, "main", PreferEndpointSlice, Import::Record),
        ] {
            let import = data_plane(own, own_mode).import(&data_plane(other, other_mode));
            assert_eq!(import, found, "{own} {own_mode:?} reads {other} {other_mode:?}");
        }
    }

    #[test]
    fn names_of_one_port_are_lost_until_they_are_mended_in_each_minor() {
        let loses = |text| Version::parse(text).is_some_and(Version::keeps_one_name_of_a_port);
        assert!(["1.18.0", "1.18.9", "1.19.0", "1.19.3"].into_iter().all(loses));
        assert!(!["1.17", "1.18", "1.18.10", "1.19", "1.19.4", "1.20.0", "main"].into_iter().any(loses));
    }
}
