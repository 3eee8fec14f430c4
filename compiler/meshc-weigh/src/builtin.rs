//! The weighers that meshc brings along. They go through the same door as plugins.

mod capacity;
mod even;
mod expression;
mod fixed;
mod latency;

use std::sync::Arc;

use meshc_schema::nearest;
use serde::de::DeserializeOwned;

use crate::apply::HIGHEST;
use crate::contract::{Descriptor, Fault, Finding, FindingSeverity, MeshView, Subject, Weigher};

/// The names of the built-in weighers.
pub const BUILTINS: [&str; 5] = ["even", "fixed", "capacity", "latency", "expression"];

/// The built-in weigher `name`.
pub fn builtin(name: &str) -> Option<Arc<dyn Weigher>> {
    match name {
        "even" => Some(Arc::new(even::Even::new())),
        "fixed" => Some(Arc::new(fixed::Fixed::new())),
        "capacity" => Some(Arc::new(capacity::Capacity::new())),
        "expression" => Some(Arc::new(expression::Expression::new())),
        "latency" => Some(Arc::new(latency::Latency::new())),
        _ => None,
    }
}

fn descriptor(name: &str, config_schema: &str, reads: &[&str]) -> Descriptor {
    Descriptor {
        name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_schema: config_schema.to_owned(),
        reads: reads.iter().map(|key| (*key).to_owned()).collect(),
    }
}

/// A config that cannot be read.
fn refused(message: String, pointer: &str, help: &str) -> Finding {
    Finding {
        severity: FindingSeverity::Error,
        code: "CONFIG".to_owned(),
        message,
        subject: Subject::Config(pointer.to_owned()),
        help: help.to_owned(),
    }
}

/// A config that its schema allows.
fn read<T: DeserializeOwned>(config: &str) -> Result<T, Fault> {
    serde_json::from_str(config).map_err(|error| Fault {
        message: format!("it cannot read its config: {error}"),
        detail: String::new(),
        service: None,
    })
}

/// What there is to say about a key below `pointer` that shall be the name of a cluster.
fn unknown_cluster(mesh: &MeshView, pointer: &str, name: &str) -> Option<Finding> {
    let names = || mesh.clusters.iter().map(|cluster| cluster.name.as_str());
    if names().any(|known| known == name) {
        return None;
    }
    let help = nearest(name, names()).map_or_else(
        || format!("the clusters are {}", names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        |name| format!("did you mean `{name}`?"),
    );
    let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    Some(refused(format!("no cluster is named `{name}`"), &pointer, &help))
}

/// Weights of the same ratios that are whole numbers. Those that are whole stay as they are written; others are scaled
/// up, so that rounding costs little. Only what has a weight of 0 gets 0.
fn whole(exact: &[f64]) -> Vec<u32> {
    let highest = exact.iter().copied().fold(0.0, f64::max);
    let as_written = highest <= f64::from(HIGHEST) && exact.iter().all(|value| value.fract() == 0.0);
    let factor = if as_written || highest == 0.0 { 1.0 } else { f64::from(HIGHEST) / highest };
    #[expect(clippy::cast_sign_loss, reason = "weights and endpoints are not negative")]
    let whole = |value: &f64| if *value == 0.0 { 0 } else { ((value * factor).round() as u32).clamp(1, HIGHEST) };
    exact.iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::apply::hold;
    use crate::contract::{ClusterView, GroupView, Options, ServiceView};

    /// Two clusters, 12 ms from `a` to `b` and 20 ms back.
    pub(super) fn mesh() -> MeshView {
        let cluster = |name: &str| ClusterView {
            name: name.into(),
            id: 0,
            region: String::new(),
            zone: String::new(),
            attrs: vec![("tier".into(), "gold".into())],
        };
        MeshView { clusters: vec![cluster("a"), cluster("b")], rtt_us: Some(vec![0, 12_000, 20_000, 0]), attrs: vec![] }
    }

    /// A service for clients in the first cluster, and in the second where the baseline has two rows.
    pub(super) fn service(groups: &[(u32, &str, u32)], baseline: &[u32]) -> ServiceView {
        let group = |(cluster, zone, endpoints): &(u32, &str, u32)| GroupView {
            cluster: *cluster,
            zone: (*zone).into(),
            endpoints: *endpoints,
            attrs: vec![],
        };
        ServiceView {
            namespace: "n".into(),
            name: "s".into(),
            port: "80".into(),
            attrs: vec![],
            groups: groups.iter().map(group).collect(),
            clients: (0..(baseline.len() / groups.len()) as u32).collect(),
            baseline: baseline.to_vec(),
        }
    }

    /// Configs that every built-in is held to the contract with.
    const CONFIGS: &[(&str, &str)] = &[
        ("even", "{}"),
        ("fixed", r#"{"weights":{"a":80,"b":65535}}"#),
        ("fixed", r#"{"weights":{"a":1}}"#),
        ("capacity", "{}"),
        ("capacity", r#"{"perEndpoint":{"a":65535},"any":1}"#),
        ("capacity", r#"{"demand":{"a":900,"b":1}}"#),
        ("capacity", r#"{"perEndpoint":{"a":3},"demand":{"a":1000000000}}"#),
        ("latency", "{}"),
        ("latency", r#"{"curve":"exponential","halve":"1us","unknown":0}"#),
        ("latency", r#"{"curve":"steps","steps":[{"within":"1ms","weight":65535},{"within":"15ms","weight":0}]}"#),
        ("expression", r#"{"weight":"baseline + 3"}"#),
        ("expression", r#"{"weight":"local ? 0 : 65535"}"#),
    ];

    proptest! {
        #[test]
        fn every_builtin_holds_the_contract(
            groups in proptest::collection::vec((0_u32..2, 1_u32..70_000), 1..5),
            baseline in proptest::collection::vec(prop_oneof![Just(0_u32), Just(100), 1..=65535_u32], 10),
        ) {
            let named: Vec<_> = groups.iter().map(|(cluster, endpoints)| (*cluster, "", *endpoints)).collect();
            let view = service(&named, &baseline[..2 * named.len()]);
            for (name, config) in CONFIGS {
                let weigher = builtin(name).unwrap();
                prop_assert!(crate::schema::violations(&weigher.descriptor().config_schema, config).unwrap().is_empty());
                let options = Options { explain: true, ..Options::default() };
                let outcomes = weigher.weigh(config, &mesh(), std::slice::from_ref(&view), &options).unwrap();
                prop_assert_eq!(outcomes.len(), 1);
                let breach = hold(&view, &outcomes[0], &mesh()).err().map(|breach| breach.what);
                prop_assert_eq!(breach, None, "{} {}", name, config);
            }
        }
    }

    #[test]
    fn every_schema_can_be_used() {
        for name in BUILTINS {
            let weigher = builtin(name).unwrap();
            assert_eq!(weigher.descriptor().name, name);
            assert!(!weigher.descriptor().config_schema.is_empty());
            crate::schema::violations(&weigher.descriptor().config_schema, "{}").unwrap();
        }
    }
}
