//! The shipped weigher, built as an author builds it, answers through the host as it does in its own tests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use std::sync::LazyLock;

use meshc_plugin_host::{Limits, Plugin};
use meshc_weigh::contract::{FindingSeverity, Options, Subject, Weigher};

use support::{ENGINE, build, mesh, options, service};

static COMPONENT: LazyLock<Vec<u8>> = LazyLock::new(|| build("nearest-first", "wasm32-unknown-unknown"));

fn plugin() -> Plugin {
    Plugin::load(&ENGINE, &COMPONENT, Limits::STANDARD).unwrap()
}

#[test]
fn it_describes_itself() {
    let plugin = plugin();
    let descriptor = plugin.descriptor();
    assert_eq!((descriptor.name.as_str(), plugin.contract()), ("nearest-first", "1.0.0"));
    assert!(descriptor.config_schema.contains("https://json-schema.org/draft/2020-12/schema"));
    assert!(descriptor.reads.is_empty());
}

#[test]
fn it_is_small_and_imports_nothing() {
    assert_eq!(plugin().imports(), [""; 0]);
    assert!(COMPONENT.len() < 150_000, "{} bytes", COMPONENT.len());
}

#[test]
fn it_weighs_by_distance() {
    // Seen from `east`, then from `west`; the baseline is 1, 2, 3, 4.
    let outcomes = plugin().weigh("{}", &mesh(), &[service("cart", 2)], &options()).unwrap();
    assert_eq!(outcomes[0].weights.as_ref().unwrap().values, [100, 2, 3, 400]);
    let outcomes = plugin().weigh(r#"{"rest":7,"zone":8}"#, &mesh(), &[service("cart", 2)], &options()).unwrap();
    assert_eq!(outcomes[0].weights.as_ref().unwrap().values, [8, 14, 21, 32]);
}

#[test]
fn it_says_why_when_asked() {
    let explain = Options { explain: true, attrs: vec![] };
    let outcomes = plugin().weigh("{}", &mesh(), &[service("cart", 2)], &explain).unwrap();
    let said: Vec<&str> = outcomes[0].reasons.iter().map(|reason| reason.text.as_str()).collect();
    assert_eq!(said[..2], ["in the client's zone: 100 times the baseline of 1", "far away: 1 times the baseline of 2"]);
}

#[test]
fn it_finds_a_cluster_without_a_place() {
    let mut mesh = mesh();
    mesh.clusters[1].region.clear();
    let findings = plugin().check("{}", &mesh).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].severity, &findings[0].subject), (FindingSeverity::Warning, &Subject::Cluster(1)));
}

#[test]
fn its_answer_depends_on_nothing_but_the_service() {
    let plugin = plugin();
    let services: Vec<_> = (0..70).map(|index| service(&format!("s{index}"), index % 7)).collect();
    let weigh = |services: &[_]| plugin.weigh_metered("{}", &mesh(), services, &options()).unwrap();
    let all = weigh(&services);
    assert_eq!(weigh(&services), all);

    let alone: Vec<_> = services.chunks(1).flat_map(|one| weigh(one).outcomes).collect();
    assert_eq!(alone, all.outcomes);

    let mut reversed: Vec<_> = services.clone();
    reversed.reverse();
    let mut outcomes = weigh(&reversed).outcomes;
    outcomes.reverse();
    assert_eq!(outcomes, all.outcomes);
}
