//! Table cases: a project in one file like any case, and at its end, as comments, the tables that it gives.
//!
//! `# client: cluster=cluster1 node=n1 zone=z1` in the head says where the client is; each part may be left out, and
//! without a cluster the tables of all are shown. The tables begin with the line `# tables`. What is as usual is not
//! shown: warnings, of which a case that is to show a rule at work has many; a weight of 100, the algorithm random, slots that all take new connections, a share that is the same on both
//! paths.

use std::fmt::Write;

use meshc_compiler::emit::{
    BackendRow, ExcludedRow, FrontendRow, LoadBalancingTable, MaglevDetail, ServiceRow, Share, table_document,
};
use meshc_compiler::model::{Backend, Name};
use meshc_compiler::tables::Client;
use meshc_diag::Severity;

use crate::case::annotate_for;
use crate::compile::Compiled;

const TABLES: &str = "# tables";
const CLIENT: &str = "# client: ";

/// Compiles a case's own text, and gives the text with what was said and the tables.
pub fn annotate(case: &str) -> String {
    let own = own(case);
    let place = Place::of(&own);
    let (mut text, compiled) = annotate_for(place.client, &own, |found| found.severity == Severity::Error);
    let _ = writeln!(text, "{TABLES}");
    tables(&compiled, place.cluster, &mut text);
    text
}

/// The case without its tables.
fn own(case: &str) -> String {
    case.split_inclusive('\n').take_while(|line| line.trim_end() != TABLES).collect()
}

/// Where the client is.
struct Place<'c> {
    cluster: Option<&'c str>,
    client: Client,
}

impl<'c> Place<'c> {
    fn of(case: &'c str) -> Self {
        let mut place = Self { cluster: None, client: Client::ANYWHERE };
        for word in case.lines().find_map(|line| line.strip_prefix(CLIENT)).unwrap_or_default().split(' ') {
            match word.split_once('=') {
                Some(("cluster", name)) => place.cluster = Some(name),
                Some(("node", name)) => place.client.node = Some(Name::new(name)),
                Some(("zone", name)) => place.client.zone = Some(Name::new(name)),
                _ => assert!(word.is_empty(), "a client has a cluster, a node and a zone, and no `{word}`"),
            }
        }
        place
    }
}

fn tables(compiled: &Compiled, cluster: Option<&str>, text: &mut String) {
    let Some(weighted) = &compiled.weighted else {
        text.push_str("# none, since something is wrong\n");
        return;
    };
    for id in weighted.mesh.mesh().cluster_ids() {
        let table = table_document(weighted, id, MaglevDetail::None, |_| true);
        if cluster.is_none_or(|name| name == table.cluster) {
            table.services.iter().for_each(|row| service(&table, row, text));
        }
    }
}

fn service(table: &LoadBalancingTable, row: &ServiceRow, text: &mut String) {
    let mut words = vec![if row.global { "global" } else { "not global" }.to_owned()];
    if row.global && !row.shared {
        words.push("not shared".into());
    }
    if row.affinity != "none" {
        words.push(format!("affinity {}", row.affinity));
    }
    if let Some(seconds) = row.session_affinity_seconds {
        words.push(format!("clients stay {seconds} s"));
    }
    if let Some(ranges) = &row.source_ranges {
        words.push(format!("{} {}", ranges.policy, ranges.ranges.join(" ")));
    }
    let _ = writeln!(text, "# {} {}/{}: {}", table.cluster, row.namespace, row.name, words.join(", "));
    row.frontends.iter().for_each(|row| frontend(row, text));
    for absent in &row.absent {
        let _ = writeln!(text, "#   no {}: {}", absent.frontend_type, absent.reason);
    }
    for mirrored in &row.mirrored {
        let _ = writeln!(text, "#   mirrored from {}: {}", mirrored.cluster, mirrored.endpoints.join(", "));
    }
}

fn frontend(row: &FrontendRow, text: &mut String) {
    let mut words = vec![row.frontend_type.to_owned()];
    words.extend(row.scope.map(str::to_owned));
    words.push(format!("{}/{}", listening(row.address.as_deref(), row.port), row.protocol));
    words.extend((!row.port_name.is_empty()).then(|| row.port_name.to_owned()));
    words.extend((row.algorithm != "random").then(|| row.algorithm.to_owned()));
    if row.slots.qcount > 0 || row.slots.count as usize != row.backends.len() {
        words.push(format!("count {} qcount {}", row.slots.count, row.slots.qcount));
    }
    words.extend(row.depends_on.iter().map(|word| format!("depends-on-{word}")));
    words.extend((row.programmed == Some(false)).then(|| "not-programmed".into()));
    words.extend(row.source_ranges.then(|| "source-ranges".into()));
    words.extend(row.policy.as_ref().map(|policy| format!("policy {policy}")));
    let _ = writeln!(text, "#   {}", words.join(" "));
    row.backends.iter().for_each(|row| backend(row, text));
    row.excluded.iter().for_each(|row| excluded(row, text));
}

fn backend(row: &BackendRow, text: &mut String) {
    let name = identity(row.address.as_deref(), row.workload, row.ordinal);
    let mut words = vec![row.cluster.to_owned(), listening(Some(&name), Some(row.port)), row.state.to_owned()];
    words.extend((row.weight != u32::from(Backend::STANDARD_WEIGHT)).then(|| format!("weight {}", row.weight)));
    words.extend(row.node.map(|node| format!("on {node}")));
    words.push(share(&row.share));
    let _ = writeln!(text, "#     {}", words.join(" "));
}

fn excluded(row: &ExcludedRow, text: &mut String) {
    let name = identity(row.address.as_deref(), row.workload, row.ordinal);
    let listening = row.port.map_or_else(|| name.clone(), |port| listening(Some(&name), Some(port)));
    let _ = writeln!(text, "#     - {} {listening} {}", row.cluster, row.reason);
}

/// An address, or a pod as `deployment/echo[0]`.
fn identity(address: Option<&str>, workload: Option<&str>, ordinal: Option<u32>) -> String {
    match (address, workload, ordinal) {
        (Some(address), ..) => address.to_owned(),
        (None, Some(workload), Some(ordinal)) => format!("{workload}[{ordinal}]"),
        (None, ..) => "?".to_owned(),
    }
}

/// An address and a number, each `?` if it is not known yet.
fn listening(address: Option<&str>, port: Option<u16>) -> String {
    let address = match address {
        Some(address) if address.contains(':') => format!("[{address}]"),
        Some(address) => address.to_owned(),
        None => "?".to_owned(),
    };
    port.map_or_else(|| format!("{address}:?"), |port| format!("{address}:{port}"))
}

fn share(share: &Share) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let (socket, packet) = (percent(share.socket), percent(share.packet));
    let acts = if socket == packet { socket } else { format!("socket {socket} packet {packet}") };
    share.wanted.map_or_else(|| acts.clone(), |wanted| format!("{acts} wanted {}", percent(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_from_the_case() {
        assert_eq!(own("a: 1\n# tables\n# b\n"), "a: 1\n");
        assert_eq!(own("a: 1\n# tables of others\n"), "a: 1\n# tables of others\n");
    }

    #[test]
    fn a_client_is_somewhere() {
        let case = "# CILIUM.md 3.3: a rule.\n# client: cluster=cluster1 node=n1\na: 1\n";
        let place = Place::of(case);
        assert_eq!(place.cluster, Some("cluster1"));
        assert_eq!(place.client, Client { node: Some(Name::new("n1")), zone: None });
        assert_eq!(Place::of("a: 1\n").client, Client::ANYWHERE);
    }

    #[test]
    fn what_is_not_known_is_a_question_mark() {
        assert_eq!(listening(None, None), "?:?");
        assert_eq!(listening(Some("fd00::1"), Some(80)), "[fd00::1]:80");
    }
}
