//! Policies for the same service, by what they make of a project.

use meshc_source::{SourceFile, SourceMap};
use meshc_tables::{Client, compile_tables};

use super::*;
use crate::contract::{Basis, Descriptor, Finding, ServiceView, Weights};

/// Doubles what it starts from for the first cluster.
struct Doubles(Descriptor);

impl Weigher for Doubles {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    fn check(&self, _: &str, _: &MeshView) -> Result<Vec<Finding>, Fault> {
        Ok(Vec::new())
    }

    fn weigh(&self, _: &str, _: &MeshView, services: &[ServiceView], _: &Options) -> Result<Vec<Outcome>, Fault> {
        let doubled = |service: &ServiceView| {
            let columns = service.groups.len();
            let cell = |(at, value): (usize, &u32)| value << u32::from(service.groups[at % columns].cluster == 0);
            let values = service.baseline.iter().enumerate().map(cell).collect();
            Outcome { weights: Some(Weights { basis: Basis::Endpoint, values }), ..Outcome::default() }
        };
        Ok(services.iter().map(doubled).collect())
    }
}

struct Fakes;

impl Weighers for Fakes {
    fn open(&self, plugin: &PluginRef, _: &str) -> Result<Arc<dyn Weigher>, OpenError> {
        let config_schema = if plugin.source == "recursive.wasm" { r##"{"$ref":"#"}"## } else { "" };
        Ok(Arc::new(Doubles(Descriptor {
            name: "doubles".into(),
            version: "1.0.0".into(),
            config_schema: config_schema.into(),
            reads: Vec::new(),
        })))
    }

    fn opened(&self) -> Vec<OpenedPlugin> {
        Vec::new()
    }
}

const MESH: &str = "
apiVersion: meshc.dev/v1alpha1
kind: Mesh
spec: {clusters: [{name: a, id: 1}, {name: b, id: 2}]}
";

const SERVICE: &str = "
apiVersion: v1
kind: Service
metadata: {name: web, annotations: {service.cilium.io/global: 'true'}}
spec: {selector: {app: web}, ports: [{port: 80}]}
";

fn workload(replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{containers: [{{name: web, image: web, ports: [{{containerPort: 80}}]}}]}}\n"
    )
}

fn policy(name: &str, rest: &str) -> String {
    format!("---\napiVersion: meshc.dev/v1alpha1\nkind: TrafficPolicy\nmetadata: {{name: {name}}}\nspec: {{{rest}}}\n")
}

/// The weights of the first frontend for clients in each cluster, and what was said.
fn weights(policies: &[String]) -> (Vec<Vec<u32>>, Vec<String>) {
    weights_in(["a", "b"], &format!("{MESH}---{SERVICE}"), &policies.concat())
}

/// The same, for 2 endpoints in the first cluster and 4 in the second.
fn weights_in([first, second]: [&str; 2], mesh: &str, policies: &str) -> (Vec<Vec<u32>>, Vec<String>) {
    let files = [
        ("mesh.yaml".to_owned(), mesh.to_owned()),
        (format!("clusters/{first}/web.yaml"), workload(2)),
        (format!("clusters/{second}/web.yaml"), workload(4)),
        ("policies.yaml".to_owned(), policies.to_owned()),
    ];
    let files = files.into_iter().map(|(path, text)| SourceFile::new(path, text.into_bytes())).collect();
    let sources = SourceMap::new(files);
    let mut diags = Diagnostics::new();
    let declarations = meshc_schema::declare(&sources, &mut diags);
    let mesh = meshc_resolve::resolve(declarations, &sources, &mut diags);
    let Some(mesh) = meshc_check::check(mesh, &meshc_check::Strictness::AS_DECLARED, &mut diags) else {
        panic!("{:?}", diags.into_sorted());
    };
    let tables = compile_tables(&mesh, Client::ANYWHERE);
    let weighted = weigh(mesh, tables, &Fakes, &Options::default(), &|file| sources.file(file).path(), &mut diags);
    let of = |cluster| weighted.weights(ClusterId(cluster), 0, 0).map(|found| found.weights.clone());
    let said = diags.into_sorted().iter().map(|said| format!("{} {}", said.code, said.headline)).collect();
    ([0, 1].into_iter().filter_map(of).collect(), said)
}

fn sorted(mut found: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    for row in &mut found {
        row.sort_unstable();
    }
    found
}

#[test]
fn a_chained_policy_starts_from_the_weights_of_the_next() {
    let fixed = policy("z", "weigher: {builtin: fixed}, config: {weights: {a: 80, b: 20}}");
    let alone = policy("a", "weigher: {plugin: doubles.wasm}");
    let chained = policy("a", "weigher: {plugin: doubles.wasm}, chain: true");
    let (found, said) = weights(std::slice::from_ref(&fixed));
    assert_eq!(said, [""; 0]);
    assert_eq!(sorted(found), [[1, 1, 1, 1, 8, 8], [1, 1, 1, 1, 8, 8]]);
    let (found, _) = weights(&[alone, fixed.clone()]);
    assert_eq!(sorted(found), [[100, 100, 100, 100, 200, 200], [100, 100, 100, 100, 200, 200]]);
    let (found, _) = weights(&[chained.clone(), fixed.clone()]);
    assert_eq!(sorted(found), [[1, 1, 1, 1, 16, 16], [1, 1, 1, 1, 16, 16]]);
    let three = [chained.clone(), policy("b", "weigher: {plugin: doubles.wasm}, chain: true"), fixed];
    assert_eq!(sorted(weights(&three).0), [[1, 1, 1, 1, 32, 32], [1, 1, 1, 1, 32, 32]]);
    let (found, _) = weights(&[chained]);
    assert_eq!(sorted(found), [[100, 100, 100, 100, 200, 200], [100, 100, 100, 100, 200, 200]]);
}

#[test]
fn a_policy_that_is_not_chained_ends_the_chain() {
    let policies = [
        policy("a", "weigher: {plugin: doubles.wasm}, chain: true"),
        policy("b", "weigher: {plugin: doubles.wasm}"),
        policy("c", "weigher: {builtin: fixed}, config: {weights: {a: 80, b: 20}}"),
    ];
    assert_eq!(sorted(weights(&policies).0), [[100, 100, 100, 100, 400, 400], [100, 100, 100, 100, 400, 400]]);
}

#[test]
fn what_a_policy_closes_stays_closed_for_those_before_it() {
    let policies = [
        policy("a", "weigher: {builtin: even}, chain: true"),
        policy("b", "weigher: {builtin: fixed}, config: {weights: {a: 1}}"),
    ];
    let (found, said) = weights(&policies);
    assert_eq!(said, [""; 0]);
    assert_eq!(sorted(found), [[0, 0, 0, 0, 100, 100], [0, 0, 0, 0, 100, 100]]);
}

#[test]
fn a_schema_that_cannot_be_used_is_the_plugins_fault() {
    let (_, said) = weights(&[policy("a", "weigher: {plugin: recursive.wasm}")]);
    let expected = "M0505 the plugin `doubles` has a config schema that cannot be used: `#` is no reference to one of its own `$defs`";
    assert_eq!(said, [expected]);
}

#[test]
fn the_examples_of_the_documentation_give_the_weights_that_it_says() {
    let page = include_str!("../../../../plugins/BUILTINS.md");
    let blocks: Vec<&str> =
        page.split("```yaml\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect();
    let (mesh, policies) = blocks.split_first().unwrap();
    let mesh = format!("{mesh}---{SERVICE}");
    // An endpoint of each cluster, for clients in the first and in the second.
    let expected = [
        [[100, 100], [100, 100]],
        [[8, 1], [8, 1]],
        [[4, 7], [0, 1]],
        [[500, 31], [31, 500]],
        [[100, 5], [50, 100]],
        [[250, 1], [3, 25]],
    ];
    assert_eq!(policies.len(), expected.len());
    for (policy, expected) in policies.iter().zip(expected) {
        let (found, said) = weights_in(["cluster1", "cluster2"], &mesh, policy);
        assert_eq!(said, [""; 0], "{policy}");
        let spread = expected.map(|[first, second]| vec![first, first, second, second, second, second]);
        assert_eq!(sorted(found), sorted(spread.to_vec()), "{policy}");
    }
}
