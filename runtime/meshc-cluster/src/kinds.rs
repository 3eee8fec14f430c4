//! What is read of a cluster, and of each object what counts.

/// A kind of object that `import` reads.
pub(crate) struct ImportKind {
    /// Its API version and kind, which items of a list do not say.
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    /// Where its list is.
    pub(crate) path: &'static str,
    /// What is kept of it besides its name, namespace, labels and annotations: paths of fields, where `*` stands for
    /// every item of a list. No field that can hold a secret is among them.
    pub(crate) keep: &'static [&'static str],
    /// Whether objects that another one controls are left out, since that one is read too.
    pub(crate) skip_owned: bool,
    /// Whether a cluster may not know the kind.
    pub(crate) optional: bool,
}

const POD: &[&str] = &[
    "spec.replicas",
    "spec.selector",
    "spec.template.metadata.labels",
    "spec.template.spec.containers.*.name",
    "spec.template.spec.containers.*.image",
    "spec.template.spec.containers.*.ports",
    "spec.template.spec.nodeSelector",
    "spec.template.spec.affinity.nodeAffinity",
];

/// The kinds, in the order in which they are written.
pub(crate) const KINDS: &[ImportKind] = &[
    ImportKind {
        api_version: "v1",
        kind: "Namespace",
        path: "/api/v1/namespaces",
        keep: &[],
        skip_owned: false,
        optional: false,
    },
    ImportKind {
        api_version: "v1",
        kind: "Node",
        path: "/api/v1/nodes",
        keep: &["status.addresses"],
        skip_owned: false,
        optional: false,
    },
    ImportKind {
        api_version: "v1",
        kind: "Service",
        path: "/api/v1/services",
        keep: &["spec", "status.loadBalancer"],
        skip_owned: false,
        optional: false,
    },
    ImportKind {
        api_version: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        path: "/apis/discovery.k8s.io/v1/endpointslices",
        keep: &["addressType", "endpoints", "ports"],
        skip_owned: false,
        optional: false,
    },
    workload("Deployment", "/apis/apps/v1/deployments"),
    workload("ReplicaSet", "/apis/apps/v1/replicasets"),
    workload("StatefulSet", "/apis/apps/v1/statefulsets"),
    workload("DaemonSet", "/apis/apps/v1/daemonsets"),
    ImportKind {
        api_version: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        path: "/apis/autoscaling/v2/horizontalpodautoscalers",
        keep: &["spec.scaleTargetRef", "spec.minReplicas", "spec.maxReplicas"],
        skip_owned: false,
        optional: true,
    },
    ImportKind {
        api_version: "multicluster.x-k8s.io/v1beta1",
        kind: "ServiceExport",
        path: "/apis/multicluster.x-k8s.io/v1beta1/serviceexports",
        keep: &["spec", "metadata.creationTimestamp"],
        skip_owned: false,
        optional: true,
    },
];

const fn workload(kind: &'static str, path: &'static str) -> ImportKind {
    ImportKind { api_version: "apps/v1", kind, path, keep: POD, skip_owned: true, optional: false }
}
