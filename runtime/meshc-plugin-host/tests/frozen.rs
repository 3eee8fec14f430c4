//! A guest that asks the world for things finds one that stands still, the same on every machine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod support;

use std::sync::LazyLock;

use meshc_plugin_host::{Backend, Engine, Limits, Plugin, Wasi};
use meshc_weigh::contract::{Fault, Weigher};

use support::{ENGINE, build, guest, mesh, options, service};

static WORLDLY: LazyLock<Vec<u8>> = LazyLock::new(|| build("worldly", "wasm32-wasip2"));
static PORTABLE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Backend::Portable).unwrap());

fn worldly() -> Plugin {
    Plugin::load(&ENGINE, &WORLDLY, Limits::STANDARD).unwrap()
}

fn fault(config: &str) -> Fault {
    worldly().weigh(config, &mesh(), &[service("cart", 1)], &options()).unwrap_err()
}

#[test]
fn time_stands_and_nothing_is_there() {
    let outcomes = worldly().weigh("{}", &mesh(), &[service("cart", 1)], &options()).unwrap();
    let seen = outcomes[0].findings[0].message.as_str();
    let (fixed, order) = seen.split_once(" order ").unwrap();
    assert_eq!(fixed, "now 946684800 slept 3600 variables 0 arguments 0 file false");
    assert_eq!(order.len(), 10);
}

#[test]
fn what_is_denied_is_named() {
    let denied = fault("connect").message;
    assert!(denied.starts_with("called `wasi:sockets/"), "{denied}");
    assert!(denied.ends_with("`, which meshc denies to plugins"), "{denied}");
    let denied = fault("exit").message;
    assert!(denied.starts_with("called `wasi:cli/exit@0.2."), "{denied}");
}

#[test]
fn a_panic_is_heard() {
    let fault = fault("panic");
    assert_eq!(fault.message, "gave up with `unreachable`, as guests do that panic or abort");
    assert!(fault.detail.contains("the tea is cold"), "{}", fault.detail);
}

#[test]
fn a_flood_of_output_ends_and_is_not_shown_whole() {
    let fault = fault("flood");
    assert!(fault.message.starts_with("used up its fuel of "), "{}", fault.message);
    assert!(fault.detail.len() < 20_000, "{} bytes", fault.detail.len());
}

#[test]
fn a_policy_can_refuse_it() {
    let limits = Limits { wasi: Wasi::Refuse, ..Limits::STANDARD };
    let refused = Plugin::load(&ENGINE, &WORLDLY, limits).unwrap_err().to_string();
    assert!(refused.starts_with("the plugin imports `wasi:"), "{refused}");
    assert!(refused.ends_with(" of WASI, which its policy refuses (`wasi: refuse`)"), "{refused}");
    assert!(worldly().imports().iter().all(|name| name.starts_with("wasi:")));
}

#[test]
fn answers_and_fuel_are_the_same_on_both_backends_and_for_any_number_of_threads() {
    let services: Vec<_> = (1..20).map(|index| service(&format!("s{index}"), index % 5)).collect();
    let components = [guest("good"), guest("nan"), WORLDLY.clone(), build("nearest-first", "wasm32-unknown-unknown")];
    for component in components {
        let [native, portable] =
            [&*ENGINE, &*PORTABLE].map(|engine| Plugin::load(engine, &component, Limits::STANDARD).unwrap());
        let name = native.descriptor().name.clone();
        for batch in services.chunks(1) {
            let ask = |plugin: &Plugin| plugin.weigh_metered("{}", &mesh(), batch, &options()).unwrap();
            let first = ask(&native);
            assert!(first.fuel > 0);
            assert_eq!(ask(&portable), first, "{name}");
            std::thread::scope(|scope| {
                let both = [scope.spawn(|| ask(&native)), scope.spawn(|| ask(&native))];
                for thread in both {
                    assert_eq!(thread.join().unwrap(), first, "{name}");
                }
            });
        }
    }
}

#[test]
fn the_bits_of_a_nan_are_those_of_the_standard() {
    let plugin = Plugin::load(&ENGINE, &guest("nan"), Limits::STANDARD).unwrap();
    let outcomes = plugin.weigh("{}", &mesh(), &[service("cart", 1)], &options()).unwrap();
    assert_eq!(outcomes[0].weights.as_ref().unwrap().values, [0x7fc0]);
}
