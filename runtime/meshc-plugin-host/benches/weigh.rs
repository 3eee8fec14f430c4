//! What weighing costs: 10,000 services, each in three clusters and asked for by all three, in batches of 64 on two
//! threads. Every plugin of `plugins/weighers` that is built (`meshc plugin build`) is measured.

#![allow(missing_docs, reason = "divan's macros write the functions")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on may panic")]

use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::ItemsCount;
use meshc_plugin_host::{Backend, Cache, Engine, Limits, Plugin};
use meshc_weigh::contract::{ClusterView, GroupView, MeshView, Options, ServiceView, Weigher};
use serde_json::Value;

const SERVICES: usize = 10_000;
const BATCH: usize = 64;

fn main() {
    divan::main();
}

/// The folders of plugins that have been built.
fn built() -> Vec<String> {
    let weighers = weighers();
    let entries = std::fs::read_dir(&weighers).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| weighers.join(name).join("plugin.wasm").is_file()).collect();
    names.sort();
    names
}

fn weighers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/weighers")
}

fn component(name: &str) -> Vec<u8> {
    std::fs::read(weighers().join(name).join("plugin.wasm")).unwrap()
}

fn mesh() -> MeshView {
    let cluster = |(name, id): (&str, u32)| ClusterView {
        name: name.into(),
        id,
        region: format!("region-{}", id % 2),
        zone: String::new(),
        attrs: vec![],
    };
    MeshView { clusters: [("a", 1), ("b", 2), ("c", 3)].map(cluster).into(), rtt_us: None, attrs: vec![] }
}

fn services() -> Vec<ServiceView> {
    let group = |cluster| GroupView { cluster, zone: String::new(), endpoints: 3, attrs: vec![] };
    let service = |at: usize| ServiceView {
        namespace: format!("team-{}", at % 50),
        name: format!("service-{at}"),
        port: "http".into(),
        attrs: vec![],
        groups: (0..3).map(group).collect(),
        clients: vec![0, 1, 2],
        baseline: vec![100; 9],
    };
    (0..SERVICES).map(service).collect()
}

/// The config of the first of a plugin's fixtures.
fn config(name: &str) -> String {
    let folder = weighers().join(name).join("fixtures");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let first = paths.filter(|path| path.to_str().unwrap().ends_with(".request.json")).min().unwrap();
    let request: Value = serde_json::from_slice(&std::fs::read(first).unwrap()).unwrap();
    request["config"].to_string()
}

fn weigh(plugin: &Plugin, config: &str, mesh: &MeshView, services: &[ServiceView]) {
    let half = services.len() / 2 / BATCH * BATCH;
    let (one, other) = services.split_at(half);
    std::thread::scope(|scope| {
        for part in [one, other] {
            scope.spawn(|| {
                for batch in part.chunks(BATCH) {
                    plugin.weigh(config, mesh, batch, &Options::default()).unwrap();
                }
            });
        }
    });
}

/// Compiled code is there; every service is weighed by the plugin.
#[divan::bench(args = built(), sample_count = 5)]
fn warm_code(bencher: Bencher<'_, '_>, name: &str) {
    let plugin = Plugin::load(&Engine::new(Backend::Native).unwrap(), &component(name), Limits::STANDARD).unwrap();
    let (config, mesh, services) = (config(name), mesh(), services());
    bencher.counter(ItemsCount::new(SERVICES)).bench_local(|| weigh(&plugin, &config, &mesh, &services));
}

/// Loading and weighing as the second of two builds does: code and answers come from the cache.
#[divan::bench(args = built(), sample_count = 5)]
fn warm_answers(bencher: Bencher<'_, '_>, name: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (config, mesh, services, bytes) = (config(name), mesh(), services(), component(name));
    let run = || {
        let engine = Engine::new(Backend::Native).unwrap().cached_in(Cache::open(folder.path()));
        weigh(&Plugin::load(&engine, &bytes, Limits::STANDARD).unwrap(), &config, &mesh, &services);
    };
    run();
    bencher.counter(ItemsCount::new(SERVICES)).bench_local(run);
}
