//! The plugin's functions, called as the host would but without WebAssembly.

use meshc_plugin::{Cluster, Group, Severity};

use super::*;

/// A cluster by name, region and zone.
fn cluster(name: &str, region: &str, zone: &str) -> Cluster {
    Cluster { name: name.into(), id: 0, region: region.into(), zone: zone.into(), attrs: vec![] }
}

fn mesh(clusters: Vec<Cluster>) -> Mesh {
    Mesh { clusters, rtt_us: None, attrs: vec![] }
}

/// A service with one client, cluster 0, and a group for each cluster and zone.
fn service(groups: &[(u32, &str)], baseline: Vec<u32>) -> Service {
    let group = |&(cluster, zone): &(u32, &str)| Group { cluster, zone: zone.into(), endpoints: 2, attrs: vec![] };
    Service {
        namespace: "shop".into(),
        name: "cart".into(),
        port: "http".into(),
        attrs: vec![],
        groups: groups.iter().map(group).collect(),
        clients: vec![0],
        baseline,
    }
}

fn options(explain: bool) -> Options {
    Options { explain, attrs: vec![] }
}

fn weights(config: &str, mesh: &Mesh, service: &Service) -> Vec<u32> {
    let outcomes = NearestFirst::weigh(config.into(), mesh.clone(), vec![service.clone()], options(false));
    outcomes[0].weights.clone().unwrap().values
}

#[test]
fn zone_then_region_then_rest() {
    let mesh = mesh(vec![
        cluster("paris-a", "paris", "a"),
        cluster("paris-b", "paris", "b"),
        cluster("paris-c", "paris", ""),
        cluster("rome-a", "rome", "a"),
        cluster("nowhere", "", ""),
        cluster("zone-only", "", "a"),
    ]);
    // (group's cluster, group's zone, expected factor), seen from `paris-a`.
    let table = [
        (0, "", 100),
        (0, "a", 100),
        (0, "b", 10),
        (1, "", 10),
        (1, "a", 100),
        (2, "", 10),
        (2, "a", 100),
        (3, "", 1),
        (4, "", 1),
        (4, "a", 100),
        (5, "", 100),
        (5, "b", 1),
    ];
    for (cluster, zone, expected) in table {
        let service = service(&[(cluster, zone)], vec![1]);
        assert_eq!(weights("{}", &mesh, &service), [expected], "{} {zone}", mesh.clusters[cluster as usize].name);
    }
}

#[test]
fn home_counts_as_own_zone_where_zones_are_unknown() {
    let mesh = mesh(vec![cluster("a", "", ""), cluster("b", "", "")]);
    let service = service(&[(0, ""), (0, "z"), (1, "")], vec![1, 1, 1]);
    assert_eq!(weights("{}", &mesh, &service), [100, 100, 1]);
}

#[test]
fn baselines_are_multiplied_and_0_stays_0() {
    let mesh = mesh(vec![cluster("a", "r", ""), cluster("b", "r", "")]);
    let service = service(&[(0, ""), (0, ""), (1, "")], vec![0, 5, 2]);
    assert_eq!(weights(r#"{"zone":8,"region":4}"#, &mesh, &service), [0, 40, 8]);
}

#[test]
fn large_weights_keep_their_ratios() {
    let mesh = mesh(vec![cluster("a", "r", ""), cluster("b", "r", "")]);
    let service = service(&[(0, ""), (1, "")], vec![65_535, 65_535]);
    assert_eq!(weights("{}", &mesh, &service), [65_535, 6_554]);
}

#[test]
fn reasons_are_given_when_asked_for() {
    let mesh = mesh(vec![cluster("a", "r", ""), cluster("b", "r", "")]);
    let service = service(&[(0, ""), (1, "")], vec![0, 2]);
    let explained = NearestFirst::weigh("{}".into(), mesh, vec![service], options(true));
    let said: Vec<_> = explained[0].reasons.iter().map(|it| (it.client, it.group, it.text.as_str())).collect();
    assert_eq!(said, [(Some(0), Some(1), "in the client's region: 10 times the baseline of 2")]);
}

#[test]
fn a_cluster_without_a_place_is_reported_once() {
    let mesh = mesh(vec![cluster("a", "r", ""), cluster("b", "", ""), cluster("c", "", "z")]);
    let findings = NearestFirst::check("{}".into(), mesh);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code.as_str(), &finding.subject), ("NO-REGION", &Subject::Cluster(1)));
    assert_eq!(finding.message, "`b` has no region and no zone, so it is near to no other cluster");
}

#[test]
fn a_single_cluster_needs_no_place() {
    assert_eq!(NearestFirst::check("{}".into(), mesh(vec![cluster("a", "", "")])), []);
}

#[test]
fn far_before_near_is_reported() {
    let findings = NearestFirst::check(r#"{"region":1,"rest":2}"#.into(), mesh(vec![]));
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code.as_str(), &finding.subject), ("FAR-FIRST", &Subject::Config("/rest".into())));
}

#[test]
fn a_config_that_cannot_be_read_is_an_error_at_each_service() {
    let mesh = mesh(vec![cluster("a", "", "")]);
    for config in ["", "[]", r#"{"zone":-1}"#, r#"{"far":1}"#, r#"{"rest":0}"#] {
        let both = vec![service(&[(0, "")], vec![1]); 2];
        let outcomes = NearestFirst::weigh(config.into(), mesh.clone(), both, options(false));
        assert_eq!(outcomes.len(), 2, "{config}");
        assert_eq!(outcomes[0].findings[0].severity, Severity::Error, "{config}");
        assert_eq!(NearestFirst::check(config.into(), mesh.clone())[0].code, "CONFIG", "{config}");
    }
}

#[test]
fn the_schema_has_the_defaults_of_the_code() {
    let schema: serde_json::Value = serde_json::from_str(config::SCHEMA).unwrap();
    for (field, expected) in [("zone", 100), ("region", 10), ("rest", 1)] {
        assert_eq!(schema["properties"][field]["default"], expected, "{field}");
    }
    assert_eq!(config::read("{}").unwrap(), Config::default());
}
