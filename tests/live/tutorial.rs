//! Cilium's tutorial, step by step, from the manifests to who serves whom in the clusters.

use meshc_tests::kube::{Kube, eventually};
use meshc_tests::places::{copy_all, here};
use serde_json::Value;

use crate::project::{Project, only, settled, versions};
use crate::shared;

const CLUSTERS: [&str; 2] = ["cluster1", "cluster2"];

/// Who serves clients of a cluster: the clusters with their shares.
const BOTH: &str = "cluster1 50 cluster2 50";
const FIRST: &str = "cluster1 100";
const SECOND: &str = "cluster2 100";

/// A step: what is edited in the manifests, the plan, what is applied, and who then serves whom.
struct Step<'s> {
    edit: &'s dyn Fn(&Project),
    plan: &'s str,
    applied: &'s [&'s str],
    /// From each cluster.
    shares: [&'s str; 2],
}

#[test]
fn the_tutorial_holds_in_real_clusters() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::empty(kube, "tutorial");
    copy_all(&here("golden/tutorial/in"), project.folder());
    project.edit("mesh.yaml", "kind: Mesh\n", "kind: Mesh\nmetadata: {name: tutorial}\n");
    let global = "    service.cilium.io/global: \"true\"\n";
    let affinity = |value: &str| format!("{global}    service.cilium.io/affinity: {value}\n");
    let own = "rebel-base.yaml";
    let steps = [
        // Global in both, two pods each.
        Step { edit: &|_| {}, plan: CREATED, applied: &APPLIED, shares: [BOTH, BOTH] },
        // No pods in cluster1.
        Step {
            edit: &|project| {
                let named = "name: rebel-base\nspec:\n  replicas:";
                project.edit("cluster1.yaml", &format!("{named} 2"), &format!("{named} 0"));
            },
            plan: "cluster1: 1 to change, 3 unchanged\n  ~ Deployment default/rebel-base\n      spec.replicas: 2 -> 0\ncluster2: nothing to change\n",
            applied: &["cluster1: changed Deployment default/rebel-base"],
            shares: [SECOND, SECOND],
        },
        // They are back, and cluster1 does not share them.
        Step {
            edit: &|project| {
                project.edit("cluster1.yaml", "replicas: 0", "replicas: 2");
                let service = std::fs::read_to_string(project.path(own)).unwrap();
                let hidden = service.replace(global, &format!("{global}    service.cilium.io/shared: \"false\"\n"));
                project.write("clusters/cluster1/rebel-base.yaml", &hidden);
            },
            plan: "cluster1: 2 to change, 2 unchanged\n  ~ Service default/rebel-base\n      metadata.annotations[\"service.cilium.io/shared\"]: + \"false\"\n  ~ Deployment default/rebel-base\n      spec.replicas: 0 -> 2\ncluster2: nothing to change\n",
            applied: &[
                "cluster1: changed Deployment default/rebel-base",
                "cluster1: changed Service default/rebel-base",
            ],
            shares: [BOTH, SECOND],
        },
        // The annotation is gone again.
        Step {
            edit: &|project| project.remove("clusters/cluster1/rebel-base.yaml"),
            plan: "cluster1: 1 to change, 3 unchanged\n  ~ Service default/rebel-base\n      metadata.annotations[\"service.cilium.io/shared\"]: - \"false\"\ncluster2: nothing to change\n",
            applied: &["cluster1: changed Service default/rebel-base"],
            shares: [BOTH, BOTH],
        },
        Step {
            edit: &|project| project.edit(own, global, &affinity("local")),
            plan: &affinity_plan("+ \"local\""),
            applied: &SERVICES,
            shares: [FIRST, SECOND],
        },
        Step {
            edit: &|project| project.edit(own, "affinity: local", "affinity: remote"),
            plan: &affinity_plan("\"local\" -> \"remote\""),
            applied: &SERVICES,
            shares: [SECOND, FIRST],
        },
        Step {
            edit: &|project| project.edit(own, "affinity: remote", "affinity: none"),
            plan: &affinity_plan("\"remote\" -> \"none\""),
            applied: &SERVICES,
            shares: [BOTH, BOTH],
        },
    ];
    for step in steps {
        (step.edit)(&project);
        take(kube, &project, &step);
    }
}

const CREATED: &str = "\
cluster1: 4 to create, 0 unchanged
  + ConfigMap default/rebel-base-response
  + Service default/rebel-base
  + Deployment default/rebel-base
  + Deployment default/x-wing
cluster2: 4 to create, 0 unchanged
  + ConfigMap default/rebel-base-response
  + Service default/rebel-base
  + Deployment default/rebel-base
  + Deployment default/x-wing
";

const APPLIED: [&str; 8] = [
    "cluster1: created ConfigMap default/rebel-base-response",
    "cluster2: created ConfigMap default/rebel-base-response",
    "cluster1: created Deployment default/rebel-base",
    "cluster1: created Deployment default/x-wing",
    "cluster2: created Deployment default/rebel-base",
    "cluster2: created Deployment default/x-wing",
    "cluster1: created Service default/rebel-base",
    "cluster2: created Service default/rebel-base",
];

const SERVICES: [&str; 2] =
    ["cluster1: changed Service default/rebel-base", "cluster2: changed Service default/rebel-base"];

/// The plan of a step that changes the affinity in both clusters.
fn affinity_plan(change: &str) -> String {
    let of = |cluster: &str| {
        format!(
            "{cluster}: 1 to change, 3 unchanged\n  ~ Service default/rebel-base\n      metadata.annotations[\"service.cilium.io/affinity\"]: {change}\n"
        )
    };
    CLUSTERS.map(of).concat()
}

/// Plans and applies a step, and holds what comes of it against what the manifests say.
fn take(kube: &Kube, project: &Project, step: &Step<'_>) {
    let plan = project.plan().ended(2);
    assert_eq!(plan.out, step.plan);
    project.apply().ended(0).printed(step.applied);
    for cluster in CLUSTERS {
        settle(kube, cluster);
    }

    // What the clusters hold says the same as the manifests.
    let elsewhere = tempfile::tempdir().unwrap();
    let (live, seen) = (elsewhere.path().join("live"), elsewhere.path().join("seen"));
    project.meshc(&format!("import . --out {}", live.display())).went_well();
    only(&live, "default.yaml", &seen);
    for (cluster, shares) in CLUSTERS.into_iter().zip(step.shares) {
        assert_eq!(route(project, ".", cluster), shares, "from {cluster} by the manifests");
        assert_eq!(route(project, &seen.to_string_lossy(), cluster), shares, "from {cluster} by the clusters");
    }

    // A second apply writes nothing at all.
    let before = CLUSTERS.map(|cluster| members(kube, cluster));
    project.plan().ended(0).printed(&["cluster1: nothing to change", "cluster2: nothing to change"]);
    project.apply().ended(0).printed(&[]);
    assert_eq!(CLUSTERS.map(|cluster| members(kube, cluster)), before);
}

/// All that was applied in a cluster, and what controllers made of it, with versions.
fn members(kube: &Kube, cluster: &str) -> String {
    let parent = versions(kube, cluster, "default", &["--field-selector", "metadata.name=meshc-tutorial"]);
    assert!(parent.contains("ConfigMap"), "{parent}");
    parent + &versions(kube, cluster, "default", &["-l", "applyset.kubernetes.io/part-of"])
}

/// Waits until all pods that a cluster shall have are there and are endpoints, and its controllers have nothing to do.
fn settle(kube: &Kube, cluster: &str) {
    for name in ["rebel-base", "x-wing"] {
        kube.kubectl(cluster, &["rollout", "status", &format!("deployment/{name}"), "--timeout=120s"]);
    }
    let get = |what: &[&str], path: &str| {
        kube.kubectl(cluster, &[&["get"], what, &["-o", &format!("jsonpath={{{path}}}")]].concat())
    };
    let wanted = || get(&["deployment", "rebel-base"], ".spec.replicas");
    let slices = ["endpointslices", "-l", "kubernetes.io/service-name=rebel-base"];
    let ready = || get(&slices, ".items[*].endpoints[*].conditions.ready");
    eventually(
        || {
            ready().split_whitespace().filter(|ready| *ready == "true").count().to_string() == wanted()
                && !ready().contains("false")
        },
        || format!("{cluster} shall have {} endpoints, and they are: {}", wanted(), ready()),
    );
    settled(|| members(kube, cluster));
}

/// The clusters that serve clients of `from`, with their shares.
fn route(project: &Project, folder: &str, from: &str) -> String {
    let route = project.meshc(&format!("route {folder} --from {from} --to rebel-base -o json")).ended(0);
    let route: Value = serde_json::from_str(&route.out).unwrap();
    let shares = route["shares"].as_array().unwrap().iter().filter(|share| share["share"] != 0.0);
    let shown = shares
        .map(|share| format!("{} {}", share["cluster"].as_str().unwrap(), share["share"].as_f64().unwrap() * 100.0));
    shown.collect::<Vec<_>>().join(" ")
}
