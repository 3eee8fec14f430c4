//! `meshc init`: a Mesh to begin with.

use std::path::Path;
use std::process::Output;

use meshc_tests::places::repository;
use tempfile::TempDir;

use super::{MESH, documents, stderr, stdout, write};
use crate::MESHC;

/// Three contexts, of which two lead to one cluster, and credentials that nobody may see.
const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
clusters:
- {name: one, cluster: {server: \"https://127.0.0.1:1\", certificate-authority-data: c2VjcmV0LWNh}}
- {name: two, cluster: {server: \"https://secret-host.example.com\"}}
contexts:
- {name: kind-one, context: {cluster: one, user: a}}
- {name: \"admin@Two\", context: {cluster: two, user: a}}
- {name: \"dev@two\", context: {cluster: two, user: b}}
users:
- {name: a, user: {token: secret-token}}
- {name: b, user: {username: b, password: secret-password}}
";

fn with_kubeconfig(text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "config", text);
    folder
}

fn init(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = MESHC.command(folder);
    command.arg("init").args(arguments).env("HOME", folder).env_remove("KUBECONFIG").output().unwrap()
}

/// The names, ids and contexts of the clusters in a file.
fn clusters(path: &Path) -> Vec<(String, u64, Option<String>)> {
    let mesh = documents(&std::fs::read_to_string(path).unwrap()).remove(0);
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let list = mesh["spec"]["clusters"].as_array().unwrap();
    list.iter().map(|one| (text(&one["name"]).unwrap(), one["id"].as_u64().unwrap(), text(&one["context"]))).collect()
}

fn cluster(name: &str, id: u64, context: Option<&str>) -> (String, u64, Option<String>) {
    (name.to_owned(), id, context.map(str::to_owned))
}

#[test]
fn each_cluster_of_a_kubeconfig_is_one_of_the_mesh() {
    let folder = with_kubeconfig(KUBECONFIG);
    let run = init(folder.path(), &["shop", "--kubeconfig", "config"]);
    assert_eq!((run.status.code(), stdout(&run)), (Some(0), ""), "{}", stderr(&run));
    assert!(stderr(&run).contains("2 clusters") && stderr(&run).contains("meshc check shop"), "{}", stderr(&run));
    let expected = [cluster("kind-one", 1, Some("kind-one")), cluster("admin-two", 2, Some("admin@Two"))];
    assert_eq!(clusters(&folder.path().join("shop/mesh.yaml")), expected);
}

#[test]
fn contexts_that_are_named_come_in_that_order() {
    let folder = with_kubeconfig(KUBECONFIG);
    let named = ["--context", "dev@two", "--context", "admin@Two"];
    let run = init(folder.path(), &[&["shop", "--kubeconfig", "config"][..], &named].concat());
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let expected = [cluster("dev-two", 1, Some("dev@two")), cluster("admin-two", 2, Some("admin@Two"))];
    assert_eq!(clusters(&folder.path().join("shop/mesh.yaml")), expected);
    let run = init(folder.path(), &["other", "--kubeconfig", "config", "--context", "nope"]);
    assert_eq!(run.status.code(), Some(5));
    assert!(stderr(&run).contains("no context `nope`; it has `kind-one`"), "{}", stderr(&run));
    assert!(!folder.path().join("other").exists());
}

/// With a kubeconfig and without, and whatever contexts are called.
#[test]
fn what_is_written_is_right_as_it_is() {
    let schema = std::fs::read_to_string(repository("schemas/mesh.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let strange = "apiVersion: v1\nkind: Config\ncontexts:\n\
                   - {name: \"yes\", context: {cluster: a, user: a}}\n\
                   - {name: \"a: b # c\", context: {cluster: b, user: a}}\n\
                   - {name: \"1.20\", context: {cluster: c, user: a}}\n\
                   - {name: \"\\\"\\n\\\"\", context: {cluster: d, user: a}}\n\
                   - {name: default, context: {cluster: e, user: a}}\n";
    for (kubeconfig, count) in
        [(Some(KUBECONFIG), 2), (Some(strange), 5), (Some("apiVersion: v1\nkind: Config\n"), 2), (None, 2)]
    {
        let folder = with_kubeconfig(kubeconfig.unwrap_or_default());
        if kubeconfig.is_some() {
            write(folder.path(), ".kube/config", kubeconfig.unwrap_or_default());
        }
        let run = init(folder.path(), &["shop"]);
        assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
        let path = folder.path().join("shop/mesh.yaml");
        let document = documents(&std::fs::read_to_string(&path).unwrap()).remove(0);
        assert!(schema.is_valid(&document), "{document}");
        assert_eq!(document["metadata"]["name"], "shop");
        assert_eq!(clusters(&path).len(), count);
        let check = MESHC.command(folder.path()).args(["check", "shop", "--deny", "warnings"]).output().unwrap();
        assert_eq!((check.status.code(), stderr(&check)), (Some(0), ""));
    }
}

#[test]
fn no_secret_and_no_server_is_written_or_said() {
    let folder = with_kubeconfig(KUBECONFIG);
    let run = init(folder.path(), &["shop", "--kubeconfig", "config"]);
    let text = std::fs::read_to_string(folder.path().join("shop/mesh.yaml")).unwrap() + stderr(&run);
    for hidden in ["secret", "c2VjcmV0", "127.0.0.1", "https"] {
        assert!(!text.contains(hidden), "{hidden} is in {text}");
    }
}

/// What cannot be understood may be a token.
#[test]
fn a_kubeconfig_that_is_wrong_is_not_repeated() {
    for wrong in [
        "users: secret",
        "users: [{name: a, user: secret}]",
        "users: [{name: a, user: {token: {secret: secret}}}]",
        "users: [{name: a, user: {token: \"secret}}]",
    ] {
        let folder = with_kubeconfig(&format!("apiVersion: v1\nkind: Config\n{wrong}\n"));
        let run = init(folder.path(), &["shop", "--kubeconfig", "config"]);
        let expected = "error: could not read the kubeconfig `config`: it is not the YAML of a kubeconfig in line 3\n";
        assert_eq!((run.status.code(), stdout(&run), stderr(&run)), (Some(5), "", expected), "{wrong}");
        assert!(!folder.path().join("shop").exists());
    }
}

#[test]
fn nothing_is_overwritten_and_no_second_mesh_is_made() {
    let folder = with_kubeconfig(KUBECONFIG);
    for (path, expected) in [
        ("a/mesh.yaml", "error: `a/mesh.yaml` holds a Mesh already: a project has one; nothing was written\n"),
        (
            "b/deep/clusters.yml",
            "error: `b/deep/clusters.yml` holds a Mesh already: a project has one; nothing was written\n",
        ),
    ] {
        write(folder.path(), path, MESH);
        let run = init(folder.path(), &[&path[..1], "--kubeconfig", "config"]);
        assert_eq!((run.status.code(), stderr(&run)), (Some(3), expected));
        assert_eq!(std::fs::read_to_string(folder.path().join(path)).unwrap(), MESH);
    }
    assert!(!folder.path().join("b/mesh.yaml").exists());
    write(folder.path(), "c/mesh.yaml", "mine");
    std::fs::create_dir(folder.path().join("d")).unwrap();
    std::os::unix::fs::symlink("elsewhere", folder.path().join("d/mesh.yaml")).unwrap();
    for name in ["c", "d"] {
        let run = init(folder.path(), &[name, "--kubeconfig", "config"]);
        let expected = format!("error: `{name}/mesh.yaml` is there already and stays as it is\n");
        assert_eq!((run.status.code(), stderr(&run)), (Some(3), &*expected));
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("c/mesh.yaml")).unwrap(), "mine");
    assert!(!folder.path().join("d/elsewhere").exists());
}
