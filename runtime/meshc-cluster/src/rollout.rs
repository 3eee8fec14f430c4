//! Whether a workload has the pods that it shall have, as `kubectl rollout status` sees it.

use serde_json::Value;

/// Whether objects of a kind make pods whose number can be told.
pub(crate) fn is_workload(kind: &str) -> bool {
    ["Deployment", "StatefulSet", "ReplicaSet", "DaemonSet"].contains(&kind)
}

/// How many pods of a workload are to be ready and are not; 0 if it is rolled out, and for what makes no pods.
pub(crate) fn missing(kind: &str, object: &Value) -> u64 {
    let number = |pointer: &str| object.pointer(pointer).and_then(Value::as_u64);
    let status = |field: &str| number(&format!("/status/{field}")).unwrap_or(0);
    let (wanted, ready) = match kind {
        "Deployment" => {
            // Old pods that still run are replaced yet.
            let old = status("replicas").saturating_sub(status("updatedReplicas"));
            let ready = status("updatedReplicas").min(status("availableReplicas")).saturating_sub(old);
            (number("/spec/replicas").unwrap_or(1), ready)
        }
        "StatefulSet" => {
            let updated = object["status"]["updateRevision"] == object["status"]["currentRevision"];
            let ready =
                if updated { status("readyReplicas") } else { status("updatedReplicas").min(status("readyReplicas")) };
            (number("/spec/replicas").unwrap_or(1), ready)
        }
        "ReplicaSet" => (number("/spec/replicas").unwrap_or(1), status("availableReplicas")),
        "DaemonSet" => {
            (status("desiredNumberScheduled"), status("updatedNumberScheduled").min(status("numberAvailable")))
        }
        _ => return 0,
    };
    let seen = number("/metadata/generation") <= number("/status/observedGeneration");
    if seen { wanted.saturating_sub(ready) } else { wanted.max(1) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_workload_is_ready_with_all_of_its_new_pods() {
        let deployment = |seen: u64, replicas: u64, updated: u64, available: u64| {
            json!({
                "metadata": {"generation": 2},
                "spec": {"replicas": 3},
                "status": {"observedGeneration": seen, "replicas": replicas, "updatedReplicas": updated, "availableReplicas": available},
            })
        };
        let cases = [
            (deployment(2, 3, 3, 3), 0),
            (deployment(2, 3, 3, 1), 2),
            (deployment(2, 4, 3, 4), 1),
            (deployment(1, 3, 3, 3), 3),
            (json!({"metadata": {"generation": 1}, "spec": {}}), 1),
            (json!({"metadata": {"generation": 2}, "spec": {"replicas": 0}, "status": {"observedGeneration": 2}}), 0),
        ];
        for (object, expected) in cases {
            assert_eq!(missing("Deployment", &object), expected, "{object}");
        }
        assert_eq!(missing("Service", &json!({})), 0);
        let set = json!({"spec": {"replicas": 2}, "status": {"readyReplicas": 2, "updatedReplicas": 1, "updateRevision": "b", "currentRevision": "a"}});
        assert_eq!(missing("StatefulSet", &set), 1);
        let daemons =
            json!({"status": {"desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberAvailable": 3}});
        assert_eq!(missing("DaemonSet", &daemons), 1);
    }
}
