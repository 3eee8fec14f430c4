use std::net::IpAddr;

use meshc_model::{
    ClusterId, ConflictKind, Distribution, Export, Name, ObjectId, Pair, Protocol, Reach, Said, Service, TargetPort,
    Timestamp, Version,
};
use meshc_source::{FileId, Span};

use super::*;
use crate::multicluster::offer;

const HERE: Span = Span::new(FileId(0), 0, 0);

/// What a cluster exports in a test.
#[derive(Clone)]
struct Side {
    version: &'static str,
    created: Option<&'static str>,
    service: Service,
    template: Service,
}

fn side(ports: &[(&str, u16)]) -> Side {
    let mut service = Service::blank();
    service.ports = ports.iter().map(|(name, number)| port(name, *number, Protocol::Tcp)).collect();
    Side { version: "1.20", created: None, service, template: Service::blank() }
}

fn port(name: &str, number: u16, protocol: Protocol) -> ServicePort {
    ServicePort {
        name: Name::new(name),
        number,
        protocol,
        target: TargetPort::Number(number),
        app_protocol: Name::EMPTY,
        node_port: None,
        span: HERE,
    }
}

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: Name::new(key), value: value.into(), span: HERE }
}

fn said<T>(value: T) -> Said<T> {
    Said { value, span: HERE }
}

fn profile(version: &str) -> Profile {
    Profile::of_version(Version::parse(version).expect("it is known"))
}

/// The exports of clusters 0, 1 and so on, the oldest first.
fn offers(sides: &[Side]) -> Vec<Offer<'_>> {
    let mut offers: Vec<_> = (0..).map(ClusterId).zip(sides).map(|(cluster, side)| offer_of(cluster, side)).collect();
    offer::sort(&mut offers);
    offers
}

fn offer_of(cluster: ClusterId, side: &Side) -> Offer<'_> {
    Offer {
        export: Export { cluster, object: ObjectId(0), service: ObjectId(1) },
        created: side.created.map(|text| Timestamp::parse(text).expect("it is a time")),
        service: &side.service,
        template: &side.template,
        profile: profile(side.version),
    }
}

/// What a version makes of the exports: the ports, and who wins against whom in which conflict.
fn seen(version: &str, sides: &[Side]) -> (Vec<String>, String) {
    let offers = offers(sides);
    let import = Import::new(&offers, profile(version)).expect("there is an export");
    let ports = import.ports.iter().map(|port| format!("{} {}", port.name, port.number)).collect();
    let conflict = import.conflict.map_or_else(String::new, |conflict| {
        let kind = format!("{:?}", conflict.kind);
        let word = kind.split([' ', '(']).next().expect("a name comes first");
        format!("{word} {} over {}", conflict.kept.cluster.0, conflict.lost.cluster.0)
    });
    (ports, conflict)
}

fn conflict(version: &str, sides: &[Side]) -> String {
    seen(version, sides).1
}

#[test]
fn the_older_export_comes_first_and_then_the_name_of_the_cluster() {
    let made = |created: &[Option<&'static str>]| -> Vec<u16> {
        let sides: Vec<_> = created.iter().map(|created| Side { created: *created, ..side(&[]) }).collect();
        offers(&sides).iter().map(|offer| offer.export.cluster.0).collect()
    };
    assert_eq!(made(&[None, None, None]), [0, 1, 2]);
    assert_eq!(made(&[None, Some("2026-01-02T00:00:00Z"), Some("2026-01-01T00:00:00Z")]), [2, 1, 0]);
    assert_eq!(made(&[Some("2026-01-01T00:00:00Z"), Some("2026-01-01T01:00:00+01:00")]), [0, 1]);
}

#[test]
fn ports_are_united_by_number_and_protocol() {
    let sides = [side(&[("http", 80)]), side(&[("http", 80), ("https", 443)])];
    assert_eq!(seen("1.18", &sides), (vec!["http 80".into(), "https 443".into()], String::new()));
    assert_eq!(conflict("1.19", &sides), "PortMissing 1 over 0");
    let mut both = side(&[("dns", 53)]);
    both.service.ports.push(port("dns-udp", 53, Protocol::Udp));
    assert_eq!(seen("1.20", &[both.clone(), both]), (vec!["dns 53".into(), "dns-udp 53".into()], String::new()));
}

#[test]
fn of_one_port_the_oldest_name_stands_and_of_one_name_the_oldest_port() {
    let sides = [side(&[("http", 80)]), side(&[("web", 80)])];
    assert_eq!(seen("1.20", &sides), (vec!["http 80".into()], "PortName 0 over 1".into()));
    let sides = [side(&[("http", 80)]), side(&[("http", 8080)])];
    assert_eq!(seen("1.17", &sides), (vec!["http 80".into()], "PortNameTaken 0 over 1".into()));
    let mut younger = side(&[("http", 80)]);
    younger.service.ports[0].app_protocol = Name::new("kubernetes.io/h2c");
    assert_eq!(conflict("1.20", &[side(&[("http", 80)]), younger]), "AppProtocol 0 over 1");
}

#[test]
fn the_order_of_ports_counts_since_1_19() {
    let sides = [side(&[("http", 80), ("https", 443)]), side(&[("https", 443), ("http", 80)])];
    assert_eq!(conflict("1.18", &sides), "");
    assert_eq!(conflict("1.19", &sides), "PortOrder 0 over 1");
}

#[test]
fn a_name_that_was_refused_does_not_keep_its_port() {
    // The second loses `http`, so the third is the first with 8080.
    let sides = [side(&[("http", 80)]), side(&[("http", 8080)]), side(&[("alt", 8080)])];
    assert_eq!(seen("1.20", &sides).0, ["http 80", "alt 8080"]);
}

#[test]
fn families_intersect_and_one_without_any_in_common_is_passed_over() {
    let families = |said: &[&[Family]]| {
        let sides: Vec<_> = said
            .iter()
            .map(|said| {
                let mut side = side(&[]);
                side.service.traffic.ip_families = said.to_vec();
                side
            })
            .collect();
        let offers = offers(&sides);
        let import = Import::new(&offers, profile("1.20")).expect("there is an export");
        (import.families, import.conflict.map(|conflict| conflict.lost.cluster.0))
    };
    let (v4, v6) = (Family::V4, Family::V6);
    assert_eq!(families(&[&[v4, v6], &[v6]]), (vec![v6], None));
    assert_eq!(families(&[&[v4, v6], &[v4], &[v6], &[v4, v6]]), (vec![v4], Some(2)));
    assert_eq!(families(&[&[], &[v6, v4], &[]]), (vec![v6, v4], None));
    assert_eq!(families(&[&[], &[]]), (vec![], None));
}

#[test]
fn addresses_tell_the_families_that_are_not_said() {
    let mut one = side(&[]);
    one.service.cluster_ips = vec![IpAddr::from([10, 96, 0, 1])];
    let mut other = side(&[]);
    other.service.traffic.ip_families = vec![Family::V6];
    assert_eq!(conflict("1.20", &[one.clone(), other.clone()]), "IpFamily 0 over 1");
    assert_eq!(conflict("1.18", &[one.clone(), other.clone()]), "");
    // What a version does not tell of, nobody can compare.
    assert_eq!(conflict("1.20", &[Side { version: "1.18", ..one }, other]), "");
}

#[test]
fn the_oldest_decides_the_other_fields() {
    let change = |change: fn(&mut Side)| {
        let mut other = side(&[("http", 80)]);
        change(&mut other);
        ["1.17", "1.18", "1.20"].map(|version| conflict(version, &[side(&[("http", 80)]), other.clone()]))
    };
    let all = |word: &str| [(); 3].map(|()| format!("{word} 0 over 1"));
    let since = |at: usize, word: &str| {
        [0, 1, 2].map(|here| if here < at { String::new() } else { format!("{word} 0 over 1") })
    };
    assert_eq!(change(|_| ()), [""; 3]);
    assert_eq!(change(|side| side.service.traffic.cluster_ip_none = Some(HERE)), all("Type"));
    assert_eq!(change(|side| side.service.traffic.session_affinity = Some(said(60))), all("SessionAffinity"));
    assert_eq!(change(|side| side.template.all_annotations.push(pair("a", "1"))), since(1, "Annotation"));
    assert_eq!(change(|side| side.template.labels.push(pair("a", "1"))), since(1, "Label"));
    let local = |side: &mut Side| side.service.traffic.internal_policy = Some(said(Reach::Local));
    assert_eq!(change(local), since(2, "InternalTrafficPolicy"));
    assert_eq!(change(|side| side.service.traffic.internal_policy = Some(said(Reach::Cluster))), [""; 3]);
    let near = |side: &mut Side| side.service.traffic.distribution = Some(said(Distribution::PreferClose));
    assert_eq!(change(near), since(2, "TrafficDistribution"));
}

#[test]
fn the_first_cluster_that_differs_is_reported_with_its_first_field() {
    let mut second = side(&[]);
    second.template.labels.push(pair("a", "1"));
    let mut third = side(&[]);
    third.service.traffic.cluster_ip_none = Some(HERE);
    assert_eq!(conflict("1.20", &[side(&[]), second.clone(), third.clone()]), "Label 0 over 1");
    second.service.traffic.session_affinity = Some(said(60));
    assert_eq!(conflict("1.20", &[side(&[]), second, third]), "SessionAffinity 0 over 1");
}

#[test]
fn of_two_timeouts_the_oldest_stands() {
    let mut sides = [side(&[]), side(&[])];
    sides[0].service.traffic.session_affinity = Some(said(60));
    sides[1].service.traffic.session_affinity = Some(said(90));
    let offers = offers(&sides);
    let import = Import::new(&offers, profile("1.20")).expect("there is an export");
    let kind = import.conflict.map(|conflict| conflict.kind);
    let (kept, lost) = (said(60), said(90));
    assert_eq!(kind, Some(ConflictKind::SessionAffinityConfig { kept, lost }));
}
