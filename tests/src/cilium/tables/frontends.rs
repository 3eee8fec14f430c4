//! The table `frontends`.

use crate::cilium::rows::FrontendRow;
use crate::cilium::table::Table;
use crate::cilium::tables::Style;

pub(super) fn table(frontends: &[FrontendRow], style: Style) -> Table {
    let columns = ["Address", "Type", "ServiceName", "PortName", "Backends", "RedirectTo"];
    let rows = frontends.iter().map(|frontend| row(frontend, style));
    Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}

fn row(frontend: &FrontendRow, style: Style) -> Vec<String> {
    let backends = frontend.backends.iter().map(|backend| {
        let cluster = backend.cluster.filter(|_| style.has_cluster_ids);
        backend.address.of_cluster(cluster)
    });
    vec![
        frontend.address.to_string(),
        frontend.kind.to_owned(),
        frontend.service.clone(),
        frontend.port_name.clone(),
        backends.collect::<Vec<_>>().join(", "),
        // Redirection is the work of policies that we doubt.
        String::new(),
    ]
}

/// The list in a fixed order.
pub(super) fn canonical_backends(cell: &str) -> String {
    let (list, more) = cell.split_once(" + ").unwrap_or((cell, ""));
    let mut backends: Vec<_> = list.split(", ").collect();
    backends.sort_unstable();
    let more = if more.is_empty() { String::new() } else { format!(" + {more}") };
    backends.join(", ") + &more
}

/// Whether `short` is the list `long`, cut off.
pub(super) fn is_short_for(short: &str, long: &str) -> bool {
    let Some((shown, more)) = short.split_once(" + ") else {
        return false;
    };
    let more: usize = more.trim_end_matches(" more ...").parse().unwrap_or_default();
    let long: Vec<_> = long.split(", ").collect();
    let mut shown = shown.split(", ").peekable();
    long.len() == shown.clone().count() + more && shown.all(|backend| long.contains(&backend))
}
