//! What is in a Secret stays there.

use crate::project::Project;
use crate::shared;

#[test]
fn values_of_secrets_are_in_no_output_and_no_plan() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "secret");
    let secret = |name: &str, more: &str| {
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: secret}}\n{more}\n---\n")
    };
    let is_kept = |word: &str| {
        // Base64 of it is as good as the word.
        let shown = [word, "aHVzaDE=", "aHVzaDI=", "aHVzaDM="];
        for command in ["plan .", "plan . -o json", "plan . --out plan.json", "apply . --dry-run=server"] {
            project.meshc(command).kept_to_itself(&shown);
        }
        // There is no plan in a file where something is in the way.
        let plan = std::fs::read_to_string(project.path("plan.json")).unwrap_or_default();
        assert!(shown.iter().all(|word| !plan.contains(word)), "{plan}");
        shown.map(str::to_owned)
    };
    let apply = |code: i32, words: [String; 4]| {
        project.apply().ended(code).kept_to_itself(&words.each_ref().map(String::as_str))
    };

    // One that comes, one that changes, one that goes.
    project.write(
        "secrets.yaml",
        &[secret("key", "data: {key: aHVzaDE=}"), secret("text", "stringData: {key: hush1}")].concat(),
    );
    apply(0, is_kept("hush1"));
    assert_eq!(project.value(kube, "cluster1", "secret/text", ".data.key"), "aHVzaDE=");
    project.write(
        "secrets.yaml",
        &[secret("key", "data: {key: aHVzaDI=}"), secret("new", "stringData: {key: hush2}")].concat(),
    );
    apply(0, is_kept("hush2"))
        .showed(&["cluster1: changed Secret secret/key\n", "cluster1: pruned Secret secret/text\n"]);
    assert_eq!(project.value(kube, "cluster2", "secret/key", ".data.key"), "aHVzaDI=");
    let plan = project.plan().ended(0);
    assert!(plan.out.contains("nothing to change"), "{}", plan.out);

    // That of somebody else, one that cannot change, and one that no server takes.
    kube.kubectl("cluster1", &["create", "secret", "generic", "theirs", "-n", "secret", "--from-literal=key=hush3"]);
    let theirs = secret("theirs", "data: {key: aHVzaDE=}");
    project.write("secrets.yaml", &[secret("key", "data: {key: aHVzaDI=}"), theirs].concat());
    apply(5, is_kept("hush3")).said(&["Secret secret/theirs", "data.key", "kubectl-create"]);
    project.write("secrets.yaml", &secret("fixed", "immutable: true\ndata: {key: aHVzaDE=}"));
    apply(0, is_kept("hush1"));
    project.write("secrets.yaml", &secret("fixed", "immutable: true\ndata: {key: aHVzaDI=}"));
    apply(5, is_kept("hush2")).said(&["Secret secret/fixed"]);
    project.write("secrets.yaml", &secret("broken", "data: {key: 'hush4 is no base64'}"));
    project.apply().ended(5).kept_to_itself(&["hush4"]).said(&["Secret secret/broken", "cluster1"]);
    project.write("secrets.yaml", &secret("broken", "stringData: {key: [hush5]}"));
    project.apply().ended(5).kept_to_itself(&["hush5"]).said(&["Secret secret/broken", "cluster1"]);
}

#[test]
fn a_deployment_shows_no_value_that_is_called_secret() {
    let Some(kube) = shared() else {
        return;
    };
    let project = Project::new(kube, "environment");
    let web = |token: &str| {
        let container = format!("image: \"registry.example.com/web:1\", env: [{{name: TOKEN, value: {token}}}]");
        project.deployment("web", 1).replace("image: \"registry.example.com/web:1\"", &container)
    };
    project.write("web.yaml", &web("hush1"));
    project.apply().went_well().kept_to_itself(&["hush1"]);
    project.write("web.yaml", &web("hush2"));
    for command in ["plan .", "plan . -o json"] {
        project.meshc(command).ended(2).kept_to_itself(&["hush1", "hush2"]).showed(&["env[TOKEN].value"]);
    }
}
