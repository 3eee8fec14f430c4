//! What differs between versions of Cilium, where both the rules and the tables ask. Each names the source that says so;
//! a path is one of the repository `cilium/cilium` at the tag of the release.

use crate::{Algorithm, Conditions, DataPlane, Distribution, ServiceExportMode, Traffic, Version};

/// Which backends zone hints are looked for on, before a frontend keeps to those of the client's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneRule {
    /// On the cluster's own endpoints, before those of other clusters are added; one without hints turns the rule off.
    OwnEndpoints,
    /// On each backend by itself: one with hints for other zones only is left out, whatever the others have.
    EachBackend,
    /// On every backend of the service, whichever frontend it serves; one without hints turns the rule off.
    WholeService,
    /// On the active backends that serve the frontend; one without hints turns the rule off.
    Candidates,
}

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

impl Version {
    /// Weights of `EndpointSlices` are read: 1.20 (CILIUM.md 6.1, PR #46061).
    pub fn reads_slice_weights(self) -> bool {
        self.is_at_least(20)
    }

    /// Whether an endpoint serves: as it says, and where it does not say, always since 1.18.5, and before if it is ready
    /// (`pkg/k8s/endpoints.go`, `ParseEndpointConditionsV1`).
    pub fn serves(self, conditions: Conditions) -> bool {
        conditions.serving.unwrap_or(self.is_at_least_patch(18, 5) || conditions.ready)
    }

    /// Whether an endpoint goes into the record that other clusters read: one that is neither ready nor serving does not.
    pub fn exports(self, conditions: Conditions) -> bool {
        conditions.ready || self.serves(conditions)
    }

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

    /// Records hold zones and the zones that endpoints are for, and what is read of them is kept: 1.19
    /// (`operator/watchers/service_sync.go`, `pkg/clustermesh/service_merger.go`).
    pub fn records_zones(self) -> bool {
        self.is_at_least(19)
    }

    /// Namespaces can hold back services from other clusters: 1.20 (`operator/watchers/service_sync.go`).
    pub fn heeds_namespaces(self) -> bool {
        self.is_at_least(20)
    }

    /// An affinity that is neither local nor remote, and this is so for the word `none` too, drops every backend of
    /// other clusters: from 1.18 to 1.19.5 (CILIUM.md 8, issue #46623; `pkg/annotation/clustermesh.go`, which 1.19.6
    /// mends and no release of 1.18 up to 1.18.11).
    pub fn other_affinity_drops_remote(self) -> bool {
        self.is_at_least(18) && !self.is_at_least_patch(19, 6)
    }

    /// `pkg/k8s/service_cache.go` (1.17), `pkg/loadbalancer/writer/writer.go` (since 1.18).
    pub fn zone_rule(self) -> ZoneRule {
        if self.is_at_least(20) {
            ZoneRule::Candidates
        } else if self.is_at_least_patch(18, 1) {
            ZoneRule::WholeService
        } else if self.is_at_least(18) {
            ZoneRule::EachBackend
        } else {
            ZoneRule::OwnEndpoints
        }
    }

    /// Zone hints are kept with the zone that the endpoint is in, and lost without one: 1.19
    /// (`pkg/loadbalancer/reflectors/conversions.go`).
    pub fn hints_need_zone(self) -> bool {
        self.is_at_least(19)
    }

    /// Which backends a service prefers by topology. Before 1.20 only `PreferClose` is known, and the annotations mean
    /// it; it does not hold where connections from inside stay on their node (CILIUM.md 3.3).
    pub fn distribution(self, traffic: &Traffic) -> Option<Distribution> {
        if traffic.is_internal_local() {
            return None;
        }
        let said = traffic.distribution.map(|said| said.value);
        if self.is_at_least(20) {
            return said.or(traffic.zone_hints.map(|_| Distribution::PreferSameZone));
        }
        // 1.17 takes no hints with either policy Local.
        let held = self.is_at_least(18) || !traffic.is_external_local();
        let close = said == Some(Distribution::PreferClose) || traffic.zone_hints.is_some();
        (held && close).then_some(Distribution::PreferClose)
    }

    /// The algorithm that a service's annotation names is read in any case: before 1.18 (`pkg/k8s/service.go`).
    pub fn reads_algorithm_in_any_case(self) -> bool {
        !self.is_at_least(18)
    }

    fn writes_slices(self) -> bool {
        self.is_at_least(20)
    }

    /// In 1.20 nothing consumes the endpoint slices that are read (`pkg/clustermesh/endpointslice/observer.go`,
    /// `dummyObserver`); what comes after it does.
    fn consumes_slices(self) -> bool {
        self == Version::Main
    }
}

impl DataPlane {
    /// How a cluster of this data plane learns of the backends of one with the data plane `other` (CILIUM.md 2.1;
    /// `pkg/clustermesh/types/option.go`).
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

    /// The algorithm that a service's annotation chooses, where annotations count.
    pub fn chosen_algorithm(&self, traffic: &Traffic) -> Option<Algorithm> {
        let folded = traffic.algorithm_in_any_case.filter(|_| self.version.reads_algorithm_in_any_case());
        traffic.algorithm.or(folded).filter(|_| self.algorithm_annotation).map(|said| said.value)
    }

    /// How a packet to what is reached from outside finds its backend.
    pub fn algorithm_from_outside(&self, traffic: &Traffic) -> Algorithm {
        self.chosen_algorithm(traffic).unwrap_or(self.algorithm)
    }

    /// How a packet to a `ClusterIP` finds its backend: it has a Maglev table only where a service asks for it, or where
    /// it can be reached from outside.
    pub fn algorithm_from_inside(&self, traffic: &Traffic) -> Algorithm {
        let standard = if self.external_cluster_ip { self.algorithm } else { Algorithm::Random };
        self.chosen_algorithm(traffic).unwrap_or(standard)
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
    fn the_word_none_drops_remote_backends_until_1_19_6() {
        let drops = |version| Version::parse(version).expect("it is known").other_affinity_drops_remote();
        assert!(["1.18", "1.18.0", "1.18.10", "1.18.11", "1.19.0", "1.19.5"].into_iter().all(drops));
        assert!(!["1.17", "1.17.16", "1.19", "1.19.6", "1.20", "1.20.0", "main"].into_iter().any(drops));
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
