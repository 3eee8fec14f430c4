//! meshc against real API servers. Without `MESHC_KUBE_BIN`, which names the folder of their binaries, there is nothing to
//! run against, and the tests say so; with `MESHC_LIVE` that is a failure.

#![allow(clippy::unwrap_used, reason = "a suite that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a suite says what it could not run")]

mod apply;
mod corpus;
mod credentials;
mod drift;
mod faults;
mod import;
mod interruptions;
mod plan;
mod project;
mod prune;
mod rollout;
mod secrets;
mod tutorial;

use std::sync::{LazyLock, OnceLock};

use meshc_tests::kube::Kube;
use meshc_tests::process::Installed;

static MESHC: LazyLock<Installed> = LazyLock::new(|| Installed::new(env!("CARGO_BIN_EXE_meshc-under-test")));

/// The clusters `cluster1` and `cluster2`, which tests share; each test has namespaces and a Mesh of its own there.
fn shared() -> Option<&'static Kube> {
    static SHARED: OnceLock<Option<Kube>> = OnceLock::new();
    SHARED.get_or_init(|| servers(&["cluster1", "cluster2"]).map(Kube::with_workloads)).as_ref()
}

/// Clusters of a test's own, which it may break.
fn servers(names: &[&str]) -> Option<Kube> {
    let kube = Kube::start(names);
    if kube.is_none() {
        assert!(std::env::var_os("MESHC_LIVE").is_none(), "MESHC_LIVE is set, and MESHC_KUBE_BIN is not");
        println!("no API servers are installed: nothing to run against");
    }
    kube
}
