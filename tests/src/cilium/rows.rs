//! What the compiler says, in Cilium's words: the rows that tables, values and maps are written from.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// Everything that is compared.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The Services of the own cluster.
    pub services: Vec<ServiceRow>,
    /// Their addresses.
    pub frontends: Vec<FrontendRow>,
    /// All backends, used or not.
    pub backends: Vec<BackendRow>,
}

/// An address with its port, as Cilium writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The address.
    pub ip: IpAddr,
    /// The number.
    pub port: u16,
    /// The protocol's word.
    pub protocol: &'static str,
    /// Whether it is for clients of the own cluster only.
    pub internal: bool,
}

impl Address {
    /// The address and number alone.
    pub fn host_and_port(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => format!("{ip}:{}", self.port),
            IpAddr::V6(ip) => format!("[{ip}]:{}", self.port),
        }
    }

    /// As older versions write the backend of another cluster.
    pub fn of_cluster(&self, cluster: Option<u64>) -> String {
        let Some(id) = cluster else {
            return self.to_string();
        };
        match self.ip {
            IpAddr::V4(ip) => format!("{ip}@{id}:{}/{}", self.port, self.protocol),
            IpAddr::V6(ip) => format!("[{ip}@{id}]:{}/{}", self.port, self.protocol),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.host_and_port(), self.protocol, if self.internal { "/i" } else { "" })
    }
}

/// A Service.
#[derive(Clone, Debug)]
pub struct ServiceRow {
    /// Namespace and name.
    pub name: String,
    /// The numbers of its ports by their names.
    pub port_names: BTreeMap<String, u16>,
    /// Whether clients outside of the cluster reach backends of the same node only.
    pub external_local: bool,
    /// Whether clients of the cluster do.
    pub internal_local: bool,
    /// What is rarely set, as `Name=value`.
    pub flags: Vec<String>,
}

/// An address that clients connect to.
#[derive(Clone, Debug)]
pub struct FrontendRow {
    /// The address.
    pub address: Address,
    /// What kind of address, as Cilium calls it.
    pub kind: &'static str,
    /// Namespace and name of its Service.
    pub service: String,
    /// The name of its port.
    pub port_name: String,
    /// The number of its port within the cluster.
    pub service_port: u16,
    /// Who serves it, in the order of slots.
    pub backends: Vec<FrontendBackend>,
    /// What the maps hold for it.
    pub entry: Entry,
}

/// What the maps hold for a frontend.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Whether they hold anything.
    pub is_programmed: bool,
    /// How many slots take new connections.
    pub count: usize,
    /// How many others there are.
    pub quarantined: usize,
    /// The algorithm that the Service asks for.
    pub algorithm: &'static str,
    /// How long a client stays with a backend, in seconds.
    pub affinity: Option<u32>,
    /// What else is said of it, in the order of Cilium.
    pub flags: Vec<&'static str>,
    /// Who may connect.
    pub ranges: Vec<String>,
    /// How many entries each backend has in the Maglev table.
    pub maglev: Option<Vec<(Address, usize)>>,
    /// Whether its address has an entry for ports that it does not serve.
    pub has_wildcard: bool,
}

/// A backend of a frontend.
#[derive(Clone, Debug)]
pub struct FrontendBackend {
    /// Its address.
    pub address: Address,
    /// The id of its cluster, if that is another.
    pub cluster: Option<u64>,
    /// Its state.
    pub state: &'static str,
}

/// A backend.
#[derive(Clone, Debug)]
pub struct BackendRow {
    /// Namespace and name of its Service.
    pub service: String,
    /// Its address.
    pub address: Address,
    /// The id of its cluster, if that is another.
    pub cluster: Option<u64>,
    /// Its state.
    pub state: &'static str,
    /// The names of its port.
    pub port_names: Vec<String>,
    /// Its weight.
    pub weight: u16,
    /// Its node.
    pub node: String,
    /// Its zone, and the zones that it is meant for.
    pub zone: Option<(String, Vec<String>)>,
}

impl BackendRow {
    /// Who told Cilium of it.
    pub fn source(&self) -> &'static str {
        if self.cluster.is_some() { "clustermesh" } else { "k8s" }
    }

    /// The place of that source among all that Cilium has, by how far they are trusted.
    pub fn priority(&self) -> &'static str {
        if self.cluster.is_some() { "5" } else { "4" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_cilium_does() {
        let address = |ip: &str, internal| Address { ip: ip.parse().unwrap(), port: 80, protocol: "TCP", internal };
        assert_eq!(address("10.0.0.1", true).to_string(), "10.0.0.1:80/TCP/i");
        assert_eq!(address("fd00::1", false).to_string(), "[fd00::1]:80/TCP");
        assert_eq!(address("20.0.0.2", false).of_cluster(Some(2)), "20.0.0.2@2:80/TCP");
        assert_eq!(address("::", false).host_and_port(), "[::]:80");
    }
}
