use meshc_diag::Diagnostics;
use meshc_model::Name;
use meshc_source::SourceFile;

use super::*;
use crate::compile_tables;

const MESH: &str = "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec:\n  dataPlane: {cilium: {SETTINGS}}\n  clusters: [{name: c1, id: 1}, {name: c2, id: 2}]\n";

const SLICE: &str = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: x-1\n  labels: {kubernetes.io/service-name: x}\naddressType: IPv4\nports: [{name: http, port: 80}]\nendpoints:\n";

/// A Service with `annotations` and `spec`, and the endpoints in its slice.
fn side(annotations: &str, spec: &str, endpoints: &[&str]) -> String {
    let endpoints: Vec<_> = endpoints.iter().map(|endpoint| format!("- {{{endpoint}}}\n")).collect();
    let endpoints = endpoints.concat();
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  annotations: {{{annotations}}}\nspec:\n  ports: [{{name: http, port: 80}}]\n{spec}{SLICE}{endpoints}"
    )
}

/// For each verdict over the one frontend of `c1`: the rules that passed, what refused, and the text of each line that
/// decided it in the end.
fn chains(settings: &str, client: Client, sides: [String; 2]) -> Vec<(String, Vec<String>)> {
    let [first, second] = sides;
    let files = [
        ("mesh.yaml", MESH.replace("SETTINGS", settings)),
        ("clusters/c1/x.yaml", first),
        ("clusters/c2/x.yaml", second),
    ];
    let files = files.into_iter().map(|(path, text)| SourceFile::new(path, text.into_bytes())).collect();
    let sources = SourceMap::new(files);
    let mut diags = Diagnostics::new();
    let declared = meshc_schema::declare(&sources, &mut diags);
    let mesh = meshc_resolve::resolve(declared, &sources, &mut diags);
    let checked =
        meshc_check::check(mesh, &meshc_check::Strictness::AS_DECLARED, &mut diags).expect("the project is right");
    let tables = compile_tables(&checked, client);
    let table = &tables.clusters[0].services[0];
    let question =
        Question { mesh: checked.mesh(), sources: &sources, tables: &tables, client, cluster: ClusterId(0), table };
    let told = |verdict: &Verdict| {
        let words =
            verdict.steps.iter().map(|step| format!("{}{}", if step.passed { "" } else { "!" }, step.rule.word()));
        let last = verdict.steps.last().expect("a chain has a step");
        let lines = last.basis.spans().iter().map(|span| sources.text(*span).to_owned());
        (words.collect::<Vec<_>>().join(" "), lines.collect())
    };
    why(&question, &table.frontends[0]).iter().map(told).collect()
}

fn told(chain: &str, lines: &[&str]) -> (String, Vec<String>) {
    (chain.to_owned(), lines.iter().map(|line| (*line).to_owned()).collect())
}

const GLOBAL: &str = "service.cilium.io/global: \"true\"";
const ONE: &str = "addresses: [10.1.0.1]";
const TWO: &str = "addresses: [10.2.0.1]";
const REMOTE: &str = "declared global remote-global shared namespace service-v2 ready port-name";

#[test]
fn rules_stand_in_the_order_of_the_chain() {
    assert!(Rule::ALL.is_sorted());
    for reason in Reason::ALL {
        assert!(Rule::ALL.contains(&Rule::of(reason)));
    }
}

#[test]
fn rules_between_clusters_are_left_out_at_home() {
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[ONE]), side(GLOBAL, "", &[TWO])]);
    let remote = format!("{REMOTE} state");
    assert_eq!(found, [told("declared port-name state", &["10.1.0.1"]), told(&remote, &["10.2.0.1"])]);
}

#[test]
fn the_annotation_that_refuses_is_named() {
    let unshared = format!("{GLOBAL}, service.cilium.io/shared: \"false\"");
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[]), side(&unshared, "", &[TWO])]);
    assert_eq!(found, [told("declared global remote-global !shared", &["\"false\""])]);
    let found = chains("", Client::ANYWHERE, [side("", "", &[]), side(GLOBAL, "", &[TWO])]);
    // Nothing is written: the place is the name of the Service.
    assert_eq!(found, [told("declared !global", &["x"])]);
}

#[test]
fn a_setting_is_found_in_the_mesh() {
    let sides = || [side(GLOBAL, "", &[]), side(GLOBAL, "", &[TWO])];
    let found = chains("defaultGlobalNamespace: false", Client::ANYWHERE, sides());
    assert_eq!(found, [told("declared global remote-global shared !namespace", &["false"])]);
    let found = chains("serviceV2: only-endpointslice", Client::ANYWHERE, sides());
    let chain = "declared global remote-global shared namespace !service-v2";
    assert_eq!(found, [told(chain, &["only-endpointslice"])]);
}

#[test]
fn conditions_are_found_in_the_slice() {
    let unready = "addresses: [10.1.0.2, 10.1.0.3], conditions: {ready: false}";
    let found = chains("", Client::ANYWHERE, [side("", "", &[ONE, unready]), side("", "", &[])]);
    let maintained = told("declared port-name !state", &["false"]);
    assert_eq!(found, [told("declared port-name state", &["10.1.0.1"]), maintained.clone(), maintained]);
    let gone = "addresses: [10.2.0.2], conditions: {ready: false, serving: false}";
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[]), side(GLOBAL, "", &[TWO, gone])]);
    let chain = "declared global remote-global shared namespace service-v2 !ready";
    assert_eq!(found[1], told(chain, &["false"]));
}

#[test]
fn ports_are_found_on_both_sides() {
    let other = side(GLOBAL, "", &[TWO]).replace("{name: http, port: 80}", "{name: web, port: 8080}");
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[]), other]);
    let chain = "declared global remote-global shared namespace service-v2 ready !port-name";
    assert_eq!(found, [told(chain, &["http", "web"])]);
}

#[test]
fn a_policy_is_held_against_the_node_of_the_endpoint() {
    let local = "  internalTrafficPolicy: Local\n";
    let far = "addresses: [10.1.0.2], nodeName: n2";
    let client = Client { node: Some(Name::new("n1")), zone: None };
    let found = chains("", client, [side(GLOBAL, local, &[ONE, far]), side(GLOBAL, "", &[TWO])]);
    // Service records hold no nodes.
    let remote = format!("{REMOTE} traffic-policy state");
    assert_eq!(
        found,
        [
            told("declared port-name traffic-policy state", &["10.1.0.1"]),
            told(&remote, &["10.2.0.1"]),
            told("declared port-name !traffic-policy", &["Local", "n2"]),
        ]
    );
}

#[test]
fn zones_are_held_against_hints() {
    let near = "  trafficDistribution: PreferClose\n";
    let zoned = |address: &str, zone: &str| {
        format!("addresses: [{address}], zone: {zone}, hints: {{forZones: [{{name: {zone}}}]}}")
    };
    let (here, there) = (zoned("10.1.0.1", "a"), zoned("10.1.0.2", "b"));
    let sides = || [side("", near, &[&here, &there]), side("", "", &[])];
    let client = Client { node: None, zone: Some(Name::new("a")) };
    let found = chains("serviceTopology: true", client, sides());
    let hints = "{forZones: [{name: b}]}";
    let served = "declared port-name same-zone state";
    assert_eq!(found, [told(served, &["10.1.0.1"]), told("declared port-name !same-zone", &["PreferClose", hints])]);
    // A wish that nothing honors is told all the same.
    let found = chains("", client, sides());
    assert_eq!(found, [told(served, &["10.1.0.1"]), told(served, &["10.1.0.2"])]);
}

#[test]
fn the_one_with_the_same_address_is_named() {
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[ONE]), side(GLOBAL, "", &[ONE])]);
    let refused = format!("{REMOTE} !same-address");
    assert_eq!(
        found,
        [told("declared port-name same-address state", &["10.1.0.1"]), told(&refused, &["10.1.0.1", "10.1.0.1"])]
    );
}

#[test]
fn the_endpoint_that_overwrites_is_named() {
    let found = chains("", Client::ANYWHERE, [side(GLOBAL, "", &[]), side(GLOBAL, "", &[TWO, TWO])]);
    let ready = "declared global remote-global shared namespace service-v2 ready";
    let kept = format!("{ready} overwritten port-name same-address state");
    let lost = format!("{ready} !overwritten");
    assert_eq!(found, [told(&kept, &["10.2.0.1"]), told(&lost, &["10.2.0.1", "10.2.0.1"])]);
}

#[test]
fn a_weight_is_told_where_it_is_written() {
    let weighed = side("", "", &[ONE])
        .replace("  name: x-1\n", "  name: x-1\n  annotations: {service.cilium.io/weight: \"70\"}\n");
    let found = chains("", Client::ANYWHERE, [weighed.clone(), side("", "", &[])]);
    assert_eq!(found, [told("declared port-name state weight", &["\"70\""])]);
    let none = weighed.replace("\"70\"", "\"0\"");
    let found = chains("", Client::ANYWHERE, [none, side("", "", &[])]);
    assert_eq!(found, [told("declared port-name !state", &["\"0\""])]);
}
