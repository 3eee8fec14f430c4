//! meshc as other programs start it: Argo CD, kpt, kustomize, Flux, pre-commit, CI; and `init`, with which all begins.

mod argocd;
mod built;
mod files;
mod init;
mod krm;
mod krm_tools;
mod pre_commit;

use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

/// What a run printed.
fn stdout(run: &Output) -> &str {
    std::str::from_utf8(&run.stdout).unwrap()
}

/// What a run said.
fn stderr(run: &Output) -> &str {
    std::str::from_utf8(&run.stderr).unwrap()
}

/// The documents of a stream.
fn documents(text: &str) -> Vec<Value> {
    let all = serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap());
    all.filter(|document| !document.is_null()).collect()
}

/// The objects of a stream, in an order of their own.
fn objects(text: &str) -> Vec<String> {
    let mut objects: Vec<_> = documents(text).iter().map(ToString::to_string).collect();
    objects.sort();
    objects
}

/// Writes a file, and the folders above it.
fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Whether a program is installed; says so where it is not.
#[expect(clippy::print_stdout, reason = "a test that has nothing to hold against says so")]
fn is_installed(program: &str, argument: &str) -> bool {
    let found = Command::new(program).arg(argument).output().is_ok_and(|run| run.status.success());
    if !found {
        println!("{program} is not installed: nothing to hold against");
    }
    found
}

/// Two clusters, of which the first has an object.
const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nmetadata: {name: shop}\nspec:\n  \
                    clusters: [{name: c1, id: 1}, {name: c2, id: 2}]\n";
