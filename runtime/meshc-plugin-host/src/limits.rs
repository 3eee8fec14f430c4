//! How much of the machine a plugin may use.

use std::fmt;

use meshc_weigh::contract::ServiceView;
use serde::Serialize;

/// What one plugin may use. All of it is counted, none of it is timed.
///
/// What a plugin writes to its standard output is cut at 64 KiB, and it has no files or network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// What a plugin finds that imports WASI.
    pub wasi: Wasi,
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
    /// Seconds of processor time that compiling may take, all threads together. It is the one limit on time: a compiler
    /// has no fuel. It bounds a process of its own, see [`Compiler`](crate::Compiler).
    pub compile_seconds: u64,
    /// The memory that compiling may take.
    pub compile_bytes: u64,
}

/// What a plugin finds that imports WASI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Wasi {
    /// A world that stands still; what would need a real one ends the call.
    Frozen,
    /// Nothing: such a plugin is not loaded.
    Refuse,
}

impl Wasi {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Refuse => "refuse",
        }
    }
}

impl Limits {
    /// Limits with room for plugins in any language, small enough that a runaway one ends within a second.
    ///
    /// Where Rust guests would do with far less, the reason is the script engines that JavaScript and Python bring along.
    pub const STANDARD: Self = Self {
        wasi: Wasi::Frozen,
        file_bytes: FILE_BYTES,
        memory_bytes: MEMORY_BYTES,
        table_elements: TABLE_ELEMENTS,
        fuel: FUEL,
        fuel_per_entry: FUEL_PER_ENTRY,
        reply_bytes: REPLY_BYTES,
        reply_bytes_per_entry: REPLY_BYTES_PER_ENTRY,
        findings: FINDINGS,
        compile_seconds: COMPILE_SECONDS,
        compile_bytes: COMPILE_BYTES,
    };

    /// What a policy can change and has changed, by the names that it has there.
    pub fn differences(&self) -> Vec<(&'static str, u64)> {
        let standard = Self::STANDARD;
        let pairs = [
            ("memory", self.memory_bytes as u64, standard.memory_bytes as u64),
            ("fuel", self.fuel, standard.fuel),
            ("fuelPerEntry", self.fuel_per_entry, standard.fuel_per_entry),
            ("component", self.file_bytes as u64, standard.file_bytes as u64),
            ("compileSeconds", self.compile_seconds, standard.compile_seconds),
        ];
        pairs.into_iter().filter(|(_, own, standard)| own != standard).map(|(name, own, _)| (name, own)).collect()
    }

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

/// `StarlingMonkey`, the largest engine tried, takes 13 seconds.
const COMPILE_SECONDS: u64 = 60;

/// Python and `StarlingMonkey` take 375 MiB. The limit is on addresses, of which a program has more than it uses.
const COMPILE_BYTES: u64 = 4 << 30;

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
