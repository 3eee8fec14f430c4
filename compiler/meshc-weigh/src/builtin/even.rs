//! `even`: every endpoint that serves has the same weight, whatever its slice says.

use super::descriptor;
use crate::contract::{Basis, Descriptor, Fault, Finding, MeshView, Options, Outcome, ServiceView, Weigher, Weights};

/// The weight of each endpoint: Cilium's standard (CILIUM.md 3.1).
const WEIGHT: u32 = 100;

pub(super) struct Even {
    descriptor: Descriptor,
}

impl Even {
    pub(super) fn new() -> Self {
        Self {
            descriptor: descriptor(
                "even",
                r#"{"type":"object","description":"`even` takes no config","additionalProperties":false}"#,
            ),
        }
    }
}

impl Weigher for Even {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn check(&self, _: &str, _: &MeshView) -> Result<Vec<Finding>, Fault> {
        Ok(Vec::new())
    }

    fn weigh(&self, _: &str, _: &MeshView, services: &[ServiceView], _: &Options) -> Result<Vec<Outcome>, Fault> {
        let even = |service: &ServiceView| Weights {
            basis: Basis::Endpoint,
            values: service.baseline.iter().map(|value| if *value == 0 { 0 } else { WEIGHT }).collect(),
        };
        Ok(services.iter().map(|service| Outcome { weights: Some(even(service)), ..Outcome::default() }).collect())
    }
}
