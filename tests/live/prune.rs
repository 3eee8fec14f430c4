//! What `meshc apply` deletes, and what it leaves to others.

use std::process::Stdio;

use meshc_tests::kube::{Kube, eventually};

use crate::project::Project;
use crate::shared;

const PART_OF: &str = ".metadata.labels.applyset\\.kubernetes\\.io/part-of";

/// Feeds `text` to kubectl, with its support of `ApplySets`.
fn feed(kube: &Kube, cluster: &str, args: &[&str], text: &str) -> (bool, String) {
    use std::io::Write;
    let mut command = kube.kubectl_command(cluster);
    command.args(args).env("KUBECTL_APPLYSET", "true");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn what_no_manifest_has_any_more_goes_and_nothing_else() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "pruned");
    let slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: fixed, namespace: pruned, labels: {kubernetes.io/service-name: fixed}}\naddressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [10.7.0.1]}]\n---\n";
    let stays =
        [project.service("web"), project.deployment("web", 1), slice.into(), project.config_map("stays", "a: b")]
            .concat();
    project.write("objects.yaml", &[stays.clone(), project.config_map("goes", "a: b")].concat());
    project.apply().went_well();

    // A controller copies the label to what it makes of the Service.
    let slices = ["get", "endpointslices", "-n", "pruned", "-l", "kubernetes.io/service-name=web", "-o"];
    let label = || kube.kubectl("cluster1", &[&slices[..], &[&format!("jsonpath={{.items[*]{PART_OF}}}")]].concat());
    eventually(|| label().starts_with("applyset-"), || "the Service gets no slice with its label".into());
    // And so does somebody who copies an object.
    let copied = kube.kubectl("cluster1", &["get", "configmap", "goes", "-n", "pruned", "-o", "json"]);
    assert!(feed(kube, "cluster1", &["create", "-f", "-"], &copied.replace("\"goes\"", "\"copied\"")).0);
    kube.kubectl("cluster1", &["create", "configmap", "theirs", "-n", "pruned"]);
    project.plan().went_well().printed(&["cluster1: nothing to change", "cluster2: nothing to change"]);

    project.write("objects.yaml", &stays);
    let before = project.names(kube, "cluster1", "endpointslices,configmaps,services,deployments");
    let pruned = ["cluster1: pruned ConfigMap pruned/goes", "cluster2: pruned ConfigMap pruned/goes"];
    project.apply().went_well().printed(&pruned);
    let after = project.names(kube, "cluster1", "endpointslices,configmaps,services,deployments");
    assert_eq!(after, before.replace("goes ", ""));
    project.apply().went_well().printed(&[]);
}

#[test]
fn a_namespace_is_not_emptied_unless_that_is_said() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "emptied");
    project.remove("namespace.yaml");
    for cluster in ["cluster1", "cluster2"] {
        kube.kubectl(cluster, &["create", "namespace", "emptied"]);
    }
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: emptied-other, namespace: default}\n---\n";
    project.write("other.yaml", other);
    project.write("objects.yaml", &[project.config_map("one", "a: b"), project.config_map("two", "a: b")].concat());
    project.apply().went_well();

    project.remove("objects.yaml");
    let before = project.versions(kube, "cluster1");
    project.plan().ended(2).showed(&["- ConfigMap emptied/one", "- ConfigMap emptied/two"]);
    project.apply().ended(3).printed(&[]).said(&["emptied", "cluster1", "cluster2", "--allow-prune-all"]);
    project.meshc("apply . --allow-prune-all wrong").ended(3).printed(&[]);
    project.meshc("apply . --allow-prune-all cluster1/emptied").ended(3).printed(&[]).said(&["cluster2"]);
    assert_eq!(project.versions(kube, "cluster1"), before);
    project.meshc("apply . --allow-prune-all emptied").went_well().printed(&[
        "cluster1: pruned ConfigMap emptied/one",
        "cluster1: pruned ConfigMap emptied/two",
        "cluster2: pruned ConfigMap emptied/one",
        "cluster2: pruned ConfigMap emptied/two",
    ]);
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "emptied", "-o", "name"]), "namespace/emptied\n");
}

#[test]
fn a_namespace_goes_only_if_that_is_said() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "gone");
    project.write("other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gone-other, namespace: default}\n");
    project.apply().went_well();
    // In it is what others made.
    kube.kubectl("cluster1", &["create", "configmap", "theirs", "-n", "gone"]);
    project.remove("namespace.yaml");
    project.apply().ended(3).printed(&[]).said(&[
        "gone",
        "--allow-prune-all cluster1/gone",
        "--allow-prune-all cluster2/gone",
    ]);
    assert_eq!(project.value(kube, "cluster1", "configmap/theirs", ".metadata.name"), "theirs");
    let pruned = ["cluster1: pruned Namespace gone", "cluster2: pruned Namespace gone"];
    project.meshc("apply . --allow-prune-all gone").went_well().printed(&pruned);
}

#[test]
fn sets_of_others_are_left_alone_and_ours_is_by_them() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "sets");
    project.write("objects.yaml", &[project.config_map("ours", "a: b"), project.config_map("gone", "a: b")].concat());
    project.apply().went_well();

    // kubectl has a set of its own in the same namespace; its pruning does not touch ours, and ours not its.
    let set = ["apply", "-n", "sets", "--prune", "--applyset=configmaps/theirs", "-f", "-"];
    let theirs = [project.config_map("their-one", "a: b"), project.config_map("their-two", "a: b")].concat();
    let (well, said) = feed(kube, "cluster1", &set, &theirs);
    assert!(well, "{said}");
    let (well, said) = feed(kube, "cluster1", &set, &project.config_map("their-one", "a: b"));
    assert!(well && said.contains("configmap/their-two pruned"), "{said}");
    project.write("objects.yaml", &project.config_map("ours", "a: b"));
    let pruned = ["cluster1: pruned ConfigMap sets/gone", "cluster2: pruned ConfigMap sets/gone"];
    project.apply().went_well().printed(&pruned);
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "ours their-one theirs");

    // Neither takes a member or a set from the other.
    project.write("more.yaml", &project.config_map("their-one", "a: ours"));
    let refused = project.apply().ended(5).said(&["ConfigMap sets/their-one", "cluster1", "another set"]);
    assert_eq!(refused.out, "cluster2: created ConfigMap sets/their-one\n");
    assert_eq!(project.value(kube, "cluster1", "configmap/their-one", ".data.a"), "b");
    project.remove("more.yaml");
    let other = ["apply", "-n", "default", "--prune", "--applyset=configmaps/meshc-sets", "-f", "-"];
    let (well, said) = feed(kube, "cluster1", &other, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sets-x}\n");
    assert!(!well && said.contains("meshc"), "{said}");
    let foreign = project.meshc("apply . --applyset sets/theirs").ended(5).printed(&[]);
    foreign.said(&["sets/theirs", "cluster1", "kubectl", "--applyset"]);
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "ours their-one theirs");
}

#[test]
fn two_meshes_in_one_namespace_keep_off_each_other() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "together");
    project
        .write("objects.yaml", &[project.config_map("first", "a: b"), project.config_map("second", "a: b")].concat());
    project.apply().went_well();
    let other = Project::new(kube, "together-too");
    other.write("objects.yaml", &project.config_map("third", "a: b"));
    other.apply().went_well();
    project.apply().went_well().printed(&[]);

    other.write("more.yaml", &project.config_map("second", "a: other"));
    let refused = other.apply().ended(5).printed(&[]);
    refused.said(&["ConfigMap together/second", "cluster1", "cluster2", "another set"]);
    assert_eq!(project.value(kube, "cluster1", "configmap/second", ".data.a"), "b");

    // An object changes hands when its first owner lets go of it.
    project.write("objects.yaml", &project.config_map("first", "a: b"));
    project.apply().went_well();
    other.apply().went_well();
    project.apply().went_well().printed(&[]);
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "first second third");
}

#[test]
fn objects_that_say_no_namespace_are_pruned_one_by_one() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "unsaid");
    project.remove("namespace.yaml");
    let object = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: unsaid-{name}}}\n---\n");
    project.write("objects.yaml", &[object("stays"), object("goes")].concat());
    project.apply().went_well();
    // Something stays in `default`.
    project.write("objects.yaml", &object("stays"));
    let pruned = ["cluster1: pruned ConfigMap default/unsaid-goes", "cluster2: pruned ConfigMap default/unsaid-goes"];
    project.apply().went_well().printed(&pruned);
    // Nothing would stay there.
    project.write("objects.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: unsaid}\n");
    project.apply().ended(3).printed(&[]).said(&["--allow-prune-all cluster1/default"]);
}
