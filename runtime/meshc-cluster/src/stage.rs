//! In which order what is planned happens: what others need first, what adds before what takes away.
//!
//! A backend that comes in one cluster is there before clients in any cluster are turned to it, and clients are turned
//! away before a backend goes (make before break).

use serde_json::Value;

use crate::difference::FieldChange;
use crate::plan::{Action, Planned};

/// A step that all clusters have done before any of them begins the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Namespaces, and kinds that objects are of.
    Ground,
    /// What is neither a backend nor leads to one.
    Rest,
    /// Backends that come.
    AddBackends,
    /// What leads to backends and comes, or leads to more.
    AddServices,
    /// Until what was added is ready, if that is waited for.
    Ready,
    /// What turns clients elsewhere.
    ChangeServices,
    /// Backends that go.
    RemoveBackends,
    /// What leads to backends and no manifest has any more.
    PruneServices,
    /// What else no manifest has any more.
    Prune,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 9] = [
        Stage::Ground,
        Stage::Rest,
        Stage::AddBackends,
        Stage::AddServices,
        Stage::Ready,
        Stage::ChangeServices,
        Stage::RemoveBackends,
        Stage::PruneServices,
        Stage::Prune,
    ];

    /// Whether it can take backends away from clients.
    pub fn takes_away(self) -> bool {
        self >= Stage::ChangeServices
    }

    /// The stage of what is planned for an object.
    pub fn of(planned: &Planned) -> Self {
        let kind = planned.object.kind.as_str();
        if planned.action == Action::Prune {
            return if leads_to_backends(kind) { Self::PruneServices } else { Self::Prune };
        }
        let changes = match &planned.action {
            Action::Change(changes) => changes.as_slice(),
            _ => &[],
        };
        match kind {
            "Namespace" | "CustomResourceDefinition" => Self::Ground,
            "Deployment"
            | "ReplicaSet"
            | "StatefulSet"
            | "DaemonSet"
            | "Pod"
            | "HorizontalPodAutoscaler"
            | "EndpointSlice"
            | "Endpoints" => {
                if changes.iter().any(takes_backends_away) {
                    Self::RemoveBackends
                } else {
                    Self::AddBackends
                }
            }
            kind if leads_to_backends(kind) => {
                if changes.iter().all(only_adds) {
                    Self::AddServices
                } else {
                    Self::ChangeServices
                }
            }
            _ => Self::Rest,
        }
    }
}

/// Whether clients find backends by objects of a kind.
pub(crate) fn leads_to_backends(kind: &str) -> bool {
    let kinds = ["Service", "ServiceExport", "ServiceImport", "Ingress", "Gateway"];
    let routes = ["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"];
    kinds.contains(&kind) || routes.contains(&kind)
}

/// Whether backends may go by a change to a workload or a slice.
fn takes_backends_away(change: &FieldChange) -> bool {
    let number = |value: &Option<Value>| value.as_ref().and_then(Value::as_i64);
    match change.path.as_str() {
        // A workload that does not say how many has one.
        "spec.replicas" | "spec.minReplicas" | "spec.maxReplicas" => {
            number(&change.after).unwrap_or(1) < number(&change.before).unwrap_or(1)
        }
        path if path.starts_with("endpoints") || path.starts_with("subsets") || path.starts_with("ports") => {
            change.before.is_some()
        }
        path => path.contains("service.cilium.io/weight"),
    }
}

/// Whether a change to a Service or a route leads clients to nothing less than before.
fn only_adds(change: &FieldChange) -> bool {
    let is = |value: &Option<Value>, text: &str| value.as_ref().and_then(Value::as_str) == Some(text);
    let path = change.path.as_str();
    if path.contains("service.cilium.io/global") || path.contains("io.cilium/global-service") {
        return is(&change.after, "true");
    }
    if path.contains("service.cilium.io/shared") || path.contains("io.cilium/shared-service") {
        return !is(&change.after, "false");
    }
    let of_tools = path.starts_with("metadata.labels") || path.starts_with("metadata.annotations");
    let leads = ["cilium", "topology", "traffic"].iter().any(|word| path.contains(word));
    of_tools && !leads || change.before.is_none() && path.starts_with("spec.ports")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ObjectRef;

    fn stage(kind: &str, path: &str, before: Value, after: Value) -> Stage {
        let some = |value: Value| (!value.is_null()).then_some(value);
        let change = FieldChange { path: path.into(), before: some(before), after: some(after) };
        let object =
            ObjectRef { api_version: "v1".into(), kind: kind.into(), namespace: "shop".into(), name: "a".into() };
        Stage::of(&Planned { object, action: Action::Change(vec![change]), live: None })
    }

    #[test]
    fn what_adds_comes_before_what_takes_away() {
        let global = r#"metadata.annotations["service.cilium.io/global"]"#;
        let shared = r#"metadata.annotations["io.cilium/shared-service"]"#;
        let affinity = r#"metadata.annotations["service.cilium.io/affinity"]"#;
        let cases = [
            (stage("Deployment", "spec.replicas", json!(2), json!(4)), Stage::AddBackends),
            (stage("Deployment", "spec.replicas", json!(2), json!(0)), Stage::RemoveBackends),
            (stage("Deployment", "spec.replicas", json!(2), Value::Null), Stage::RemoveBackends),
            (stage("Deployment", "spec.template.spec.containers[a].image", json!("a"), json!("b")), Stage::AddBackends),
            (stage("EndpointSlice", "endpoints[0].conditions.ready", json!(true), json!(false)), Stage::RemoveBackends),
            (stage("Service", global, Value::Null, json!("true")), Stage::AddServices),
            (stage("Service", global, json!("true"), Value::Null), Stage::ChangeServices),
            (stage("Service", shared, json!("false"), Value::Null), Stage::AddServices),
            (stage("Service", shared, Value::Null, json!("false")), Stage::ChangeServices),
            (stage("Service", affinity, Value::Null, json!("local")), Stage::ChangeServices),
            (stage("Service", "metadata.labels.team", Value::Null, json!("a")), Stage::AddServices),
            (stage("Service", "spec.ports[tls]", Value::Null, json!({"port": 443})), Stage::AddServices),
            (stage("Service", "spec.ports[tls].port", json!(443), json!(8443)), Stage::ChangeServices),
            (stage("HTTPRoute", "spec.rules[0].backendRefs[a].weight", json!(1), json!(0)), Stage::ChangeServices),
            (stage("Namespace", "metadata.labels.a", Value::Null, json!("b")), Stage::Ground),
            (stage("ConfigMap", "data.a", json!("b"), json!("c")), Stage::Rest),
        ];
        for (at, (found, expected)) in cases.into_iter().enumerate() {
            assert_eq!(found, expected, "case {at}");
        }
    }
}
