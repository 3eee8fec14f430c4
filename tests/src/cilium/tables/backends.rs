//! The table `backends`: newest versions have a row for each service and address, older ones one for each address.

use std::collections::BTreeMap;

use crate::cilium::rows::BackendRow;
use crate::cilium::table::Table;
use crate::cilium::tables::Style;

pub(super) fn table(backends: &[BackendRow], style: Style) -> Table {
    let columns = ["Service", "Address", "Source", "Priority", "State", "PortNames", "NodeName"];
    let rows = backends.iter().map(|backend| {
        vec![
            backend.service.clone(),
            address(backend, style),
            backend.source().to_owned(),
            backend.priority().to_owned(),
            backend.state.to_owned(),
            backend.port_names.join(","),
            backend.node.clone(),
        ]
    });
    Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn address(backend: &BackendRow, style: Style) -> String {
    backend.address.of_cluster(backend.cluster.filter(|_| style.has_cluster_ids))
}

/// The older form. An instance is a service with its state and port names.
pub(super) fn instances(backends: &[BackendRow], style: Style) -> Table {
    let mut by_address: BTreeMap<String, Vec<&BackendRow>> = BTreeMap::new();
    for backend in backends {
        by_address.entry(address(backend, style)).or_default().push(backend);
    }
    let rows = by_address.into_iter().map(|(address, mut backends)| {
        backends.sort_by_key(|backend| &backend.service);
        let instances: Vec<_> = backends.iter().map(|backend| instance(backend)).collect();
        vec![address, instances.join(", "), String::new(), backends[0].node.clone()]
    });
    let columns = ["Address", "Instances", "Shadows", "NodeName"];
    Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn instance(backend: &BackendRow) -> String {
    let state = if backend.state == "active" { String::new() } else { format!(" [{}]", backend.state) };
    let names = backend.port_names.join(" ");
    backend.service.clone() + &state + &if names.is_empty() { names } else { format!(" ({names})") }
}

/// Instances with the state before the names, whichever way they were written.
pub(super) fn canonical_instances(cell: &str) -> String {
    let mut instances: Vec<_> = split_outside(cell).into_iter().map(|text| canonical_instance(&text)).collect();
    instances.sort();
    instances.join(", ")
}

fn canonical_instance(text: &str) -> String {
    let between = |open: char, close: char| {
        let (_, inner) = text.split_once(open)?;
        inner.split_once(close).map(|(inner, _)| inner)
    };
    let name = text.split([' ', '(', '[']).next().unwrap_or_default();
    let state = between('[', ']').map(|state| format!(" [{state}]")).unwrap_or_default();
    let mut names: Vec<_> =
        between('(', ')').unwrap_or_default().split([' ', ',']).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(" ")) };
    format!("{name}{state}{names}")
}

/// Splits at commas that stand outside of brackets.
fn split_outside(cell: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in cell.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("there is a first").push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cilium::rows::Address;

    fn backend(service: &str, names: &[&str], state: &'static str, cluster: Option<u64>) -> BackendRow {
        BackendRow {
            service: service.to_owned(),
            address: Address { ip: "20.0.0.2".parse().unwrap(), port: 80, protocol: "TCP", internal: false },
            cluster,
            state,
            port_names: names.iter().map(|name| (*name).to_owned()).collect(),
            weight: 100,
            node: "n".to_owned(),
            zone: None,
        }
    }

    #[test]
    fn an_address_is_one_row_with_its_instances() {
        let style = Style { has_cluster_ids: true, has_instances: true };
        let backends = [backend("a/x", &["h", "i"], "terminating", None), backend("a/b", &[], "active", None)];
        assert_eq!(instances(&backends, style).rows, [["20.0.0.2:80/TCP", "a/b, a/x [terminating] (h i)", "", "n"]]);
        let remote = instances(&[backend("a/b", &[], "active", Some(2))], style);
        assert_eq!(remote.rows[0][0], "20.0.0.2@2:80/TCP");
    }

    #[test]
    fn instances_are_the_same_however_they_are_written() {
        assert_eq!(
            canonical_instances("b/x (i,h) [terminating], a/y"),
            canonical_instances("a/y, b/x [terminating] (h i)")
        );
        assert_ne!(canonical_instances("a/y"), canonical_instances("a/y (h)"));
    }
}
