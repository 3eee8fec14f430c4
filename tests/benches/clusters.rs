//! How long clusters take to be applied to, read and compared, and how much memory that takes: 10,000 objects over two real
//! API servers. `cargo bench -p meshc-tests --bench clusters`, where `MESHC_KUBE_BIN` names their folder.

#![allow(missing_docs, reason = "a program of its own")]
#![allow(clippy::print_stdout, reason = "figures are what it is for")]

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use meshc_tests::generate::{Size, mesh};
use meshc_tests::kube::{Kube, write};
use meshc_tests::process::Installed;

/// A Service, a Deployment and an `EndpointSlice` of each of these in both clusters, and the namespaces.
const SIZE: Size = Size { clusters: 2, services: 1_667, spread: 2, endpoints: 3 };

/// How often a process is asked for its memory.
const GLANCE: Duration = Duration::from_millis(5);

fn main() {
    // `cargo test --benches` runs it too, and has nothing to wait for here.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let Some(kube) = Kube::start(&["c000", "c001"]) else {
        println!("no API servers are installed: nothing to run against");
        return;
    };
    let installed = Installed::new(env!("CARGO_BIN_EXE_meshc-under-test"));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let bytes = project(folder.path());
    let kind = if cfg!(debug_assertions) { "not optimized" } else { "optimized" };
    println!("{} objects, {} MB of manifests, {kind}", SIZE.objects(), bytes / 1_000_000);
    println!("{:28} {:>8} {:>10} {:>6}", "", "time", "memory", "exit");
    let run = |what: &str, line: &str| {
        let mut command = installed.command(folder.path());
        command.args(line.split(' ')).arg("--kubeconfig").arg(kube.kubeconfig());
        measure(what, command);
    };
    let mut build = installed.command(folder.path());
    build.args(["build", "in", "-o", "out"]);
    measure("build", build);
    run("plan, nothing there", "plan in");
    run("apply, nothing there", "apply in");
    run("plan, nothing to change", "plan in");
    run("apply, nothing to change", "apply in");
    let path = "in/clusters/c000/team-00/s00000.yaml";
    let text = std::fs::read_to_string(folder.path().join(path)).expect("it was written");
    write(folder.path(), path, &text.replace("replicas: 3", "replicas: 4"));
    run("apply, one object to change", "apply in");
    run("drift", "drift in");
    run("import", "import in --out live");
    run("import, nothing to change", "import in --out live");
}

/// Writes the project, and gives its size.
fn project(folder: &Path) -> usize {
    let mut bytes = 0;
    let mut namespaces = String::new();
    for team in 0..40 {
        let _ = writeln!(namespaces, "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: team-{team:02}}}");
    }
    write(folder, "in/namespaces.yaml", &namespaces);
    for (path, text) in mesh(SIZE) {
        // Servers give the addresses, of which some are taken.
        let lines = text.lines().filter(|line| !line.starts_with("  clusterIP: "));
        let mut text =
            lines.collect::<Vec<_>>().join("\n").replace("kind: Mesh", "kind: Mesh\nmetadata: {name: bench}");
        text.push('\n');
        bytes += text.len();
        write(folder, &format!("in/{path}"), &text);
    }
    bytes
}

/// Runs a command, and prints how long it took and how much memory it had at most.
fn measure(what: &str, mut command: Command) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("meshc runs");
    let mut most = 0;
    let status = loop {
        most = most.max(peak(&child).unwrap_or(0));
        match child.try_wait().expect("it is our child") {
            Some(status) => break status,
            None => std::thread::sleep(GLANCE),
        }
    };
    let (seconds, code) = (start.elapsed().as_secs_f64(), status.code().unwrap_or(-1));
    println!("{what:28} {seconds:6.1} s {:7} MB {code:>6}", most / 1_000);
}

/// The most memory that a process has had so far, in kB (`VmHWM` in proc(5)).
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().split(' ').next()?.parse().ok()
}
