use std::fmt;

/// A version of Cilium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// A release: the minor of Cilium 1, and the patch where it is given.
    Release {
        /// As 20 in 1.20.
        minor: u8,
        /// As 3 in 1.20.3; `None` stands for the newest.
        patch: Option<u8>,
    },
    /// The main branch, after the newest release.
    Main,
}

impl Version {
    /// The minors whose semantics are known (CILIUM.md), oldest first.
    pub const KNOWN: [&'static str; 5] = ["1.17", "1.18", "1.19", "1.20", "main"];

    /// Reads `1.20`, `1.20.3`, `v1.20.3` or `main`; `None` if it is none of the known.
    pub fn parse(text: &str) -> Option<Version> {
        if text == "main" {
            return Some(Self::Main);
        }
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor) = (parts.next()?, parts.next()?);
        let patch = match parts.next() {
            Some(patch) => Some(patch.parse().ok()?),
            None => None,
        };
        let known = parts.next().is_none() && Self::KNOWN.contains(&format!("{major}.{minor}").as_str());
        known.then_some(Self::Release { minor: minor.parse().ok()?, patch })
    }

    /// Whether it is at least Cilium 1.`minor`.
    pub fn is_at_least(self, minor: u8) -> bool {
        match self {
            Self::Release { minor: own, .. } => own >= minor,
            Self::Main => true,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release { minor, patch: None } => write!(f, "1.{minor}"),
            Self::Release { minor, patch: Some(patch) } => write!(f, "1.{minor}.{patch}"),
            Self::Main => f.write_str("main"),
        }
    }
}

/// How a packet finds its backend (`--bpf-lb-algorithm`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Any of them, each as likely.
    Random,
    /// By a hash of the connection, in proportion to the weights.
    Maglev,
}

impl Algorithm {
    /// Every algorithm with its word.
    pub const ALL: [(Algorithm, &'static str); 2] = [(Algorithm::Random, "random"), (Algorithm::Maglev, "maglev")];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Maglev => "maglev",
        }
    }
}

/// What programs the tables of a cluster, with the flags that change what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataPlane {
    /// Which Cilium.
    pub version: Version,
    /// How a packet finds its backend.
    pub algorithm: Algorithm,
    /// How many entries a Maglev table has.
    pub maglev_table_size: u32,
    /// Whether a pod's `connect()` picks the backend.
    pub socket_lb: bool,
    /// Whether services are offered to other clusters from a namespace that says nothing of it.
    pub default_global_namespace: bool,
}

impl DataPlane {
    /// The sizes that a Maglev table can have (CILIUM.md 6).
    pub const MAGLEV_TABLE_SIZES: [u32; 10] = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071];

    /// What a mesh has that says nothing about its data plane: Cilium 1.20 as it is installed.
    pub const STANDARD: DataPlane = DataPlane {
        version: Version::Release { minor: 20, patch: None },
        algorithm: Algorithm::Random,
        maglev_table_size: 16381,
        socket_lb: true,
        default_global_namespace: true,
    };
}

/// The profile as tables name it: `cilium-1.20/random,socket-lb`.
impl fmt::Display for DataPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cilium-{}/{}", self.version, self.algorithm.word())?;
        if self.algorithm == Algorithm::Maglev {
            write!(f, "-{}", self.maglev_table_size)?;
        }
        f.write_str(if self.socket_lb { ",socket-lb" } else { ",no-socket-lb" })?;
        if !self.default_global_namespace {
            f.write_str(",namespaces-not-global")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_that_are_known() {
        assert_eq!(Version::parse("1.20"), Some(Version::Release { minor: 20, patch: None }));
        assert_eq!(Version::parse("v1.18.10"), Some(Version::Release { minor: 18, patch: Some(10) }));
        assert_eq!(Version::parse("main"), Some(Version::Main));
        for unknown in ["1.16", "1.21", "2.20", "1", "1.20.x", "1.20.1.2", "", "latest"] {
            assert_eq!(Version::parse(unknown), None, "{unknown}");
        }
        assert!(Version::Main.is_at_least(20));
    }
}
