//! The order in which objects are written, which is one in which they can be applied.

/// Kinds that others need come first, and those that watch others last; the rest is between them, by name.
const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "LimitRange",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "PriorityClass",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Service",
    "Endpoints",
    "EndpointSlice",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Pod",
    "Job",
    "CronJob",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
];
const LAST: &[&str] = &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];

/// The rank of a kind; lower ranks are written first.
pub(crate) fn rank(kind: &str) -> usize {
    if let Some(at) = FIRST.iter().position(|first| *first == kind) {
        return at;
    }
    FIRST.len() + LAST.iter().position(|last| *last == kind).map_or(0, |at| at + 1)
}
