//! `kubectl kustomize` takes what a build writes; where kubectl is installed.

use std::process::Command;

use meshc_tests::places::here;

#[test]
fn kustomize_takes_every_golden_output() {
    if Command::new("kubectl").args(["version", "--client"]).output().is_err() {
        println!("kubectl is not installed: nothing to hold against");
        return;
    }
    let mut accepted = 0;
    for project in std::fs::read_dir(here("golden")).unwrap() {
        for cluster in std::fs::read_dir(project.unwrap().path().join("out/clusters")).unwrap() {
            let folder = cluster.unwrap().path();
            let run = Command::new("kubectl").arg("kustomize").arg(&folder).output().unwrap();
            assert!(run.status.success(), "{}: {}", folder.display(), String::from_utf8_lossy(&run.stderr));
            assert!(run.stdout.starts_with(b"apiVersion: "));
            accepted += 1;
        }
    }
    assert!(accepted >= 8);
}
