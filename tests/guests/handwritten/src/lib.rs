//! Small plugins in WebAssembly text, most of which misbehave in one way each: for tests of whatever runs plugins.
//!
//! A file of `wat/` that holds no module of its own is put into `frame.wat`, which has what every guest has.

#![expect(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

/// The contract.
pub const WIT: &str = include_str!("../../../../plugins/wit/v1.0/weighting.wit");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wat")
}

/// The names of all guests.
pub fn names() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).unwrap();
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The text of a guest's module.
pub fn text(name: &str) -> String {
    let read = |name: &str| std::fs::read_to_string(folder().join(format!("{name}.wat"))).unwrap();
    let guest = read(name);
    let is_module = guest.lines().any(|line| line.starts_with("(module"));
    if is_module { guest } else { read("frame").replace("(;guest;)", &guest) }
}

/// The core module of a guest.
pub fn core(name: &str) -> Vec<u8> {
    wat::parse_str(text(name)).unwrap()
}

/// A component of a core module, with the first world of a WIT text.
pub fn component(mut core: Vec<u8>, wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("guest.wit", wit).unwrap();
    let world = *resolve.packages[package].worlds.first().unwrap().1;
    wit_component::embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&core).unwrap().validate(true).encode().unwrap()
}

/// The component of a guest that keeps to the contract in its types.
pub fn guest(name: &str) -> Vec<u8> {
    component(core(name), WIT)
}
