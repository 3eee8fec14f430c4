//! The table `services`.

use crate::cilium::rows::ServiceRow;
use crate::cilium::table::Table;

pub(super) fn table(services: &[ServiceRow]) -> Table {
    let columns = ["Name", "Source", "PortNames", "TrafficPolicy", "Flags"];
    Table { columns: columns.map(str::to_owned).to_vec(), rows: services.iter().map(row).collect() }
}

fn row(service: &ServiceRow) -> Vec<String> {
    let ports: Vec<_> = service.port_names.iter().map(|(name, number)| format!("{name}={number}")).collect();
    let mut flags = service.flags.clone();
    flags.sort();
    vec![service.name.clone(), "k8s".to_owned(), ports.join(", "), policies(service), flags.join(", ")]
}

fn policies(service: &ServiceRow) -> String {
    let word = |is_local: bool| if is_local { "Local" } else { "Cluster" };
    let (external, internal) = (word(service.external_local), word(service.internal_local));
    if external == internal { external.to_owned() } else { format!("Ext={external}, Int={internal}") }
}
