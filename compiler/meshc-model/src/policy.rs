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
    /// Whether its weigher starts from the weights of the next policy for the same service instead of the data plane's.
    pub chain: bool,
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
    /// A WebAssembly component.
    Plugin(PluginRef),
}

impl WeigherRef {
    /// How messages name it.
    pub const fn name(self) -> Name {
        match self {
            Self::Builtin(name) => name,
            Self::Plugin(plugin) => plugin.source,
        }
    }
}

/// A plugin as a policy names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PluginRef {
    /// Its path, relative to the folder of the file that names it, or `oci://registry/repository@sha256:…`.
    pub source: Name,
    /// What it finds where it imports WASI.
    pub wasi: Wasi,
    /// How much it may use, where that differs from the standard.
    pub limits: LimitOverrides,
}

/// What a plugin finds where it imports WASI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wasi {
    /// A world in which nothing moves: no files, a clock that stands, random numbers that are always the same.
    #[default]
    Frozen,
    /// Nothing: a plugin with such imports is refused.
    Refuse,
}

impl Wasi {
    /// Each with the word for it.
    pub const WORDS: [(Self, &'static str); 2] = [(Self::Frozen, "frozen"), (Self::Refuse, "refuse")];
}

/// How much a plugin may use; `None` is the standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LimitOverrides {
    /// Its memory, in bytes.
    pub memory: Option<u64>,
    /// Its fuel for each call.
    pub fuel: Option<u64>,
    /// Its fuel for each entry that a call asks for, on top.
    pub fuel_per_entry: Option<u64>,
    /// The size of the component, in bytes.
    pub component: Option<u64>,
    /// How long compiling it may take.
    pub compile_seconds: Option<u64>,
}

impl LimitOverrides {
    /// The most that `memory` can be.
    pub const MOST_MEMORY: u64 = 4 << 30;
    /// The most that `fuel` can be.
    pub const MOST_FUEL: u64 = 1_000_000_000_000;
    /// The most that `fuel_per_entry` can be.
    pub const MOST_FUEL_PER_ENTRY: u64 = 1_000_000_000;
    /// The most that `component` can be.
    pub const MOST_COMPONENT: u64 = 256 << 20;
    /// The most that `compile_seconds` can be.
    pub const MOST_COMPILE_SECONDS: u64 = 600;
}

/// Where a part of a config is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPlace {
    /// A JSON pointer (RFC 6901).
    pub pointer: Box<str>,
    /// The value's place.
    pub span: Span,
}
