//! Credentials are found where Docker keeps them, go to the registry they are for, and are in no text of ours.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use std::collections::BTreeMap;
use std::time::Instant;

use meshc_registry::{Access, Error, pull, push};
use tempfile::TempDir;

use support::{Fault, Guard, IDENTITY, LIMITS, PASSWORD, Registry, USER, anonymous, auth, component};

/// Access with a `config.json`, in which HOST stands for the registry.
fn access(registry: &Registry, config: &str) -> (Access, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    std::fs::write(&path, config.replace("HOST", &registry.host)).unwrap();
    let helpers = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helpers");
    (Access { docker_config: Some(path), helper_path: helpers.into(), insecure: vec![] }, folder)
}

/// The usual `config.json`.
fn logged_in() -> String {
    format!("{{\"auths\":{{\"HOST\":{{\"auth\":\"{}\"}}}}}}", auth(USER, PASSWORD))
}

#[test]
fn every_way_of_docker_to_keep_credentials_works() {
    let auth = auth(USER, PASSWORD);
    for (guard, config) in [
        (Guard::Basic, logged_in()),
        (Guard::Token, logged_in()),
        (Guard::Basic, format!("{{\"auths\":{{\"https://HOST/v2/\":{{\"auth\":\"{auth}\"}}}}}}")),
        (Guard::Token, format!("{{\"auths\":{{\"HOST\":{{\"username\":\"{USER}\",\"password\":\"{PASSWORD}\"}}}}}}")),
        (Guard::Token, format!("{{\"auths\":{{\"HOST\":{{\"auth\":\"\",\"identitytoken\":\"{IDENTITY}\"}}}}}}")),
        (Guard::Basic, "{\"credHelpers\":{\"HOST\":\"password\"}}".to_owned()),
        (Guard::Token, "{\"credsStore\":\"identity\",\"auths\":{\"HOST\":{}}}".to_owned()),
        (
            Guard::Basic,
            format!("{{\"credsStore\":\"empty\",\"auths\":{{\"HOST\":{{\"auth\":\"{auth}\"}}}},\"HttpHeaders\":{{}}}}"),
        ),
    ] {
        let registry = Registry::start(guard);
        let (access, _folder) = access(&registry, &config);
        let bytes = component(10);
        let pushed = push(&registry.reference(":1"), &bytes, &BTreeMap::new(), &access)
            .unwrap_or_else(|error| panic!("{config}: {error}"));
        assert_eq!(pull(&pushed.reference, &access, LIMITS).unwrap().bytes, bytes);
    }
}

#[test]
fn a_refusal_names_the_file_that_was_looked_at() {
    let wrong = logged_in().replace(&auth(USER, PASSWORD), &auth(USER, "wrong"));
    for guard in [Guard::Basic, Guard::Token] {
        let registry = Registry::start(guard);
        for (config, words) in [(wrong.as_str(), "with the credentials of"), ("{}", "has none for it")] {
            let (access, folder) = access(&registry, config);
            let error = pull(&registry.reference(":1"), &access, LIMITS).unwrap_err();
            assert!(matches!(error, Error::Unauthorized { .. }), "{error}");
            let error = error.to_string();
            let path = folder.path().join("config.json").display().to_string();
            let login = format!("docker login {}", registry.host);
            assert!([words, &path, &login].iter().all(|part| error.contains(part)), "{error}");
        }
        let gone = Access { docker_config: Some("/nowhere/config.json".into()), ..anonymous() };
        let error = pull(&registry.reference(":1"), &gone, LIMITS).unwrap_err().to_string();
        assert!(error.contains("`/nowhere/config.json` does not exist"), "{error}");
    }
}

#[test]
fn a_config_that_cannot_be_used_is_named_and_not_quoted() {
    let registry = Registry::start(Guard::Basic);
    for (config, words) in [
        ("{\"auths\":\"t0psecret\"}", "at line 1 column"),
        ("{\"auths\":{\"HOST\":{\"auth\":\"t0psecret\"}}}", "not base64"),
        ("{\"auths\":{\"HOST\":{\"auth\":\"dDBwc2VjcmV0\"}}}", "not of the form `user:password`"),
        ("{\"credsStore\":\"absent\"}", "which is not installed"),
        ("{\"credsStore\":\"../password\"}", "the name of a credential helper"),
        ("{\"credsStore\":\"fails\"}", "`docker-credential-fails get` failed"),
        ("{\"credsStore\":\"babbles\"}", "does not answer as a credential helper does"),
        ("{\"credsStore\":\"hangs\"}", "did not answer in time"),
    ] {
        let (access, folder) = access(&registry, config);
        let start = Instant::now();
        let error = pull(&registry.reference(":1"), &access, LIMITS).unwrap_err();
        assert!(start.elapsed().as_secs() < 10);
        assert!(matches!(error, Error::Credentials { .. }), "{error}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(words) && text.contains(&folder.path().display().to_string()), "{text}");
        assert!(!text.contains("t0psecret") && !text.contains("dDBwc2VjcmV0"), "{text}");
    }
}

#[test]
fn credentials_are_not_read_for_a_registry_that_does_not_ask() {
    let registry = Registry::start(Guard::Open);
    let (access, _folder) = access(&registry, "no JSON");
    push(&registry.reference(":1"), &component(1), &BTreeMap::new(), &access).unwrap();
    assert!(registry.state().seen.iter().all(|seen| seen.authorization.is_none()));
}

#[test]
fn a_redirect_to_another_host_has_no_credentials() {
    for guard in [Guard::Basic, Guard::Token] {
        let (registry, storage) = (Registry::start(guard), Registry::start(Guard::Open));
        let (access, _folder) = access(&registry, &logged_in());
        let bytes = component(10);
        push(&registry.reference(":1"), &bytes, &BTreeMap::new(), &access).unwrap();
        let blobs = registry.state().blobs.clone();
        storage.state().blobs = blobs;
        registry.fail(Fault::Redirect(format!("http://{}", storage.host)));
        assert_eq!(pull(&registry.reference(":1"), &access, LIMITS).unwrap().bytes, bytes);
        let seen = storage.state().seen.clone();
        assert_eq!(seen.len(), 1);
        assert!(seen.iter().all(|seen| seen.authorization.is_none()), "{seen:?}");
    }
}

#[test]
fn a_redirect_to_a_host_that_asks_gets_no_credentials() {
    let (registry, storage) = (Registry::start(Guard::Basic), Registry::start(Guard::Token));
    let (access, _folder) = access(&registry, &logged_in());
    push(&registry.reference(":1"), &component(10), &BTreeMap::new(), &access).unwrap();
    registry.fail(Fault::Redirect(format!("http://{}", storage.host)));
    let error = pull(&registry.reference(":1"), &access, LIMITS).unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error}");
    assert!(storage.state().seen.iter().all(|seen| seen.authorization.is_none()));
}

#[test]
fn an_upload_to_another_host_has_no_credentials() {
    let (registry, storage) = (Registry::start(Guard::Token), Registry::start(Guard::Open));
    let (access, _folder) = access(&registry, &logged_in());
    registry.fail(Fault::UploadTo(format!("http://{}", storage.host)));
    push(&registry.reference(":1"), &component(10), &BTreeMap::new(), &access).unwrap();
    let seen = storage.state().seen.clone();
    assert_eq!(seen.len(), 2, "the component and the config");
    assert!(seen.iter().all(|seen| seen.authorization.is_none()), "{seen:?}");
}

#[test]
fn no_error_has_a_secret() {
    let faults = [
        Fault::None,
        Fault::WrongBlob,
        Fault::WrongManifest,
        Fault::Status(400),
        Fault::Status(401),
        Fault::Status(403),
        Fault::Status(404),
        Fault::Status(500),
        Fault::EndlessBlob,
        Fault::EndlessManifest,
        Fault::Redirect("http://registry.example".to_owned()),
        Fault::Redirect("https://127.0.0.1:1".to_owned()),
        Fault::Redirect("http://t0psecret@127.0.0.1:1".to_owned()),
        Fault::UploadTo("http://t0psecret.example".to_owned()),
        Fault::Page,
        Fault::Noise,
    ];
    let mut errors = 0;
    for guard in [Guard::Basic, Guard::Token] {
        let registry = Registry::start(guard);
        let (access, _folder) = access(&registry, &logged_in());
        push(&registry.reference(":1"), &component(10), &BTreeMap::new(), &access).unwrap();
        for (number, fault) in faults.iter().enumerate() {
            registry.fail(fault.clone());
            let pulled = pull(&registry.reference(":1"), &access, LIMITS).map(|_| ());
            let pushed =
                push(&registry.reference(":2"), &component(20 + number), &BTreeMap::new(), &access).map(|_| ());
            for error in [pulled, pushed].into_iter().filter_map(Result::err) {
                let text = format!("{error} {error:?} {access:?}");
                for secret in [PASSWORD, "t0psecret", &auth(USER, PASSWORD)] {
                    assert!(!text.contains(secret), "{text}");
                }
                errors += 1;
            }
        }
    }
    assert!(errors >= 2 * faults.len(), "{errors}");
}
