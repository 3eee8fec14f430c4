//! `meshc plan`, and plans that are carried out later.

use serde_json::{Value, json};

use crate::project::{Project, mesh, settled};
use crate::shared;

#[test]
fn a_plan_says_what_an_apply_would_do_and_writes_nothing() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "planned");
    let stays = project.config_map("stays", "a: b");
    project.write(
        "clusters/cluster1/objects.yaml",
        &[stays.clone(), project.config_map("old", "a: b"), project.deployment("web", 2)].concat(),
    );
    let created = "cluster1: 4 to create, 0 unchanged\n  + Namespace planned\n  + ConfigMap planned/old\n  + ConfigMap planned/stays\n  + Deployment planned/web\n";
    let plan = project.plan().ended(2);
    assert_eq!(plan.out, format!("{created}cluster2: 1 to create, 0 unchanged\n  + Namespace planned\n"));
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "planned", "--ignore-not-found"]), "");
    assert_eq!(kube.kubectl("cluster1", &["get", "configmap", "meshc-planned", "--ignore-not-found"]), "");
    project.apply().went_well();

    project.write(
        "clusters/cluster1/objects.yaml",
        &[stays, project.config_map("new", "a: b"), project.deployment("web", 1)].concat(),
    );
    let before = settled(|| project.versions(kube, "cluster1"));
    let plan = project.plan().ended(2);
    assert_eq!(
        plan.out,
        "cluster1: 1 to create, 1 to change, 1 to prune, 2 unchanged
  + ConfigMap planned/new
  ~ Deployment planned/web
      spec.replicas: 2 -> 1
  - ConfigMap planned/old
cluster2: nothing to change
"
    );
    let plan: Value = serde_json::from_str(&project.meshc("plan . -o json").ended(2).out).unwrap();
    assert_eq!((&plan["apiVersion"], &plan["kind"]), (&json!("meshc.dev/v1alpha1"), &json!("Plan")));
    let first = &plan["clusters"][0];
    assert_eq!((&first["cluster"], &first["unchanged"]), (&json!("cluster1"), &json!(2)));
    let of = |at: usize| {
        ["action", "apiVersion", "kind", "namespace", "name"].map(|key| first["actions"][at][key].as_str().unwrap())
    };
    assert_eq!(of(0), ["create", "v1", "ConfigMap", "planned", "new"]);
    assert_eq!(of(1), ["change", "apps/v1", "Deployment", "planned", "web"]);
    assert_eq!(of(2), ["prune", "v1", "ConfigMap", "planned", "old"]);
    assert_eq!(first["actions"][1]["changes"], json!([{"path": "spec.replicas", "before": 2, "after": 1}]));
    assert_eq!(plan["clusters"][1]["actions"], json!([]));

    // What the server would do is what was asked, and nothing was done.
    let would = ["created ConfigMap planned/new", "changed Deployment planned/web", "pruned ConfigMap planned/old"];
    let would = would.map(|done| format!("cluster1: {done} (dry run)"));
    project.meshc("apply . --dry-run=server").went_well().printed(&would.each_ref().map(String::as_str));
    let only = project.meshc("plan . --cluster cluster2").went_well();
    assert_eq!(only.out, "cluster2: nothing to change\n");
    assert_eq!(project.versions(kube, "cluster1"), before);
}

#[test]
fn a_plan_in_a_file_is_carried_out_if_all_is_as_it_was() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "filed");
    project.write(
        "objects.yaml",
        &[project.config_map("first", "a: one"), project.config_map("second", "a: one")].concat(),
    );
    project.apply().went_well();
    project.edit(
        "objects.yaml",
        "first, namespace: filed}\ndata: {a: one}",
        "first, namespace: filed}\ndata: {a: two}",
    );

    // Somebody changes the object in between.
    project.meshc("plan . --out plan.json").ended(2);
    kube.kubectl("cluster2", &["annotate", "configmap", "first", "-n", "filed", "by=somebody"]);
    let before = ["cluster1", "cluster2"].map(|cluster| project.versions(kube, cluster));
    project.meshc("apply plan.json").ended(3).printed(&[]).said(&["ConfigMap filed/first", "cluster2", "plan again"]);
    assert_eq!(["cluster1", "cluster2"].map(|cluster| project.versions(kube, cluster)), before);

    // The manifests change in between.
    project.meshc("plan . --out plan.json").ended(2);
    project.edit("objects.yaml", "{a: two}", "{a: three}");
    project.meshc("apply plan.json").ended(3).printed(&[]).said(&["plan again"]);
    assert_eq!(["cluster1", "cluster2"].map(|cluster| project.versions(kube, cluster)), before);

    // Nothing changes in between; that of the others does not count.
    project.meshc("plan . --out plan.json").ended(2);
    kube.kubectl("cluster1", &["create", "configmap", "theirs", "-n", "filed"]);
    let changed = ["cluster1: changed ConfigMap filed/first", "cluster2: changed ConfigMap filed/first"];
    project.meshc("apply plan.json").went_well().printed(&changed);
    assert_eq!(project.value(kube, "cluster2", "configmap/first", ".data.a"), "three");

    // It can be carried out once.
    project.meshc("apply plan.json").ended(3).printed(&[]);
}

#[test]
fn an_object_that_came_or_went_since_the_plan_is_noticed() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "moved");
    project
        .write("objects.yaml", &[project.config_map("goes", "a: one"), project.config_map("stays", "a: one")].concat());
    project.apply().went_well();
    project.write(
        "objects.yaml",
        &[project.config_map("comes", "a: one"), project.config_map("stays", "a: one")].concat(),
    );
    project.meshc("plan . --out plan.json").ended(2);
    kube.kubectl("cluster1", &["create", "configmap", "comes", "-n", "moved"]);
    let before = project.versions(kube, "cluster1");
    project.meshc("apply plan.json").ended(3).printed(&[]).said(&["ConfigMap moved/comes", "cluster1"]);
    assert_eq!(project.versions(kube, "cluster1"), before);
}

#[test]
fn a_mesh_without_a_name_needs_a_set() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "nameless");
    project
        .write("mesh.yaml", &mesh("nameless", "[{name: cluster1, id: 1}]").replace("metadata: {name: nameless}\n", ""));
    let refused = project.meshc("plan .");
    refused.said(&["--applyset", "name"]);
    let plan = project.meshc("plan . --applyset nameless/mine").ended(2);
    assert_eq!(plan.out, "cluster1: 1 to create, 0 unchanged\n  + Namespace nameless\n");
}

#[test]
fn clusters_are_asked_nothing_when_the_manifests_are_wrong() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "wrong");
    project.write("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: wrong, annotations: {service.cilium.io/global: yes}}\nspec: {ports: [{port: 80}]}\n");
    for command in ["plan .", "apply ."] {
        project.meshc(command).ended(1).printed(&[]).said(&["error[M0203]"]);
    }
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "wrong", "--ignore-not-found"]), "");
}
