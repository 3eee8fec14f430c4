//! Guests, and things to weigh.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use meshc_plugin_host::{Backend, Engine, Error, Limits, Plugin, componentize};
use meshc_weigh::contract::{ClusterView, GroupView, MeshView, Options, ServiceView};

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use meshc_guests::{WIT, component, core, guest};

/// The one engine of a test program.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Backend::Native).unwrap());

/// Fuel that honest guests of the tests do not come near, and that endless ones use up within milliseconds.
pub(crate) const LIMITS: Limits = Limits { fuel: 1_000_000, fuel_per_entry: 1_000, ..Limits::STANDARD };

/// The component of a Rust guest of this workspace, built in a target folder of its own: the outer cargo may hold the
/// lock of the usual one.
pub(crate) fn build(package: &str, target: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("plugins");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "plugin", "--target", target, "-p", package])
        .arg("--target-dir")
        .arg(&folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "{package} for {target}");
    let module = folder.join(format!("{target}/plugin/{}.wasm", package.replace('-', "_")));
    componentize(&std::fs::read(module).unwrap()).unwrap()
}

/// Loads a component under [`LIMITS`].
pub(crate) fn load(bytes: &[u8]) -> Result<Plugin, Error> {
    Plugin::load(&ENGINE, bytes, LIMITS)
}

/// Two clusters in two regions.
pub(crate) fn mesh() -> MeshView {
    let cluster = |name: &str, id, region: &str| ClusterView {
        name: name.into(),
        id,
        region: region.into(),
        zone: String::new(),
        attrs: vec![],
    };
    MeshView {
        clusters: vec![cluster("east", 1, "eu-east"), cluster("west", 2, "eu-west")],
        rtt_us: Some(vec![0, 20_000, 20_000, 0]),
        attrs: vec![],
    }
}

/// A service with so many groups in turn of the clusters, asked for by both.
pub(crate) fn service(name: &str, groups: u32) -> ServiceView {
    let group = |index| GroupView { cluster: index % 2, zone: format!("z{}", index / 2), endpoints: 3, attrs: vec![] };
    ServiceView {
        namespace: "shop".into(),
        name: name.into(),
        port: "http".into(),
        attrs: vec![("app".into(), name.into())],
        groups: (0..groups).map(group).collect(),
        clients: vec![0, 1],
        baseline: (0..2 * groups).map(|index| index + 1).collect(),
    }
}

/// No wishes.
pub(crate) fn options() -> Options {
    Options::default()
}
