//! Where layer 7 proxies send requests.

use meshc_compiler::emit::{GatewayRow, MaglevDetail, table_document};
use meshc_tests::compile::compile;

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  dataPlane: {cilium: {mcsAPI: true}}\n  \
                    clusters: [{name: c1, id: 1}, {name: c2, id: 2}]\n";

/// A global service with so many endpoints in each cluster.
fn service(name: &str, endpoints: [u8; 2]) -> Vec<(String, String)> {
    let of = |(at, count): (usize, u8)| {
        let addresses: Vec<_> = (1..=count).map(|host| format!("{{addresses: [10.{at}.0.{host}]}}")).collect();
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, annotations: {{service.cilium.io/global: \"true\"}}}}\n\
             spec: {{ports: [{{name: http, port: 80}}]}}\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n\
             metadata: {{name: {name}-1, labels: {{kubernetes.io/service-name: {name}}}}}\naddressType: IPv4\n\
             ports: [{{name: http, port: 8080}}]\nendpoints: [{}]\n",
            addresses.join(", ")
        );
        (format!("clusters/c{}/{name}.yaml", at + 1), text)
    };
    endpoints.into_iter().enumerate().map(of).collect()
}

/// The rows in the table of the first cluster, for a route with these rules.
fn rows(rules: &str, more: Vec<(String, String)>) -> Vec<GatewayRow> {
    let route = format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: split}}\nspec:\n  \
         parentRefs: [{{name: public}}]\n  rules: {rules}\n"
    );
    let mut files = service("blue", [2, 2]);
    files.extend(service("green", [0, 1]));
    files.extend(more);
    files.extend([("mesh.yaml".to_owned(), MESH.to_owned()), ("clusters/c1/route.yaml".to_owned(), route)]);
    let weighted = compile(files).weighted.expect("the project is right");
    let first = weighted.mesh.mesh().cluster_ids().next().unwrap();
    table_document(&weighted, first, MaglevDetail::None, |_| true).gateway
}

/// The targets of a row: service, share, and the share of each cluster.
fn targets(row: &GatewayRow) -> Vec<String> {
    let show = |target: &meshc_compiler::emit::TargetRow| {
        let clusters: Vec<_> = target.clusters.iter().map(|row| format!("{} {}", row.cluster, row.share)).collect();
        format!("{} {}: {}", target.service, target.share, clusters.join(", "))
    };
    row.targets.iter().map(show).collect()
}

#[test]
fn weights_count_between_services_and_not_within_them() {
    let rows = rows("[{backendRefs: [{name: blue, port: 80, weight: 3}, {name: green, port: 80}]}]", Vec::new());
    assert_eq!(rows[0].parents, ["Gateway default/public"]);
    assert_eq!(targets(&rows[0]), ["default/blue 0.75: c1 0.375, c2 0.375", "default/green 0.25: c2 0.25"]);
}

#[test]
fn what_a_rule_cannot_send_anywhere_is_lost() {
    let rules = "[{backendRefs: [{name: blue, port: 81}, {name: red, port: 80}, {name: blue, port: 80, weight: 2}]}]";
    assert_eq!(
        targets(&rows(rules, Vec::new())[0]),
        ["default/blue 0.25: ", "default/red 0.25: ", "default/blue 0.5: c1 0.25, c2 0.25"]
    );
}

#[test]
fn a_weight_of_nothing_takes_a_service_out() {
    let rules = "[{backendRefs: [{name: blue, port: 80, weight: 0}, {name: green, port: 80, weight: 5}]}]";
    assert_eq!(targets(&rows(rules, Vec::new())[0]), ["default/blue 0: ", "default/green 1: c2 1"]);
    let rules = "[{backendRefs: [{name: blue, port: 80, weight: 0}]}]";
    assert_eq!(targets(&rows(rules, Vec::new())[0]), ["default/blue 0: "]);
}

#[test]
fn rules_for_some_requests_are_told_apart() {
    let rules = "[{matches: [{path: {value: /a}}], backendRefs: [{name: blue, port: 80}]}, {backendRefs: [{name: green, port: 80}]}]";
    let conditional: Vec<_> = rows(rules, Vec::new()).iter().map(|row| (row.rule, row.conditional)).collect();
    assert_eq!(conditional, [(0, true), (1, false)]);
}

#[test]
fn an_import_is_served_by_what_is_exported() {
    let export = |cluster: usize| {
        let text = "apiVersion: multicluster.x-k8s.io/v1alpha1\nkind: ServiceExport\nmetadata: {name: blue}\n";
        (format!("clusters/c{cluster}/export.yaml"), text.to_owned())
    };
    let rules = "[{backendRefs: [{group: multicluster.x-k8s.io, kind: ServiceImport, name: blue, port: 80}]}]";
    assert_eq!(targets(&rows(rules, vec![export(2)])[0]), ["default/blue 1: c2 1"]);
    assert_eq!(targets(&rows(rules, Vec::new())[0]), ["default/blue 1: "]);
}
