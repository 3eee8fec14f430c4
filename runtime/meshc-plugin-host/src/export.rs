//! Finds the weigher among a component's exports.

use wasmtime::component::Component;

use crate::engine::Engine;
use crate::error::Error;
use crate::text;

/// The interface that makes a component a plugin.
pub(crate) const INTERFACE: &str = "meshc:weighting/weigher";

/// The newest version of it that this host knows.
pub(crate) const SPOKEN: &str = "1.0";

/// The major versions that this host has bindings for.
const MAJORS: [&str; 1] = ["1"];

/// Tells which version of the contract a component speaks.
pub(crate) fn version(engine: &Engine, component: &Component) -> Result<String, Error> {
    let component = component.component_type();
    let names: Vec<&str> = component.exports(engine.wasm()).map(|(name, _)| name).collect();
    let mut foreign = None;
    for name in &names {
        let Some(version) = weigher_version(name) else {
            continue;
        };
        if is_spoken(version) {
            return Ok(version.to_owned());
        }
        foreign.get_or_insert(version);
    }
    match foreign {
        Some(version) => Err(Error::Version { version: text::line(version) }),
        None => Err(Error::NoWeigher { exports: names.into_iter().map(text::line).collect() }),
    }
}

/// The version in the name of an export, if it is the weigher's.
fn weigher_version(name: &str) -> Option<&str> {
    match name.strip_prefix(INTERFACE)? {
        "" => Some(""),
        rest => rest.strip_prefix('@'),
    }
}

/// Any minor version will do: within a major one, functions are added that a component may leave out.
fn is_spoken(version: &str) -> bool {
    let is_release = !version.contains(['-', '+']);
    is_release && version.split_once('.').is_some_and(|(major, _)| MAJORS.contains(&major))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_minor_version_is_spoken() {
        for (version, expected) in [
            ("1.0.0", true),
            ("1.7.2", true),
            ("2.0.0", false),
            ("0.9.0", false),
            ("10.0.0", false),
            ("1.1.0-rc1", false),
            ("", false),
        ] {
            assert_eq!(is_spoken(version), expected, "{version}");
        }
    }

    #[test]
    fn only_the_weigher_has_a_version_here() {
        assert_eq!(weigher_version("meshc:weighting/weigher@1.0.0"), Some("1.0.0"));
        assert_eq!(weigher_version("meshc:weighting/weigher"), Some(""));
        assert_eq!(weigher_version("meshc:weighting/weigher-two@1.0.0"), None);
        assert_eq!(weigher_version("run"), None);
    }
}
