//! Who serves whom by what clusters hold, held against what was built.

use std::collections::BTreeMap;
use std::convert::Infallible;

use meshc_cluster::{Access, Target, import};
use meshc_compiler::Strictness;
use meshc_compiler::emit::{MaglevDetail, table_document};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::WeightedTables;
use meshc_compiler::weigh::contract::Options;
use meshc_diag::{Diagnostics, Severity};
use meshc_source::{SourceFile, SourceMap};

use crate::commands::import::{MESH_FILE, files};
use crate::load::Project;
use crate::plugins::PluginStore;

/// What clients in a cluster connect to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frontend {
    pub(super) client: String,
    /// As namespace/name.
    pub(super) service: String,
    pub(super) port: u16,
    pub(super) protocol: &'static str,
}

/// How much of the new connections to a frontend each cluster serves, in thousandths.
pub(super) type ByCluster = BTreeMap<String, u32>;

/// Who serves whom by what clusters hold.
pub(super) enum Shares {
    Known(BTreeMap<Frontend, ByCluster>),
    /// Some clusters could not be read, each for a reason.
    Unread(Vec<String>),
    /// What they hold has so many errors that nothing is built of it.
    Wrong(usize),
}

/// A frontend that is not served as it was built.
pub(super) struct Shift {
    pub(super) frontend: Frontend,
    pub(super) built: ByCluster,
    /// `None` if the cluster does not have the frontend.
    pub(super) live: Option<ByCluster>,
}

/// Reads all clusters and compiles what they hold, in memory, under the Mesh of `project`.
pub(super) fn live(access: &Access, targets: &[Target], project: &Project, store: &PluginStore) -> Shares {
    let (_, document) = meshc_compiler::mesh(&project.sources, &mut Diagnostics::new());
    let mut sources = vec![SourceFile::new(MESH_FILE, document.unwrap_or_default().into_bytes())];
    let mut unread = Vec::new();
    let Ok(()) = import(access, targets, |target, outcome| {
        match outcome {
            Ok(objects) => {
                let files = files(&target.cluster, objects).into_iter();
                sources.extend(files.map(|(path, text)| SourceFile::new(path, text.into_bytes())));
            }
            Err(error) => unread.push(error.to_string()),
        }
        Ok::<_, Infallible>(())
    });
    if !unread.is_empty() {
        return Shares::Unread(unread);
    }
    let (sources, mut diags) = (SourceMap::new(sources), Diagnostics::new());
    let weighted = meshc_compiler::check(&sources, &Strictness::AS_DECLARED, &mut diags).and_then(|mesh| {
        meshc_compiler::weighted_tables(mesh, Client::ANYWHERE, &sources, store, &Options::default(), &mut diags)
    });
    let Some(weighted) = weighted else {
        let diagnostics = diags.into_sorted();
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        return Shares::Wrong(errors.count());
    };
    Shares::Known(of(&weighted))
}

/// Who serves the cluster IPs of all services.
pub(super) fn of(weighted: &WeightedTables) -> BTreeMap<Frontend, ByCluster> {
    let mut shares = BTreeMap::new();
    for cluster in weighted.mesh.mesh().cluster_ids() {
        let table = table_document(weighted, cluster, MaglevDetail::None, |_| true);
        for service in &table.services {
            let frontends = service.frontends.iter().filter(|frontend| frontend.frontend_type == "ClusterIP");
            for (frontend, port) in frontends.filter_map(|frontend| Some((frontend, frontend.port?))) {
                let key = Frontend {
                    client: table.cluster.to_string(),
                    service: format!("{}/{}", service.namespace, service.name),
                    port,
                    protocol: frontend.protocol,
                };
                let mut by_cluster = BTreeMap::<&str, f64>::new();
                for backend in &frontend.backends {
                    *by_cluster.entry(backend.cluster).or_default() += backend.share.socket;
                }
                let rounded = by_cluster.into_iter().map(|(cluster, share)| (cluster.to_owned(), thousandths(share)));
                shares.insert(key, rounded.filter(|(_, share)| *share > 0).collect());
            }
        }
    }
    shares
}

#[expect(clippy::cast_sign_loss, reason = "a share is not less than 0")]
fn thousandths(share: f64) -> u32 {
    (share * 1000.0).round() as u32
}

/// The frontends that are not served as they were built.
pub(super) fn shifts(built: &BTreeMap<Frontend, ByCluster>, live: &BTreeMap<Frontend, ByCluster>) -> Vec<Shift> {
    let moved = built.iter().filter(|(frontend, shares)| live.get(frontend) != Some(shares));
    let shift = |(frontend, shares): (&Frontend, &ByCluster)| Shift {
        frontend: frontend.clone(),
        built: shares.clone(),
        live: live.get(frontend).cloned(),
    };
    moved.map(shift).collect()
}
