//! `meshc route`: who serves what share of a service's new connections.

mod gateway;
mod sample;
mod scale;
mod why;

use std::collections::BTreeMap;

use anyhow::Result;
use meshc_compiler::emit::{BackendRow, FrontendRow, MaglevDetail, round_shares, table_document};
use meshc_compiler::take_down;
use serde::Serialize;

use super::table::percent;
use super::target::{Target, frontends, label};
use super::why::question;
use super::{Ask, check_client, client, compile, find_cluster};
use crate::args::{Args, PathArg, RouteArgs, RouteForm};
use crate::exit::{Exit, Stop};
use crate::load::load;
use crate::plugins::PluginStore;
use crate::terminal::{columns, print, say};
use scale::scale;

/// The answer.
#[derive(Debug, Serialize)]
struct Route {
    from: String,
    service: String,
    port: String,
    path: &'static str,
    shares: Vec<ClusterShare>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<Vec<Drawn>>,
}

/// What one cluster serves.
#[derive(Debug, Serialize)]
struct ClusterShare {
    cluster: String,
    share: f64,
    backends: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<f64>,
}

/// One connection of a sample.
#[derive(Clone, Debug, Serialize)]
struct Drawn {
    cluster: String,
    backend: String,
}

pub(super) fn run(own: &RouteArgs, args: &Args) -> Result<Exit> {
    let target = Target::parse(&own.to)?;
    let project = load(&own.input.input)?;
    let store = PluginStore::new(&project.root, args, None);
    let weighted = compile(&project, &store, args, &Ask::from(client(&own.client)), |mesh| {
        check_client(mesh, &own.client)?;
        find_cluster(mesh, &own.from)?;
        for text in &own.scale {
            scale(mesh, text)?;
        }
        for name in &own.down {
            if *name == own.from {
                return Err(Stop::Usage(format!("clients in `{name}` cannot ask while `{name}` is down")).into());
            }
            let gone = find_cluster(mesh, name)?;
            take_down(mesh, gone);
        }
        Ok(())
    })?;
    let mesh = weighted.mesh.mesh();
    let from = find_cluster(mesh, &own.from)?;
    let table = table_document(&weighted, from, MaglevDetail::None, |group| target.is(group));
    let at = target.frontends(mesh, from, &table, own.frontend, own.path)?[0];
    let (route, reasons) = if own.path == PathArg::Gateway {
        let (route, reason) = gateway::gateway(own, &target, &table)?;
        (route, vec![reason])
    } else {
        let question = question(&weighted, &project.sources, client(&own.client), from, &target);
        let question = question.ok_or_else(|| target.no_service(mesh, from))?;
        let reasons = if own.output == RouteForm::Table { why::reasons(&question, at) } else { Vec::new() };
        (route(own, &target, &frontends(&table)[at]), reasons)
    };
    print(&match own.output {
        RouteForm::Json => serde_json::to_string(&route)? + "\n",
        RouteForm::Table => for_people(&route, &reasons),
    })?;
    if !own.down.is_empty() {
        say(&format!(
            "note: Cilium keeps the backends of a cluster that it cannot reach unless `clustermesh-cache-ttl` is set; \
             these shares hold once the data of {} is gone",
            own.down.join(", ")
        ));
    }
    Ok(Exit::Done)
}

fn route(own: &RouteArgs, target: &Target, frontend: &FrontendRow) -> Route {
    let share = |backend: &BackendRow| match own.path {
        PathArg::Socket => backend.share.socket,
        PathArg::Packet | PathArg::Gateway => backend.share.packet,
    };
    let mut by_cluster = BTreeMap::<&str, (f64, usize, Option<f64>)>::new();
    for backend in &frontend.backends {
        let entry = by_cluster.entry(backend.cluster).or_default();
        entry.0 += share(backend);
        entry.1 += usize::from(share(backend) > 0.0);
        entry.2 = backend.share.wanted.map(|wanted| entry.2.unwrap_or(0.0) + wanted).or(entry.2);
    }
    let rounded = |shares: Vec<f64>| round_shares(&shares);
    let shares = rounded(by_cluster.values().map(|found| found.0).collect());
    let wanted = rounded(by_cluster.values().map(|found| found.2.unwrap_or(0.0)).collect());
    let rows = by_cluster.iter().zip(shares.into_iter().zip(wanted)).filter(|(_, (share, _))| *share > 0.0);
    let port = label(frontend);
    Route {
        from: own.from.clone(),
        service: target.service(),
        port,
        path: own.path.word(),
        shares: rows
            .map(|((cluster, found), (share, wanted))| ClusterShare {
                cluster: (*cluster).to_owned(),
                share,
                backends: found.1,
                wanted: found.2.map(|_| wanted),
            })
            .collect(),
        sample: own.sample.map(|count| sample::draw(frontend, share, count)),
    }
}

fn for_people(route: &Route, reasons: &[String]) -> String {
    let mut text = format!("from {} to {}:{} ({})\n\n", route.from, route.service, route.port, route.path);
    if route.shares.is_empty() {
        text.push_str("nobody serves: connections fail\n");
    } else {
        let weighed = route.shares.iter().any(|share| share.wanted.is_some());
        let mut head = vec!["CLUSTER".to_owned(), "SHARE".to_owned(), "BACKENDS".to_owned()];
        head.extend(weighed.then(|| "WANTED".to_owned()));
        let mut rows = vec![head];
        rows.extend(route.shares.iter().map(|share| {
            let mut row = vec![share.cluster.clone(), percent(share.share), share.backends.to_string()];
            row.extend(share.wanted.map(percent));
            row
        }));
        text.push_str(&columns(&rows));
    }
    if !reasons.is_empty() {
        text.push('\n');
        text.push_str(&reasons.join("\n"));
        text.push('\n');
    }
    if let Some(sample) = &route.sample {
        text.push('\n');
        for drawn in sample {
            text.push_str(&format!("{{\"cluster\": \"{}\", \"backend\": \"{}\"}}\n", drawn.cluster, drawn.backend));
        }
    }
    text
}
