//! A guest that answers what it is, accepts any config, and traps when it is asked to weigh.

use meshc_plugin::{Descriptor, Finding, Guest, Mesh, Options, Outcome, Service};

struct Traps;

impl Guest for Traps {
    fn describe() -> Descriptor {
        Descriptor { name: "traps".into(), version: "1.0.0".into(), config_schema: String::new(), reads: vec![] }
    }

    fn check(_: String, _: Mesh) -> Vec<Finding> {
        vec![]
    }

    fn weigh(_: String, _: Mesh, services: Vec<Service>, _: Options) -> Vec<Outcome> {
        unreachable!("{} services came, and this guest weighs none", services.len())
    }
}

meshc_plugin::export!(Traps);
