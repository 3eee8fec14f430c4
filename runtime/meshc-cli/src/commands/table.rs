//! `meshc table`.

use anyhow::Result;
use meshc_compiler::emit::{
    BackendRow, ExcludedRow, FrontendRow, LoadBalancingTable, MaglevDetail, ServiceRow, table_document,
};
use serde::Serialize;

use super::{Ask, check_client, client, compile, find_cluster, split_service};
use crate::args::{Args, TableArgs, TableForm};
use crate::exit::{Exit, Stop};
use crate::load::load;
use crate::plugins::PluginStore;
use crate::terminal::{columns, print, stdout_is_terminal};

/// Several tables in one JSON document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List {
    api_version: &'static str,
    kind: &'static str,
    items: Vec<LoadBalancingTable>,
}

pub(super) fn run(own: &TableArgs, args: &Args) -> Result<Exit> {
    let project = load(&own.input.input)?;
    let store = PluginStore::new(&project.root, args, None);
    let weighted =
        compile(&project, &store, args, &Ask::from(client(&own.client)), |mesh| Ok(check_client(mesh, &own.client)?))?;
    let mesh = weighted.mesh.mesh();
    let only = own.cluster.as_deref().map(|name| find_cluster(mesh, name)).transpose()?;
    let service = own.service.as_deref().map(split_service);
    if let Some((namespace, name)) = service
        && !mesh.services.iter().any(|group| group.namespace == namespace && group.name == name)
    {
        return Err(Stop::Usage(format!("there is no service `{namespace}/{name}`")).into());
    }
    let detail = match (own.maglev_full, own.maglev) {
        (true, _) => MaglevDetail::Entries,
        (false, true) => MaglevDetail::Counts,
        (false, false) => MaglevDetail::None,
    };
    let clusters = mesh.cluster_ids().filter(|id| only.is_none_or(|only| only == *id));
    let tables: Vec<_> = clusters
        .map(|cluster| {
            table_document(&weighted, cluster, detail, |group| {
                service.is_none_or(|(namespace, name)| group.namespace == namespace && group.name == name)
            })
        })
        .collect();
    let standard = if stdout_is_terminal() { TableForm::Table } else { TableForm::Json };
    print(&match own.output.unwrap_or(standard) {
        TableForm::Table => tables.iter().map(for_people).collect::<Vec<_>>().join("\n"),
        TableForm::Json => json(tables, only.is_some())?,
        TableForm::Yaml => yaml(&tables)?,
    })?;
    Ok(Exit::Done)
}

fn json(mut tables: Vec<LoadBalancingTable>, single: bool) -> Result<String> {
    let text = match tables.pop() {
        Some(table) if single => serde_json::to_string_pretty(&table)?,
        last => {
            tables.extend(last);
            let list = List { api_version: "meshc.dev/v1alpha1", kind: "LoadBalancingTableList", items: tables };
            serde_json::to_string_pretty(&list)?
        }
    };
    Ok(text + "\n")
}

fn yaml(tables: &[LoadBalancingTable]) -> Result<String> {
    let mut text = String::new();
    for table in tables {
        text.push_str("---\n");
        meshc_compiler::emit::to_yaml(table, &mut text)?;
    }
    Ok(text)
}

fn for_people(table: &LoadBalancingTable) -> String {
    let mut text = format!("{} ({})\n", table.cluster, table.profile);
    for service in &table.services {
        text.push('\n');
        text.push_str(&service_for_people(service));
    }
    text
}

fn service_for_people(service: &ServiceRow) -> String {
    let mut words = vec![if service.global { "global" } else { "not global" }];
    words.extend((service.global && !service.shared).then_some("not shared"));
    let affinity = format!("affinity {}", service.affinity);
    words.extend((service.affinity != "none").then_some(affinity.as_str()));
    let mut text = format!("{}/{}  {}\n", service.namespace, service.name, words.join(", "));
    if let Some(seconds) = service.session_affinity_seconds {
        text.push_str(&format!("  a client stays with its backend for {seconds} s\n"));
    }
    if let Some(sources) = &service.source_ranges {
        let verb = if sources.policy == "deny" { "keeps out" } else { "is for" };
        text.push_str(&format!("  {verb} clients in {}\n", sources.ranges.join(", ")));
    }
    for frontend in &service.frontends {
        text.push_str(&frontend_for_people(frontend));
    }
    if service.frontends.is_empty() {
        text.push_str("  no frontend\n");
    }
    for absent in &service.absent {
        text.push_str(&format!("  no {}: {}\n", absent.frontend_type, absent.reason));
    }
    for mirrored in &service.mirrored {
        text.push_str(&format!("  mirrored from {}: {}\n", mirrored.cluster, mirrored.endpoints.join(", ")));
    }
    text
}

fn frontend_for_people(frontend: &FrontendRow) -> String {
    let address = match (frontend.frontend_type, frontend.address.as_deref()) {
        ("NodePort", Some("::")) => "every node (IPv6)",
        ("NodePort", _) => "every node",
        (_, Some(address)) => address,
        (_, None) => "(address by the cluster)",
    };
    let port = frontend.port.map_or("(port by the cluster)".to_owned(), |port| port.to_string());
    let mut words = vec![format!("  {} {address} {port}/{}", frontend.frontend_type, frontend.protocol)];
    words.extend((!frontend.port_name.is_empty()).then(|| frontend.port_name.to_owned()));
    words.extend(frontend.scope.map(|scope| format!("({scope})")));
    words.extend((frontend.algorithm == "maglev").then(|| "maglev".to_owned()));
    words.extend((frontend.programmed == Some(false)).then(|| "(not programmed)".to_owned()));
    words.extend(
        (!frontend.depends_on.is_empty())
            .then(|| format!("(depends on the client's {})", frontend.depends_on.join(" and "))),
    );
    let mut text = words.join(" ") + "\n";
    if frontend.backends.is_empty() {
        text.push_str("    no backend\n");
    }
    text.push_str(&columns(&frontend.backends.iter().map(backend_cells).collect::<Vec<_>>()));
    text.push_str(&columns(&frontend.excluded.iter().map(excluded_cells).collect::<Vec<_>>()));
    if let Some(entries) = &frontend.maglev {
        let entries: Vec<_> = entries.iter().map(ToString::to_string).collect();
        text.push_str(&format!("    maglev: {}\n", entries.join(" ")));
    }
    text
}

fn backend_cells(backend: &BackendRow) -> Vec<String> {
    let wanted = backend.share.wanted.map(|share| format!("wanted {}", percent(share)));
    vec![
        format!("    {}", backend.cluster),
        endpoint(backend.address.as_deref(), backend.workload, backend.ordinal, Some(backend.port)),
        backend.state.to_owned(),
        format!("socket {}", percent(backend.share.socket)),
        format!("packet {}", percent(backend.share.packet)),
        wanted.unwrap_or_default(),
        backend.maglev.map(|entries| format!("{entries} entries")).unwrap_or_default(),
    ]
}

fn excluded_cells(excluded: &ExcludedRow) -> Vec<String> {
    vec![
        format!("    not used: {}", excluded.cluster),
        endpoint(excluded.address.as_deref(), excluded.workload, excluded.ordinal, excluded.port),
        excluded.reason.to_owned(),
    ]
}

fn endpoint(address: Option<&str>, workload: Option<&str>, ordinal: Option<u32>, port: Option<u16>) -> String {
    let host = match (address, workload, ordinal) {
        (Some(address), _, _) if address.contains(':') => format!("[{address}]"),
        (Some(address), _, _) => address.to_owned(),
        (None, Some(workload), Some(ordinal)) => format!("{workload}#{ordinal}"),
        (None, _, _) => "-".to_owned(),
    };
    port.map_or(host.clone(), |port| format!("{host}:{port}"))
}

/// A share as people read it.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
