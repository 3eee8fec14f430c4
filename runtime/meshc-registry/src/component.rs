//! What a component says about itself without being run.

use wasmparser::{Encoding, Parser, Payload};

/// The names on the outside of a component.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) imports: Vec<String>,
    pub(crate) exports: Vec<String>,
}

impl Names {
    /// Reads the names, in the order of the component. None if the bytes are not a component.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut names = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.ok()? {
                Payload::Version { encoding, .. } => {
                    if depth == 0 && encoding != Encoding::Component {
                        return None;
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.checked_sub(1)?,
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        names.imports.push(import.ok()?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        names.exports.push(export.ok()?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_outermost_component() {
        let text = r#"(component
            (import "a:b/c@1.0.0" (instance))
            (component (import "inner" (func)))
            (core module)
            (export "d:e/f@1.0.0" (instance 0))
        )"#;
        let names = Names::read(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!((names.imports, names.exports), (vec!["a:b/c@1.0.0".to_owned()], vec!["d:e/f@1.0.0".to_owned()]));
    }

    #[test]
    fn other_bytes_are_none() {
        let module = wat::parse_str("(module)").unwrap();
        let cut = &wat::parse_str("(component (core module))").unwrap()[..12];
        for bytes in [b"".as_slice(), b"#!/bin/sh", &module, cut] {
            assert_eq!(Names::read(bytes), None, "{bytes:?}");
        }
    }
}
