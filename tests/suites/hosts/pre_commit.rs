//! The hooks of pre-commit: what they run, and pre-commit itself where it is installed.

use std::path::Path;
use std::process::Output;

use meshc_tests::places::{copy_all, here, repository};
use serde_json::Value;
use tempfile::TempDir;

use super::{documents, is_installed, stderr, stdout, write};
use crate::MESHC;

fn hooks() -> Vec<Value> {
    let text = std::fs::read_to_string(repository(".pre-commit-hooks.yaml")).unwrap();
    documents(&text)[0].as_array().unwrap().clone()
}

/// A repository of git with the tutorial and what is built of it.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), folder.path());
    assert!(MESHC.command(folder.path()).args(["build", "."]).status().unwrap().success());
    folder
}

fn stale(folder: &Path) {
    let path = folder.join("cluster1.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace("Alderaan", "Naboo")).unwrap();
}

fn words(hook: &Value, field: &str) -> String {
    match &hook[field] {
        Value::Array(list) => list.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" "),
        other => other.as_str().unwrap().to_owned(),
    }
}

#[test]
fn hooks_run_commands_of_this_program() {
    let folder = project();
    let run = |hook: &Value| MESHC.shell(&format!("{} {}", words(hook, "entry"), words(hook, "args")), folder.path());
    let hooks = hooks();
    assert_eq!(hooks.len(), 2);
    for hook in &hooks {
        let found = run(hook);
        assert_eq!((found.status.code(), stdout(&found), stderr(&found)), (Some(0), "", ""), "{hook}");
        assert_eq!((&hook["pass_filenames"], &hook["language"]), (&false.into(), &"system".into()));
    }
    stale(folder.path());
    let found = run(&hooks[1]);
    assert_eq!((found.status.code(), stdout(&found)), (Some(2), "out/clusters/cluster1/default.yaml\n"));
}

#[test]
fn pre_commit_runs_the_hooks() {
    if !is_installed("pre-commit", "--version") || !is_installed("git", "--version") {
        return;
    }
    let hooks = tempfile::tempdir().unwrap();
    std::fs::copy(repository(".pre-commit-hooks.yaml"), hooks.path().join(".pre-commit-hooks.yaml")).unwrap();
    let commit = "git init -q . && git add . && git -c user.name=a -c user.email=a@example.com commit -qm a";
    let folder = project();
    for repository in [hooks.path(), folder.path()] {
        let run = MESHC.shell(commit, repository);
        assert!(run.status.success(), "{}", stderr(&run));
    }
    let home = tempfile::tempdir().unwrap();
    let try_hooks = || -> Output {
        let line = "git add . && PRE_COMMIT_HOME=$0 pre-commit try-repo $1 --all-files";
        let line = line.replace("$0", home.path().to_str().unwrap()).replace("$1", hooks.path().to_str().unwrap());
        MESHC.shell(&line, folder.path())
    };
    let run = try_hooks();
    assert!(run.status.success(), "{}{}", stdout(&run), stderr(&run));
    assert_eq!(stdout(&run).matches("Passed").count(), 2, "{}", stdout(&run));
    stale(folder.path());
    let run = try_hooks();
    assert!(!run.status.success() && stdout(&run).contains("out/clusters/cluster1/default.yaml"), "{}", stdout(&run));
    write(folder.path(), "rebel-base.yaml", "a: ]\n");
    let run = try_hooks();
    assert!(!run.status.success() && stdout(&run).contains("rebel-base.yaml:1:4"), "{}", stdout(&run));
}
