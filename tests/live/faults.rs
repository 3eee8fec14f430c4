//! What servers and others have against an apply: nothing of theirs is touched, and who is in the way is named.

use meshc_tests::kube::{Kube, eventually, free_port};

use crate::apply::definition;
use crate::project::{Project, settled};
use crate::shared;

/// A kubeconfig by which `cluster2` is not reached.
fn without_second(kube: &Kube, name: &str) -> std::path::PathBuf {
    kube.altered_kubeconfig(name, &kube.address("cluster2"), &format!("127.0.0.1:{}", free_port()))
}

#[test]
fn a_cluster_that_is_not_reached_is_named_and_the_others_are_applied() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "unreached");
    project.write("objects.yaml", &project.config_map("page", "a: b"));
    project.kubeconfig = without_second(kube, "unreached");
    let plan = project.meshc("plan .").ended(5).said(&["could not get an answer from `cluster2`"]);
    assert!(plan.out.starts_with("cluster1: 2 to create, 0 unchanged\n"), "{}", plan.out);
    let created = ["cluster1: created Namespace unreached", "cluster1: created ConfigMap unreached/page"];
    let ran = project.meshc("apply . --retry-for 1").ended(5).printed(&created);
    assert!(ran.err.contains("could not get an answer from `cluster2`"), "{}", ran.err);
    assert!(ran.err.lines().last().unwrap().contains("cluster2"), "{}", ran.err);

    // It goes on where it was when the cluster is back.
    project.kubeconfig = kube.kubeconfig();
    let created = ["cluster2: created Namespace unreached", "cluster2: created ConfigMap unreached/page"];
    project.apply().went_well().printed(&created);
}

#[test]
fn nothing_is_taken_away_while_a_cluster_is_behind() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "behind");
    project.write("objects.yaml", &[project.deployment("web", 2), project.config_map("old", "a: b")].concat());
    project.apply().went_well();
    project.write("objects.yaml", &[project.deployment("web", 0), project.deployment("new", 1)].concat());
    project.kubeconfig = without_second(kube, "behind");
    let ran = project.meshc("apply . --retry-for 1").ended(5);
    let ran = ran.printed(&["cluster1: created Deployment behind/new"]);
    ran.said(&["cluster1", "cluster2", "apply again"]);
    assert_eq!(project.value(kube, "cluster1", "deployment/web", ".spec.replicas"), "2");
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "old");

    project.kubeconfig = kube.kubeconfig();
    project.apply().went_well().printed(&[
        "cluster1: changed Deployment behind/web",
        "cluster1: pruned ConfigMap behind/old",
        "cluster2: changed Deployment behind/web",
        "cluster2: created Deployment behind/new",
        "cluster2: pruned ConfigMap behind/old",
    ]);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "silent");
    // It takes connections, as a server does that has been stopped.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    project.kubeconfig = kube.altered_kubeconfig("silent", &kube.address("cluster2"), &address);
    let ran = project.meshc("apply . --request-timeout 1 --retry-for 1").ended(5);
    ran.printed(&["cluster1: created Namespace silent"]).said(&["`cluster2`", "apply again"]);
}

#[test]
fn fields_of_others_are_not_taken_unless_that_is_said() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "conflict");
    kube.kubectl("cluster1", &["create", "namespace", "conflict"]);
    let theirs = tempfile::NamedTempFile::new().unwrap();
    let text = [project.deployment("web", 3), project.config_map("page", "a: theirs, b: theirs")].concat();
    std::fs::write(theirs.path(), text).unwrap();
    kube.kubectl("cluster1", &["apply", "-f", theirs.path().to_str().unwrap()]);
    kube.kubectl("cluster1", &["rollout", "status", "deployment/web", "-n", "conflict", "--timeout=120s"]);
    let ours =
        [project.deployment("web", 1), project.config_map("page", "a: ours"), project.config_map("other", "a: b")];
    project.write("objects.yaml", &ours.concat());

    let before = settled(|| project.versions(kube, "cluster1"));
    let plan = project.plan().ended(5).said(&["--force-conflicts", "cluster1"]).showed(&[
        "  ! ConfigMap conflict/page: in conflict with `kubectl-client-side-apply` about data.a\n",
        "  ! Deployment conflict/web: in conflict with `kubectl-client-side-apply` about spec.replicas\n",
        "cluster2: 4 to create, 0 unchanged\n",
    ]);
    assert!(!plan.out.contains("data.b"), "{}", plan.out);
    let json = project.meshc("plan . -o json").ended(5);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let page =
        json["clusters"][0]["actions"].as_array().unwrap().iter().find(|action| action["name"] == "page").unwrap();
    assert_eq!(page["action"], "conflict");
    assert_eq!(page["conflicts"], serde_json::json!([{"manager": "kubectl-client-side-apply", "field": "data.a"}]));

    // That cluster is left as it is; the other is applied.
    let ran = project.apply().ended(5).said(&[
        "Deployment conflict/web",
        "kubectl-client-side-apply",
        "spec.replicas",
        "--force-conflicts",
    ]);
    assert!(ran.err.lines().last().unwrap().contains("cluster1"), "{}", ran.err);
    assert!(
        ran.out.lines().all(|line| line.starts_with("cluster2: created ")) && ran.out.lines().count() == 4,
        "{}",
        ran.out
    );
    assert_eq!(project.versions(kube, "cluster1"), before);

    project.meshc("plan . --force-conflicts").ended(2);
    project.meshc("apply . --force-conflicts").went_well().showed(&["cluster1: changed Deployment conflict/web\n"]);
    assert_eq!(project.value(kube, "cluster1", "deployment/web", ".spec.replicas"), "1");
    assert_eq!(project.value(kube, "cluster1", "configmap/page", ".data"), r#"{"a":"ours","b":"theirs"}"#);
    project.apply().went_well().printed(&[]);
}

#[test]
fn what_cannot_change_is_named_with_the_way_out() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "immutable");
    project.write("objects.yaml", &[project.deployment("web", 1), project.config_map("page", "a: b")].concat());
    project.apply().went_well();
    project.edit("objects.yaml", "matchLabels: {app: web}", "matchLabels: {app: web, more: web}");
    project.edit("objects.yaml", "labels: {app: web}}", "labels: {app: web, more: web}}");
    project.edit("objects.yaml", "a: b", "a: c");
    project.plan().ended(5).showed(&["! Deployment immutable/web: refused: ", "spec.selector", "immutable"]);
    let before = project.value(kube, "cluster1", "configmap/page", ".metadata.resourceVersion");
    project.apply().ended(5).printed(&[]).said(&[
        "Deployment immutable/web",
        "field is immutable",
        "kubectl delete deployment web -n immutable",
        "cluster1",
        "cluster2",
    ]);
    assert_eq!(project.value(kube, "cluster1", "configmap/page", ".metadata.resourceVersion"), before);

    // The way out that was said.
    for cluster in ["cluster1", "cluster2"] {
        kube.kubectl(cluster, &["delete", "deployment", "web", "-n", "immutable"]);
    }
    project.apply().went_well().showed(&["cluster1: created Deployment immutable/web\n"]);
}

#[test]
fn a_namespace_that_is_going_is_waited_for() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "going");
    kube.kubectl("cluster1", &["create", "namespace", "going"]);
    kube.kubectl("cluster1", &["create", "configmap", "held", "-n", "going"]);
    let hold = |finalizers: &str| {
        let patch = format!("{{\"metadata\":{{\"finalizers\":{finalizers}}}}}");
        kube.kubectl("cluster1", &["patch", "configmap", "held", "-n", "going", "--type=merge", "-p", &patch]);
    };
    hold("[\"example.com/held\"]");
    kube.kubectl("cluster1", &["delete", "namespace", "going", "--wait=false"]);
    project.write("objects.yaml", &project.config_map("page", "a: b"));
    project.plan().ended(5).showed(&[
        "! Namespace going: refused: it is being deleted",
        "! ConfigMap going/page: refused: its namespace is being deleted",
    ]);
    let ran = project.apply().ended(5).said(&["ConfigMap going/page", "being deleted", "cluster1", "apply again"]);
    ran.printed(&["cluster2: created Namespace going", "cluster2: created ConfigMap going/page"]);
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "held");

    hold("null");
    eventually(
        || kube.kubectl("cluster1", &["get", "ns", "going", "--ignore-not-found"]).is_empty(),
        || "the namespace does not go".into(),
    );
    project
        .apply()
        .went_well()
        .printed(&["cluster1: created Namespace going", "cluster1: created ConfigMap going/page"]);
}

#[test]
fn a_kind_that_a_cluster_lacks_is_named_and_can_come_along() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "kinds");
    project.write(
        "widget.yaml",
        "apiVersion: kinds.example.com/v1\nkind: Widget\nmetadata: {name: wide, namespace: kinds}\nspec: {size: 1}\n",
    );
    project.plan().ended(5).showed(&["! Widget kinds/wide: refused: "]);
    project.apply().ended(5).printed(&[]).said(&[
        "Widget kinds/wide",
        "kinds.example.com/v1",
        "CustomResourceDefinition",
        "cluster1",
        "cluster2",
    ]);
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "kinds", "--ignore-not-found"]), "");

    project.write("definition.yaml", &definition("kinds.example.com"));
    project
        .plan()
        .ended(2)
        .showed(&["  + CustomResourceDefinition widgets.kinds.example.com\n", "  + Widget kinds/wide\n"]);
    project.apply().went_well();
    project.apply().went_well().printed(&[]);

    // A kind that goes takes its objects along, also those of others.
    project.remove("widget.yaml");
    project.remove("definition.yaml");
    project.apply().ended(3).printed(&[]).said(&["widgets.kinds.example.com", "--allow-prune-all"]);
    assert_eq!(project.value(kube, "cluster1", "widgets.kinds.example.com/wide", ".spec.size"), "1");
}

#[test]
fn a_namespace_that_nobody_makes_is_named() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "missing");
    project.remove("namespace.yaml");
    project.write("objects.yaml", &project.config_map("page", "a: b"));
    project.apply().ended(5).printed(&[]).said(&[
        "ConfigMap missing/page",
        "namespace `missing` does not exist",
        "cluster1",
    ]);
}

#[test]
fn two_clusters_that_are_one_are_not_applied() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "twins");
    project.edit("mesh.yaml", "{name: cluster2, id: 2}", "{name: cluster2, id: 2, context: cluster1}");
    for name in ["cluster1", "cluster2"] {
        project.write(&format!("clusters/{name}/objects.yaml"), &project.config_map(&format!("in-{name}"), "a: b"));
    }
    let twins = ["`cluster1` and `cluster2` are one cluster", "`cluster2` and `cluster1` are one cluster", "`context`"];
    project.plan().ended(5).said(&twins);
    project.apply().ended(5).printed(&[]).said(&twins);
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "twins", "--ignore-not-found"]), "");
    project.edit("mesh.yaml", ", context: cluster1", "");
    project.apply().went_well();
}
