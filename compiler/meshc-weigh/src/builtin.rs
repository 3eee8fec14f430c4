//! The weighers that meshc brings along. They go through the same door as plugins.

mod even;
mod fixed;

use std::sync::Arc;

use meshc_schema::nearest;
use serde::de::DeserializeOwned;

use crate::contract::{Descriptor, Fault, Finding, FindingSeverity, MeshView, Subject, Weigher};

/// The names of the built-in weighers.
pub const BUILTINS: [&str; 2] = ["even", "fixed"];

/// The built-in weigher `name`.
pub fn builtin(name: &str) -> Option<Arc<dyn Weigher>> {
    match name {
        "even" => Some(Arc::new(even::Even::new())),
        "fixed" => Some(Arc::new(fixed::Fixed::new())),
        _ => None,
    }
}

fn descriptor(name: &str, config_schema: &str) -> Descriptor {
    Descriptor {
        name: name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        config_schema: config_schema.to_owned(),
        reads: Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::*;

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
