//! Who asks: tokens that have expired, people who may not, plugins that hand out credentials.

use std::os::unix::fs::PermissionsExt;

use meshc_tests::kube::Kube;
use meshc_tests::places::repository;

use crate::project::Project;
use crate::shared;

const ADMIN: &str = "{token: admin-token}";

/// Makes `user` of the kubeconfig be called by a token of theirs.
fn sign_in(project: &mut Project, kube: &Kube, user: &str) {
    let name = format!("{}-{user}", project.name);
    project.kubeconfig = kube.altered_kubeconfig(&name, ADMIN, &format!("{{token: {user}-token}}"));
}

/// Gives `user` a role in both clusters.
fn bind(kube: &Kube, user: &str, role: &str) {
    let name = format!("{user}-{role}");
    for cluster in ["cluster1", "cluster2"] {
        let role = format!("--clusterrole={role}");
        kube.kubectl(cluster, &["create", "clusterrolebinding", &name, &role, &format!("--user={user}")]);
    }
}

#[test]
fn a_token_that_has_expired_is_named_and_not_repeated() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "expired");
    let token = kube.expired_token("cluster1");
    project.kubeconfig = kube.altered_kubeconfig("expired", ADMIN, &format!("{{token: {token}}}"));
    for command in ["plan .", "apply ."] {
        let ran = project.meshc(command).ended(5).kept_to_itself(&[&token]);
        let ran = ran.said(&[
            "`cluster1` does not accept the credentials",
            "`cluster2` does not accept the credentials",
            "renew the token",
        ]);
        assert!(!ran.out.contains("created"), "{}", ran.out);
    }
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "expired", "--ignore-not-found"]), "");
    // The server had nothing else against it.
    assert!(kube.log("cluster1").contains("token has expired"), "{}", kube.log("cluster1"));
}

#[test]
fn what_somebody_may_not_do_is_named_and_the_roles_in_the_repository_are_enough() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "allowed");
    project.write(
        "objects.yaml",
        &[project.config_map("page", "a: b"), project.service("web"), project.deployment("web", 1)].concat(),
    );

    // Without a right.
    sign_in(&mut project, kube, "visitor");
    project.apply().ended(5).printed(&[]).said(&[
        "visitor",
        "cluster1",
        "cluster2",
        "ConfigMap default/meshc-allowed",
        "`rbac/`",
    ]);

    // With some.
    let reads = "--resource=configmaps,namespaces";
    for cluster in ["cluster1", "cluster2"] {
        kube.kubectl(cluster, &["create", "clusterrole", "reads", "--verb=get,list", reads]);
    }
    bind(kube, "visitor", "reads");
    project.apply().ended(5).printed(&[]).said(&["ConfigMap allowed/page", "visitor", "patch", "cluster1"]);
    assert_eq!(kube.kubectl("cluster1", &["get", "ns", "allowed", "--ignore-not-found"]), "");

    // With those that the repository says are needed.
    let role = repository("runtime/meshc-cluster/rbac/apply.yaml");
    for cluster in ["cluster1", "cluster2"] {
        kube.kubectl(cluster, &["apply", "-f", role.to_str().unwrap()]);
    }
    bind(kube, "deployer", "meshc-apply");
    sign_in(&mut project, kube, "deployer");
    project.apply().went_well();
    project.write("objects.yaml", &project.service("web"));
    project
        .apply()
        .went_well()
        .showed(&["cluster1: pruned Deployment allowed/web\n", "cluster2: pruned ConfigMap allowed/page\n"]);
    project.apply().went_well().printed(&[]);
}

#[test]
fn what_may_not_be_deleted_is_named_and_stays() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "undeleted");
    project.write("objects.yaml", &[project.config_map("stays", "a: b"), project.config_map("goes", "a: b")].concat());
    project.apply().went_well();
    for cluster in ["cluster1", "cluster2"] {
        let role =
            ["create", "clusterrole", "writes", "--verb=get,list,create,patch", "--resource=configmaps,namespaces"];
        kube.kubectl(cluster, &role);
    }
    bind(kube, "writer", "writes");
    sign_in(&mut project, kube, "writer");
    project.write("objects.yaml", &[project.config_map("stays", "a: c")].concat());
    let ran = project.apply().ended(5);
    let ran =
        ran.printed(&["cluster1: changed ConfigMap undeleted/stays", "cluster2: changed ConfigMap undeleted/stays"]);
    ran.said(&["cluster1: ConfigMap undeleted/goes: you may not delete", "writer", "rbac/apply.yaml", "cluster2"]);
    assert_eq!(project.names(kube, "cluster1", "configmaps"), "goes stays");

    project.kubeconfig = kube.kubeconfig();
    let pruned = ["cluster1: pruned ConfigMap undeleted/goes", "cluster2: pruned ConfigMap undeleted/goes"];
    project.apply().went_well().printed(&pruned);
}

#[test]
fn a_server_that_cannot_be_trusted_is_named() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "trust");
    project.kubeconfig =
        kube.altered_kubeconfig("trust", "certificate-authority: ca.crt", "certificate-authority: server.crt");
    project.apply().ended(5).printed(&[]).said(&[
        "`cluster1` shows a certificate",
        "`certificate-authority`",
        "`cluster2`",
    ]);
}

/// A user of a kubeconfig whose token comes from a program that runs `script`.
fn plugin(project: &Project, script: &str) -> String {
    let path = project.kubeconfig.with_file_name(format!("{}.sh", project.name));
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = path.display();
    format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: \"{path}\", interactiveMode: Never}}}}")
}

#[test]
fn what_a_credential_plugin_says_is_used_and_never_shown() {
    let Some(kube) = shared() else {
        return;
    };
    let mut project = Project::new(kube, "login");
    let credential = r#"{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "admin-token"}}"#;
    let user = plugin(&project, &format!("echo very-secret >&2; echo '{credential}'"));
    project.kubeconfig = kube.altered_kubeconfig("login", ADMIN, &user);
    let hidden = ["very-secret", "admin-token"];
    project.plan().ended(2).kept_to_itself(&hidden);
    project.apply().ended(0).kept_to_itself(&hidden);
    let live = project.kubeconfig.with_file_name("login-live");
    project.meshc(&format!("import . --out {}", live.display())).ended(0).kept_to_itself(&hidden);

    // One that fails says nothing of ours.
    let user = plugin(&project, "echo very-secret; echo very-secret >&2; exit 1");
    project.kubeconfig = kube.altered_kubeconfig("login", ADMIN, &user);
    let failed = project.plan().ended(5).kept_to_itself(&hidden);
    failed.said(&["the context `cluster1` cannot be used", "credential plugin"]);
    // Nor one whose token is not taken.
    let user = plugin(&project, &format!("echo '{}'", credential.replace("admin-token", "very-secret")));
    project.kubeconfig = kube.altered_kubeconfig("login", ADMIN, &user);
    let failed = project.apply().ended(5).kept_to_itself(&hidden);
    failed.said(&["`cluster1` does not accept the credentials"]);
}
