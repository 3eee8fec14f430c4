//! Of an object as a server gives it, what a user would have written.

use serde_json::{Map, Value, json};

use crate::apply_set::PART_OF;
use crate::kinds::ImportKind;

/// Annotations that tools leave behind: they change with every apply, or repeat the whole object.
pub(crate) const NOISE: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "endpoints.kubernetes.io/last-change-trigger-time",
    "control-plane.alpha.kubernetes.io/leader",
    "autoscaling.alpha.kubernetes.io/conditions",
    "autoscaling.alpha.kubernetes.io/current-metrics",
];

/// What is kept of `object`; `None` if another object stands for it.
pub(crate) fn project(kind: &ImportKind, object: &Value) -> Option<Value> {
    if kind.skip_owned && is_controlled(object) {
        return None;
    }
    let mut kept = json!({"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata(object)});
    for path in kind.keep {
        copy(object, &mut kept, &path.split('.').collect::<Vec<_>>());
    }
    Some(kept)
}

fn is_controlled(object: &Value) -> bool {
    let owners = object.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    owners.is_some_and(|owners| owners.iter().any(|owner| owner["controller"] == true))
}

fn metadata(object: &Value) -> Value {
    let from = &object["metadata"];
    let mut kept = Map::new();
    for key in ["name", "namespace", "labels", "annotations"] {
        let mut value = from[key].clone();
        if let Some(map) = value.as_object_mut() {
            map.retain(|key, _| !NOISE.contains(&key.as_str()) && key != PART_OF);
        }
        let empty = value.is_null() || value.as_object().is_some_and(Map::is_empty);
        if !empty {
            kept.insert(key.into(), value);
        }
    }
    Value::Object(kept)
}

/// Copies what `path` leads to, with the mappings and lists on the way to it.
fn copy(from: &Value, to: &mut Value, path: &[&str]) {
    let [key, rest @ ..] = path else {
        *to = from.clone();
        return;
    };
    if *key == "*" {
        let Some(items) = from.as_array() else {
            return;
        };
        if !to.is_array() {
            *to = Value::Array(vec![Value::Null; items.len()]);
        }
        if let Some(kept) = to.as_array_mut() {
            items.iter().zip(kept).for_each(|(item, kept)| copy(item, kept, rest));
        }
        return;
    }
    let Some(value) = from.get(*key) else {
        return;
    };
    if to.is_null() {
        *to = Value::Object(Map::new());
    }
    if let Some(map) = to.as_object_mut() {
        copy(value, map.entry(*key).or_insert(Value::Null), rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::KINDS;

    #[test]
    fn what_a_server_adds_and_what_may_be_secret_is_left_out() {
        let kind = KINDS.iter().find(|kind| kind.kind == "Deployment").expect("it is read");
        let live = json!({
            "metadata": {
                "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "1", "managedFields": [],
                "annotations": {"deployment.kubernetes.io/revision": "3"}, "labels": {"app": "a", "applyset.kubernetes.io/part-of": "applyset-x-v1"},
            },
            "spec": {
                "replicas": 2,
                "template": {"spec": {"containers": [
                    {"name": "x", "image": "i:1", "env": [{"name": "PASSWORD", "value": "hunter2"}]},
                    {"name": "y", "ports": [{"containerPort": 80}]},
                ]}},
            },
            "status": {"replicas": 2},
        });
        let expected = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "a", "namespace": "n", "labels": {"app": "a"}},
            "spec": {"replicas": 2, "template": {"spec": {"containers": [
                {"name": "x", "image": "i:1"}, {"name": "y", "ports": [{"containerPort": 80}]},
            ]}}},
        });
        assert_eq!(project(kind, &live), Some(expected));
    }

    #[test]
    fn what_another_object_controls_is_left_out() {
        let kind = KINDS.iter().find(|kind| kind.kind == "ReplicaSet").expect("it is read");
        let owned = json!({"metadata": {"name": "a-1", "ownerReferences": [{"controller": true}]}});
        assert_eq!(project(kind, &owned), None);
    }
}
