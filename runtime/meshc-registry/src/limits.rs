//! How much an answer may cost.

use std::time::Duration;

/// The size of a manifest. Ours have less than a kilobyte; the distribution specification asks registries for 4 MiB.
pub(crate) const MANIFEST_BYTES: u64 = 1 << 20;
/// The size of an answer of a token service. Tokens with many claims have some kilobytes.
pub(crate) const TOKEN_BYTES: u64 = 1 << 20;
/// How many redirects are followed. Registries use one, to the storage of their blobs.
pub(crate) const REDIRECTS: usize = 5;

/// What one pull or push may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the component.
    pub component_bytes: u64,
    /// The time to connect to a host, and for a credential helper to answer.
    pub connect: Duration,
    /// The time for everything together.
    pub whole: Duration,
}

impl Limits {
    /// The size that meshc loads as a plugin, and times for a slow line.
    pub const STANDARD: Self =
        Self { component_bytes: 64 << 20, connect: Duration::from_secs(10), whole: Duration::from_mins(2) };
}
