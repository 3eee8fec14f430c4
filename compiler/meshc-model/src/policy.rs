use meshc_source::Span;

use crate::{Name, Pair};

/// A `TrafficPolicy`: which services are weighed by whom, with which config.
#[derive(Clone, Debug)]
pub struct TrafficPolicy {
    /// Which services.
    pub target: PolicyTarget,
    /// Where the services are chosen; the policy's name if it chooses all.
    pub target_span: Span,
    /// Who weighs.
    pub weigher: WeigherRef,
    /// Where that is said.
    pub weigher_span: Span,
    /// The config as canonical JSON (RFC 8785); `{}` if there is none.
    pub config: Box<str>,
    /// Where each part of the config is.
    pub config_places: Vec<ConfigPlace>,
}

/// Which services a policy is for. An empty list chooses all.
#[derive(Clone, Debug, Default)]
pub struct PolicyTarget {
    /// Those in one of these namespaces.
    pub namespaces: Vec<Name>,
    /// Those with one of these names.
    pub names: Vec<Name>,
    /// Those with all of these labels.
    pub labels: Vec<(Name, Name)>,
}

impl PolicyTarget {
    /// Whether a service with these labels is chosen.
    pub fn selects(&self, namespace: Name, name: Name, labels: &[Pair]) -> bool {
        let has = |(key, value): &(Name, Name)| labels.iter().any(|pair| pair.key == *key && *value == *pair.value);
        (self.namespaces.is_empty() || self.namespaces.contains(&namespace))
            && (self.names.is_empty() || self.names.contains(&name))
            && self.labels.iter().all(has)
    }

    /// How special it is: names before labels before namespaces before all. The most special policy weighs.
    pub fn specificity(&self) -> u8 {
        u8::from(!self.names.is_empty()) << 2
            | u8::from(!self.labels.is_empty()) << 1
            | u8::from(!self.namespaces.is_empty())
    }
}

/// Who weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeigherRef {
    /// One that meshc brings along, by its name.
    Builtin(Name),
    /// A WebAssembly component, by its path: relative to the folder of the file that names it.
    Plugin(Name),
}

impl WeigherRef {
    /// How messages name it.
    pub const fn name(self) -> Name {
        match self {
            Self::Builtin(name) | Self::Plugin(name) => name,
        }
    }
}

/// Where a part of a config is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// A JSON pointer (RFC 6901).
    pub pointer: Box<str>,
    /// The value's place.
    pub span: Span,
}
