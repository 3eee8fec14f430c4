//! Real manifests of others, where they lie beside the repository.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use meshc_tests::compile::compile;
use meshc_tests::corpus::folders;
use meshc_tests::expect::Differences;
use meshc_tests::places::{copy_all, here, shared};
use serde_json::Value;

use crate::MESHC;

/// The tables of a project.
fn tables(folder: &Path) -> Value {
    let run = MESHC.command(folder).args(["table", ".", "-o", "json"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// Copies files of others beside the cluster list of a golden project.
fn project(golden: &str, files: &[(&str, &str)]) -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(here(golden).join("in/mesh.yaml"), folder.path().join("mesh.yaml")).unwrap();
    for (from, to) in files {
        std::fs::copy(shared(from)?, folder.path().join(to)).unwrap();
    }
    Some(folder)
}

#[test]
fn the_tutorial_of_cilium_has_the_tables_of_ours() {
    const AT: &str = "corpus/cilium__cilium/examples/kubernetes/clustermesh/global-service-example";
    let names = ["cluster1.yaml", "cluster2.yaml", "rebel-base-global-shared.yaml"];
    let files: Vec<_> = names.iter().map(|name| (format!("{AT}/{name}"), *name)).collect();
    let files: Vec<_> = files.iter().map(|(from, to)| (from.as_str(), *to)).collect();
    let Some(original) = project("golden/tutorial-old-names", &files) else {
        println!("the original is not here: nothing to hold against");
        return;
    };
    assert_eq!(tables(original.path()), tables(&here("golden/tutorial-old-names/in")));
    assert_eq!(tables(original.path()), tables(&here("golden/tutorial/in")));
}

#[test]
fn the_lab_has_the_tables_of_ours() {
    const AT: &str = "corpus/acend__cilium-basics-training/history-e4da4803/content/en/docs/09/01";
    let files =
        ["svc", "svc2", "cluster1", "cluster2"].map(|name| (format!("{AT}/{name}.yaml"), format!("{name}.yaml")));
    let files: Vec<_> = files.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    let Some(original) = project("golden/lab", &files) else {
        println!("the original is not here: nothing to hold against");
        return;
    };
    assert_eq!(tables(original.path()), tables(&here("golden/lab/in")));
}

#[test]
fn whole_folders_of_others_never_break_the_program() {
    let Some(corpus) = shared("corpus") else {
        println!("the corpus is not here: nothing to hold against");
        return;
    };
    for folder in std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let project = tempfile::tempdir().unwrap();
        copy_all(&folder, project.path());
        std::fs::write(
            project.path().join("mesh.yaml"),
            "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {clusters: [{name: c1, id: 1}, {name: c2, id: 2}]}\n",
        )
        .unwrap();
        let run = MESHC.command(project.path()).args(["build", ".", "--message-format", "json"]).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(matches!(run.status.code(), Some(0 | 1)), "{}: {}\n{said}", folder.display(), run.status);
        for line in said.lines() {
            let diagnostic: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let place = &diagnostic["labels"][0];
            assert!(place["file"].is_string() && place["line"].is_u64(), "{line}");
        }
    }
}

/// Each folder of the real manifests is a project for itself, in two clusters. What is said of them was read and found
/// right; `corpus.txt` holds how much that is.
#[test]
fn what_is_said_of_real_manifests_is_what_was_looked_at() {
    let Some(corpus) = shared("corpus") else {
        println!("the corpus is not here: nothing to hold against");
        return;
    };
    let mut counts = BTreeMap::<(String, String), usize>::new();
    for (folder, files) in folders(&corpus) {
        let whose = folder.split('/').next().unwrap_or_default().to_owned();
        for found in compile(files).diagnostics {
            let what = format!("{} {} {}", found.code, found.severity, found.code.name());
            *counts.entry((whose.clone(), what)).or_default() += 1;
        }
    }
    let mut text =
        "# How often each rule speaks of real manifests. Read what is new before it is blessed.\n".to_owned();
    for ((whose, what), count) in counts {
        text.push_str(&format!("{whose}: {what} {count}\n"));
    }
    let mut differences = Differences::new();
    differences.file(&here("corpus.txt"), &text);
    differences.finish();
}

#[test]
fn every_object_comes_out_with_the_values_that_others_read() {
    let tools = || {
        let python = Command::new("python3").args(["-c", "import yaml"]).output().ok()?;
        let kubectl = Command::new("kubectl").args(["version", "--client"]).output().ok()?;
        (python.status.success() && kubectl.status.success()).then_some(())
    };
    let (Some(corpus), Some(())) = (shared("corpus"), tools()) else {
        println!("the corpus, PyYAML or kubectl is not here: nothing to hold against");
        return;
    };
    let run = Command::new("python3")
        .arg(here("oracles/same_values.py"))
        .args([env!("CARGO_BIN_EXE_meshc-under-test").as_ref(), corpus.as_os_str()])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}\n{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}
