//! How much of the machine a plugin may use.

use std::fmt;

use meshc_weigh::contract::ServiceView;

/// What one plugin may use. All of it is counted, none of it is timed.
///
/// Plugins have no standard output, files or network, so there is no limit on those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the component.
    pub file_bytes: usize,
    /// The linear memory of one instance, all of its memories together.
    pub memory_bytes: usize,
    /// The elements of one table. The engine has room for no more than the standard.
    pub table_elements: usize,
    /// Fuel of any call. One unit is about one WebAssembly instruction, or one byte of a bulk copy.
    pub fuel: u64,
    /// Fuel on top of it for each entry of a service's matrix, which is clients x groups.
    pub fuel_per_entry: u64,
    /// The size of any reply, as the host keeps it.
    pub reply_bytes: usize,
    /// Bytes on top of it for each entry of a service's matrix.
    pub reply_bytes_per_entry: usize,
    /// How many findings one service may have.
    pub findings: usize,
}

impl Limits {
    /// Limits with room for plugins in any language, small enough that a runaway one ends within a second.
    ///
    /// Where Rust guests would do with far less, the reason is the script engines that JavaScript and Python bring along.
    pub const STANDARD: Self = Self {
        file_bytes: FILE_BYTES,
        memory_bytes: MEMORY_BYTES,
        table_elements: TABLE_ELEMENTS,
        fuel: FUEL,
        fuel_per_entry: FUEL_PER_ENTRY,
        reply_bytes: REPLY_BYTES,
        reply_bytes_per_entry: REPLY_BYTES_PER_ENTRY,
        findings: FINDINGS,
    };

    /// What a call gets that has to do with so many entries.
    pub fn budget(&self, entries: usize) -> Budget {
        Budget {
            fuel: self.fuel.saturating_add(self.fuel_per_entry.saturating_mul(entries as u64)),
            reply_bytes: self.reply_bytes.saturating_add(self.reply_bytes_per_entry.saturating_mul(entries)),
        }
    }

    /// What a batch gets: no more than the smallest of its services would get alone.
    ///
    /// **Invariant**: what passes in a batch passes alone. What fails in a batch is asked again alone, and that verdict
    /// counts, so the verdict does not depend on how services are put into batches. A sum would be the roomier budget,
    /// but there one service could live on what its neighbors leave over, and fail on the day when they are cached.
    pub fn batch_budget(&self, services: &[ServiceView]) -> Budget {
        let smallest = services.iter().map(|service| service.clients.len() * service.groups.len()).min();
        self.budget(smallest.unwrap_or(0))
    }
}

/// What one call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its fuel.
    pub fuel: u64,
    /// The size of its reply.
    pub reply_bytes: usize,
}

/// A number of bytes, in the largest unit that it is a whole number of.
pub(crate) struct Size(pub(crate) usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= MIB && bytes.is_multiple_of(MIB) => write!(f, "{} MiB", bytes / MIB),
            bytes if bytes >= KIB && bytes.is_multiple_of(KIB) => write!(f, "{} KiB", bytes / KIB),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// A component with Python in it has 18 MB.
const FILE_BYTES: usize = 64 * MIB;

/// A Rust guest needs 2 MiB; `StarlingMonkey`, the largest engine tried, took 120 MiB for 10,000 entries.
const MEMORY_BYTES: usize = 256 * MIB;

/// Python has about 13,000 functions, and each takes an element of a table at most.
pub(crate) const TABLE_ELEMENTS: usize = 100_000;

/// About half a second in a tight loop. Starting and answering takes a Rust guest 10,000 units, `StarlingMonkey` 1.7 M.
const FUEL: u64 = 1_000_000_000;

/// Rust needs 4,000 units for an entry, Python 46,000, `QuickJS` 62,000, `StarlingMonkey` 276,000.
const FUEL_PER_ENTRY: u64 = 1_000_000;

/// A batch of 64 services of 2,500 entries has 640 kB of weights; reasons for each of them are what takes room.
const REPLY_BYTES: usize = 4 * MIB;

/// A weight, and its reason in a few words.
const REPLY_BYTES_PER_ENTRY: usize = 64;

/// More than a reader takes in.
const FINDINGS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn service(clients: u32, groups: usize) -> ServiceView {
        let group = meshc_weigh::contract::GroupView { cluster: 0, zone: String::new(), endpoints: 1, attrs: vec![] };
        ServiceView {
            namespace: "shop".into(),
            name: "cart".into(),
            port: "80".into(),
            attrs: vec![],
            groups: vec![group; groups],
            clients: (0..clients).collect(),
            baseline: vec![1; clients as usize * groups],
        }
    }

    #[test]
    fn a_batch_gets_what_its_smallest_service_gets() {
        let limits = Limits::STANDARD;
        let batch = [service(3, 3), service(1, 2), service(10, 10)];
        assert_eq!(limits.batch_budget(&batch), limits.budget(2));
        assert_eq!(limits.budget(2).fuel, 1_002_000_000);
    }

    #[test]
    fn sizes_are_shown_in_whole_units() {
        for (bytes, shown) in [(0, "0 bytes"), (1000, "1000 bytes"), (2048, "2 KiB"), (64 << 20, "64 MiB")] {
            assert_eq!(Size(bytes).to_string(), shown);
        }
    }
}
