//! The files of `runtime/hosts/`: what they name is there, and what they promise holds.

use meshc_tests::places::{copy_all, here, repository};
use serde_json::{Value, json};

use super::{documents, stderr, write};
use crate::MESHC;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap()
}

/// The values of the lines of an image's recipe that begin with `word`.
fn lines<'t>(recipe: &'t str, word: &str) -> Vec<&'t str> {
    recipe.lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' ')).collect()
}

#[test]
fn the_image_is_built_as_the_repository_is_and_runs_as_nobody_of_rank() {
    let recipe = read("runtime/hosts/Containerfile");
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"');
    assert!(lines(&recipe, "FROM")[0].starts_with(&format!("docker.io/library/rust:{channel}-")));
    assert_eq!(lines(&recipe, "USER"), ["999:999"]);
    // Later stages begin with the one that says so.
    let stages = lines(&recipe, "FROM");
    assert!(stages[2..].iter().all(|stage| stage.starts_with("meshc AS ")), "{stages:?}");
    for copied in lines(&recipe, "COPY").iter().filter(|copied| !copied.starts_with("--from")) {
        let words: Vec<_> = copied.split(' ').collect();
        for source in &words[..words.len() - 1] {
            assert!(repository(source).exists(), "{source} is copied and is not there");
        }
    }
    // All that the workspace consists of has to be there, or cargo does not read it.
    for member in ["compiler", "plugins", "runtime", "tests"] {
        assert!(lines(&recipe, "COPY").contains(&&*format!("{member} {member}")), "{member}");
    }
}

#[test]
fn the_sidecar_has_no_rights() {
    let patch = documents(&read("runtime/hosts/argocd/sidecar.yaml")).remove(0);
    let container = &patch["spec"]["template"]["spec"]["containers"][0];
    let expected = json!({
        "runAsNonRoot": true, "runAsUser": 999, "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
    });
    assert_eq!(container["securityContext"], expected);
    assert_eq!(container["command"], json!(["/var/run/argocd/argocd-cmp-server"]));
}

#[test]
fn applications_set_a_parameter_that_the_plugin_has() {
    let set = documents(&read("runtime/hosts/argocd/applications.yaml")).remove(0);
    let plugin = documents(&read("runtime/hosts/argocd/plugin.yaml")).remove(0);
    let source = &set["spec"]["template"]["spec"]["source"]["plugin"];
    assert_eq!(source["name"], plugin["metadata"]["name"]);
    let announced = MESHC.command(&here("golden/tutorial/in")).args(["argocd", "parameters"]).output().unwrap();
    let announced: Vec<Value> = serde_json::from_slice(&announced.stdout).unwrap();
    for parameter in source["parameters"].as_array().unwrap() {
        assert!(announced.iter().any(|known| known["name"] == parameter["name"]), "{parameter}");
    }
}

/// The commands of the recipes for CI run as they stand, and leave the files that the recipes hand on.
#[test]
fn recipes_for_ci_do_what_they_say() {
    let github = documents(&read("runtime/hosts/ci/github.yaml")).remove(0);
    let steps = github["jobs"]["meshc"]["steps"].as_array().unwrap().clone();
    let mut commands: Vec<_> = steps.iter().filter_map(|step| step["run"].as_str()).map(str::to_owned).collect();
    let gitlab = documents(&read("runtime/hosts/ci/gitlab.yaml")).remove(0);
    let script = gitlab["meshc"]["script"].as_array().unwrap();
    commands.extend(script.iter().map(|line| line.as_str().unwrap().to_owned()));
    commands.retain(|command| command.starts_with("meshc "));
    assert_eq!(commands.len(), 4);
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), &folder.path().join("deploy/manifests"));
    let built = MESHC.command(folder.path()).args(["build", "deploy/manifests", "-o", "deploy/out"]).output().unwrap();
    assert!(built.status.success(), "{}", stderr(&built));
    let run_all = || {
        commands.iter().map(|command| MESHC.shell(command, folder.path()).status.code().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(run_all(), [0, 0, 0, 0], "{commands:?}");
    let reports = &gitlab["meshc"]["artifacts"]["reports"];
    let sarif = steps.iter().find_map(|step| step["with"]["sarif_file"].as_str()).unwrap();
    for report in [sarif, reports["codequality"].as_str().unwrap(), reports["junit"].as_str().unwrap()] {
        assert!(folder.path().join(report).exists(), "{report} is handed on and is not there");
    }
    write(folder.path(), "deploy/manifests/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");
    assert_eq!(run_all(), [0, 2, 0, 2]);
    write(folder.path(), "deploy/manifests/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [more]}\n");
    assert_eq!(run_all(), [1, 1, 1, 1]);
    let report = std::fs::read_to_string(folder.path().join("gl-code-quality-report.json")).unwrap();
    assert!(report.contains("deploy/manifests/more.yaml"), "{report}");
}
