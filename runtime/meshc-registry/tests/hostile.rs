//! A registry, or whoever answers in its place, can send what it likes: bytes are refused, time and memory are bounded.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use meshc_registry::{Access, Digest, Error, Limits, Pushed, Reference, pull, push};

use support::{Fault, Guard, LIMITS, Registry, anonymous, component};

/// A registry that holds a plugin as `:1` and then goes wrong.
fn registry(size: usize, fault: Fault) -> (Registry, Pushed) {
    let registry = Registry::start(Guard::Open);
    let pushed = push(&registry.reference(":1"), &component(size), &BTreeMap::new(), &anonymous()).unwrap();
    registry.fail(fault);
    (registry, pushed)
}

fn refusal(reference: &Reference) -> Error {
    pull(reference, &anonymous(), LIMITS).unwrap_err()
}

#[test]
fn another_manifest_than_the_pinned_one_is_refused() {
    let (registry, pushed) = registry(10, Fault::None);
    let other = Digest::of(b"other");
    let manifest = registry.state().manifests["1"].clone();
    registry.state().manifests.insert(other.to_string(), manifest);
    let Error::Digest { expected, actual, what, .. } = refusal(&registry.reference(&format!(":1@{other}"))) else {
        panic!("the digest differs");
    };
    assert_eq!((expected, actual, what), (other, pushed.manifest_digest, "manifest"));
    assert_eq!(registry.fetched_blobs(), 0);
}

#[test]
fn tampered_manifests_and_blobs_are_refused() {
    for (fault, part) in [(Fault::WrongManifest, "manifest"), (Fault::WrongBlob, "component")] {
        let (registry, pushed) = registry(10, fault);
        for reference in [&registry.reference(":1"), &pushed.reference] {
            let error = refusal(reference);
            assert!(matches!(&error, Error::Digest { what, .. } if *what == part), "{error}");
        }
    }
}

#[test]
fn a_large_component_is_refused_before_it_is_fetched() {
    let (registry, _) = registry(2 << 20, Fault::None);
    let error = refusal(&registry.reference(":1"));
    assert!(matches!(error, Error::TooLarge { what: "component", limit: 0x10_0000, .. }), "{error}");
    assert_eq!(registry.fetched_blobs(), 0);
}

#[test]
fn endless_bodies_end() {
    for (fault, part) in [(Fault::EndlessManifest, "manifest"), (Fault::EndlessBlob, "component")] {
        let (registry, _) = registry(10, fault);
        let error = refusal(&registry.reference(":1"));
        assert!(matches!(&error, Error::TooLarge { what, .. } if what.starts_with(part)), "{error}");
    }
}

#[test]
fn slow_bodies_end() {
    let (registry, _) = registry(500, Fault::SlowBlob);
    let start = Instant::now();
    let error = refusal(&registry.reference(":1"));
    assert!(matches!(error, Error::TooSlow { .. }), "{error}");
    assert!(start.elapsed() < LIMITS.whole + Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn other_artifacts_are_listed() {
    let registry = Registry::start(Guard::Open);
    let layer =
        |media_type: &str| format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{}\",\"size\":1}}", Digest::of(b"x"));
    let tar = layer("application/vnd.oci.image.layer.v1.tar+gzip");
    let wasm = layer("application/wasm");
    for (members, found) in [
        (format!("\"layers\":[{tar}]"), "has `application/vnd.oci.image.layer.v1.tar+gzip`"),
        (format!("\"layers\":[{wasm},{wasm}]"), "has `application/wasm`, `application/wasm`"),
        ("\"layers\":[]".to_owned(), "has none"),
        (
            "\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]".to_owned(),
            "has `application/vnd.oci.image.index.v1+json`",
        ),
        (format!("\"layers\":[{}]", layer("\\u001b[31mred`")), "has `31mred`"),
        (format!("\"layers\":[{}]", wasm.replace("sha256:", "md5:")), "without a digest of SHA-256"),
    ] {
        registry.put_manifest("1", &format!("{{\"schemaVersion\":2,{members}}}"));
        let error = refusal(&registry.reference(":1"));
        assert!(matches!(error, Error::NoPlugin { .. }), "{error}");
        assert!(error.to_string().contains(found), "{error}");
    }
    assert_eq!(registry.fetched_blobs(), 0);
}

#[test]
fn what_is_not_a_registry_is_said_to_be_none() {
    for fault in [Fault::Page, Fault::Noise] {
        let (registry, _) = registry(1, fault);
        let error = refusal(&registry.reference(":1"));
        assert!(matches!(error, Error::NotOci { .. }), "{error}");
    }
    for manifest in ["", "[]", "null", "{\"schemaVersion\":1}", "{\"schemaVersion\":2,\"layers\":7}"] {
        let registry = Registry::start(Guard::Open);
        registry.put_manifest("1", manifest);
        let error = refusal(&registry.reference(":1"));
        assert!(matches!(error, Error::NotOci { .. }), "{manifest}: {error}");
    }
}

#[test]
fn statuses_say_what_to_do() {
    for (status, advice) in [
        (404, "check the spelling"),
        (403, "docker login"),
        (429, "wait a while"),
        (500, "try again later"),
        (418, "refuses"),
    ] {
        let (registry, _) = registry(1, Fault::Status(status));
        let error = refusal(&registry.reference(":1")).to_string();
        assert!(error.contains(advice) && error.contains(&registry.host) && error.contains("acme/nearest"), "{error}");
    }
}

#[test]
fn a_registry_that_is_not_there_cannot_be_reached() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = refusal(&format!("oci://{free}/a:1").parse().unwrap());
    assert!(matches!(error, Error::Unreachable { problem: "nothing listens there", .. }), "{error}");
}

#[test]
fn redirects_in_a_circle_or_to_plain_http_elsewhere_end() {
    let (registry, _) = registry(1, Fault::None);
    for base in [format!("http://{}", registry.host), "http://registry.example".to_owned(), "file://".to_owned()] {
        registry.fail(Fault::Redirect(base));
        let error = pull(&registry.reference(":1"), &anonymous(), Limits::STANDARD).unwrap_err();
        assert!(matches!(error, Error::NotOci { .. }), "{error}");
    }
}

/// `127.1` is another name of this machine, and not one that is known to be loopback.
#[test]
fn plain_http_is_for_loopback_and_listed_registries() {
    let (registry, pushed) = registry(1, Fault::None);
    let host = registry.host.replace("127.0.0.1", "127.1");
    let reference: Reference = format!("oci://{host}/acme/nearest:1").parse().unwrap();
    let before = registry.state().seen.len();
    let error = refusal(&reference);
    assert!(matches!(error, Error::Unreachable { .. } | Error::NotOci { .. }), "{error}");
    assert!(
        registry.state().seen[before..].iter().all(|seen| !seen.path.starts_with('/')),
        "it was asked in the clear"
    );
    let listed = Access { insecure: vec![host], ..anonymous() };
    assert_eq!(pull(&reference, &listed, LIMITS).unwrap().manifest_digest, pushed.manifest_digest);
}
