//! The weighers that meshc brings along. They go through the same door as plugins.

mod even;
mod fixed;

use std::sync::Arc;

use crate::contract::{Descriptor, Finding, FindingSeverity, Subject, Weigher};

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
