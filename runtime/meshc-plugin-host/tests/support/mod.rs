//! Makes components of the guests in `tests/guests`, and things to weigh.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::sync::LazyLock;

use meshc_plugin_host::{Engine, Error, Limits, Plugin, componentize};
use meshc_weigh::contract::{ClusterView, GroupView, MeshView, Options, ServiceView};
use wit_component::StringEncoding;
use wit_parser::Resolve;

/// The contract.
pub(crate) const WIT: &str = include_str!("../../../../plugins/wit/v1.0/weighting.wit");

/// The one engine of a test program.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Fuel that honest guests of the tests do not come near, and that endless ones use up within milliseconds.
pub(crate) const LIMITS: Limits = Limits { fuel: 1_000_000, fuel_per_entry: 1_000, ..Limits::STANDARD };

/// The core module of a guest.
pub(crate) fn core(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests");
    let guest = std::fs::read_to_string(folder.join(format!("{name}.wat"))).unwrap();
    let is_module = guest.lines().any(|line| line.starts_with("(module"));
    let module = if is_module { guest } else { include_str!("../guests/frame.wat").replace("(;guest;)", &guest) };
    wat::parse_str(module).unwrap()
}

/// A component of a core module, with the first world of a WIT text.
pub(crate) fn component(mut core: Vec<u8>, wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("guest.wit", wit).unwrap();
    let world = *resolve.packages[package].worlds.first().unwrap().1;
    wit_component::embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    componentize(&core).unwrap()
}

/// The component of a guest that keeps to the contract in its types.
pub(crate) fn guest(name: &str) -> Vec<u8> {
    component(core(name), WIT)
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
