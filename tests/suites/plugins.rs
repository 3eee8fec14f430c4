//! The weighted tutorial: a real plugin, built from its source, weighs.

use std::path::Path;
use std::sync::LazyLock;

use meshc_tests::places::{copy_all, files_below, here, repository};
use serde_json::Value;
use tempfile::TempDir;

use crate::MESHC;

/// A plugin of this repository as a component.
fn component(source: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plugin.wasm");
    let run = MESHC
        .command(&repository("."))
        .args(["plugin", "build", source, "-o"])
        .arg(&out)
        .env("CARGO_TARGET_DIR", repository("target/plugins"))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    std::fs::read(out).unwrap()
}

static NEAREST_FIRST: LazyLock<Vec<u8>> = LazyLock::new(|| component("plugins/weighers/nearest-first"));
static POINTS: LazyLock<Vec<u8>> = LazyLock::new(|| component("tests/guests/points"));
static TRAPS: LazyLock<Vec<u8>> = LazyLock::new(|| component("tests/guests/traps"));

/// The tutorial with clusters in two regions and a policy that prefers what is near.
pub(crate) fn weighted() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), &folder.path().join("in"));
    let mesh = folder.path().join("in/mesh.yaml");
    let text = std::fs::read_to_string(&mesh).unwrap();
    let text = text
        .replace("{name: cluster1, id: 1}", "{name: cluster1, id: 1, region: eu, zone: eu-1}")
        .replace("{name: cluster2, id: 2}", "{name: cluster2, id: 2, region: us, zone: us-1}");
    std::fs::write(mesh, text).unwrap();
    std::fs::create_dir(folder.path().join("in/policies")).unwrap();
    std::fs::write(
        folder.path().join("in/policies/near.yaml"),
        "apiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata:\n  name: near\nspec:\n  services: {names: [rebel-base]}\n  \
         weigher: {plugin: nearest-first.wasm}\n  config: {zone: 90, region: 9, rest: 10}\n",
    )
    .unwrap();
    std::fs::write(folder.path().join("in/policies/nearest-first.wasm"), &*NEAREST_FIRST).unwrap();
    folder
}

fn build(folder: &Path, more: &[&str]) -> std::process::Output {
    MESHC.command(folder).args(["build", "in"]).args(more).output().unwrap()
}

fn texts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files_below(folder).into_iter().map(|path| (path.clone(), std::fs::read(folder.join(path)).unwrap())).collect()
}

/// The cluster and weight of each backend that clients in `cluster` see.
fn weights(folder: &Path, cluster: &str) -> Vec<(String, u64, f64)> {
    let run = MESHC.command(folder).args(["table", "in", "-o", "json", "--cluster", cluster]).output().unwrap();
    let table: Value = serde_json::from_slice(&run.stdout).unwrap();
    let backends = table["services"][0]["frontends"][0]["backends"].as_array().unwrap().clone();
    let cells = |row: &Value| {
        (
            row["cluster"].as_str().unwrap().to_owned(),
            row["weight"].as_u64().unwrap(),
            row["share"]["wanted"].as_f64().unwrap(),
        )
    };
    backends.iter().map(cells).collect()
}

#[test]
fn tables_differ_as_the_config_says() {
    let folder = weighted();
    let row = |cluster: &str, weight, wanted| (cluster.to_owned(), weight, wanted);
    let near = [
        row("cluster1", 9000, 0.45),
        row("cluster1", 9000, 0.45),
        row("cluster2", 1000, 0.05),
        row("cluster2", 1000, 0.05),
    ];
    let far = [
        row("cluster1", 1000, 0.05),
        row("cluster1", 1000, 0.05),
        row("cluster2", 9000, 0.45),
        row("cluster2", 9000, 0.45),
    ];
    let sorted = |mut found: Vec<(String, u64, f64)>| {
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    };
    assert_eq!(sorted(weights(folder.path(), "cluster1")), near);
    assert_eq!(sorted(weights(folder.path(), "cluster2")), far);
}

#[test]
fn a_weight_without_effect_is_reported_where_it_is_asked_for() {
    let folder = weighted();
    let run = build(folder.path(), &["--message-format", "short"]);
    assert!(run.status.success());
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.starts_with("policies/near.yaml:7:21: warning[M0601]:"), "{said}");
}

#[test]
fn the_same_bytes_come_out_each_time_and_for_any_number_of_threads() {
    let folder = weighted();
    for (out, jobs) in [("a", "1"), ("b", "2"), ("c", "2")] {
        assert!(build(folder.path(), &["-o", out, "-j", jobs]).status.success());
    }
    let first = texts(&folder.path().join("a"));
    assert_eq!(first, texts(&folder.path().join("b")));
    assert_eq!(first, texts(&folder.path().join("c")));
}

#[test]
fn the_lock_pins_the_plugin() {
    let folder = weighted();
    assert!(build(folder.path(), &[]).status.success());
    let lock = std::fs::read_to_string(folder.path().join("out/meshc.lock")).unwrap();
    let lock: serde_yaml::Value = serde_yaml::from_str(&lock).unwrap();
    assert_eq!(lock["plugins"][0]["path"], "policies/nearest-first.wasm");
    assert_eq!(lock["plugins"][0]["name"], "nearest-first");
    assert_eq!(lock["plugins"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn a_config_that_the_schema_of_the_plugin_refuses_is_shown_at_its_place() {
    let folder = weighted();
    let path = folder.path().join("in/policies/near.yaml");
    let policy = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, policy.replace("zone: 90", "zone: \"90\"")).unwrap();
    let run = build(folder.path(), &["--message-format", "short"]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("policies/near.yaml:8:18: error[M0507]: `zone` must be an integer, and is a string"),
        "{said}"
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_finding_about_an_annotation_is_at_its_line() {
    let folder = weighted();
    std::fs::write(folder.path().join("in/policies/nearest-first.wasm"), &*POINTS).unwrap();
    let common = std::fs::read_to_string(folder.path().join("in/rebel-base.yaml")).unwrap();
    let service = |price: &str| {
        common.replace("  annotations:\n", &format!("  annotations:\n    example.com/price: \"{price}\"\n"))
    };
    // Each cluster has a Service of its own.
    for (cluster, price) in [("cluster1", "1"), ("cluster2", "2")] {
        std::fs::create_dir_all(folder.path().join("in/clusters").join(cluster)).unwrap();
        std::fs::write(folder.path().join(format!("in/clusters/{cluster}/service.yaml")), service(price)).unwrap();
    }
    let run = build(folder.path(), &["--message-format", "short"]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{said}");
    for line in [
        "clusters/cluster1/service.yaml:6:24: warning[M0506]: the service says `1` (points/SERVICE)",
        "clusters/cluster1/service.yaml:6:24: warning[M0506]: cluster1 says `1` (points/GROUP)",
        "clusters/cluster2/service.yaml:6:24: warning[M0506]: cluster2 says `2` (points/GROUP)",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn a_locked_build_refuses_another_plugin_before_it_runs() {
    let folder = weighted();
    let missing = build(folder.path(), &["--locked"]);
    assert_eq!(missing.status.code(), Some(5));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("could not read `out/meshc.lock`, which --locked holds plugins against"), "{said}");
    assert!(build(folder.path(), &[]).status.success());
    assert!(build(folder.path(), &["--locked"]).status.success());
    let before = texts(&folder.path().join("out"));
    std::fs::write(folder.path().join("in/policies/nearest-first.wasm"), &*TRAPS).unwrap();
    let run = build(folder.path(), &["--locked", "--message-format", "short"]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("policies/near.yaml:7:21: error[M0509]: the plugin `nearest-first.wasm` cannot be used: its")
    );
    assert!(said.contains("`out/meshc.lock` has "), "{said}");
    assert_eq!(texts(&folder.path().join("out")), before);
    std::fs::rename(folder.path().join("out/meshc.lock"), folder.path().join("other.lock")).unwrap();
    let run = build(folder.path(), &["--locked", "--lock", "other.lock", "--message-format", "short"]);
    assert_eq!(run.status.code(), Some(1));
}

#[test]
fn a_second_build_is_answered_from_the_cache_and_calls_no_plugin() {
    let folder = weighted();
    let cache = folder.path().join("cache");
    let cached = |out: &str| build(folder.path(), &["--cache-dir", "cache", "-o", out]);
    assert!(cached("a").status.success());
    assert!(cache.join("code").is_dir() && cache.join("answers").is_dir());
    std::fs::remove_dir_all(cache.join("code")).unwrap();
    assert!(cached("b").status.success());
    // Whoever calls a plugin needs its code.
    assert!(!cache.join("code").exists());
    assert!(build(folder.path(), &["--no-cache", "-o", "c"]).status.success());
    let first = texts(&folder.path().join("a"));
    assert_eq!(first, texts(&folder.path().join("b")));
    assert_eq!(first, texts(&folder.path().join("c")));
}

#[test]
fn a_cache_that_cannot_be_had_is_no_reason_to_stop() {
    let folder = weighted();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let run = build(folder.path(), &["--cache-dir", "file/cache"]);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn why_gives_the_reasons_of_the_plugin() {
    let folder = weighted();
    let run = MESHC.command(folder.path()).args(["why", "in", "rebel-base", "--from", "cluster1"]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.contains("  weight 9000: in the client's zone: 90 times the baseline of 100\n"), "{text}");
    assert!(text.contains("  weight 1000: far away: 10 times the baseline of 100\n"), "{text}");
}

#[test]
fn a_plugin_is_inspected() {
    let folder = weighted();
    let run =
        MESHC.command(folder.path()).args(["plugin", "inspect", "in/policies/nearest-first.wasm"]).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(text.starts_with("name      nearest-first\nversion   "), "{text}");
    assert!(text.contains("\nverdict   pure: it imports nothing\n"), "{text}");
    assert!(text.contains("\ncontract  meshc:weighting@1.0.0\n"), "{text}");
}

/// A folder of a plugin with one fixture of one service.
fn plugin_folder(component: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("x/fixtures")).unwrap();
    std::fs::write(folder.path().join("x/plugin.wasm"), component).unwrap();
    let request = r#"{"mesh": {"clusters": [{"name": "a", "region": "eu"}]},
        "services": [{"namespace": "shop", "name": "cart", "port": "80", "groups": [{"cluster": 0}]}]}"#;
    std::fs::write(folder.path().join("x/fixtures/one.request.json"), request).unwrap();
    folder
}

fn test_plugin(folder: &Path, more: &[&str]) -> (Option<i32>, String) {
    let run = MESHC.command(folder).args(["plugin", "test", "x"]).args(more).output().unwrap();
    let text = [run.stdout, run.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (run.status.code(), text)
}

#[test]
fn a_plugin_that_keeps_to_its_fixtures_passes() {
    let folder = plugin_folder(&NEAREST_FIRST);
    let (code, said) = test_plugin(folder.path(), &[]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("one: `x/fixtures/one.reply.json` is not there; --bless writes it"), "{said}");
    assert_eq!(test_plugin(folder.path(), &["--bless"]).0, Some(0));
    let (code, said) = test_plugin(folder.path(), &[]);
    assert_eq!((code, said.as_str()), (Some(0), "1 fixture holds, in every order and batch, on both backends\n"));
    let run =
        MESHC.command(folder.path()).args(["plugin", "run", "x", "x/fixtures/one.request.json"]).output().unwrap();
    let reply = std::fs::read(folder.path().join("x/fixtures/one.reply.json")).unwrap();
    assert_eq!(run.stdout, reply);
    std::fs::write(folder.path().join("x/fixtures/one.reply.json"), "{\"outcomes\": []}").unwrap();
    let (code, said) = test_plugin(folder.path(), &[]);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("one: it answers otherwise\n--- expected\n+++ found\n"), "{said}");
}

#[test]
fn state_between_services_is_caught() {
    let folder = plugin_folder(&meshc_guests::guest("counts"));
    let (code, said) = test_plugin(folder.path(), &["--bless"]);
    assert_eq!(code, Some(4), "{said}");
    assert!(
        said.contains("answers differently when the same service comes again: it keeps state between services"),
        "{said}"
    );
}

/// Builds with a plugin that is spoiled: status 4, the line that chose it, and the old output as it was.
fn spoiled(how: impl Fn(&Path), words: &str) {
    let folder = weighted();
    assert!(build(folder.path(), &[]).status.success());
    let before = texts(&folder.path().join("out"));
    how(&folder.path().join("in/policies/nearest-first.wasm"));
    let run = build(folder.path(), &["--message-format", "short"]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(4), "{said}");
    assert!(said.starts_with("policies/near.yaml:7:21: error[M05"), "{said}");
    assert!(said.contains(words), "{said}");
    assert_eq!(texts(&folder.path().join("out")), before);
}

#[test]
fn a_missing_plugin_is_its_own_fault() {
    spoiled(|path| std::fs::remove_file(path).unwrap(), "there is no such file");
}

#[test]
fn a_broken_plugin_is_its_own_fault() {
    spoiled(|path| std::fs::write(path, &std::fs::read(path).unwrap()[..1000]).unwrap(), "cannot be used");
    spoiled(|path| std::fs::write(path, "not wasm").unwrap(), "cannot be used");
}

#[test]
fn a_trapping_plugin_is_its_own_fault() {
    spoiled(|path| std::fs::write(path, &*TRAPS).unwrap(), "failed while weighing `default/rebel-base:80`");
}
