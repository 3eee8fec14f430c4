//! A project with a Mesh and a namespace of its own, and what meshc says of it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use meshc_tests::kube::{Kube, eventually, write};
use meshc_tests::places::files_below;
use tempfile::TempDir;

use crate::MESHC;

/// A folder of manifests. Its Mesh and the namespace that is in it are called alike, unlike those of any other test.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) name: &'static str,
    pub(crate) kubeconfig: PathBuf,
}

impl Project {
    /// A project for the clusters `cluster1` and `cluster2` of `kube`.
    pub(crate) fn new(kube: &Kube, name: &'static str) -> Self {
        let project = Self::empty(kube, name);
        project.write("mesh.yaml", &mesh(name, "[{name: cluster1, id: 1}, {name: cluster2, id: 2}]"));
        project.write("namespace.yaml", &format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"));
        project
    }

    /// A folder with nothing in it.
    pub(crate) fn empty(kube: &Kube, name: &'static str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), name, kubeconfig: kube.kubeconfig() }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write(self.folder.path(), path, text);
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap();
    }

    /// Writes `to` for `from` in a file, where it stands once.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(path)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from} in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// A `ConfigMap` of the project's namespace.
    pub(crate) fn config_map(&self, name: &str, data: &str) -> String {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {}}}\ndata: {{{data}}}\n---\n",
            self.name
        )
    }

    /// A Deployment of the project's namespace, whose pods have the label `app` with its name.
    pub(crate) fn deployment(&self, name: &str, replicas: u32) -> String {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: {name}, image: \"registry.example.com/{name}:1\"}}]}}
---
",
            self.name
        )
    }

    /// A Service of the project's namespace for the pods of a Deployment.
    pub(crate) fn service(&self, name: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n---\n",
            self.name
        )
    }

    /// A command of meshc in the folder, with the kubeconfig where it is about clusters.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = MESHC.command(self.folder.path());
        command.args(line.split_whitespace());
        if ["plan", "apply", "import", "drift"].iter().any(|name| line.starts_with(name)) {
            command.arg("--kubeconfig").arg(&self.kubeconfig);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn meshc(&self, line: &str) -> Ran {
        Ran::new(line, &self.command(line).output().unwrap())
    }

    pub(crate) fn plan(&self) -> Ran {
        self.meshc("plan .")
    }

    pub(crate) fn apply(&self) -> Ran {
        self.meshc("apply .")
    }

    /// What the namespace holds in a cluster, one object a line, with its version: a write to any of it shows.
    pub(crate) fn versions(&self, kube: &Kube, cluster: &str) -> String {
        let parent = format!("meshc-{}", self.name);
        let mut versions = versions(kube, cluster, self.name, &[]);
        versions.push_str(&versions_of(
            kube,
            cluster,
            &["get", "configmap", &parent, "-n", "default", "--ignore-not-found"],
        ));
        versions
    }

    /// The names of the objects of a kind in the namespace, with spaces between.
    pub(crate) fn names(&self, kube: &Kube, cluster: &str, kind: &str) -> String {
        kube.kubectl(cluster, &["get", kind, "-n", self.name, "-o", "jsonpath={.items[*].metadata.name}"])
    }

    /// A value of an object in the namespace.
    pub(crate) fn value(&self, kube: &Kube, cluster: &str, object: &str, path: &str) -> String {
        kube.kubectl(cluster, &["get", object, "-n", self.name, "-o", &format!("jsonpath={{{path}}}")])
    }
}

/// A Mesh with clusters.
pub(crate) fn mesh(name: &str, clusters: &str) -> String {
    format!("apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nmetadata: {{name: {name}}}\nspec:\n  clusters: {clusters}\n")
}

/// What a namespace holds of the kinds that tests write, one object a line, with its version.
pub(crate) fn versions(kube: &Kube, cluster: &str, namespace: &str, more: &[&str]) -> String {
    let kinds = "configmaps,secrets,services,endpointslices,deployments";
    versions_of(kube, cluster, &[&["get", kinds, "-n", namespace], more].concat())
}

fn versions_of(kube: &Kube, cluster: &str, get: &[&str]) -> String {
    let columns = "custom-columns=KIND:.kind,NAME:.metadata.name,UID:.metadata.uid,VERSION:.metadata.resourceVersion";
    kube.kubectl(cluster, &[get, &["--no-headers", "-o", columns]].concat())
}

/// What `state` says once controllers have nothing more to change in it.
pub(crate) fn settled(state: impl Fn() -> String) -> String {
    let seen = RefCell::new(state());
    let comes_to_rest = || {
        std::thread::sleep(Duration::from_millis(500));
        let before = seen.replace(state());
        before == *seen.borrow()
    };
    eventually(comes_to_rest, || format!("it does not come to rest:\n{}", seen.borrow()));
    seen.into_inner()
}

/// Copies what was imported to `to` without the namespaces of other tests, which change meanwhile.
pub(crate) fn only(imported: &Path, namespace_file: &str, to: &Path) {
    for path in files_below(imported) {
        if ["mesh.yaml", "_cluster.yaml", namespace_file].iter().any(|kept| path.ends_with(kept)) {
            write(to, &path, &std::fs::read_to_string(imported.join(&path)).unwrap());
        }
    }
}

/// How a run of meshc ended and what it said.
pub(crate) struct Ran {
    what: String,
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn new(what: &str, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { what: what.into(), code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    fn show(&self) -> String {
        let Self { what, code, out, err } = self;
        format!("meshc {what} ended with {code:?}\nstdout:\n{out}\nstderr:\n{err}")
    }

    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.show());
        self
    }

    /// It ended well and said nothing to people.
    #[track_caller]
    pub(crate) fn went_well(self) -> Self {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.show());
        self
    }

    /// On stdout, these and no other lines in any order.
    #[track_caller]
    pub(crate) fn printed(self, lines: &[&str]) -> Self {
        let sorted = |mut lines: Vec<&str>| {
            lines.sort_unstable();
            lines.join("\n")
        };
        assert_eq!(sorted(self.out.lines().collect()), sorted(lines.to_vec()), "{}", self.show());
        self
    }

    /// Somewhere on stderr, each of these.
    #[track_caller]
    pub(crate) fn said(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "{word} was not said: {}", self.show());
        }
        self
    }

    /// Somewhere on stdout, each of these.
    #[track_caller]
    pub(crate) fn showed(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word), "{word} was not shown: {}", self.show());
        }
        self
    }

    /// Nowhere, any of these.
    #[track_caller]
    pub(crate) fn kept_to_itself(self, words: &[&str]) -> Self {
        for word in words {
            assert!(!self.out.contains(word) && !self.err.contains(word), "{word} was said: {}", self.show());
        }
        self
    }
}
