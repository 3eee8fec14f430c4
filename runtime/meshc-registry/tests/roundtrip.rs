//! What is pushed can be pulled, and has the digest that was promised.

mod support;

use std::collections::BTreeMap;

use meshc_registry::{Digest, Error, Limits, pull, push};

use support::{Fault, Guard, LIMITS, Registry, anonymous, component};

#[test]
fn what_is_pushed_is_pulled() {
    let registry = Registry::start(Guard::Open);
    let bytes = component(100_000);
    let pushed = push(&registry.reference(":1"), &bytes, &BTreeMap::new(), &anonymous()).unwrap();
    assert_eq!(pushed.reference, registry.reference(&format!(":1@{}", pushed.manifest_digest)));
    for reference in [registry.reference(":1"), pushed.reference] {
        let pulled = pull(&reference, &anonymous(), Limits::STANDARD).unwrap();
        assert_eq!(pulled.bytes, bytes);
        assert_eq!(pulled.manifest_digest, pushed.manifest_digest);
        assert_eq!(pulled.sha256, Digest::of(&bytes).hex());
        assert_eq!(pulled.media_type, "application/wasm");
    }
}

#[test]
fn equal_bytes_have_an_equal_digest_and_are_uploaded_once() {
    let registry = Registry::start(Guard::Open);
    let annotations = BTreeMap::from([("org.opencontainers.image.version".to_owned(), "1".to_owned())]);
    let mut digests = Vec::new();
    for (tag, annotations) in [(":1", &BTreeMap::new()), (":2", &BTreeMap::new()), (":3", &annotations)] {
        let pushed = push(&registry.reference(tag), &component(9), annotations, &anonymous()).unwrap();
        digests.push(pushed.manifest_digest);
    }
    assert_eq!(digests[0], digests[1]);
    assert_ne!(digests[0], digests[2]);
    let uploads = registry.state().seen.iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(uploads, 2, "one of the component, one of the config");
}

/// The documents are a promise: another one gives every plugin another digest.
#[test]
fn the_layout_is_that_of_a_wasm_artifact() {
    let registry = Registry::start(Guard::Open);
    let bytes =
        wat::parse_str(r#"(component (component $c) (instance (instantiate $c)) (export "a:b/c@1.0.0" (instance 0)))"#);
    let bytes = bytes.unwrap();
    push(&registry.reference(":1"), &bytes, &BTreeMap::new(), &anonymous()).unwrap();
    let digest = Digest::of(&bytes);
    let config = format!(
        "{{\"created\":\"1970-01-01T00:00:00Z\",\"author\":null,\"architecture\":\"wasm\",\"os\":\"wasip2\",\
         \"layerDigests\":[\"{digest}\"],\
         \"component\":{{\"exports\":[\"a:b/c@1.0.0\"],\"imports\":[],\"target\":null}}}}"
    );
    let state = registry.state();
    let config_digest = Digest::of(config.as_bytes());
    assert_eq!(String::from_utf8_lossy(&state.blobs[&config_digest.to_string()]), config);
    assert_eq!(
        String::from_utf8_lossy(&state.manifests["1"]),
        format!(
            "{{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\
             \"config\":{{\"mediaType\":\"application/vnd.wasm.config.v0+json\",\"digest\":\"{config_digest}\",\"size\":{}}},\
             \"layers\":[{{\"mediaType\":\"application/wasm\",\"digest\":\"{digest}\",\"size\":{},\
             \"annotations\":{{\"org.opencontainers.image.title\":\"plugin.wasm\"}}}}]}}",
            config.len(),
            bytes.len()
        )
    );
}

#[test]
fn layers_of_older_tools_are_plugins_too() {
    let registry = Registry::start(Guard::Open);
    let bytes = component(1);
    let digest = Digest::of(&bytes).to_string();
    registry.state().blobs.insert(digest.clone(), bytes.clone());
    for media_type in
        ["application/vnd.wasm.content.layer.v1+wasm", "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm"]
    {
        let size = bytes.len();
        let layer = format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{digest}\",\"size\":{size}}}");
        registry.put_manifest("latest", &format!("{{\"schemaVersion\":2,\"layers\":[{layer}]}}"));
        let pulled = pull(&registry.reference(""), &anonymous(), LIMITS).unwrap();
        assert_eq!((pulled.bytes, pulled.media_type.as_str()), (bytes.clone(), media_type));
    }
}

#[test]
fn only_components_are_pushed_and_only_to_tags() {
    let registry = Registry::start(Guard::Open);
    let pinned = format!(":1@{}", Digest::of(b""));
    for rest in ["", pinned.as_str()] {
        let error = push(&registry.reference(rest), &component(1), &BTreeMap::new(), &anonymous()).unwrap_err();
        assert!(matches!(error, Error::NeedsTag { .. }), "{error}");
    }
    let error = push(&registry.reference(":1"), b"\0asm\x01\0\0\0", &BTreeMap::new(), &anonymous()).unwrap_err();
    assert!(matches!(error, Error::NotComponent { .. }), "{error}");
    assert_eq!(registry.state().seen.len(), 0);
}

#[test]
fn a_registry_that_has_a_problem_is_named() {
    let registry = Registry::start(Guard::Open);
    registry.fail(Fault::Status(503));
    let error = push(&registry.reference(":1"), &component(1), &BTreeMap::new(), &anonymous()).unwrap_err();
    assert!(matches!(error, Error::Refused { status: 503, .. }), "{error}");
    assert!(error.to_string().contains(&registry.host), "{error}");
}
