//! Small scripts.

use super::*;
use crate::cilium::archive;
use crate::cilium::report::Verdict;

const FILES: &str = "\
-- service.yaml --
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{name: http, port: 80}]}
-- right.table --
Address          Status
10.0.0.1:80/TCP  Done
-- wrong.table --
Address
10.0.0.2:80/TCP
";

fn report(script: &str) -> Report {
    run(archive::parse(&format!("{script}\n{FILES}")), "main")
}

fn skipped(script: &str) -> Vec<String> {
    report(script).skipped.into_iter().map(|skip| skip.reason).collect()
}

#[test]
fn objects_count_from_when_the_program_runs() {
    let found = report("db/empty services\nk8s/add service.yaml\nhive start\ndb/cmp frontends right.table");
    assert_eq!((found.verdict(), found.compared, found.skipped.len()), (Verdict::Passed, 2, 0));
    assert_eq!(found.left_out["Status"], 1);
    let found = report("hive start\nk8s/add service.yaml\nlb/maps-dump m\ngrep 10.0.0.1:80/TCP m\n! empty m");
    assert_eq!((found.verdict(), found.compared), (Verdict::Passed, 2));
}

#[test]
fn what_differs_fails_at_its_line() {
    let found = report("hive start\nk8s/add service.yaml\ndb/cmp frontends wrong.table\n! db/empty services");
    assert_eq!((found.verdict(), found.compared), (Verdict::Failed, 2));
    assert_eq!((found.failures.len(), found.failures[0].line), (1, 3));
    assert_eq!(found.failures[0].difference.surplus, ["10.0.0.1:80/TCP"]);
    assert_eq!(report("hive start\nk8s/add service.yaml\n! db/cmp frontends right.table").verdict(), Verdict::Failed);
}

#[test]
fn what_is_not_understood_is_skipped_with_what_it_could_change() {
    let reasons = skipped("hive start\nnew/command x\ndb/cmp frontends right.table");
    assert_eq!(reasons, ["`new/command` is not understood", "line 2 was not run"]);
    assert_eq!(skipped("hive start\nk8s/add nowhere.yaml"), ["there is no file `nowhere.yaml`"]);
    assert_eq!(skipped("[linux] db/empty services"), ["the condition `linux` is not understood"]);
    assert_eq!(skipped("cmp right.table wrong.table"), ["it compares nothing that the compiler says"]);
    assert_eq!(skipped("hive start\nmetrics -o m\ncmp right.table m").len(), 2);
}

#[test]
fn a_condition_that_does_not_hold_and_a_stop_are_no_skips() {
    assert!(skipped("[privileged] new/command\nstop\nnew/command").is_empty());
}
