//! What ends in the middle, and goes on from there.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};

use meshc_tests::kube::Kube;

use crate::project::{Project, Ran, mesh};
use crate::{servers, shared};

/// So many that an apply is in the middle for a while.
const MANY: usize = 400;
const FEW: usize = 100;

fn many(project: &Project, count: usize) -> String {
    (0..count).map(|at| project.config_map(&format!("c{at:03}"), "a: b")).collect()
}

/// Lets `meshc` come to its `lines`th line of output, does `then`, and waits for its end. The lines are in the output.
fn interrupt(project: &Project, line: &str, lines: usize, then: impl FnOnce(&Child)) -> Ran {
    let mut child = project.command(line).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut read = String::new();
    for _ in 0..lines {
        out.read_line(&mut read).unwrap();
    }
    // Whoever cannot write has to wait, so what is left is read meanwhile.
    let rest = std::thread::spawn(move || std::io::read_to_string(out).unwrap());
    then(&child);
    let output = child.wait_with_output().unwrap();
    let mut ran = Ran::new(line, &output);
    ran.out = read + &rest.join().unwrap();
    ran
}

/// A project for the cluster `alone`, whose user is no master of it: servers trust their masters before they are ready,
/// and never turn them away.
fn alone(kube: &Kube, name: &'static str, objects: usize) -> Project {
    let mut project = Project::new(kube, name);
    project.kubeconfig = kube.altered_kubeconfig(name, "admin-token", "writer-token");
    project.write("mesh.yaml", &mesh(name, "[{name: alone, id: 1}]"));
    project.write("objects.yaml", &many(&project, objects));
    project
}

#[test]
fn an_apply_outlives_a_server_that_is_killed_and_comes_back() {
    let Some(mut kube) = servers(&["alone"]) else {
        return;
    };
    kube.kubectl("alone", &["create", "clusterrolebinding", "writer", "--clusterrole=cluster-admin", "--user=writer"]);
    let project = alone(&kube, "killed", MANY);
    let ran = interrupt(&project, "apply .", 50, |_| {
        kube.kill("alone");
        kube.restart("alone", &[]);
    });
    let ran = ran.ended(0);
    assert_eq!(ran.out.lines().count(), MANY + 1, "{}", ran.err);
    assert_eq!(project.names(&kube, "alone", "configmaps").split(' ').count(), MANY);
    project.apply().went_well().printed(&[]);

    // One that does not come back in time is named.
    let project = alone(&kube, "lost", FEW);
    project.apply().went_well();
    project.write("objects.yaml", &many(&project, FEW).replace("a: b", "a: c"));
    let ran = interrupt(&project, "apply . --retry-for 1", 20, |_| kube.kill("alone")).ended(5);
    let done = ran.out.lines().count();
    let ran = ran.said(&["could not get an answer from `alone`"]);
    assert!(ran.err.lines().last().unwrap().contains("alone"), "{}", ran.err);

    // What was begun goes on when it is back, even if it has little patience with those who ask much at once.
    kube.restart("alone", &["--max-mutating-requests-inflight=3"]);
    let more = project.apply().ended(0).out.lines().count();
    // What the server had done when it was killed, and could not say any more, is in neither.
    assert!(done < FEW && more > 0 && more <= FEW - done, "{done} and {more}");
    assert_eq!(project.value(&kube, "alone", "configmaps", ".items[*].data.a"), ["c"; FEW].join(" "));
    let metrics = kube.kubectl("alone", &["get", "--raw", "/metrics"]);
    let mut turned_away =
        metrics.lines().filter(|line| line.starts_with("apiserver_") && line.contains("code=\"429\""));
    assert!(turned_away.next().is_some(), "it turned nobody away");
}

#[test]
fn an_interrupt_ends_an_apply_between_objects() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "interrupted");
    project.write("objects.yaml", &many(&project, MANY));
    let interrupted = interrupt(&project, "apply .", 20, |child| {
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    });
    let interrupted = interrupted.ended(130).said(&["cluster1", "cluster2", "again"]);
    let objects = |ran: &Ran, cluster: &str| {
        let start = format!("{cluster}: created ConfigMap interrupted/");
        ran.out.lines().filter_map(|line| line.strip_prefix(&start)).map(str::to_owned).collect::<Vec<_>>()
    };
    for cluster in ["cluster1", "cluster2"] {
        // Every object that was said to be done is, and no other: none was left in the middle.
        let mut done = objects(&interrupted, cluster);
        done.sort();
        assert!(done.len() < MANY, "it was all done before the interrupt");
        assert_eq!(project.names(kube, cluster, "configmaps"), done.join(" "), "in {cluster}");
    }
    // The next one goes on, also with what was made and is not wanted any more.
    let unwanted = objects(&interrupted, "cluster1").swap_remove(0);
    project.edit("objects.yaml", &project.config_map(&unwanted, "a: b"), "");
    let second = project.apply().went_well().showed(&[&format!("cluster1: pruned ConfigMap interrupted/{unwanted}\n")]);
    for cluster in ["cluster1", "cluster2"] {
        let mut all = [objects(&interrupted, cluster), objects(&second, cluster)].concat();
        all.retain(|name| *name != unwanted);
        all.sort();
        assert_eq!(project.names(kube, cluster, "configmaps"), all.join(" "), "in {cluster}");
        assert_eq!(all.len(), MANY - 1);
    }
    project.apply().went_well().printed(&[]);
}
