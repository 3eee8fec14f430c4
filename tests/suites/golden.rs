//! `golden/`: what the compiler writes, one small project each.

use std::collections::BTreeSet;

use meshc_tests::expect::{Differences, blessing};
use meshc_tests::places::{files_below, here};

use crate::MESHC;

#[test]
fn every_project_is_built_as_it_was() {
    let golden = here("golden");
    let mut differences = Differences::new();
    let projects: BTreeSet<_> =
        files_below(&golden).iter().map(|path| path.split('/').next().unwrap().to_owned()).collect();
    for project in projects {
        let (input, expected) = (golden.join(&project).join("in"), golden.join(&project).join("out"));
        let folder = tempfile::tempdir().unwrap();
        let found = folder.path().join("out");
        let run = MESHC.command(&golden.join(&project)).args(["build", "in", "-o"]).arg(&found).output().unwrap();
        if !run.status.success() {
            differences.add(format!("{project}: {}\n{}", run.status, String::from_utf8_lossy(&run.stderr)));
            continue;
        }
        assert!(input.is_dir());
        let written = files_below(&found);
        for path in &written {
            differences.file(&expected.join(path), &std::fs::read_to_string(found.join(path)).unwrap());
        }
        for path in files_below(&expected).iter().filter(|path| !written.contains(path)) {
            if blessing() {
                std::fs::remove_file(expected.join(path)).unwrap();
            } else {
                differences.add(format!("{project}: out/{path} is no longer written"));
            }
        }
    }
    differences.finish();
}
