//! home-first: endpoints of the client's own cluster count more.
//!
//! A plugin is a pure function. It sees the arguments of its calls and nothing else: there are no files, no clock and no
//! output, and every call may find a fresh instance. Weights are whole numbers.

mod bindings {
    //! The contract of `wit/weighting.wit` as Rust types.

    wit_bindgen::generate!({ path: "wit", world: "weighting" });

    pub use exports::meshc::weighting::weigher::*;

    // The exports have names that no linker but that for WebAssembly takes; `cargo test` has no need of them.
    #[cfg(target_family = "wasm")]
    export!(HomeFirst);
    #[cfg(target_family = "wasm")]
    use crate::HomeFirst;
}

use bindings::{
    Basis, Descriptor, Finding, Guest, Mesh, Options, Outcome, Reason, Service, Severity, Subject, Weights,
};
use serde::Deserialize;

/// What the user may write. meshc holds the config against it before it calls anything but `describe`.
const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "factor": {
      "description": "By what the weight of an endpoint at home is multiplied.",
      "type": "integer",
      "minimum": 1,
      "maximum": 100,
      "default": 2
    }
  }
}"#;

/// The largest weight that Cilium takes.
const MOST: u64 = 65_535;

#[derive(Deserialize)]
#[serde(default)]
struct Config {
    factor: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { factor: 2 }
    }
}

impl Config {
    /// meshc has held the text against the schema.
    fn read(text: &str) -> Self {
        if text.is_empty() { Self::default() } else { serde_json::from_str(text).expect("the config fits the schema") }
    }
}

/// What meshc calls.
struct HomeFirst;

impl Guest for HomeFirst {
    fn describe() -> Descriptor {
        Descriptor {
            name: "home-first".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            config_schema: SCHEMA.into(),
            // The labels and annotations that the plugin looks at. It is given no others.
            reads: vec![],
        }
    }

    /// Says what a schema cannot. It is called once for each build.
    fn check(config: String, _mesh: Mesh) -> Vec<Finding> {
        if Config::read(&config).factor != 1 {
            return vec![];
        }
        vec![Finding {
            severity: Severity::Warning,
            code: "NO-EFFECT".into(),
            message: "a factor of 1 changes nothing".into(),
            // meshc knows the file and line of what a finding is about.
            subject: Subject::Config("/factor".into()),
            help: "write 2 or more".into(),
        }]
    }

    /// Answers each service from that service alone: one outcome for each, in their order.
    fn weigh(config: String, _mesh: Mesh, services: Vec<Service>, options: Options) -> Vec<Outcome> {
        let config = Config::read(&config);
        services.iter().map(|service| weigh(&config, service, options.explain)).collect()
    }
}

fn weigh(config: &Config, service: &Service, explain: bool) -> Outcome {
    let columns = service.groups.len();
    let mut values = vec![];
    let mut reasons = vec![];
    for (row, client) in (0..).zip(&service.clients) {
        let baselines = &service.baseline[row as usize * columns..][..columns];
        let mut weights: Vec<u64> = baselines.iter().map(|&baseline| u64::from(baseline)).collect();
        for (column, group) in (0..).zip(&service.groups) {
            let weight = &mut weights[column as usize];
            // Where the baseline is 0 the mesh forbids traffic: the weight has to stay 0, as a multiple does.
            if group.cluster != *client || *weight == 0 {
                continue;
            }
            if explain {
                let text = format!("at home: {} times the baseline of {weight}", config.factor);
                reasons.push(Reason { client: Some(row), group: Some(column), text });
            }
            *weight *= u64::from(config.factor);
        }
        values.extend(fit(&weights));
    }
    // `Endpoint`: a weight is that of one endpoint, so a cluster with more of them takes more.
    Outcome { weights: Some(Weights { basis: Basis::Endpoint, values }), findings: vec![], reasons }
}

/// Scales a row down that is too large. Ratios stay, and nothing becomes 0 by that.
fn fit(weights: &[u64]) -> Vec<u32> {
    let most = weights.iter().copied().max().unwrap_or(0);
    let scale = |weight: u64| match weight {
        0 => 0,
        _ if most <= MOST => weight as u32,
        _ => (((weight * MOST + most / 2) / most) as u32).max(1),
    };
    weights.iter().map(|&weight| scale(weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_rows_keep_their_ratios() {
        assert_eq!(fit(&[0, 1, 65_535]), [0, 1, 65_535]);
        assert_eq!(fit(&[0, 1, 65_535, 131_070]), [0, 1, 32_768, 65_535]);
    }
}
