//! The MCS-API: the tables of the Services that Cilium derives of what clusters export.

use meshc_compiler::emit::{FrontendRow, LoadBalancingTable, MaglevDetail, ServiceRow, table_document};
use meshc_compiler::model::{ClusterId, Name};
use meshc_compiler::{Scale, rescale};
use meshc_tests::compile::{Compiled, compile};

/// The name of what is derived of `default/web`.
const DERIVED: &str = "derived-gapqrqeg1j";

/// A Mesh whose clusters have the MCS-API switched on, each with more that it says of Cilium.
fn mesh(clusters: &[(&str, &str)]) -> (String, String) {
    let cluster = |(at, (name, cilium)): (usize, &(&str, &str))| {
        format!("{{name: {name}, id: {}, dataPlane: {{cilium: {{mcsAPI: true{cilium}}}}}}}", at + 1)
    };
    let clusters: Vec<_> = clusters.iter().enumerate().map(cluster).collect();
    let text = format!(
        "apiVersion: meshc.dev/v1alpha1\nkind: Mesh\nspec: {{clusters: [{}]}}\n",
        clusters.join(", ").replace("mcsAPI: true, mcsAPI: false", "mcsAPI: false")
    );
    ("mesh.yaml".into(), text)
}

const TWO: [(&str, &str); 2] = [("c1", ""), ("c2", "")];

/// The Service `web` of a cluster with one workload.
fn service(ports: &str, replicas: u32) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: {ports}}}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
         template: {{metadata: {{labels: {{app: web}}}}}}\n"
    )
}

/// The `ServiceExport` of `web`.
fn export(spec: &str) -> String {
    format!(
        "---\napiVersion: multicluster.x-k8s.io/v1alpha1\nkind: ServiceExport\nmetadata: {{name: web}}\nspec: {spec}\n"
    )
}

/// What a cluster declares.
fn below(cluster: &str, text: impl Into<String>) -> (String, String) {
    (format!("clusters/{cluster}/web.yaml"), text.into())
}

fn table(compiled: &Compiled, cluster: &str) -> LoadBalancingTable {
    let weighted = compiled.weighted.as_ref().expect("the project is right");
    let id = weighted.mesh.mesh().find_cluster(cluster).expect("the cluster is declared");
    table_document(weighted, id, MaglevDetail::None, |_| true)
}

/// The derived Service as a cluster sees it.
fn derived(compiled: &Compiled, cluster: &str) -> Option<ServiceRow> {
    table(compiled, cluster).services.into_iter().find(|service| service.name == DERIVED)
}

/// The backends of a frontend: cluster, port and share.
fn backends(frontend: &FrontendRow) -> Vec<String> {
    let show = |row: &meshc_compiler::emit::BackendRow| format!("{} {} {:.2}", row.cluster, row.port, row.share.socket);
    frontend.backends.iter().map(show).collect()
}

/// What serves the derived Service for clients of a cluster, by the name of the port.
fn seen(compiled: &Compiled, cluster: &str) -> Vec<(&'static str, Vec<String>)> {
    let service = derived(compiled, cluster).expect("it is derived there");
    service.frontends.iter().map(|frontend| (frontend.port_name, backends(frontend))).collect()
}

fn said(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().map(|diagnostic| diagnostic.code.number()).collect()
}

const HTTP: &str = "[{name: http, port: 80, targetPort: 8080}]";

#[test]
fn what_one_cluster_exports_serves_every_cluster() {
    let compiled = compile([mesh(&TWO), below("c1", service(HTTP, 2) + &export("{}")), below("c2", service(HTTP, 1))]);
    let both = [("http", vec!["c1 8080 0.50".to_owned(), "c1 8080 0.50".to_owned()])];
    assert_eq!(seen(&compiled, "c1"), both);
    assert_eq!(seen(&compiled, "c2"), both);
    let derived = derived(&compiled, "c2").unwrap();
    assert_eq!((derived.derived_from.as_deref(), derived.global, derived.shared), (Some("default/web"), true, true));
    // The Service itself is as it was: not global.
    let web = table(&compiled, "c2").services.into_iter().find(|service| service.name == "web").unwrap();
    assert_eq!((web.global, web.derived_from, backends(&web.frontends[0])), (false, None, vec!["c2 8080 1.00".into()]));
    assert_eq!(said(&compiled), [""; 0]);
}

#[test]
fn nothing_derived_is_written() {
    let compiled = compile([mesh(&TWO), below("c1", service(HTTP, 2) + &export("{}")), below("c2", service(HTTP, 1))]);
    let bundle = compiled.bundle().unwrap();
    let files = bundle.files();
    let manifests = files.iter().filter(|(path, _)| path.starts_with("clusters/"));
    assert!(manifests.clone().count() > 0);
    assert!(manifests.clone().all(|(_, text)| !text.contains("derived-")), "{files:?}");
}

#[test]
fn a_port_that_lost_its_name_is_served_by_the_older_cluster_alone() {
    let project = |version: &str| {
        let second = service("[{name: web, port: 80, targetPort: 9090}, {name: admin, port: 81}]", 1) + &export("{}");
        let version = format!(", version: \"{version}\"");
        compile([
            mesh(&[("c1", &version), ("c2", &version)]),
            below("c1", service(HTTP, 1) + &export("{}")),
            below("c2", second),
        ])
    };
    for version in ["1.18", "1.20"] {
        let compiled = project(version);
        assert_eq!(said(&compiled), ["M0408"]);
        let expected = [("http", vec!["c1 8080 1.00".to_owned()]), ("admin", vec!["c2 81 1.00".to_owned()])];
        assert_eq!(seen(&compiled, "c1"), expected, "{version}");
        assert_eq!(seen(&compiled, "c2"), expected, "{version}");
    }
    // The copied selector of 1.17 finds the pods of both under the name that stands.
    let both = vec!["c1 8080 0.50".to_owned(), "c2 9090 0.50".to_owned()];
    assert_eq!(seen(&project("1.17"), "c1")[0], ("http", both));
}

#[test]
fn before_1_18_a_number_that_a_cluster_does_not_have_is_that_of_its_pods() {
    let version = ", version: \"1.17\"";
    let compiled = compile([
        mesh(&[("c1", version), ("c2", version)]),
        below("c1", service(HTTP, 1) + &export("{}")),
        below("c2", service("[{name: admin, port: 81, targetPort: 8181}]", 1) + &export("{}")),
    ]);
    let both = |first: &str, second: &str| vec![format!("{first} 0.50"), format!("{second} 0.50")];
    let expected = [("http", both("c2 80", "c1 8080")), ("admin", both("c1 81", "c2 8181"))];
    assert_eq!(seen(&compiled, "c1"), expected);
}

#[test]
fn a_cluster_that_only_imports_has_no_backends_of_its_own() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    let shop = |text: String| text.replace("name: web}", "name: web, namespace: shop}");
    let compiled = compile([
        mesh(&[("c1", ""), ("c2", ""), ("c3", "")]),
        below("c1", shop(service(HTTP, 1) + &export("{}"))),
        below("c2", namespace),
    ]);
    let tables: Vec<_> = ["c1", "c2", "c3"].map(|cluster| table(&compiled, cluster)).into();
    let derived = |at: usize| tables[at].services.iter().find(|service| service.name.starts_with("derived-"));
    let imported = derived(1).expect("the namespace is there");
    assert_eq!(imported.derived_from.as_deref(), Some("shop/web"));
    assert_eq!(backends(&imported.frontends[0]), ["c1 8080 1.00"]);
    // The third cluster does not have the namespace.
    assert!(derived(0).is_some() && derived(2).is_none());
}

#[test]
fn a_namespace_that_is_not_global_takes_no_part_since_1_20() {
    let project = |version: &str| {
        let closed = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default, annotations: {clustermesh.cilium.io/global: \"false\"}}\n";
        let version = format!(", version: \"{version}\"");
        compile([
            mesh(&[("c1", &version), ("c2", &version)]),
            below("c1", service(HTTP, 1) + &export("{}")),
            below("c2", service(HTTP, 2) + &export("{}") + closed),
        ])
    };
    let compiled = project("1.20");
    assert_eq!(seen(&compiled, "c1"), [("http", vec!["c1 8080 1.00".to_owned()])]);
    assert!(derived(&compiled, "c2").is_none());
    assert_eq!(said(&compiled), ["M0409"]);
    // Before, the namespace holds nothing back.
    let older = project("1.19");
    let all = ["c1 8080 0.33", "c2 8080 0.33", "c2 8080 0.33"];
    assert_eq!(seen(&older, "c1"), [("http", all.map(str::to_owned).to_vec())]);
    assert_eq!(derived(&older, "c2").unwrap().frontends[0].backends.len(), 3);
}

#[test]
fn a_cluster_without_the_mcs_api_neither_gives_nor_takes() {
    let compiled = compile([
        mesh(&[("c1", ""), ("c2", ", mcsAPI: false")]),
        below("c1", service(HTTP, 1) + &export("{}")),
        below("c2", service(HTTP, 1) + &export("{}")),
    ]);
    assert_eq!(seen(&compiled, "c1"), [("http", vec!["c1 8080 1.00".to_owned()])]);
    assert!(derived(&compiled, "c2").is_none());
    assert_eq!(said(&compiled), ["M0409"]);
}

#[test]
fn an_export_without_a_service_keeps_a_cluster_from_importing() {
    let export_alone = export("{}").trim_start_matches("---\n").to_owned();
    let compiled = compile([mesh(&TWO), below("c1", service(HTTP, 1) + &export("{}")), below("c2", export_alone)]);
    assert!(derived(&compiled, "c1").is_some() && derived(&compiled, "c2").is_none());
    assert_eq!(said(&compiled), ["M0409"]);
}

#[test]
fn the_affinity_that_the_oldest_exports_holds_everywhere() {
    let affinity = |word: &str| export(&format!("{{exportedAnnotations: {{service.cilium.io/affinity: {word}}}}}"));
    let project = |version: &str| {
        compile([
            mesh(&[("c1", version), ("c2", version)]),
            below("c1", service(HTTP, 1) + &affinity("local")),
            below("c2", service(HTTP, 1) + &affinity("remote")),
        ])
    };
    let compiled = project("");
    for cluster in ["c1", "c2"] {
        assert_eq!(derived(&compiled, cluster).unwrap().affinity, "local");
        assert_eq!(seen(&compiled, cluster), [("http", vec![format!("{cluster} 8080 1.00")])]);
    }
    assert_eq!(said(&compiled), ["M0408"]);
    let older = project(", version: \"1.17\"");
    assert_eq!((derived(&older, "c1").unwrap().affinity, said(&older)), ("none", vec![]));
}

#[test]
fn before_1_18_a_service_import_of_the_user_says_the_affinity() {
    let import = "---\napiVersion: multicluster.x-k8s.io/v1alpha1\nkind: ServiceImport\nmetadata: {name: web, annotations: {service.cilium.io/affinity: local}}\nspec: {type: ClusterSetIP}\n";
    let affinity = |version: &str| {
        let version = format!(", version: \"{version}\"");
        let compiled = compile([
            mesh(&[("c1", &version), ("c2", &version)]),
            below("c1", service(HTTP, 1) + &export("{}")),
            below("c2", service(HTTP, 1) + &export("{}") + import),
        ]);
        ["c1", "c2"].map(|cluster| derived(&compiled, cluster).unwrap().affinity)
    };
    assert_eq!(affinity("1.17"), ["none", "local"]);
    assert_eq!(affinity("1.20"), ["none", "none"]);
}

#[test]
fn observed_slices_are_mirrored_as_far_as_their_family_is_imported() {
    let slice = |family: &str, address: &str| {
        format!(
            "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata:\n  name: web-{}\n  \
             labels: {{kubernetes.io/service-name: web}}\n  annotations: {{service.cilium.io/weight: \"7\"}}\n\
             addressType: {family}\nports: [{{name: http, port: 8080}}]\nendpoints: [{{addresses: [\"{address}\"]}}]\n",
            family.to_lowercase()
        )
    };
    let service = |families: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ipFamilies: [{families}], ports: [{{name: http, port: 80}}]}}\n"
        )
    };
    let first = service("IPv4, IPv6") + &slice("IPv4", "10.1.0.1") + &slice("IPv6", "fd00:1::1") + &export("{}");
    let second = service("IPv4") + &slice("IPv4", "10.2.0.1") + &export("{}");
    let compiled = compile([mesh(&TWO), below("c1", first), below("c2", second)]);
    let derived = derived(&compiled, "c1").unwrap();
    let rows: Vec<_> =
        derived.frontends[0].backends.iter().map(|row| (row.address.clone().unwrap(), row.weight)).collect();
    // The weight is not mirrored.
    assert_eq!(rows, [("10.1.0.1".to_owned(), 100), ("10.2.0.1".to_owned(), 100)]);
}

#[test]
fn a_headless_export_has_no_frontends_and_is_mirrored() {
    let headless = service(HTTP, 2).replace("spec: {selector", "spec: {clusterIP: None, selector");
    let compiled = compile([
        mesh(&[("c1", ", endpointSliceSync: true"), ("c2", ", endpointSliceSync: true")]),
        below("c1", headless + &export("{}")),
    ]);
    let derived = derived(&compiled, "c2").unwrap();
    assert!(derived.frontends.is_empty());
    assert_eq!(derived.mirrored.iter().map(|row| (row.cluster, row.endpoints.len())).collect::<Vec<_>>(), [("c1", 2)]);
}

#[test]
fn a_derived_service_that_is_declared_keeps_its_address() {
    let declared = format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {DERIVED}}}\nspec: {{clusterIP: 10.96.7.7, ports: [{{port: 1}}]}}\n"
    );
    let compiled =
        compile([mesh(&TWO), below("c1", service(HTTP, 1) + &export("{}")), below("c2", service(HTTP, 1) + &declared)]);
    let found = derived(&compiled, "c2").unwrap();
    let [frontend] = found.frontends.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((frontend.address.as_deref(), frontend.port), (Some("10.96.7.7"), Some(80)));
    assert_eq!(said(&compiled), [""; 0]);
}

#[test]
fn session_affinity_is_not_passed_on() {
    let sticky = service(HTTP, 1).replace("spec: {selector", "spec: {sessionAffinity: ClientIP, selector");
    let compiled = compile([mesh(&TWO), below("c1", sticky + &export("{}"))]);
    let of = |name: &str| table(&compiled, "c1").services.into_iter().find(|service| service.name == name).unwrap();
    assert_eq!((of("web").session_affinity_seconds, of(DERIVED).session_affinity_seconds), (Some(10_800), None));
}

#[test]
fn what_is_scaled_is_scaled_in_what_is_derived_of_it() {
    let slice = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: web-1, labels: {kubernetes.io/service-name: web}}\n\
                 addressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints: [{addresses: [10.1.0.1]}, {addresses: [10.1.0.2]}]\n";
    for observed in ["", slice] {
        let compiled = compile([mesh(&TWO), below("c1", service(HTTP, 2) + observed + &export("{}"))]);
        let mut mesh = compiled.weighted.expect("the project is right").mesh.mesh().clone();
        let (namespace, name) = (Name::new("default"), Name::new("web"));
        let scale = Scale { namespace, name, cluster: ClusterId(0), replicas: 1 };
        rescale(&mut mesh, &scale).expect("there is such a workload");
        let backends: Vec<_> = mesh.services.iter().map(|group| group.members[0].backends.list.len()).collect();
        assert_eq!(backends, [1, 1]);
    }
}
