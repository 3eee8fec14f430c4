//! What is known of each annotation that says who serves whom: Cilium's (CILIUM.md 1) and our own. For whoever explains
//! one, offers one, or tells a slip from a name that somebody else made up.

use meshc_model::names;

/// An annotation that means something to Cilium's load balancing or to meshc.
#[derive(Clone, Copy, Debug)]
pub struct KnownAnnotation {
    /// Its name.
    pub key: &'static str,
    /// Older names that mean the same. Where both stand, [`Self::key`] counts, whatever it says.
    pub aliases: &'static [&'static str],
    /// The kinds of object on which it means something; empty if it does on all.
    pub kinds: &'static [&'static str],
    /// The values that it can have; empty if there is no list of them.
    pub values: &'static [&'static str],
    /// Whether [`Self::values`] are read in any mixture of upper and lower case.
    pub any_case: bool,
    /// What holds where it does not stand, as the end of a sentence; empty if nothing is worth saying.
    pub otherwise: &'static str,
    /// The first version of Cilium that reads it; `None` if all versions do that meshc knows.
    pub since: Option<&'static str>,
    /// The setting of the data plane in the Mesh, or else the flag of Cilium, without which it does nothing.
    pub needs: Option<&'static str>,
    /// What it does, as one or more sentences.
    pub about: &'static str,
}

/// Finds an annotation by its name or one of its older names.
pub fn find(key: &str) -> Option<&'static KnownAnnotation> {
    KNOWN.iter().find(|known| known.key == key || known.aliases.contains(&key))
}

const FLAG: &[&str] = &["true", "false"];
const SERVICE: &[&str] = &["Service"];

/// One of a Service that is true or false and that every known version reads, as a start for the others.
const SERVICE_FLAG: KnownAnnotation = KnownAnnotation {
    key: "",
    aliases: &[],
    kinds: SERVICE,
    values: FLAG,
    any_case: true,
    otherwise: "",
    since: None,
    needs: None,
    about: "",
};

/// One of a Service that has no list of values.
const SERVICE_TEXT: KnownAnnotation = KnownAnnotation { values: &[], any_case: false, ..SERVICE_FLAG };

/// Every known annotation, the most used first.
pub const KNOWN: &[KnownAnnotation] = &[
    KnownAnnotation {
        key: names::GLOBAL,
        aliases: &[names::GLOBAL_ALIAS],
        otherwise: "the service is not global",
        about: "Joins this Service with those of the same name and namespace in other clusters. Clients of this cluster \
                reach the backends of every cluster that shares its own, and this cluster shares its backends unless \
                `service.cilium.io/shared` says otherwise. It says nothing about the Services of other clusters: each \
                needs it for itself. Only `true`, in any case, is true; everything else is false.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::SHARED,
        aliases: &[names::SHARED_ALIAS],
        otherwise: "a global service is shared",
        about: "Whether this cluster's backends of a global service are offered to other clusters. `false` hides them \
                from the others, and hides nothing from this cluster: its clients go on to reach the backends of the \
                others. It does nothing on a service that is not global.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::AFFINITY,
        aliases: &[names::AFFINITY_ALIAS],
        values: &["none", "local", "remote"],
        otherwise: "it is `none`",
        about: "Which backends of a global service the clients of this cluster prefer. `local`: those of this cluster, \
                and the others only while none here is healthy. `remote`: those of other clusters, and this one's only \
                while none there is healthy. `none`: all of them alike. It is decided for each port by itself, and does \
                nothing on a service that is not global. Cilium 1.18 to 1.19.5 take `none`, and every word they do not \
                know, for an order to drop the backends of all other clusters.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::SYNC,
        otherwise: "it is true for a headless service and false for the others",
        needs: Some("endpointSliceSync"),
        about: "Whether the backends of other clusters are mirrored into EndpointSlices of this cluster, for whoever \
                reads those instead of asking Cilium: DNS of headless services, ingress controllers. The service must \
                be global by `service.cilium.io/global` itself; here the older name does not count.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::NAMESPACE_GLOBAL,
        kinds: &["Namespace"],
        otherwise: "the setting `defaultGlobalNamespace` decides, which is true unless it is said",
        since: Some("1.20"),
        about: "Whether this namespace offers its global services to other clusters. `false` stops what goes out: other \
                clusters do not get the backends that are here, while clients here still get theirs.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::WEIGHT,
        kinds: &["EndpointSlice"],
        otherwise: "it is 100",
        since: Some("1.20"),
        about: "The weight of every backend in this slice, 0 to 65535; 0 takes them out of service. It belongs on an \
                EndpointSlice and not on a Service. Only Maglev heeds it, which is to say packets from outside; \
                connections of pods are spread evenly, and so are those to backends that another cluster has from a \
                service record.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: names::LB_ALGORITHM,
        values: &["random", "maglev"],
        any_case: false,
        otherwise: "the cluster's own algorithm holds",
        needs: Some("algorithmAnnotation"),
        about: "How a packet to this service finds its backend: `random`, or `maglev`, which keeps a connection on its \
                backend and heeds weights. In small letters; anything else is passed over without a word. Connections \
                of pods that are balanced at the socket are not touched by it.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::FORWARDING_MODE,
        values: &["dsr", "snat"],
        otherwise: "the cluster's own mode holds",
        needs: Some("forwardingAnnotation"),
        about: "How a packet from outside is sent on to its backend. `dsr`: the backend answers the client itself. \
                `snat`: the answer goes back by way of the node.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::SERVICE_TYPE,
        values: &["ClusterIP", "NodePort", "LoadBalancer"],
        any_case: false,
        otherwise: "it has all frontends that its type asks for",
        about: "The one type of frontend that the service has, although its own type would bring others along, as a \
                LoadBalancer brings a cluster IP and node ports. External IPs are not held back by it.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::SCOPE,
        values: &["external-only"],
        any_case: false,
        otherwise: "there are frontends for both sides where the traffic policies differ",
        since: Some("main"),
        about: "Leaves out the frontends for connections from inside that a NodePort or LoadBalancer service has beside \
                those for connections from outside.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::SOURCE_RANGES_POLICY,
        values: &["allow", "deny"],
        otherwise: "it is `allow`",
        about: "What `spec.loadBalancerSourceRanges` means: who is let in (`allow`), or who is kept out (`deny`).",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::PROXY_DELEGATION,
        values: &["delegate-if-local"],
        otherwise: "no proxy takes them",
        about: "Hands connections to a proxy on the node where a backend is the node itself.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::NODE,
        otherwise: "all nodes have the service",
        about: "The nodes that have the service: those whose label of the same name has this value. \
                `service.cilium.io/node-selector` counts instead where it stands too.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: names::NODE_SELECTOR,
        otherwise: "all nodes have the service",
        since: Some("1.18"),
        about: "The nodes that have the service, as a label selector: `zone in (a, b), !spot`. One that cannot be read \
                chooses all nodes.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "service.cilium.io/scale-to-zero",
        values: &["true"],
        any_case: false,
        otherwise: "it is off",
        since: Some("main"),
        needs: Some("enable-scale-to-zero"),
        about: "Tells of connections to the service while it has no backend, so that something can start one.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::TOPOLOGY_MODE,
        otherwise: "`spec.trafficDistribution` decides",
        needs: Some("serviceTopology"),
        about: "Prefers backends of the client's zone: any value does so but an empty one, `disabled` and `Disabled`; \
                Kubernetes writes `Auto`. It holds only where every backend that could serve has zone hints: a single \
                one without turns it off. `service.kubernetes.io/topology-aware-hints` counts instead where it stands too.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: names::TOPOLOGY_HINTS,
        otherwise: "`service.kubernetes.io/topology-mode` decides",
        needs: Some("serviceTopology"),
        about: "The older name of `service.kubernetes.io/topology-mode`, which wins where both stand.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "lbipam.cilium.io/ips",
        aliases: &["io.cilium/lb-ipam-ips"],
        otherwise: "addresses are taken from the pools that fit",
        about: "The addresses that the load balancer shall have, separated by commas; a pool must hold them.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "lbipam.cilium.io/sharing-key",
        aliases: &["io.cilium/lb-ipam-sharing-key"],
        otherwise: "the service has its addresses for itself",
        about: "Services with the same key may have the same address, where their ports do not collide.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "lbipam.cilium.io/sharing-cross-namespace",
        aliases: &["io.cilium/lb-ipam-sharing-cross-namespace"],
        otherwise: "addresses are shared within the namespace only",
        about: "The other namespaces, separated by commas, whose services may share an address with this one by the same \
                `lbipam.cilium.io/sharing-key`; `*` for all. Both services must allow it.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "lbipam.cilium.io/sharing-permit-different-pods",
        otherwise: "it is false",
        since: Some("main"),
        about: "Lets services with `externalTrafficPolicy: Local` share an address although they select different pods. \
                Both services must allow it.",
        ..SERVICE_FLAG
    },
    KnownAnnotation {
        key: names::CLUSTERS,
        kinds: &[],
        otherwise: "a folder `clusters/<name>/` or a placement rule decides, or else it belongs to all",
        about: "The clusters of the mesh that this object belongs to, separated by commas. It counts more than a \
                placement rule and less than a folder `clusters/<name>/`. meshc reads it; Cilium does not.",
        ..SERVICE_TEXT
    },
    KnownAnnotation {
        key: "meshc.dev/allow",
        kinds: &[],
        about: "Diagnostics of meshc that are not reported on this object, by number or name, separated by commas: \
                `M0402` or `shared-not-global`. meshc reads it; Cilium does not.",
        ..SERVICE_TEXT
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_stands_once() {
        let names: Vec<_> = KNOWN.iter().flat_map(|known| std::iter::once(&known.key).chain(known.aliases)).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert!(names.iter().all(|name| name.contains('/')));
    }

    #[test]
    fn an_older_name_finds_the_annotation_of_today() {
        assert_eq!(find("io.cilium/global-service").map(|known| known.key), Some("service.cilium.io/global"));
        assert_eq!(find("service.cilium.io/affinity").map(|known| known.values.len()), Some(3));
        assert!(find("service.cilium.io/globl").is_none());
    }

    #[test]
    fn every_annotation_is_explained_in_sentences() {
        for known in KNOWN {
            assert!(known.about.ends_with('.'), "{}", known.key);
            assert!(!known.otherwise.ends_with('.'), "{}", known.key);
            assert!(!known.about.contains("  "), "{}", known.key);
        }
    }
}
