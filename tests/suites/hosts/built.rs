//! What a build writes is what Flux and kustomize apply.

use std::process::Command;

use meshc_tests::places::files_below;

use super::{is_installed, objects, stderr, stdout, write};
use crate::MESHC;

/// What tells Flux and Argo CD how to treat an object belongs to the user, and comes out as it is.
#[test]
fn instructions_for_other_programs_pass_through() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: scripts\n  annotations:\n    \
                  argocd.argoproj.io/sync-options: Prune=false\n    \
                  kustomize.toolkit.fluxcd.io/prune: disabled\n    \
                  kustomize.toolkit.fluxcd.io/substitute: disabled\ndata:\n  run.sh: |\n    echo ${HOME} $${PATH} $HOME\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "in/mesh.yaml", super::MESH);
    write(folder.path(), "in/a.yaml", object);
    let run = MESHC.command(folder.path()).args(["build", "in"]).output().unwrap();
    assert_eq!((run.status.code(), stderr(&run)), (Some(0), ""));
    for cluster in ["c1", "c2"] {
        let built = folder.path().join("out/clusters").join(cluster);
        let text = std::fs::read_to_string(built.join("default.yaml")).unwrap();
        assert_eq!(objects(&text), objects(object));
        if is_installed("kubectl", "--help") {
            let run = Command::new("kubectl").arg("kustomize").arg(built).output().unwrap();
            assert_eq!(objects(stdout(&run)), objects(object), "{}", stderr(&run));
        }
    }
}

/// Flux's source packs whole folders: nothing in one may depend on files beside it.
#[test]
fn the_folder_of_a_cluster_stands_alone() {
    if !is_installed("kubectl", "--help") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = meshc_tests::places::here("golden/tutorial/in");
    for layout in ["namespace", "object"] {
        let out = folder.path().join(layout);
        let run = MESHC.command(&project).args(["build", ".", "--layout", layout, "-o"]).arg(&out).output().unwrap();
        assert!(run.status.success(), "{}", stderr(&run));
        let moved = folder.path().join(format!("{layout}-alone"));
        std::fs::rename(out.join("clusters/cluster1"), &moved).unwrap();
        let files: Vec<_> = files_below(&moved).into_iter().filter(|path| path != "kustomization.yaml").collect();
        let texts: Vec<_> = files.iter().map(|path| std::fs::read_to_string(moved.join(path)).unwrap()).collect();
        let run = Command::new("kubectl").arg("kustomize").arg(&moved).output().unwrap();
        assert_eq!(objects(stdout(&run)), objects(&texts.join("---\n")), "{}", stderr(&run));
    }
}
