//! Writes a dump. Ids are ours: they are counted in the order of rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::IpAddr;

use crate::cilium::rows::{Address, Entry, FrontendBackend, FrontendRow};

/// An address of the own node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeAddress {
    /// The address.
    pub ip: IpAddr,
    /// Whether ports of nodes are served on it.
    pub serves_node_ports: bool,
    /// The device that has it.
    pub device: String,
}

/// Writes the maps that these frontends have on a node with these addresses.
pub fn render(frontends: &[FrontendRow], addresses: &[NodeAddress]) -> String {
    let entries = entries(frontends, addresses);
    let ids = backend_ids(&entries);
    let mut lines: Vec<_> = ids
        .iter()
        .map(|(address, (id, state))| format!("BE: ID={id} ADDR={address} STATE={}", map_state(state)))
        .collect();
    for (at, frontend) in entries.iter().enumerate() {
        write_entry(frontend, at + 1, &ids, &mut lines);
    }
    lines.extend(wildcards(&entries, addresses));
    lines.sort();
    lines.into_iter().fold(String::new(), |text, line| text + &line + "\n")
}

/// The map has one flag for whatever is about to end.
fn map_state(state: &'static str) -> &'static str {
    if state == "terminating-not-serving" { "terminating" } else { state }
}

type BackendIds = BTreeMap<Address, (usize, &'static str)>;

fn backend_ids(entries: &[FrontendRow]) -> BackendIds {
    let mut ids = BackendIds::new();
    for backend in entries.iter().flat_map(|frontend| &frontend.backends) {
        let next = ids.len() + 1;
        ids.entry(backend.address).or_insert((next, backend.state));
    }
    ids
}

/// A frontend on a port of the node stands once more for each address of the node, unless that is somebody's own.
fn entries(frontends: &[FrontendRow], addresses: &[NodeAddress]) -> Vec<FrontendRow> {
    let owned: BTreeSet<_> = frontends.iter().map(|frontend| frontend.address).collect();
    let mut entries = Vec::new();
    for frontend in frontends.iter().filter(|frontend| frontend.entry.is_programmed) {
        if !frontend.address.ip.is_unspecified() {
            entries.push(frontend.clone());
            continue;
        }
        entries.push(surrogate(frontend));
        let here = addresses.iter().filter(|address| address.serves_node_ports);
        for node in here.filter(|address| address.ip.is_ipv6() == frontend.address.ip.is_ipv6()) {
            let address = Address { ip: node.ip, ..frontend.address };
            if !owned.contains(&address) {
                entries.push(FrontendRow { address, ..frontend.clone() });
            }
        }
    }
    entries
}

/// The entry of all addresses is looked up by programs only: nothing is routed to it, and it has no Maglev table.
fn surrogate(frontend: &FrontendRow) -> FrontendRow {
    let mut surrogate = frontend.clone();
    surrogate.entry.maglev = None;
    if !surrogate.entry.flags.contains(&NON_ROUTABLE) {
        // It stands before what is said of sources, and behind all else that a port of a node can have.
        let before = |flag: &&str| matches!(*flag, "check source-range" | "delegate-if-local" | "dsr");
        let flags = &mut surrogate.entry.flags;
        let at = flags.iter().position(before).unwrap_or(flags.len());
        flags.insert(at, NON_ROUTABLE);
    }
    surrogate
}

const NON_ROUTABLE: &str = "non-routable";

fn write_entry(frontend: &FrontendRow, id: usize, ids: &BackendIds, lines: &mut Vec<String>) {
    let entry = &frontend.entry;
    let id_of = |address: &Address| ids.get(address).map_or(0, |(id, _)| *id);
    let flags = flags(frontend);
    let start = format!("SVC: ID={id} ADDR={}", frontend.address);
    lines.push(format!(
        "{start} SLOT=0 LBALG={} AFFTimeout={} COUNT={} QCOUNT={} FLAGS={flags}",
        entry.algorithm,
        entry.affinity.unwrap_or_default(),
        entry.count,
        entry.quarantined,
    ));
    // A backend in maintenance is known and has no slot.
    for (slot, backend) in frontend.backends.iter().filter(|backend| backend.state != "maintenance").enumerate() {
        let backend = id_of(&backend.address);
        lines.push(format!("{start} SLOT={} BEID={backend} COUNT=0 QCOUNT=0 FLAGS={flags}", slot + 1));
    }
    lines.push(format!("REV: ID={id} ADDR={}", frontend.address.host_and_port()));
    lines.extend(entry.ranges.iter().map(|range| format!("SRCRANGE: ID={id} CIDR={range}")));
    lines.extend(affinities(entry, &frontend.backends).map(|address| format!("AFF: ID={id} BEID={}", id_of(address))));
    lines.extend(entry.maglev.as_ref().map(|counts| format!("MAGLEV: ID={id} INNER=[{}]", inner(counts, &id_of))));
}

fn flags(frontend: &FrontendRow) -> String {
    [frontend.kind].iter().chain(&frontend.entry.flags).copied().collect::<Vec<_>>().join("+")
}

fn affinities<'e>(entry: &Entry, backends: &'e [FrontendBackend]) -> impl Iterator<Item = &'e Address> {
    let stays = entry.affinity.is_some();
    backends.iter().filter(move |backend| stays && backend.state == "active").map(|backend| &backend.address)
}

fn inner(counts: &[(Address, usize)], id_of: &dyn Fn(&Address) -> usize) -> String {
    let mut counts: Vec<_> =
        counts.iter().map(|(address, count)| (std::cmp::Reverse(*count), id_of(address))).collect();
    counts.sort_unstable();
    let mut text = String::new();
    for (count, id) in counts {
        let _ = write!(text, "{}{id}({})", if text.is_empty() { "" } else { ", " }, count.0);
    }
    text
}

/// One entry for each address that has one, unless it is an address of the node.
fn wildcards(entries: &[FrontendRow], addresses: &[NodeAddress]) -> BTreeSet<String> {
    let own: BTreeSet<_> = addresses.iter().map(|address| address.ip).collect();
    let mut seen = BTreeMap::new();
    for frontend in entries.iter().filter(|frontend| frontend.entry.has_wildcard && !own.contains(&frontend.address.ip))
    {
        seen.entry(frontend.address.ip).or_insert(frontend.kind);
    }
    let line = |(ip, kind): (IpAddr, &str)| {
        let address = Address { ip, port: 0, protocol: "ANY", internal: false };
        format!("SVC: ID=0 ADDR={address} SLOT=0 LBALG=undef AFFTimeout=0 COUNT=0 QCOUNT=0 FLAGS={kind}+{NON_ROUTABLE}")
    };
    seen.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cilium::maps::parse;

    fn address(ip: &str) -> Address {
        Address { ip: ip.parse().unwrap(), port: 80, protocol: "TCP", internal: false }
    }

    fn frontend(ip: &str, kind: &'static str) -> FrontendRow {
        let state = |ip, state| FrontendBackend { address: address(ip), cluster: None, state };
        let entry = Entry {
            is_programmed: true,
            count: 1,
            algorithm: "undef",
            affinity: Some(5),
            maglev: Some(vec![(address("10.0.0.1"), 1021)]),
            has_wildcard: kind == "ClusterIP",
            ..Entry::default()
        };
        FrontendRow {
            address: address(ip),
            kind,
            service: "a/b".to_owned(),
            port_name: String::new(),
            service_port: 80,
            backends: vec![state("10.0.0.1", "active"), state("10.0.0.2", "maintenance")],
            entry,
        }
    }

    fn node(ip: &str) -> NodeAddress {
        NodeAddress { ip: ip.parse().unwrap(), serves_node_ports: true, device: String::new() }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let text = render(&[frontend("1.1.1.1", "ClusterIP")], &[]);
        assert_eq!(
            text,
            "AFF: ID=1 BEID=1\n\
             BE: ID=1 ADDR=10.0.0.1:80/TCP STATE=active\n\
             BE: ID=2 ADDR=10.0.0.2:80/TCP STATE=maintenance\n\
             MAGLEV: ID=1 INNER=[1(1021)]\n\
             REV: ID=1 ADDR=1.1.1.1:80\n\
             SVC: ID=0 ADDR=1.1.1.1:0/ANY SLOT=0 LBALG=undef AFFTimeout=0 COUNT=0 QCOUNT=0 FLAGS=ClusterIP+non-routable\n\
             SVC: ID=1 ADDR=1.1.1.1:80/TCP SLOT=0 LBALG=undef AFFTimeout=5 COUNT=1 QCOUNT=0 FLAGS=ClusterIP\n\
             SVC: ID=1 ADDR=1.1.1.1:80/TCP SLOT=1 BEID=1 COUNT=0 QCOUNT=0 FLAGS=ClusterIP\n"
        );
        assert_eq!(parse(&text).unwrap().services.len(), 1);
    }

    #[test]
    fn ports_of_nodes_stand_for_each_address() {
        let frontends = [frontend("0.0.0.0", "NodePort"), frontend("2.2.2.2", "LoadBalancer")];
        let maps = parse(&render(&frontends, &[node("1.1.1.1"), node("2.2.2.2"), node("fd::1")])).unwrap();
        let addresses: Vec<_> = maps.services.keys().map(String::as_str).collect();
        assert_eq!(addresses, ["0.0.0.0:80/TCP", "1.1.1.1:80/TCP", "2.2.2.2:80/TCP"]);
        assert!(maps.services["0.0.0.0:80/TCP"].maglev.is_empty());
        assert!(maps.services["0.0.0.0:80/TCP"].head.ends_with("FLAGS=NodePort+non-routable"));
        assert!(maps.services["1.1.1.1:80/TCP"].head.ends_with("FLAGS=NodePort"));
        assert!(maps.services["2.2.2.2:80/TCP"].head.ends_with("FLAGS=LoadBalancer"));
    }

    #[test]
    fn an_address_of_the_node_has_no_entry_for_other_ports() {
        let frontends = [frontend("1.1.1.1", "ClusterIP")];
        assert_eq!(parse(&render(&frontends, &[])).unwrap().wildcards.len(), 1);
        assert!(parse(&render(&frontends, &[node("1.1.1.1")])).unwrap().wildcards.is_empty());
    }
}
