//! Whatever a plugin does, a build ends, says what happened where it was chosen, and leaves the old output whole.

use std::path::Path;
use std::process::{Command, Output};

use meshc_guests::{WIT, component, core, guest};
use meshc_tests::places::{copy_all, files_below, here, repository};
use tempfile::TempDir;

use crate::MESHC;

/// A policy that chooses the plugin of the test; `limits` is more of its weigher.
fn policy(limits: &str) -> String {
    format!(
        "apiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {{name: near}}\nspec:\n  \
         weigher:\n    plugin: weigher.wasm\n{limits}"
    )
}

/// The tutorial, with a policy and its plugin.
fn project(plugin: &[u8], limits: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_all(&here("golden/tutorial/in"), &folder.path().join("in"));
    assert!(build(folder.path(), &[]).status.success());
    std::fs::write(folder.path().join("in/near.yaml"), policy(limits)).unwrap();
    std::fs::write(folder.path().join("in/weigher.wasm"), plugin).unwrap();
    folder
}

fn build(folder: &Path, more: &[&str]) -> Output {
    MESHC.command(folder).args(["build", "in", "--message-format", "short"]).args(more).output().unwrap()
}

fn texts(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files_below(folder).into_iter().map(|path| (path.clone(), std::fs::read(folder.join(path)).unwrap())).collect()
}

/// Builds twice, the second time with what the first has left in the cache: the same words and status, at the line that
/// chose the plugin, and the old output as it was.
fn refused(plugin: &[u8], limits: &str, words: &str) {
    let folder = project(plugin, limits);
    let before = texts(&folder.path().join("out"));
    for _ in 0..2 {
        let run = build(folder.path(), &[]);
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(4), "{said}");
        assert!(said.starts_with("near.yaml:6:13: error[M05"), "{said}");
        assert!(said.contains(words), "{said}");
        assert_eq!(texts(&folder.path().join("out")), before);
    }
}

#[test]
fn endless_work_ends() {
    refused(
        &guest("endless-loop"),
        "",
        "failed while weighing `default/rebel-base:80`: used up its fuel of 1004000000",
    );
    refused(&guest("endless-start"), "", "could not describe itself: it used up its fuel of 1000000000");
    refused(&guest("endless-loop"), "    limits: {fuel: 1000, fuelPerEntry: 1}\n", "used up its fuel of 1");
}

#[test]
fn memory_stack_and_tables_are_bounded() {
    refused(&guest("memory-bomb"), "", "asked for more than its 256 MiB of memory");
    refused(&guest("memory-bomb"), "    limits: {memory: 8Mi}\n", "asked for more than its 8 MiB of memory");
    refused(&guest("table-bomb"), "", "asked for a table of more than 100000 elements");
    refused(&guest("stack-overflow"), "", "overflowed its stack of 512 KiB");
}

#[test]
fn giving_up_is_told() {
    refused(&guest("unreachable"), "", "gave up with `unreachable`, as guests do that panic or abort");
}

#[test]
fn what_is_no_answer_is_refused() {
    refused(&guest("long-list"), "", "list pointer/length out of bounds of memory");
    refused(&guest("large-reply"), "", "answered with more than ");
    refused(&guest("one-outcome-more"), "", "gave 2 outcomes for 1 services");
    refused(&guest("one-weight"), "", "gave 1 weight(s) where 2 client(s) and 2 group(s) make 4");
    refused(&guest("heavy"), "", "gave the weight 65536 for ");
    refused(&guest("all-zero"), "", "left no weight for clients in cluster1");
    refused(&guest("many-findings"), "", "has 65 findings about a service, and the limit is 64");
}

#[test]
fn a_zero_of_the_data_plane_stays() {
    let folder = project(&guest("all-equal"), "");
    let service = folder.path().join("in/rebel-base.yaml");
    let text = std::fs::read_to_string(&service).unwrap();
    let global = "service.cilium.io/global: \"true\"";
    assert!(text.contains(global));
    std::fs::write(&service, text.replace(global, &format!("{global}\n    service.cilium.io/affinity: local")))
        .unwrap();
    let run = build(folder.path(), &[]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(4), "{said}");
    assert!(said.contains("near.yaml:6:13: error[M0503]"), "{said}");
    assert!(said.contains("gave weight to what the data plane does not use: clients in cluster1"), "{said}");
}

#[test]
fn a_finding_keeps_to_its_place_and_its_line() {
    refused(&guest("loud"), "", "has a finding LOUD whose message has 1048576 bytes, and the limit is 500");
    refused(&guest("escapes"), "", "has a finding CTRL whose message has a line break or another control character");
    refused(&guest("lost"), "", "has a finding LOST about the group 4000000000, and there are 2");
}

#[test]
fn imports_and_versions_are_held() {
    let import = |wit: &str, package: &str| {
        format!("{}\n{package}", WIT.replace("world weighting {", &format!("world weighting {{ import {wit};")))
    };
    let vault =
        import("acme:secrets/vault@1.0.0", "package acme:secrets@1.0.0 { interface vault { get: func() -> u32; } }");
    refused(
        &component(core("imports-a-vault"), &vault),
        "",
        "imports `acme:secrets/vault@1.0.0`, which meshc does not provide",
    );
    let clock = import(
        "wasi:clocks/monotonic-clock@0.2.6",
        "package wasi:clocks@0.2.6 { interface monotonic-clock { now: func() -> u64; } }",
    );
    let asks = component(core("imports-wasi"), &clock);
    refused(
        &asks,
        "    wasi: refuse\n",
        "imports `wasi:clocks/monotonic-clock@0.2.6` of WASI, which its policy refuses",
    );
    let [text, wit] = [meshc_guests::text("good"), WIT.to_owned()].map(|text| text.replace("@1.0.0", "@3.0.0"));
    let other = component(wat::parse_str(text).unwrap(), &wit);
    refused(&other, "", "speaks weigher@3.0.0; this meshc speaks 1.0");
}

/// The guest that asks the world for things, built for WASI.
fn worldly() -> Vec<u8> {
    let folder = repository("target/plugins");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "plugin", "--target", "wasm32-wasip2", "-p", "worldly"])
        .arg("--target-dir")
        .arg(&folder)
        .current_dir(repository("."))
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(folder.join("wasm32-wasip2/plugin/worldly.wasm")).unwrap()
}

#[test]
fn what_would_touch_the_world_is_denied_by_name() {
    let worldly = worldly();
    refused(
        &worldly,
        "  config: {act: connect}\n",
        "failed while weighing `default/rebel-base:80`: called `wasi:sockets/",
    );
    refused(&worldly, "  config: {act: exit}\n", "#exit`, which meshc denies to plugins");
    refused(&worldly, "    wasi: refuse\n", " of WASI, which its policy refuses");
    // What asks for nothing of the kind gets an answer that does not depend on the machine.
    let folder = project(&worldly, "");
    let run = build(folder.path(), &[]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.success(), "{said}");
    assert!(said.contains("now 946684800 slept 3600 variables 0 arguments 0 file false order "), "{said}");
}

#[test]
fn files_that_are_no_plugins_are_refused() {
    refused(&core("good"), "", "is a core module and not a component");
    let whole = guest("good");
    refused(&whole[..whole.len() - 1], "", "is not a valid component");
    refused(b"", "", "the file is empty");
    refused(&vec![0; 100 << 20], "", "the file has 100 MiB, and the limit is 64 MiB");
}

#[test]
fn a_compiler_that_takes_too_long_is_stopped() {
    // 49,000 variables take minutes, and are not tried.
    let locals = "(local i64) ".repeat(49_000);
    let many = wat::parse_str(format!("(component (core module (func {locals})))")).unwrap();
    refused(&many, "", "has 49000 variables in one function, and the limit is 2000");
    // 16 KiB of nested loops pass any look at sizes, and take seconds.
    let nest = compile_bomb(1500);
    assert!(nest.len() < 64 << 10, "{} bytes", nest.len());
    refused(&nest, "    limits: {compileSeconds: 1}\n", "compiling it took more than 1 s of processor time");
}

/// Loops in loops, each of which changes a hundred variables.
fn compile_bomb(depth: usize) -> Vec<u8> {
    use std::fmt::Write;
    let mut text = String::from("(component (core module (func (param i32) ");
    text.push_str(&"(local i64) ".repeat(100));
    for level in 0..depth {
        let (to, from) = (level % 100 + 1, (level * 7 + 3) % 100 + 1);
        write!(text, "loop (local.set {to} (i64.add (local.get {from}) (local.get {to}))) ").unwrap();
    }
    for _ in 0..depth {
        text.push_str("(br_if 0 (local.get 0)) end ");
    }
    text.push_str(")))");
    wat::parse_str(text).unwrap()
}
