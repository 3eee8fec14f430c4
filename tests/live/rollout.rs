//! `meshc apply --wait`: nothing is taken away before what replaces it has its pods.

use crate::project::Project;
use crate::shared;

#[test]
fn what_goes_stays_until_what_comes_is_ready() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "waited");
    project.write("objects.yaml", &project.deployment("old", 1));
    project.apply().went_well();
    project.write("objects.yaml", &project.deployment("new", 2));
    project.meshc("apply . --wait 120").went_well().printed(&[
        "cluster1: created Deployment waited/new",
        "cluster2: created Deployment waited/new",
        "cluster1: pruned Deployment waited/old",
        "cluster2: pruned Deployment waited/old",
    ]);
    for cluster in ["cluster1", "cluster2"] {
        assert_eq!(project.value(kube, cluster, "deployment/new", ".status.availableReplicas"), "2");
    }

    // In one cluster what comes does not get ready: no cluster loses what it has.
    let missing = project.deployment("next", 1).replace("next:1", "next:missing");
    project.write("objects.yaml", &missing);
    project.write("clusters/cluster1/objects.yaml", &project.deployment("next", 1));
    let ran = project.meshc("apply . --wait 2").ended(5);
    let ran = ran.printed(&["cluster1: created Deployment waited/next", "cluster2: created Deployment waited/next"]);
    ran.said(&[
        "cluster2: Deployment waited/next: 1 of its pods are not ready after 2 s",
        "cluster1: 1 object left",
        "apply again",
    ]);
    // Another run has nothing to add, and waits all the same.
    project.meshc("apply . --wait 2").ended(5).printed(&[]);
    for cluster in ["cluster1", "cluster2"] {
        assert_eq!(project.names(kube, cluster, "deployments"), "new next", "in {cluster}");
    }

    // It goes on when that is mended.
    project.edit("objects.yaml", "next:missing", "next:1");
    project.meshc("apply . --wait 120").went_well().printed(&[
        "cluster2: changed Deployment waited/next",
        "cluster1: pruned Deployment waited/new",
        "cluster2: pruned Deployment waited/new",
    ]);
}
