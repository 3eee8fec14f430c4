//! `meshc drift`: what people did behind meshc's back, by cluster, between clusters, and for whoever is served.

use std::path::Path;
use std::process::Output;

use meshc_tests::kube::{Kube, eventually, write};
use meshc_tests::places::repository;
use regex_lite::Regex;
use serde_json::Value;

use crate::{MESHC, servers};

const MESH: &str =
    "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nmetadata: {name: galaxy}\nspec:\n  clusters: CLUSTERS\n";

const SHOP: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop, annotations: {service.cilium.io/global: \"true\"}}
spec: {selector: {app: api}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers: [{name: api, image: registry.example.com/api:1}]
";

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: shop}\nstringData: {key: first}\n";

fn project(clusters: &str, manifests: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mesh.yaml", &MESH.replace("CLUSTERS", clusters));
    write(folder.path(), "shop.yaml", &manifests.join("---\n"));
    folder
}

fn meshc(folder: &Path, command: &str, kubeconfig: &Path, args: &[&str]) -> Output {
    MESHC.command(folder).args([command, "."]).args(args).arg("--kubeconfig").arg(kubeconfig).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What drift prints, without times, and how it ends.
fn drift(folder: &Path, kube: &Kube) -> (String, Option<i32>) {
    let output = meshc(folder, "drift", &kube.kubeconfig(), &[]);
    assert_eq!(said(&output), "");
    (without_times(&output), output.status.code())
}

fn without_times(output: &Output) -> String {
    let time = Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").unwrap();
    time.replace_all(&String::from_utf8_lossy(&output.stdout), "TIME").into_owned()
}

/// Waits until drift prints this, as pods come and go.
#[track_caller]
fn gets_to(folder: &Path, kube: &Kube, text: &str, code: i32) {
    let expected = (text.to_owned(), Some(code));
    eventually(|| drift(folder, kube) == expected, || format!("{text}\nis expected, not\n{}", drift(folder, kube).0));
}

#[test]
fn what_people_do_behind_its_back_is_told() {
    let Some(kube) = servers(&["c1", "c2"]).map(Kube::with_workloads) else {
        return;
    };
    let folder = project("[{name: c1, id: 1}, {name: c2, id: 2}]", &[SHOP, SECRET]);
    let applied = meshc(folder.path(), "apply", &kube.kubeconfig(), &[]);
    assert!(applied.status.success(), "{}", said(&applied));
    let as_built = "c1: as built\nc2: as built\n";
    gets_to(folder.path(), &kube, as_built, 0);

    // Somebody takes a pod away. (Of none at all servers do not keep who wanted it.)
    kube.kubectl("c2", &["scale", "deployment/api", "-n", "shop", "--replicas=1"]);
    let expected = "c1: as built
c2: 1 changed, 3 as built
  ~ Deployment shop/api
      spec.replicas: 1, built 2 (by kubectl)
between clusters:
  Deployment shop/api: c2 differs from c1
      spec.replicas: 1, and 2 in c1 (by kubectl)
who serves whom:
  clients in c1 of shop/api:80: c1 66.7 % (built 50.0 %), c2 33.3 % (built 50.0 %)
  clients in c2 of shop/api:80: c1 66.7 % (built 50.0 %), c2 33.3 % (built 50.0 %)
";
    gets_to(folder.path(), &kube, expected, 2);
    kube.kubectl("c2", &["scale", "deployment/api", "-n", "shop", "--replicas=2"]);
    gets_to(folder.path(), &kube, as_built, 0);

    // No manifest speaks of the annotation, so that only the other cluster and the tables tell.
    kube.kubectl("c1", &["annotate", "service/api", "-n", "shop", "service.cilium.io/shared=false"]);
    let expected = "c1: as built
c2: as built
between clusters:
  Service shop/api: c1 differs from c2
      metadata.annotations[\"service.cilium.io/shared\"]: \"false\", and nothing in c2 (by kubectl-annotate, TIME)
who serves whom:
  clients in c2 of shop/api:80: c1 0.0 % (built 50.0 %), c2 100.0 % (built 50.0 %)
";
    gets_to(folder.path(), &kube, expected, 2);
    kube.kubectl("c1", &["annotate", "service/api", "-n", "shop", "service.cilium.io/shared-"]);

    // A Service goes, a Secret changes, and something is put among what was applied.
    kube.kubectl("c2", &["delete", "service", "api", "-n", "shop"]);
    kube.kubectl("c2", &["patch", "secret", "key", "-n", "shop", "-p", r#"{"stringData": {"key": "second"}}"#]);
    let part_of = "{.metadata.labels.applyset\\.kubernetes\\.io/part-of}";
    let set = kube.kubectl("c1", &["get", "service", "api", "-n", "shop", "-o", &format!("jsonpath={part_of}")]);
    kube.kubectl("c1", &["create", "service", "clusterip", "mine", "-n", "shop", "--tcp=80"]);
    kube.kubectl("c1", &["label", "service", "mine", "-n", "shop", &format!("applyset.kubernetes.io/part-of={set}")]);
    let expected = "c1: 1 extra, 4 as built
  + Service shop/mine: in the set, and in no manifest (last written by kubectl-label, TIME)
c2: 1 missing, 1 changed, 2 as built
  ~ Secret shop/key
      data.key: \"(hidden)\", built \"(hidden)\" (by kubectl-patch, TIME)
  - Service shop/api: missing
between clusters:
  Secret shop/key: c2 differs from c1
      data.key: \"(hidden)\", and \"(hidden)\" in c1 (by kubectl-patch, TIME)
who serves whom:
  clients in c1 of shop/api:80: c1 100.0 % (built 50.0 %), c2 0.0 % (built 50.0 %)
  clients in c2 of shop/api:80: the service is not there (built c1 50.0 %, c2 50.0 %)
";
    gets_to(folder.path(), &kube, expected, 2);
    as_json(folder.path(), &kube);

    // Nothing of it has changed a cluster: an apply still finds it all to do.
    let plan = meshc(folder.path(), "plan", &kube.kubeconfig(), &["--force-conflicts"]);
    let text = String::from_utf8_lossy(&plan.stdout).into_owned();
    assert!(text.contains("+ Service shop/api") && text.contains("~ Secret shop/key"), "{text}");
}

/// The same as a document says it.
fn as_json(folder: &Path, kube: &Kube) {
    let output = meshc(folder, "drift", &kube.kubeconfig(), &["-o", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema = std::fs::read_to_string(repository("schemas/drift.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let faults: Vec<_> = schema.iter_errors(&document).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{document:#}");
    assert_eq!(document["clusters"][1]["objects"][1]["state"], "missing");
    assert_eq!(document["clusters"][1]["objects"][0]["fields"][0]["by"]["manager"], "kubectl-patch");
    assert_eq!(document["differences"][0]["clusters"], serde_json::json!(["c2"]));
    let shift = &document["shifts"][1];
    assert_eq!((&shift["client"], &shift["served"]), (&"c2".into(), &false.into()));
    assert_eq!(shift["clusters"][0], serde_json::json!({"cluster": "c1", "live": 0.0, "built": 0.5}));
    assert!(!document.to_string().contains("c2Vjb25k"), "it repeats a secret");
}

#[test]
fn drift_needs_little_and_says_what_it_cannot_read() {
    let Some(kube) = servers(&["c1"]) else {
        return;
    };
    let folder = project("[{name: c1, id: 1}]", &[SHOP]);
    assert!(meshc(folder.path(), "apply", &kube.kubeconfig(), &[]).status.success());

    // What has changed in git and is not applied yet is nobody else's doing.
    write(folder.path(), "shop.yaml", &SHOP.replace("replicas: 2", "replicas: 3"));
    let (text, exit) = drift(folder.path(), &kube);
    assert!(
        text.contains("spec.replicas: 2, built 3 (as meshc applied it, TIME; the manifests have changed since)"),
        "{text}"
    );
    assert_eq!(exit, Some(2));
    write(folder.path(), "shop.yaml", SHOP);

    // Somebody else may apply the same objects, without a set.
    kube.kubectl("c1", &["delete", "configmap", "meshc-galaxy"]);
    kube.kubectl("c1", &["delete", "namespace/shop", "service/api", "deployment/api", "-n", "shop", "--wait=false"]);
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "other.yaml", &SHOP.replace("shop", "store"));
    kube.kubectl("c1", &["apply", "-f", elsewhere.path().join("other.yaml").to_str().unwrap()]);
    write(folder.path(), "shop.yaml", &SHOP.replace("shop", "store"));
    assert_eq!(drift(folder.path(), &kube), ("c1: as built\n".into(), Some(0)));

    // The role in the repository is enough, and without it each object is named.
    let as_reader = kube.altered_kubeconfig("drift", "admin-token", "reader-token");
    let output = meshc(folder.path(), "drift", &as_reader, &[]);
    assert_eq!(output.status.code(), Some(5));
    assert!(said(&output).contains("does not let you"), "{}", said(&output));
    let role = repository("runtime/meshc-cluster/rbac/drift.yaml");
    kube.kubectl("c1", &["apply", "-f", role.to_str().unwrap()]);
    kube.kubectl("c1", &["create", "clusterrolebinding", "drift", "--clusterrole=meshc-drift", "--user=reader"]);
    let output = meshc(folder.path(), "drift", &as_reader, &[]);
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""), "{}", without_times(&output));

    // A cluster that does not answer.
    let gone = kube.altered_kubeconfig("gone", &kube.address("c1"), "127.0.0.1:1");
    let output = meshc(folder.path(), "drift", &gone, &[]);
    assert_eq!((output.status.code(), without_times(&output).as_str()), (Some(5), "c1: could not be asked\n"));
    assert!(
        said(&output).contains("could not get an answer from `c1`") && said(&output).lines().count() == 1,
        "{}",
        said(&output)
    );
}
