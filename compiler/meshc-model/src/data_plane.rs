use std::fmt;

use crate::Forwarding;

/// A version of Cilium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// A release: the minor of Cilium 1, and the patch where it is given.
    Release {
        /// As 20 in 1.20.
        minor: u8,
        /// As 3 in 1.20.3; `None` stands for the newest.
        patch: Option<u8>,
    },
    /// The main branch, after the newest release.
    Main,
}

impl Version {
    /// The minors whose semantics are known (CILIUM.md), oldest first.
    pub const KNOWN: [&'static str; 5] = ["1.17", "1.18", "1.19", "1.20", "main"];

    /// Reads `1.20`, `1.20.3`, `v1.20.3` or `main`; `None` if it is none of the known.
    pub fn parse(text: &str) -> Option<Version> {
        if text == "main" {
            return Some(Self::Main);
        }
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor) = (parts.next()?, parts.next()?);
        let patch = match parts.next() {
            Some(patch) => Some(patch.parse().ok()?),
            None => None,
        };
        let known = parts.next().is_none() && Self::KNOWN.contains(&format!("{major}.{minor}").as_str());
        known.then_some(Self::Release { minor: minor.parse().ok()?, patch })
    }

    /// Whether it is at least Cilium 1.`minor`.
    pub fn is_at_least(self, minor: u8) -> bool {
        self.is_at_least_patch(minor, 0)
    }

    /// Whether it is at least Cilium 1.`minor`.`patch`. A minor without a patch is its newest.
    pub fn is_at_least_patch(self, minor: u8, patch: u8) -> bool {
        match self {
            Self::Release { minor: own, patch: own_patch } => (own, own_patch.unwrap_or(u8::MAX)) >= (minor, patch),
            Self::Main => true,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release { minor, patch: None } => write!(f, "1.{minor}"),
            Self::Release { minor, patch: Some(patch) } => write!(f, "1.{minor}.{patch}"),
            Self::Main => f.write_str("main"),
        }
    }
}

/// How a packet finds its backend (`--bpf-lb-algorithm`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Any of them, each as likely.
    Random,
    /// By a hash of the connection, in proportion to the weights.
    Maglev,
}

impl Algorithm {
    /// Every algorithm with its word.
    pub const ALL: [(Algorithm, &'static str); 2] = [(Algorithm::Random, "random"), (Algorithm::Maglev, "maglev")];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Maglev => "maglev",
        }
    }
}

/// How a cluster tells the others of its services (`--clustermesh-service-v2`, CILIUM.md 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceExportMode {
    /// It writes service records and endpoint slices, and reads service records.
    PreferLegacy,
    /// It writes both, and reads endpoint slices where there are any.
    PreferEndpointSlice,
    /// It writes and reads endpoint slices only.
    OnlyEndpointSlice,
}

impl ServiceExportMode {
    /// Every mode with its word.
    pub const ALL: [(ServiceExportMode, &'static str); 3] = [
        (ServiceExportMode::PreferLegacy, "prefer-legacy"),
        (ServiceExportMode::PreferEndpointSlice, "prefer-endpointslice"),
        (ServiceExportMode::OnlyEndpointSlice, "only-endpointslice"),
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PreferLegacy => "prefer-legacy",
            Self::PreferEndpointSlice => "prefer-endpointslice",
            Self::OnlyEndpointSlice => "only-endpointslice",
        }
    }
}

/// What programs the tables of a cluster, with the flags that change what it does.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of Cilium, and they are independent")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataPlane {
    /// Which Cilium.
    pub version: Version,
    /// How a packet finds its backend.
    pub algorithm: Algorithm,
    /// How many entries a Maglev table has.
    pub maglev_table_size: u32,
    /// Whether a pod's `connect()` picks the backend.
    pub socket_lb: bool,
    /// Whether services are offered to other clusters from a namespace that says nothing of it.
    pub default_global_namespace: bool,
    /// Whether a service's annotation can choose another algorithm (`--bpf-lb-algorithm-annotation`).
    pub algorithm_annotation: bool,
    /// How a packet is sent on to its backend (`--bpf-lb-mode`).
    pub forwarding: Forwarding,
    /// Whether a service's annotation can choose another way (`--bpf-lb-mode-annotation`).
    pub forwarding_annotation: bool,
    /// Whether a `ClusterIP` can be reached from outside (`--bpf-lb-external-clusterip`).
    pub external_cluster_ip: bool,
    /// Whether zone hints and `trafficDistribution` count (`--enable-service-topology`).
    pub service_topology: bool,
    /// Whether Cilium serves what kube-proxy would (`--kube-proxy-replacement`).
    pub kube_proxy_replacement: bool,
    /// Whether external IPs have frontends (`--enable-external-ips`).
    pub external_ips: bool,
    /// Whether source ranges hold for frontends of every type (`--bpf-lb-source-range-all-types`).
    pub source_range_all_types: bool,
    /// How clusters tell each other of their services.
    pub service_v2: ServiceExportMode,
    /// How many clusters the mesh can have: 255 or 511 (`--max-connected-clusters`).
    pub max_connected_clusters: u16,
    /// Whether backends of other clusters are mirrored into `EndpointSlices`.
    pub endpoint_slice_sync: bool,
    /// Whether `ServiceExports` are honored (`--clustermesh-enable-mcs-api`).
    pub mcs_api: bool,
}

impl DataPlane {
    /// The sizes that a Maglev table can have (CILIUM.md 6).
    pub const MAGLEV_TABLE_SIZES: [u32; 10] = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071];

    /// How many clusters a mesh can be made for (CILIUM.md 5).
    pub const MAX_CONNECTED_CLUSTERS: [u16; 2] = [255, 511];

    /// What a mesh has that says nothing about its data plane: Cilium 1.20 as it is installed.
    pub const STANDARD: DataPlane = DataPlane {
        version: Version::Release { minor: 20, patch: None },
        algorithm: Algorithm::Random,
        maglev_table_size: 16381,
        socket_lb: true,
        default_global_namespace: true,
        algorithm_annotation: false,
        forwarding: Forwarding::Snat,
        forwarding_annotation: false,
        external_cluster_ip: false,
        service_topology: false,
        kube_proxy_replacement: true,
        external_ips: true,
        source_range_all_types: false,
        service_v2: ServiceExportMode::PreferLegacy,
        max_connected_clusters: 255,
        endpoint_slice_sync: false,
        mcs_api: false,
    };
}

/// The profile as tables name it: `cilium-1.20/random,socket-lb`.
impl fmt::Display for DataPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cilium-{}/{}", self.version, self.algorithm.word())?;
        if self.algorithm == Algorithm::Maglev {
            write!(f, "-{}", self.maglev_table_size)?;
        }
        f.write_str(if self.socket_lb { ",socket-lb" } else { ",no-socket-lb" })?;
        if self.forwarding != Forwarding::Snat {
            write!(f, ",{}", self.forwarding.word())?;
        }
        if self.service_v2 != ServiceExportMode::PreferLegacy {
            write!(f, ",{}", self.service_v2.word())?;
        }
        if self.max_connected_clusters != Self::STANDARD.max_connected_clusters {
            write!(f, ",{}-clusters", self.max_connected_clusters)?;
        }
        let others = [
            (self.default_global_namespace, true, "namespaces-not-global"),
            (self.algorithm_annotation, false, "algorithm-annotation"),
            (self.forwarding_annotation, false, "forwarding-annotation"),
            (self.external_cluster_ip, false, "external-clusterip"),
            (self.service_topology, false, "service-topology"),
            (self.kube_proxy_replacement, true, "no-kube-proxy-replacement"),
            (self.external_ips, true, "no-external-ips"),
            (self.source_range_all_types, false, "source-range-all-types"),
            (self.endpoint_slice_sync, false, "endpoint-slice-sync"),
            (self.mcs_api, false, "mcs-api"),
        ];
        for (_, _, word) in others.iter().filter(|(flag, standard, _)| flag != standard) {
            write!(f, ",{word}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_that_are_known() {
        assert_eq!(Version::parse("1.20"), Some(Version::Release { minor: 20, patch: None }));
        assert_eq!(Version::parse("v1.18.10"), Some(Version::Release { minor: 18, patch: Some(10) }));
        assert_eq!(Version::parse("main"), Some(Version::Main));
        for unknown in ["1.16", "1.21", "2.20", "1", "1.20.x", "1.20.1.2", "", "latest"] {
            assert_eq!(Version::parse(unknown), None, "{unknown}");
        }
        assert!(Version::Main.is_at_least(20));
    }

    #[test]
    fn a_minor_without_a_patch_is_its_newest() {
        let at_least = |text: &str| Version::parse(text).is_some_and(|version| version.is_at_least_patch(19, 6));
        assert!(at_least("1.19") && at_least("1.19.6") && at_least("1.20.0") && at_least("main"));
        assert!(!at_least("1.19.5") && !at_least("1.18"));
    }
}
