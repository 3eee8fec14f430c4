//! Deployment, ReplicaSet, `ReplicationController`, StatefulSet, DaemonSet and Pod: whatever makes pods.

use meshc_diag::Diagnostics;
use meshc_model::{ContainerPort, Name, Protocol, Replicas, Workload, WorkloadKind};

use crate::object::{Metadata, MetadataPair, pairs, placed_map, string_map};
use crate::reader::Fields;

const ZONE: &str = "topology.kubernetes.io/zone";

/// Which kind of workload `group` and `kind` are.
pub(crate) fn kind_of(group: &str, kind: &str) -> Option<WorkloadKind> {
    match (group, kind) {
        ("apps" | "extensions", "Deployment") => Some(WorkloadKind::Deployment),
        ("apps" | "extensions", "ReplicaSet") | ("", "ReplicationController") => Some(WorkloadKind::ReplicaSet),
        ("apps", "StatefulSet") => Some(WorkloadKind::StatefulSet),
        ("apps" | "extensions", "DaemonSet") => Some(WorkloadKind::DaemonSet),
        ("", "Pod") => Some(WorkloadKind::Pod),
        _ => None,
    }
}

pub(crate) fn read(
    kind: WorkloadKind,
    document: Fields<'_>,
    metadata: &Metadata<'_>,
    diags: &mut Diagnostics,
) -> Workload {
    let mut workload = Workload {
        kind,
        replicas: if kind == WorkloadKind::DaemonSet { Replicas::PerNode } else { Replicas::Unsaid },
        labels: Vec::new(),
        label_places: Vec::new(),
        ports: Vec::new(),
        zone: Name::EMPTY,
        owned: metadata.owned,
    };
    let Some(spec) = document.fields("spec", diags) else {
        return workload;
    };
    if kind == WorkloadKind::Pod {
        workload.labels = metadata.labels.iter().map(|label| (label.key, Name::new(label.value))).collect();
        workload.label_places = metadata.labels.iter().map(MetadataPair::place).collect();
        pod(spec, &mut workload, diags);
        return workload;
    }
    if kind != WorkloadKind::DaemonSet
        && let Some(replicas) = spec.number("replicas", 0..=i64::from(i32::MAX), diags)
    {
        workload.replicas = Replicas::Declared { count: replicas.value, span: replicas.span };
    }
    selector(spec, kind, diags);
    let Some(template) = spec.fields("template", diags) else {
        return workload;
    };
    if let Some(metadata) = template.fields("metadata", diags) {
        (workload.labels, workload.label_places) = placed_map(metadata, "labels", diags);
        string_map(metadata, "annotations", diags);
    }
    if let Some(spec) = template.fields("spec", diags) {
        pod(spec, &mut workload, diags);
    }
    workload
}

/// What a workload selects its pods by means nothing here; its labels have to be strings all the same.
fn selector(spec: Fields<'_>, kind: WorkloadKind, diags: &mut Diagnostics) {
    let Some(selector) = spec.fields("selector", diags) else {
        return;
    };
    if selector.get("matchLabels").is_some() || selector.get("matchExpressions").is_some() {
        pairs(selector, "matchLabels", diags);
        for node in selector.list("matchExpressions", diags) {
            if let Some(expression) = Fields::item(node, "matchExpressions", diags) {
                expression.names("values", diags);
            }
        }
    } else if kind == WorkloadKind::ReplicaSet {
        pairs(spec, "selector", diags);
    }
}

fn pod(spec: Fields<'_>, workload: &mut Workload, diags: &mut Diagnostics) {
    for node in spec.list("containers", diags) {
        let Some(container) = Fields::item(node, "containers", diags) else {
            continue;
        };
        for node in container.list("ports", diags) {
            workload.ports.extend(Fields::item(node, "ports", diags).and_then(|fields| port(fields, diags)));
        }
    }
    workload.zone = zone(spec, diags);
}

/// A container's port; only one with a name can be meant by a Service.
fn port(fields: Fields<'_>, diags: &mut Diagnostics) -> Option<ContainerPort> {
    let number = fields.number("containerPort", 1..=65535, diags)?.value;
    let protocol = fields.word("protocol", &Protocol::ALL, diags).map_or(Protocol::Tcp, |word| word.value);
    Some(ContainerPort { name: fields.name("name", diags)?.value, number, protocol })
}

/// The zone that pods are pinned to: by a node selector, or a required node affinity with that one value.
fn zone(spec: Fields<'_>, diags: &mut Diagnostics) -> Name {
    let selected = pairs(spec, "nodeSelector", diags).into_iter().find(|label| label.key == *ZONE);
    selected.map(|zone| Name::new(zone.value)).or_else(|| required_zone(spec, diags)).unwrap_or_default()
}

fn required_zone(spec: Fields<'_>, diags: &mut Diagnostics) -> Option<Name> {
    let affinity = spec.fields("affinity", diags)?.fields("nodeAffinity", diags)?;
    let required = affinity.fields("requiredDuringSchedulingIgnoredDuringExecution", diags)?;
    let terms = required.list("nodeSelectorTerms", diags);
    let [term] = terms.as_slice() else {
        return None;
    };
    for node in Fields::item(*term, "nodeSelectorTerms", diags)?.list("matchExpressions", diags) {
        let expression = Fields::item(node, "matchExpressions", diags)?;
        let is = |key, wanted: &str, diags: &mut Diagnostics| {
            expression.string(key, diags).is_some_and(|text| text.value == wanted)
        };
        if is("key", ZONE, diags)
            && is("operator", "In", diags)
            && let [zone] = expression.names("values", diags).as_slice()
        {
            return Some(zone.value);
        }
    }
    None
}
