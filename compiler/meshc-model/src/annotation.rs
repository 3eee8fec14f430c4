use meshc_source::Span;

use crate::Name;

/// The names of the annotations that are read with meaning (CILIUM.md 1).
pub mod names {
    /// Whether a service is global.
    pub const GLOBAL: &str = "service.cilium.io/global";
    /// The old name of [`GLOBAL`].
    pub const GLOBAL_ALIAS: &str = "io.cilium/global-service";
    /// Whether a global service offers its backends to other clusters.
    pub const SHARED: &str = "service.cilium.io/shared";
    /// The old name of [`SHARED`].
    pub const SHARED_ALIAS: &str = "io.cilium/shared-service";
    /// Which backends of a global service are preferred.
    pub const AFFINITY: &str = "service.cilium.io/affinity";
    /// The old name of [`AFFINITY`].
    pub const AFFINITY_ALIAS: &str = "io.cilium/service-affinity";
    /// Whether services of a namespace are offered to other clusters; on a Namespace.
    pub const NAMESPACE_GLOBAL: &str = "clustermesh.cilium.io/global";
    /// The weight of every backend of an `EndpointSlice`.
    pub const WEIGHT: &str = "service.cilium.io/weight";
    /// Whether the backends of other clusters are mirrored into `EndpointSlices` of a global service.
    pub const SYNC: &str = "service.cilium.io/global-sync-endpoint-slices";
    /// How a packet finds its backend, for one service.
    pub const LB_ALGORITHM: &str = "service.cilium.io/lb-algorithm";
    /// How a packet is sent on to its backend, for one service.
    pub const FORWARDING_MODE: &str = "service.cilium.io/forwarding-mode";
    /// The one type of frontend that a service exposes.
    pub const SERVICE_TYPE: &str = "service.cilium.io/type";
    /// Whether there are frontends for connections from inside beside those from outside.
    pub const SCOPE: &str = "service.cilium.io/scope";
    /// Whether `loadBalancerSourceRanges` are let in or kept out.
    pub const SOURCE_RANGES_POLICY: &str = "service.cilium.io/src-ranges-policy";
    /// Whether connections go to a proxy on the node.
    pub const PROXY_DELEGATION: &str = "service.cilium.io/proxy-delegation";
    /// The nodes that have a service, by the value of their label of the same name.
    pub const NODE: &str = "service.cilium.io/node";
    /// The nodes that have a service, by a label selector.
    pub const NODE_SELECTOR: &str = "service.cilium.io/node-selector";
    /// Whether zone hints count; the older name, which wins where it is present.
    pub const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    /// Whether zone hints count.
    pub const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
    /// Ours: the clusters that an object belongs to, separated by commas.
    pub const CLUSTERS: &str = "meshc.dev/clusters";
    /// Ours: the rules that say nothing about an object, separated by commas.
    pub const ALLOW: &str = "meshc.dev/allow";
}

/// An annotation as it stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The key as written: the primary name or the alias.
    pub key: Name,
    /// The value, to the letter.
    pub value: Name,
    /// Where the key is.
    pub key_span: Span,
    /// Where the value is.
    pub value_span: Span,
}

impl Annotation {
    /// How Cilium reads a flag: `true` in any case, and everything else is false. Nothing is trimmed.
    pub fn is_true(self) -> bool {
        self.value.as_str().eq_ignore_ascii_case("true")
    }
}

/// An annotation that has two names. The primary name wins by being there, whatever it says (CILIUM.md 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnnotationPair {
    /// Under its name of today.
    pub primary: Option<Annotation>,
    /// Under its old name.
    pub alias: Option<Annotation>,
}

impl AnnotationPair {
    /// The one that counts.
    pub fn effective(self) -> Option<Annotation> {
        self.primary.or(self.alias)
    }
}

/// The annotations of a Service that say who serves whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeshAnnotations {
    /// `service.cilium.io/global`.
    pub global: AnnotationPair,
    /// `service.cilium.io/shared`.
    pub shared: AnnotationPair,
    /// `service.cilium.io/affinity`.
    pub affinity: AnnotationPair,
}

impl MeshAnnotations {
    /// Whether the service is global.
    pub fn is_global(&self) -> bool {
        self.global.effective().is_some_and(Annotation::is_true)
    }

    /// Whether the service offers its backends to other clusters: only if global, and then unless it says otherwise.
    pub fn is_shared(&self) -> bool {
        self.is_global() && self.shared.effective().is_none_or(Annotation::is_true)
    }

    /// Which backends are preferred. A service that is not global has no affinity, and a value that Cilium does not
    /// know counts as none; what old versions make of such a value is a matter of the profile.
    pub fn affinity(&self) -> Affinity {
        self.said_affinity().and_then(|said| Affinity::parse(said.value.as_str())).unwrap_or_default()
    }

    /// The annotation that says which backends are preferred, where it counts: on a global service.
    pub fn said_affinity(&self) -> Option<Annotation> {
        self.affinity.effective().filter(|_| self.is_global())
    }
}

/// Which backends of a global service are preferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// Neither.
    #[default]
    None,
    /// The client cluster's own, and the others' only where it has none.
    Local,
    /// The other clusters', and its own only where they have none.
    Remote,
}

impl Affinity {
    /// Every value with its word.
    pub const ALL: [(Affinity, &'static str); 3] =
        [(Affinity::None, "none"), (Affinity::Local, "local"), (Affinity::Remote, "remote")];

    /// Reads an annotation's value as Cilium does, in any case; `None` if Cilium does not know it.
    pub fn parse(value: &str) -> Option<Affinity> {
        if value.is_empty() {
            return Some(Affinity::None);
        }
        Self::ALL.into_iter().find(|(_, word)| value.eq_ignore_ascii_case(word)).map(|(affinity, _)| affinity)
    }

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

#[cfg(test)]
mod tests {
    use meshc_source::FileId;

    use super::*;

    fn annotation(value: &str) -> Annotation {
        let span = Span::new(FileId(0), 0, 0);
        Annotation { key: Name::new("k"), value: Name::new(value), key_span: span, value_span: span }
    }

    fn service(global: Option<&str>, shared: Option<&str>, affinity: Option<&str>) -> MeshAnnotations {
        let pair = |value: Option<&str>| AnnotationPair { primary: value.map(annotation), alias: None };
        MeshAnnotations { global: pair(global), shared: pair(shared), affinity: pair(affinity) }
    }

    #[test]
    fn only_true_in_any_case_is_global() {
        for (value, global) in [
            ("true", true),
            ("TRUE", true),
            ("True", true),
            ("yes", false),
            ("1", false),
            (" true", false),
            ("", false),
        ] {
            assert_eq!(service(Some(value), None, None).is_global(), global, "{value:?}");
        }
        assert!(!service(None, None, None).is_global());
    }

    #[test]
    fn the_primary_name_wins_by_being_there() {
        let pair = AnnotationPair { primary: Some(annotation("false")), alias: Some(annotation("true")) };
        assert!(!MeshAnnotations { global: pair, ..MeshAnnotations::default() }.is_global());
    }

    #[test]
    fn a_global_service_is_shared_unless_it_says_otherwise() {
        assert!(service(Some("true"), None, None).is_shared());
        assert!(service(Some("true"), Some("True"), None).is_shared());
        assert!(!service(Some("true"), Some("yes"), None).is_shared());
        assert!(!service(None, Some("true"), None).is_shared());
    }

    #[test]
    fn affinity_counts_on_global_services_only() {
        assert_eq!(service(Some("true"), None, Some("Local")).affinity(), Affinity::Local);
        assert_eq!(service(Some("true"), None, Some("locl")).affinity(), Affinity::None);
        assert_eq!(service(Some("no"), None, Some("local")).affinity(), Affinity::None);
    }
}
