//! `meshc apply`: in which order, and that it does not say it twice.

use serde_json::Value;

use crate::project::{Project, Ran, mesh};
use crate::shared;

/// A kind of our own, in a group that no other test has.
pub(crate) fn definition(group: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: widgets.{group}}}
spec:
  group: {group}
  scope: Namespaced
  names: {{kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
---
"
    )
}

/// Where a line that starts so stands.
#[track_caller]
fn place(text: &str, start: &str) -> usize {
    text.lines().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start} is not in\n{text}"))
}

#[test]
fn what_others_need_comes_first_and_goes_last() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "ordered");
    let widget = "apiVersion: ordered.example.com/v1\nkind: Widget\nmetadata: {name: wide, namespace: ordered}\nspec: {size: 1}\n---\n";
    let objects = [
        widget.into(),
        project.service("web"),
        project.deployment("web", 1),
        definition("ordered.example.com"),
        project.config_map("page", "a: b"),
    ];
    project.write("objects.yaml", &objects.concat());
    let out = project.apply().went_well().out;
    for cluster in ["cluster1", "cluster2"] {
        let at = |object: &str| place(&out, &format!("{cluster}: created {object}"));
        let (namespace, definition) =
            (at("Namespace ordered"), at("CustomResourceDefinition widgets.ordered.example.com"));
        for object in ["ConfigMap ordered/page", "Widget ordered/wide", "Deployment ordered/web", "Service ordered/web"]
        {
            assert!(at(object) > namespace && at(object) > definition, "{object} in\n{out}");
        }
    }
    // No cluster's Service before every cluster's pods.
    let first_service = place(&out, "cluster1: created Service").min(place(&out, "cluster2: created Service"));
    let last_pods = place(&out, "cluster1: created Deployment").max(place(&out, "cluster2: created Deployment"));
    assert!(last_pods < first_service, "{out}");

    // What clients are turned to is there before what they are turned away from goes.
    let objects = [
        widget.into(),
        project.service("web"),
        project.deployment("web", 0),
        project.deployment("new", 1),
        definition("ordered.example.com"),
    ];
    project.write("objects.yaml", &objects.concat());
    let out = project.apply().went_well().out;
    for cluster in ["cluster1", "cluster2"] {
        let changed = place(&out, &format!("{cluster}: changed Deployment ordered/web"));
        for other in ["cluster1", "cluster2"] {
            assert!(place(&out, &format!("{other}: created Deployment ordered/new")) < changed, "{out}");
            assert!(place(&out, &format!("{other}: pruned ConfigMap ordered/page")) > changed, "{out}");
        }
    }
    assert_eq!(project.value(kube, "cluster2", "widgets.ordered.example.com/wide", ".spec.size"), "1");
}

#[test]
fn clusters_go_in_the_order_that_is_asked_for() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "waves");
    project.write("objects.yaml", &(0..20).map(|at| project.config_map(&format!("c{at}"), "a: b")).collect::<String>());
    let out = project.meshc("apply . --order cluster2,cluster1").went_well().out;
    let clusters: Vec<_> = out.lines().map(|line| &line[.."cluster1".len()]).collect();
    assert_eq!(clusters, [["cluster2"; 21], ["cluster1"; 21]].concat());

    // The Mesh can say so too. A wave that fails keeps the later ones from beginning.
    project.edit("mesh.yaml", "spec:\n", "spec:\n  waves: [[cluster2], [cluster1]]\n");
    project.write(
        "clusters/cluster2/service.yaml",
        &project.service("web").replace("selector:", "clusterIP: 10.1.2.3, selector:"),
    );
    project.write("more.yaml", &project.config_map("more", "a: b"));
    let failed = project.apply().ended(5).printed(&[]);
    failed.said(&["Service waves/web", "cluster2", "cluster1"]);
    assert!(!project.names(kube, "cluster1", "configmaps").contains("more"));
}

#[test]
fn one_cluster_alone_can_be_applied() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "single");
    project.meshc("apply . --cluster cluster2").went_well().printed(&["cluster2: created Namespace single"]);
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "single", "--ignore-not-found"]), "");
    project.apply().went_well().printed(&["cluster1: created Namespace single"]);
}

#[test]
fn objects_that_are_there_already_are_taken_in() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "adopted");
    project.write("mesh.yaml", &mesh("adopted", "[{name: cluster1, id: 1}]"));
    kube.kubectl("cluster1", &["create", "namespace", "adopted"]);
    kube.kubectl(
        "cluster1",
        &["create", "configmap", "page", "-n", "adopted", "--from-literal=a=b", "--from-literal=c=d"],
    );
    project.write("objects.yaml", &project.config_map("page", "a: b"));
    let changed = ["cluster1: changed Namespace adopted", "cluster1: changed ConfigMap adopted/page"];
    project.apply().went_well().printed(&changed);
    // What is not in the manifests stays whose it was.
    assert_eq!(project.value(kube, "cluster1", "configmap/page", ".data"), r#"{"a":"b","c":"d"}"#);
    project.apply().went_well().printed(&[]);
}

#[test]
fn what_a_cluster_has_printed_can_be_applied() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "printed");
    project.write("mesh.yaml", &mesh("printed", "[{name: cluster1, id: 1}]"));
    project.write("objects.yaml", &[project.service("web"), project.deployment("web", 1)].concat());
    project.apply().went_well();
    kube.kubectl("cluster1", &["rollout", "status", "deployment/web", "-n", "printed", "--timeout=120s"]);
    let print = |object: &str| {
        let text = kube.kubectl("cluster1", &["get", object, "-n", "printed", "-o", "json"]);
        let mut object: Value = serde_json::from_str(&text).unwrap();
        // That of the set is meshc's own to say.
        object["metadata"].as_object_mut().unwrap().remove("labels");
        object.to_string()
    };
    let printed = [print("service/web"), print("deployment/web")].join("\n---\n");
    project.write("objects.yaml", &printed);
    // Nothing changes but that meshc now owns what servers had filled in.
    let plan = project.plan().ended(2);
    assert!(!plan.out.contains(" -> "), "{}", plan.out);
    project.apply().went_well();
    project.apply().went_well().printed(&[]);
}

#[test]
fn two_applies_at_once_do_not_disturb_each_other() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "twice");
    project.write("objects.yaml", &(0..50).map(|at| project.config_map(&format!("c{at}"), "a: b")).collect::<String>());
    let both = ["apply .", "apply ."].map(|line| project.command(line).spawn().unwrap());
    for run in both {
        Ran::new("apply .", &run.wait_with_output().unwrap()).went_well();
    }
    assert_eq!(project.names(kube, "cluster2", "configmaps").split(' ').count(), 50);
    project.apply().went_well().printed(&[]);
}
