//! What is a plugin and what is not, in words that say what to do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use meshc_plugin_host::{Error, Limits, Plugin, Wasi, componentize};
use meshc_weigh::contract::{Basis, Weigher, Weights};

use support::{ENGINE, LIMITS, WIT, component, core, guest, load, mesh, options, service};

fn refusal(bytes: &[u8]) -> String {
    load(bytes).unwrap_err().to_string()
}

/// Gives a guest another version of the contract.
fn guest_of_version(version: &str) -> Vec<u8> {
    let module = meshc_guests::text("good").replace("@1.0.0", &format!("@{version}"));
    component(wat::parse_str(module).unwrap(), &WIT.replace("@1.0.0", &format!("@{version}")))
}

/// A contract whose world also imports an interface.
fn wit_with_import(import: &str, package: &str) -> String {
    let wit = WIT.replace("world weighting {", &format!("world weighting {{ import {import};"));
    format!("{wit}\n{package}")
}

#[test]
fn a_good_guest_answers() {
    let plugin = load(&guest("good")).unwrap();
    assert_eq!((plugin.descriptor().name.as_str(), plugin.descriptor().version.as_str()), ("guest", "1.0.0"));
    assert_eq!(plugin.contract(), "1.0.0");
    assert_eq!(plugin.check("{}", &mesh()).unwrap(), []);

    let batch = [service("a", 1), service("b", 3), service("c", 0)];
    let outcomes = plugin.weigh("{}", &mesh(), &batch, &options()).unwrap();
    let weights: Vec<_> = outcomes.into_iter().map(|outcome| outcome.weights.unwrap()).collect();
    for (service, weights) in batch.iter().zip(weights) {
        assert_eq!(weights, Weights { basis: Basis::Endpoint, values: service.baseline.clone() });
    }
}

#[test]
fn an_empty_batch_costs_nothing() {
    let plugin = load(&guest("good")).unwrap();
    let metered = plugin.weigh_metered("{}", &mesh(), &[], &options()).unwrap();
    assert_eq!((metered.outcomes.len(), metered.fuel), (0, 0));
}

#[test]
fn fuel_is_equal_for_equal_input() {
    let plugin = load(&guest("good")).unwrap();
    let batch = [service("a", 1), service("b", 3)];
    let first = plugin.weigh_metered("{}", &mesh(), &batch, &options()).unwrap();
    let again = load(&guest("good")).unwrap().weigh_metered("{}", &mesh(), &batch, &options()).unwrap();
    assert!(first.fuel > 0);
    assert_eq!(first, again);
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    let bytes = guest("good");
    let digest = load(&bytes).unwrap().digest().to_owned();
    assert_eq!(digest.len(), 64);
    assert!(digest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    assert_eq!(load(&bytes).unwrap().digest(), digest);
    assert_ne!(load(&guest("remembers")).unwrap().digest(), digest);
}

#[test]
fn what_is_no_component_is_refused() {
    assert_eq!(refusal(b""), "the file is empty");
    assert_eq!(refusal(b"apiVersion: v1"), "the file is not WebAssembly");
    assert_eq!(
        refusal(&core("good")),
        "the file is a core module and not a component: componentize it with `meshc plugin build`"
    );
}

#[test]
fn a_file_over_the_limit_is_not_looked_at() {
    let limits = Limits { file_bytes: 1024, ..LIMITS };
    let error = Plugin::load(&ENGINE, &[0; 2048], limits).unwrap_err();
    assert_eq!(error.to_string(), "the file has 2 KiB, and the limit is 1 KiB");
}

#[test]
fn a_component_cut_anywhere_is_refused() {
    let bytes = guest("good");
    for end in (0..bytes.len()).step_by(41) {
        let error = load(&bytes[..end]).unwrap_err();
        // Cut between two sections, it can be whole and lack its exports.
        assert!(matches!(error, Error::Empty | Error::Invalid { .. } | Error::NoWeigher { .. }), "{end}: {error}");
    }
    assert!(refusal(&bytes[..bytes.len() - 1]).starts_with("the file is not a valid component: "));
}

#[test]
fn damaged_bytes_never_panic() {
    let bytes = guest("good");
    for at in (8..bytes.len()).step_by(61) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        // Some damage does not show, as in a name; what does not load says so, and what loads can be asked.
        if let Ok(plugin) = load(&damaged) {
            let _ = plugin.weigh("{}", &mesh(), &[service("a", 2)], &options());
        }
    }
}

#[test]
fn an_import_is_refused_by_name() {
    let wit = wit_with_import(
        "acme:secrets/vault@1.0.0",
        "package acme:secrets@1.0.0 { interface vault { get: func() -> u32; } }",
    );
    assert_eq!(
        refusal(&component(core("imports-a-vault"), &wit)),
        "the plugin imports `acme:secrets/vault@1.0.0`, which meshc does not provide"
    );
}

#[test]
fn wasi_is_refused_where_the_policy_says_so() {
    let wit = wit_with_import(
        "wasi:clocks/monotonic-clock@0.2.6",
        "package wasi:clocks@0.2.6 { interface monotonic-clock { now: func() -> u64; } }",
    );
    let bytes = component(core("imports-wasi"), &wit);
    let refused = Plugin::load(&ENGINE, &bytes, Limits { wasi: Wasi::Refuse, ..LIMITS }).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the plugin imports `wasi:clocks/monotonic-clock@0.2.6` of WASI, which its policy refuses (`wasi: refuse`)"
    );
    // Elsewhere it gets the time, and gives up by itself.
    assert!(refusal(&bytes).starts_with("the plugin could not describe itself: it gave up with `unreachable`"));
}

#[test]
fn another_major_version_is_refused_and_another_minor_is_not() {
    assert_eq!(refusal(&guest_of_version("3.0.0")), "the plugin speaks weigher@3.0.0; this meshc speaks 1.0");
    let plugin = load(&guest_of_version("1.4.0")).unwrap();
    assert_eq!(plugin.contract(), "1.4.0");
    assert_eq!(plugin.weigh("{}", &mesh(), &[service("a", 1)], &options()).unwrap().len(), 1);
}

#[test]
fn a_component_without_a_weigher_is_refused() {
    let module = wat::parse_str(r#"(module (func (export "run")))"#).unwrap();
    let bytes = component(module, "package acme:tool; world tool { export run: func(); }");
    assert_eq!(refusal(&bytes), "the plugin exports no `meshc:weighting/weigher`; it exports `run`");
}

#[test]
fn a_weigher_of_other_types_is_refused() {
    let module = r#"(module (func (export "meshc:weighting/weigher@1.0.0#describe") (result i32) (i32.const 7)))"#;
    let wit =
        "package meshc:weighting@1.0.0; interface weigher { describe: func() -> u32; } world w { export weigher; }";
    let error = refusal(&component(wat::parse_str(module).unwrap(), wit));
    assert!(error.starts_with("the plugin does not keep to the contract that it names: "), "{error}");
}

#[test]
fn same_functions_of_other_types_are_refused() {
    let wit = WIT.replace("explain: bool,", "explain: u32,");
    let error = refusal(&component(core("good"), &wit));
    assert!(error.starts_with("the plugin does not keep to the contract that it names: "), "{error}");
}

#[test]
fn a_component_stays_as_it_is_when_componentized() {
    let bytes = guest("good");
    assert_eq!(componentize(&bytes).unwrap(), bytes);
}

#[test]
fn a_module_without_a_component_type_is_not_componentized() {
    let error = componentize(&core("good")).unwrap_err().to_string();
    assert!(error.starts_with("the core module has no component type: "), "{error}");
    assert_eq!(componentize(b"").unwrap_err().to_string(), "the file is empty");
}
