//! The Maglev table of a frontend: which backend each entry leads to, bit for bit as Cilium fills it (CILIUM.md 6).
//!
//! The backends are sorted by a text that names them and take turns. At its turn a backend takes the first free entry
//! of its own list of preference. Whose turn it is follows from the weights alone, and the list from a hash of the text:
//! so the counts hold for every hash seed, and the positions for the seed that Cilium has where none is set.
//!
//! **Invariant:** the order in which distinct backends are given changes nothing but the numbers that stand for them.

#[cfg(test)]
mod laws;
mod murmur3;
mod preference;
mod turns;
#[cfg(test)]
mod vectors;

use std::net::{IpAddr, SocketAddr};

use meshc_model::{DataPlane, Protocol};

use preference::Preference;
use turns::Turns;

/// A backend as the hash sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaglevBackend {
    /// Where it listens. The flow and the scope of an IPv6 address are not looked at.
    pub address: SocketAddr,
    /// The protocol that it is reached by.
    pub protocol: Protocol,
    /// Its weight against the other backends. Cilium lets none of weight 0 come this far; beside others it has one entry.
    pub weight: u16,
}

/// The index in `backends` that each of the `size` entries leads to, or nothing where there is no backend.
///
/// Backends of equal address and protocol, which Cilium never has, take turns as they are given. Where there are more
/// backends than entries, the first by their text have one entry each. Cilium starts with no size other than
/// [`DataPlane::MAGLEV_TABLE_SIZES`], so any other gives no table.
pub fn maglev_table(backends: &[MaglevBackend], size: u32) -> Vec<u32> {
    if backends.is_empty() || !is_size(size) {
        return Vec::new();
    }
    let ranked = rank(backends);
    let mut preferences: Vec<_> = ranked.iter().map(|ranked| Preference::new(&ranked.text, size)).collect();
    let mut table = vec![0; size as usize];
    let mut free = vec![true; size as usize];
    for turn in turns(&ranked).take(table.len()) {
        let entry = preferences[turn].next_of(&free);
        free[entry] = false;
        table[entry] = ranked[turn].index;
    }
    table
}

/// How many of the entries of [`maglev_table`] lead to each backend, in the order of `backends`.
///
/// The entries themselves are not needed for it: every turn takes one.
pub fn maglev_counts(backends: &[MaglevBackend], size: u32) -> Vec<u32> {
    let mut counts = vec![0; backends.len()];
    if is_size(size) {
        let ranked = rank(backends);
        for turn in turns(&ranked).take(size as usize) {
            counts[ranked[turn].index as usize] += 1;
        }
    }
    counts
}

/// A backend at its place in the order of turns.
struct Ranked {
    text: String,
    index: u32,
    weight: u16,
}

fn is_size(size: u32) -> bool {
    DataPlane::MAGLEV_TABLE_SIZES.contains(&size)
}

fn rank(backends: &[MaglevBackend]) -> Vec<Ranked> {
    let mut ranked: Vec<_> = (0..)
        .zip(backends)
        .map(|(index, backend)| Ranked { text: text(backend), index, weight: backend.weight })
        .collect();
    ranked.sort_by(|one, other| one.text.cmp(&other.text));
    ranked
}

/// What Cilium sorts and hashes. The state is part of the text and always the same.
fn text(backend: &MaglevBackend) -> String {
    let (port, protocol) = (backend.address.port(), backend.protocol);
    match backend.address.ip() {
        IpAddr::V4(ip) => format!("[{ip}:{port}/{protocol},State:active]"),
        IpAddr::V6(ip) => format!("[[{ip}]:{port}/{protocol},State:active]"),
    }
}

fn turns(ranked: &[Ranked]) -> Turns {
    Turns::new(ranked.iter().map(|ranked| ranked.weight))
}
