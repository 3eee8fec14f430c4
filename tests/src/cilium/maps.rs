//! The load-balancing maps of the data plane, as `lb/maps-dump` writes them.
//!
//! Ids depend on the order in which Cilium met things. They are resolved while a dump is read: entries are known by the
//! addresses of frontends, slots by the addresses of backends.

mod parse;
mod render;

use std::collections::BTreeMap;

use crate::cilium::table::{Difference, difference};

pub use parse::parse;
pub use render::{NodeAddress, render};

/// The maps without ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Maps {
    /// The states of backends.
    pub backends: BTreeMap<String, String>,
    /// The entries of frontends.
    pub services: BTreeMap<String, Service>,
    /// The flags of entries for ports that an address does not serve.
    pub wildcards: BTreeMap<String, String>,
}

/// The entries of a frontend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// What stands in its first entry: algorithm, timeout, counts, flags.
    pub head: String,
    /// Its slots in order, with what stands in each.
    pub slots: BTreeMap<usize, String>,
    /// The address that replies come from.
    pub reverse: String,
    /// How many entries each backend has in the Maglev table.
    pub maglev: Vec<String>,
    /// Who may connect.
    pub ranges: Vec<String>,
    /// The backends that clients may stay with.
    pub affinities: Vec<String>,
}

impl Maps {
    /// Whether they hold nothing.
    pub fn is_empty(&self) -> bool {
        self.backends.is_empty() && self.services.is_empty() && self.wildcards.is_empty()
    }

    /// How `found` differs. Versions without entries for unserved ports expect none.
    pub fn compare(&self, found: &Self) -> Difference {
        let mut found = found.clone();
        if self.wildcards.is_empty() {
            found.wildcards.clear();
        }
        difference(self.lines(), found.lines())
    }

    /// One line for each thing that could differ alone.
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<_> =
            self.backends.iter().map(|(address, state)| format!("backend {address} {state}")).collect();
        for (address, service) in &self.services {
            lines.push(format!("{address} {}", service.head));
            lines.push(format!("{address} replies from {}", service.reverse));
            let slots: Vec<_> = service.slots.iter().map(|(slot, text)| format!("{slot}: {text}")).collect();
            for (word, list) in [
                ("slots", &slots),
                ("maglev", &service.maglev),
                ("ranges", &service.ranges),
                ("affinities", &service.affinities),
            ] {
                if !list.is_empty() {
                    lines.push(format!("{address} {word} [{}]", list.join(", ")));
                }
            }
        }
        lines.extend(self.wildcards.iter().map(|(address, flags)| format!("{address} any port {flags}")));
        lines
    }
}
