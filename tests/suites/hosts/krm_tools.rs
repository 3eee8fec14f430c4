//! kpt runs the function on a package on disk; where it is installed.

use std::path::Path;
use std::process::{Command, Output};

use meshc_tests::places::{copy_all, files_below, here};
use tempfile::TempDir;

use super::{is_installed, objects, stderr, stdout, write};
use crate::MESHC;

/// The tutorial as a package of kpt, which wants a name for every object.
fn package() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), folder.path());
    let mesh = std::fs::read_to_string(folder.path().join("mesh.yaml")).unwrap();
    write(folder.path(), "mesh.yaml", &mesh.replace("kind: Mesh\n", "kind: Mesh\nmetadata:\n  name: tutorial\n"));
    folder
}

fn kpt(folder: &Path, line: &str) -> Output {
    MESHC.shell(&format!("kpt fn {line}"), folder)
}

fn texts(folder: &Path) -> Vec<(String, String)> {
    let read = |path: String| (path.clone(), std::fs::read_to_string(folder.join(path)).unwrap());
    files_below(folder).into_iter().map(read).collect()
}

#[test]
fn kpt_checks_a_package_and_leaves_it_as_it_is() {
    if !is_installed("kpt", "version") {
        return;
    }
    let folder = package();
    let before = texts(folder.path());
    let run = kpt(folder.path(), "eval . --exec 'meshc krm'");
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(texts(folder.path()), before);
    let run = kpt(folder.path(), "eval . --exec 'meshc krm' --fn-config mesh.yaml");
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(texts(folder.path()), before);
}

#[test]
fn kpt_shows_what_is_wrong_and_keeps_its_place() {
    if !is_installed("kpt", "version") {
        return;
    }
    let folder = package();
    let service = std::fs::read_to_string(folder.path().join("rebel-base.yaml")).unwrap();
    write(folder.path(), "rebel-base.yaml", &service.replace("\"true\"", "yes"));
    let results = tempfile::tempdir().unwrap();
    let run = kpt(folder.path(), &format!("eval . --exec 'meshc krm' --results-dir {}", results.path().display()));
    assert!(!run.status.success());
    assert!(stderr(&run).contains("[error] v1/Service/rebel-base metadata.annotations[service.cilium.io/global]"));
    let kept = std::fs::read_to_string(results.path().join("results.yaml")).unwrap();
    let line = service.lines().position(|line| line.contains("service.cilium.io/global")).unwrap() + 1;
    for part in ["code: M0203", "path: rebel-base.yaml", &format!("line: \"{line}\"")] {
        assert!(kept.contains(part), "{part} is not in {kept}");
    }
}

#[test]
fn kpt_prints_the_objects_of_one_cluster() {
    if !is_installed("kpt", "version") {
        return;
    }
    let folder = package();
    let run = kpt(folder.path(), "eval . --exec 'meshc krm' -o unwrap -- cluster=cluster2");
    let built = std::fs::read_to_string(here("golden/tutorial/out/clusters/cluster2/default.yaml")).unwrap();
    assert_eq!(objects(stdout(&run)), objects(&built), "{}", stderr(&run));
}

#[test]
fn a_pipeline_of_kpt_has_the_function_as_a_validator() {
    if !is_installed("kpt", "version") {
        return;
    }
    let folder = package();
    let kptfile = std::fs::read_to_string(meshc_tests::places::repository("runtime/hosts/krm/Kptfile")).unwrap();
    let image = kptfile.lines().find(|line| line.trim_start().starts_with("- image: ")).unwrap();
    write(folder.path(), "Kptfile", &kptfile.replace(image, "  - exec: meshc krm"));
    let run = kpt(folder.path(), "render . --allow-exec");
    assert!(run.status.success(), "{}", stderr(&run));
    let service = std::fs::read_to_string(folder.path().join("rebel-base.yaml")).unwrap();
    write(folder.path(), "rebel-base.yaml", &service.replace("\"true\"", "yes"));
    assert!(!kpt(folder.path(), "render . --allow-exec").status.success());
}

/// kustomize starts functions as programs too, where it is installed beside kubectl, which does not.
#[test]
fn kustomize_gets_the_objects_of_one_cluster() {
    if !is_installed("kustomize", "version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mesh.yaml", super::MESH);
    write(
        folder.path(),
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {meshc.dev/clusters: c1}}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
    );
    write(folder.path(), "krm.sh", "#!/bin/sh\nexec meshc krm\n");
    Command::new("chmod").args(["+x", "krm.sh"]).current_dir(folder.path()).status().unwrap();
    let transformer =
        std::fs::read_to_string(meshc_tests::places::repository("runtime/hosts/krm/transformer.yaml")).unwrap();
    let (head, rest) = transformer.split_once("      container:\n").unwrap();
    let (_, data) = rest.split_once('\n').unwrap();
    let exec = format!("{head}      exec: {{path: ./krm.sh}}\n{}", data.replace("cluster1", "c2"));
    write(folder.path(), "transformer.yaml", &exec);
    write(folder.path(), "kustomization.yaml", "resources: [mesh.yaml, a.yaml]\ntransformers: [transformer.yaml]\n");
    let run = MESHC.shell("kustomize build --enable-alpha-plugins --enable-exec .", folder.path());
    assert!(run.status.success(), "{}", stderr(&run));
    assert_eq!(objects(stdout(&run)), objects("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"));
}
