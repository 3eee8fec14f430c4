//! What holds for any input.

use meshc_compiler::emit::{MaglevDetail, table_document};
use meshc_compiler::tables::{Path, shares};
use meshc_tests::compile::{Compiled, compile};
use meshc_tests::generate::{Size, mesh};
use proptest::prelude::*;

const SMALL: Size = Size { clusters: 4, services: 30, spread: 3, endpoints: 3 };

fn files_of(compiled: &Compiled) -> Vec<(String, String)> {
    let bundle = compiled.bundle().expect("the mesh is right");
    bundle.files().into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

#[test]
fn the_order_of_files_does_not_matter() {
    let files = mesh(SMALL);
    let reversed: Vec<_> = files.iter().rev().cloned().collect();
    assert_eq!(files_of(&compile(files)), files_of(&compile(reversed)));
}

#[test]
fn the_names_of_files_do_not_matter() {
    let files = mesh(SMALL);
    let renamed: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(at, (path, text))| match path.strip_prefix("clusters/").and_then(|rest| rest.split_once('/')) {
            Some((cluster, _)) => (format!("clusters/{cluster}/{:03}.yaml", (at * 7919) % 1000), text.clone()),
            None => (path.clone(), text.clone()),
        })
        .collect();
    assert_eq!(files_of(&compile(files)), files_of(&compile(renamed)));
}

#[test]
fn shares_add_up_to_one_or_nothing() {
    let compiled = compile(mesh(SMALL));
    let weighted = compiled.weighted.expect("the mesh is right");
    let mut frontends = 0;
    for table in &weighted.tables.clusters {
        for frontend in table.services.iter().flat_map(|service| &service.frontends) {
            for path in [Path::Socket, Path::Packet] {
                let sum: f64 = shares(frontend, path).iter().sum();
                assert!((sum - 1.0).abs() < 1e-9 || sum == 0.0, "{sum}");
            }
            frontends += 1;
        }
    }
    assert_eq!(frontends, SMALL.services * SMALL.spread * 2);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| files_of(&compile(mesh(SMALL))))
    };
    assert_eq!(with(1), with(2));
}

/// A service of two clusters: its annotations and replicas in each.
#[derive(Clone, Debug)]
struct Side {
    global: Option<bool>,
    shared: Option<bool>,
    affinity: &'static str,
    replicas: u8,
}

fn side() -> impl Strategy<Value = Side> {
    let flag = || prop_oneof![Just(None), Just(Some(true)), Just(Some(false))];
    (flag(), flag(), prop_oneof![Just("none"), Just("local"), Just("remote")], 0..4_u8)
        .prop_map(|(global, shared, affinity, replicas)| Side { global, shared, affinity, replicas })
}

fn project(sides: &[Side]) -> Vec<(String, String)> {
    let clusters: Vec<_> = (1..=sides.len()).map(|id| format!("{{name: c{id}, id: {id}}}")).collect();
    let mut files = vec![(
        "mesh.yaml".to_owned(),
        format!("apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {{clusters: [{}]}}\n", clusters.join(", ")),
    )];
    for (at, side) in sides.iter().enumerate() {
        let annotation = |key: &str, value: Option<bool>| {
            value.map(|value| format!("    service.cilium.io/{key}: \"{value}\"\n")).unwrap_or_default()
        };
        files.push((
            format!("clusters/c{}/x.yaml", at + 1),
            format!(
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  annotations:\n    service.cilium.io/affinity: {}\n{}{}spec:\n  selector: {{app: x}}\n  ports: [{{port: 80}}]\n---\n\
                 apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x}}\nspec:\n  replicas: {}\n  template:\n    metadata: {{labels: {{app: x}}}}\n",
                side.affinity,
                annotation("global", side.global),
                annotation("shared", side.shared),
                side.replicas
            ),
        ));
    }
    files
}

/// The table of each cluster as text.
fn tables(sides: &[Side]) -> Vec<String> {
    let compiled = compile(project(sides));
    let weighted = compiled.weighted.expect("the project is right");
    let ids = weighted.mesh.mesh().cluster_ids();
    ids.map(|id| serde_json::to_string(&table_document(&weighted, id, MaglevDetail::None, |_| true)).unwrap()).collect()
}

/// The clusters that serve clients of the first cluster.
fn serving(sides: &[Side]) -> Vec<(String, f64)> {
    let compiled = compile(project(sides));
    let weighted = compiled.weighted.expect("the project is right");
    let first = weighted.mesh.mesh().cluster_ids().next().unwrap();
    let table = table_document(&weighted, first, MaglevDetail::None, |_| true);
    let backends = table.services[0].frontends[0].backends.iter();
    backends.map(|backend| (backend.cluster.to_owned(), backend.share.socket)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_service_that_is_not_global_has_no_remote_backend(mut sides in proptest::collection::vec(side(), 2..4)) {
        sides[0].global = Some(false);
        prop_assert!(serving(&sides).iter().all(|(cluster, _)| cluster == "c1"));
    }

    #[test]
    fn a_local_backend_keeps_connections_at_home(mut sides in proptest::collection::vec(side(), 2..4)) {
        sides[0] = Side { global: Some(true), shared: None, affinity: "local", replicas: 1 };
        prop_assert!(serving(&sides).iter().all(|(cluster, share)| cluster == "c1" || *share == 0.0));
    }

    #[test]
    fn unsharing_changes_nothing_at_home(mut sides in proptest::collection::vec(side(), 2..4)) {
        sides[0].global = Some(true);
        sides[0].shared = Some(true);
        let before = serving(&sides);
        sides[0].shared = Some(false);
        prop_assert_eq!(before, serving(&sides));
    }

    #[test]
    fn equal_input_gives_equal_tables(sides in proptest::collection::vec(side(), 2..4)) {
        prop_assert_eq!(tables(&sides), tables(&sides));
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-z:\\-\\[\\]{}&*#!|>'\"%@` \n\t]{0,200}") {
        let mut files = project(&[Side { global: None, shared: None, affinity: "none", replicas: 1 }]);
        files.push(("any.yaml".to_owned(), text));
        compile(files);
    }
}

/// A cluster's weight is its own in each address family, however many endpoints it has there.
#[test]
fn a_policy_holds_for_each_address_family() {
    let slice = |cluster: usize, family: &str, count: usize| {
        let prefix = if family == "IPv4" { format!("10.{cluster}.0.") } else { format!("fd00:{cluster}::") };
        let endpoints: Vec<_> = (1..=count).map(|at| format!("{{addresses: [\"{prefix}{at}\"]}}")).collect();
        format!(
            "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: x-{family}\n  labels: {{kubernetes.io/service-name: x}}\n\
             addressType: {family}\nports: [{{port: 80}}]\nendpoints: [{}]\n",
            endpoints.join(", ")
        )
        .replace("x-IPv", "x-ipv")
    };
    let service = |cluster: usize, four: usize, six: usize| {
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  annotations: {{service.cilium.io/global: \"true\"}}\n\
             spec:\n  clusterIPs: [10.9{cluster}.0.1, \"fd99:{cluster}::1\"]\n  ports: [{{port: 80}}]\n{}{}",
            slice(cluster, "IPv4", four),
            slice(cluster, "IPv6", six)
        );
        (format!("clusters/c{cluster}/x.yaml"), text)
    };
    let policy = "apiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {name: split}\n\
                  spec: {weigher: {builtin: fixed}, config: {weights: {c1: 80, c2: 20}}}\n";
    let compiled = compile([service(1, 2, 1), service(2, 3, 2), ("policy.yaml".to_owned(), policy.to_owned())]);
    let weighted = compiled.weighted.expect("the project is right");
    for cluster in weighted.mesh.mesh().cluster_ids() {
        let table = table_document(&weighted, cluster, MaglevDetail::None, |_| true);
        assert_eq!(table.services[0].frontends.len(), 2);
        for frontend in &table.services[0].frontends {
            let of = |name: &str| -> f64 {
                frontend.backends.iter().filter(|row| row.cluster == name).filter_map(|row| row.share.wanted).sum()
            };
            assert!((of("c1") - 0.8).abs() < 1e-5 && (of("c2") - 0.2).abs() < 1e-5, "{:?}", frontend.address);
        }
    }
}
