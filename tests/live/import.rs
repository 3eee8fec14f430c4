//! `meshc import`.

use std::fmt::Write;
use std::path::Path;
use std::process::Output;

use meshc_tests::kube::{Kube, write};
use meshc_tests::places::repository;

use crate::project::only;
use crate::{MESHC, shared};

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nmetadata: {name: galaxy}\nspec:\n  placement:\n  - {files: 'one/**', clusters: [cluster1]}\n  clusters: [{name: cluster1, id: 1}, {name: cluster2, id: 2}]\n";

fn import(kube: &Kube, folder: &Path, args: &[&str]) -> Output {
    MESHC.command(folder).arg("import").args(args).arg("--kubeconfig").arg(kube.kubeconfig()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A Service with two endpoints in `cluster`, and a Deployment with something to hide.
fn objects(cluster: u8, global: bool) -> String {
    format!(
        "apiVersion: v1
kind: Namespace
metadata: {{name: shop}}
---
apiVersion: v1
kind: Node
metadata: {{name: n{cluster}, labels: {{topology.kubernetes.io/zone: z{cluster}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: api, namespace: shop, annotations: {{service.cilium.io/global: \"{global}\"}}}}
spec: {{ports: [{{name: http, port: 80}}]}}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: api-1, namespace: shop, labels: {{kubernetes.io/service-name: api}}}}
addressType: IPv4
ports: [{{name: http, port: 8080}}]
endpoints: [{{addresses: [10.{cluster}.0.1], zone: z{cluster}}}, {{addresses: [10.{cluster}.0.2], zone: z{cluster}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: api, namespace: shop}}
spec:
  selector: {{matchLabels: {{app: api}}}}
  template:
    metadata: {{labels: {{app: api}}}}
    spec:
      containers:
      - {{name: api, image: registry.example.com/api:1, env: [{{name: TOKEN, value: very-secret-{cluster}}}]}}
---
apiVersion: v1
kind: Secret
metadata: {{name: key, namespace: shop}}
stringData: {{key: very-secret}}
"
    )
}

fn apply(kube: &Kube, folder: &Path, cluster: &str, text: &str) {
    write(folder, "applied.yaml", text);
    kube.kubectl(cluster, &["apply", "-f", folder.join("applied.yaml").to_str().unwrap()]);
}

#[test]
fn what_clusters_hold_becomes_a_project() {
    let Some(kube) = shared() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    apply(kube, elsewhere.path(), "cluster1", &objects(1, true));
    apply(kube, elsewhere.path(), "cluster2", &objects(2, true));
    write(folder.path(), "mesh.yaml", MESH);
    let output = import(kube, folder.path(), &["."]);
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
    let read = |path: &str| std::fs::read_to_string(folder.path().join("live").join(path)).unwrap();
    assert!(read("mesh.yaml").contains("name: galaxy") && !read("mesh.yaml").contains("placement"));
    let shop = read("clusters/cluster1/shop.yaml");
    for gone in ["very-secret", "managedFields", "resourceVersion", "uid", "creationTimestamp", "Secret", "10.2.0"] {
        assert!(!shop.contains(gone), "{gone} is in\n{shop}");
    }

    // Who serves whom is what stands in the clusters.
    only(&folder.path().join("live"), "shop.yaml", &folder.path().join("seen"));
    let table =
        MESHC.command(folder.path()).args(["table", "seen", "--cluster", "cluster1", "-o", "json"]).output().unwrap();
    let text = String::from_utf8_lossy(&table.stdout).into_owned();
    for address in ["10.1.0.1", "10.1.0.2", "10.2.0.1", "10.2.0.2"] {
        assert!(text.contains(address), "{text}{}", said(&table));
    }

    // A second import changes no file, and one after a change only what changed.
    let before = std::fs::metadata(folder.path().join("live/clusters/cluster2/shop.yaml")).unwrap().modified().unwrap();
    assert!(import(kube, folder.path(), &["."]).status.success());
    let after = std::fs::metadata(folder.path().join("live/clusters/cluster2/shop.yaml")).unwrap().modified().unwrap();
    assert_eq!(before, after);
    kube.kubectl("cluster2", &["delete", "service", "api", "-n", "shop"]);
    assert!(import(kube, folder.path(), &[".", "--cluster", "cluster2"]).status.success());
    assert!(
        !read("clusters/cluster2/shop.yaml").contains("kind: Service\n") && read("clusters/cluster1/shop.yaml") == shop
    );
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() {
    let Some(kube) = shared() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mesh.yaml", &MESH.replace("cluster2", "cluster3"));
    let output = import(kube, folder.path(), &["."]);
    assert_eq!(output.status.code(), Some(5));
    assert_eq!(said(&output), "error: the kubeconfig has no context `cluster3`; it has `cluster1`, `cluster2`\n");
    assert!(folder.path().join("live/clusters/cluster1/default.yaml").exists());

    // A file that somebody wrote is in nobody's way.
    write(folder.path(), "mine/clusters/cluster1/default.yaml", "mine\n");
    let output = import(kube, folder.path(), &["--context", "cluster1", "--out", "mine"]);
    assert!(said(&output).contains("meshc did not write it"), "{}", said(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("mine/clusters/cluster1/default.yaml")).unwrap(), "mine\n");

    // Who is not known, and who may not, read so; a token is never repeated.
    let as_user = |token: &str| {
        let kubeconfig = kube.altered_kubeconfig(token, "admin-token", token);
        let mut command = MESHC.command(folder.path());
        command.args(["import", "--context", "cluster1", "--kubeconfig"]).arg(kubeconfig).output().unwrap()
    };
    let output = as_user("wrong-token");
    assert_eq!(output.status.code(), Some(5));
    assert!(said(&output).contains("does not accept the credentials"), "{}", said(&output));
    assert!(!said(&output).contains("wrong-token"), "{}", said(&output));
    let output = as_user("reader-token");
    assert!(said(&output).contains("does not let you list"), "{}", said(&output));

    // The role in the repository is enough.
    let role = repository("runtime/meshc-cluster/rbac/import.yaml");
    kube.kubectl("cluster1", &["apply", "-f", role.to_str().unwrap()]);
    let bind = ["create", "clusterrolebinding", "reader", "--clusterrole=meshc-import", "--user=reader"];
    kube.kubectl("cluster1", &bind);
    let output = as_user("reader-token");
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
}

#[test]
fn long_lists_come_page_by_page() {
    let Some(kube) = shared() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: many}\n---\n".to_owned();
    for at in 0..600 {
        let _ = writeln!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{at:04}, namespace: many}}\nspec: {{clusterIP: None, ports: [{{port: 80}}]}}\n---"
        );
    }
    write(folder.path(), "many.yaml", &text);
    kube.kubectl("cluster1", &["create", "-f", folder.path().join("many.yaml").to_str().unwrap()]);
    let output = import(kube, folder.path(), &["--context", "cluster1"]);
    assert!(output.status.success(), "{}", said(&output));
    let read = std::fs::read_to_string(folder.path().join("live/clusters/cluster1/many.yaml")).unwrap();
    assert_eq!(read.matches("\nkind: Service\n").count(), 600);
}
