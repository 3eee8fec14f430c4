//! Writing: only what differs, never what is not ours, whole or not at all.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use meshc_tests::generate::{Size, mesh};
use meshc_tests::places::{copy_all, files_below, here};
use tempfile::TempDir;

use crate::MESHC;

/// The tutorial in a folder of its own.
fn tutorial() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), &folder.path().join("in"));
    folder
}

fn build(folder: &Path, more: &[&str]) -> Output {
    MESHC.command(folder).args(["build", "in"]).args(more).output().unwrap()
}

fn built(folder: &Path) {
    let run = build(folder, &[]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

fn edit(path: PathBuf, from: &str, to: &str) {
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    std::fs::write(path, text.replace(from, to)).unwrap();
}

/// Every file with its text, inode and time of change.
fn state(folder: &Path) -> BTreeMap<String, (Vec<u8>, u64, i64)> {
    let file = |path: String| {
        let metadata = std::fs::metadata(folder.join(&path)).unwrap();
        let state = (std::fs::read(folder.join(&path)).unwrap(), metadata.ino(), metadata.mtime_nsec());
        (path, state)
    };
    files_below(folder).into_iter().map(file).collect()
}

fn texts(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    state(folder).into_iter().map(|(path, (text, _, _))| (path, text)).collect()
}

/// What lies beside the input and the output: nothing may stay behind.
fn leftovers(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "in" && name != "out").collect()
}

#[test]
fn a_second_build_touches_nothing() {
    let folder = tutorial();
    built(folder.path());
    let before = state(&folder.path().join("out"));
    built(folder.path());
    assert_eq!(state(&folder.path().join("out")), before);
    assert_eq!(leftovers(folder.path()), [""; 0]);
}

#[test]
fn only_files_that_differ_are_touched() {
    let folder = tutorial();
    built(folder.path());
    let out = folder.path().join("out");
    let before = state(&out);
    edit(folder.path().join("in/cluster1.yaml"), "Alderaan", "Naboo");
    edit(folder.path().join("in/cluster2.yaml"), "Alderaan", "Naboo");
    built(folder.path());
    let after = state(&out);
    let touched: Vec<_> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert_eq!(touched, ["clusters/cluster1/default.yaml", "clusters/cluster2/default.yaml"]);
}

#[test]
fn files_that_are_no_longer_made_go_and_files_of_others_stay() {
    let folder = tutorial();
    let out = folder.path().join("out");
    std::fs::write(
        folder.path().join("in/more.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: more}\n",
    )
    .unwrap();
    built(folder.path());
    assert!(out.join("clusters/cluster1/more.yaml").exists());
    std::fs::write(out.join("clusters/cluster1/notes.md"), "mine").unwrap();
    std::fs::create_dir_all(out.join("kept/empty")).unwrap();
    std::os::unix::fs::symlink("nowhere", out.join("kept/link")).unwrap();
    std::fs::remove_file(folder.path().join("in/more.yaml")).unwrap();
    built(folder.path());
    assert!(!out.join("clusters/cluster1/more.yaml").exists());
    assert_eq!(std::fs::read_to_string(out.join("clusters/cluster1/notes.md")).unwrap(), "mine");
    assert!(out.join("kept/empty").is_dir());
    assert_eq!(std::fs::read_link(out.join("kept/link")).unwrap(), Path::new("nowhere"));
}

#[test]
fn a_file_of_somebody_else_is_not_overwritten() {
    let folder = tutorial();
    let theirs = folder.path().join("out/clusters/cluster1/default.yaml");
    std::fs::create_dir_all(theirs.parent().unwrap()).unwrap();
    std::fs::write(&theirs, "mine").unwrap();
    let run = build(folder.path(), &[]);
    assert_eq!(run.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&run.stderr).contains("default.yaml` is in the way"));
    assert_eq!(texts(&folder.path().join("out")).len(), 1);
    assert_eq!(std::fs::read_to_string(theirs).unwrap(), "mine");
}

#[test]
fn wrong_input_leaves_the_old_output() {
    let folder = tutorial();
    built(folder.path());
    let before = state(&folder.path().join("out"));
    edit(folder.path().join("in/rebel-base.yaml"), "\"true\"", "true");
    assert_eq!(build(folder.path(), &[]).status.code(), Some(1));
    assert_eq!(state(&folder.path().join("out")), before);
}

#[test]
fn a_cluster_that_would_lose_everything_is_refused() {
    let folder = tutorial();
    built(folder.path());
    let before = state(&folder.path().join("out"));
    edit(folder.path().join("in/mesh.yaml"), "  - {name: cluster2, id: 2}\n", "");
    edit(folder.path().join("in/mesh.yaml"), "  - {files: cluster2.yaml, clusters: [cluster2]}\n", "");
    std::fs::remove_file(folder.path().join("in/cluster2.yaml")).unwrap();
    let run = build(folder.path(), &[]);
    assert_eq!(run.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&run.stderr).contains("--allow-empty cluster2"));
    assert_eq!(state(&folder.path().join("out")), before);
    assert!(build(folder.path(), &["--allow-empty", "cluster2"]).status.success());
    assert!(!folder.path().join("out/clusters/cluster2").exists());
}

#[test]
fn input_without_objects_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::copy(here("golden/tutorial/in/mesh.yaml"), folder.path().join("in/mesh.yaml")).unwrap();
    edit(
        folder.path().join("in/mesh.yaml"),
        "  placement:\n  - {files: cluster1.yaml, clusters: [cluster1]}\n  - {files: cluster2.yaml, clusters: [cluster2]}\n",
        "",
    );
    for arguments in [&[][..], &["-o", "-"], &["-o", "-", "--cluster", "cluster2"]] {
        let run = build(folder.path(), arguments);
        assert_eq!((run.status.code(), run.stdout.len()), (Some(1), 0), "{arguments:?}");
        assert!(String::from_utf8_lossy(&run.stderr).contains("holds no object for "));
    }
    assert!(!folder.path().join("out").exists());
    let allowed = build(folder.path(), &["-o", "-", "--cluster", "cluster2", "--allow-empty", "cluster2"]);
    assert_eq!(allowed.status.code(), Some(0));
}

#[test]
fn one_cluster_leaves_the_files_of_the_others() {
    let folder = tutorial();
    built(folder.path());
    let out = folder.path().join("out");
    let before = state(&out);
    edit(folder.path().join("in/cluster1.yaml"), "Alderaan", "Naboo");
    edit(folder.path().join("in/cluster2.yaml"), "Alderaan", "Naboo");
    assert!(build(folder.path(), &["--cluster", "cluster1"]).status.success());
    let after = state(&out);
    let touched: Vec<_> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert_eq!(touched, ["clusters/cluster1/default.yaml"]);
}

#[test]
fn the_output_is_not_read_as_input() {
    let folder = tutorial();
    let inside = folder.path().join("in");
    for _ in 0..2 {
        let run = MESHC.command(&inside).args(["build", "."]).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    assert!(inside.join("out/clusters/cluster1/default.yaml").exists());
}

#[test]
fn plans_and_imports_are_not_read_as_input() {
    let folder = tutorial();
    built(folder.path());
    let before = texts(folder.path());
    let plan = r#"{"apiVersion": "meshc.dev/v1alpha1", "kind": "Plan", "project": "in", "applySet": "default/meshc-a", "forceConflicts": false, "clusters": []}"#;
    std::fs::write(folder.path().join("in/plan.json"), plan).unwrap();
    std::fs::create_dir(folder.path().join("in/live")).unwrap();
    std::fs::write(folder.path().join("in/live/.meshc-import"), "mesh.yaml\n").unwrap();
    std::fs::copy(folder.path().join("in/mesh.yaml"), folder.path().join("in/live/mesh.yaml")).unwrap();
    built(folder.path());
    let mut after = texts(folder.path());
    after.retain(|path, _| path != "in/plan.json" && !path.starts_with("in/live/"));
    assert_eq!(before, after);
}

#[test]
fn a_linked_output_folder_stays_a_link() {
    let folder = tutorial();
    std::fs::create_dir(folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.path().join("out")).unwrap();
    built(folder.path());
    assert!(folder.path().join("out").is_symlink());
    assert!(folder.path().join("real/clusters/cluster1/default.yaml").exists());
}

/// Kills builds as soon as the first or the last file is seen to change, or one is being made ready: what is there is
/// always the whole old output or the whole new one.
#[test]
fn a_killed_build_leaves_a_whole_output() {
    let size = Size { clusters: 6, services: 240, spread: 3, endpoints: 2 };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let write = |endpoints: usize| {
        for (path, text) in mesh(Size { endpoints, ..size }) {
            let path = folder.path().join("in").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    };
    write(3);
    built(folder.path());
    let new = texts(&out);
    write(2);
    built(folder.path());
    let old = texts(&out);
    let changed: Vec<_> = old.keys().filter(|path| old[*path] != new[*path]).collect();
    assert!(changed.len() > 200);
    let watched = [changed[0], changed[changed.len() - 1]].map(|path| out.join(path));
    let inode = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.ino()).ok();
    let (mut before, mut swapped) = (old.clone(), 0);
    for round in 0..12 {
        let after = if round % 2 == 0 { 3 } else { 2 };
        write(after);
        let seen = [inode(&watched[0]), inode(&watched[1])];
        let mut run = MESHC.command(folder.path()).args(["build", "in"]).spawn().unwrap();
        let moves = |at: usize| inode(&watched[at]) != seen[at];
        let staged = || !leftovers(folder.path()).is_empty() || out.join(".meshc-stage").exists();
        loop {
            let done = run.try_wait().unwrap().is_some();
            if done || moves(0) || moves(1) || round % 3 == 2 && staged() {
                break;
            }
        }
        run.kill().unwrap();
        run.wait().unwrap();
        let mut found = texts(&out);
        found.retain(|path, _| !path.starts_with(".meshc-stage"));
        let wanted = if after == 3 { &new } else { &old };
        assert!(found == before || found == *wanted, "round {round}: the output is a mixture");
        swapped += usize::from(found != before);
        built(folder.path());
        before = texts(&out);
    }
    assert!(swapped > 0, "no build was killed after it had changed anything");
    assert_eq!(leftovers(folder.path()), [""; 0]);
}

#[test]
fn checks_print_stale_paths_and_write_nothing() {
    let folder = tutorial();
    let run = build(folder.path(), &["--check"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8(run.stdout).unwrap().lines().any(|line| line == "out/clusters/cluster1/default.yaml"));
    assert!(!folder.path().join("out").exists());
    built(folder.path());
    let run = build(folder.path(), &["--check"]);
    assert_eq!((run.status.code(), run.stdout.len()), (Some(0), 0));
}

#[test]
fn builds_at_once_do_not_disturb_each_other() {
    let folder = tutorial();
    let runs: Vec<_> = (0..6).map(|_| MESHC.command(folder.path()).args(["build", "in"]).spawn().unwrap()).collect();
    for mut run in runs {
        assert!(run.wait().unwrap().success());
    }
    assert_eq!(leftovers(folder.path()), [""; 0]);
    assert_eq!(build(folder.path(), &["--check"]).status.code(), Some(0));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), &folder.path().join("in"));
    let run = MESHC.shell("meshc build in -o - | head -1", folder.path());
    assert!(run.status.success() && run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
}
