//! `meshc build`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use meshc_compiler::emit::{Bundle, EmitOptions, Layout, cluster_stream};
use meshc_compiler::model::{ClusterId, Mesh};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::Weighers;
use similar::TextDiff;

use super::{Ask, compile, find_cluster};
use crate::args::{Args, BuildArgs, LayoutArg};
use crate::exit::{Exit, Stop};
use crate::load::load;
use crate::lock::Lock;
use crate::output::{self, Change, MANIFEST, WriteOptions, compare};
use crate::plugins::PluginStore;
use crate::progress::Progress;
use crate::terminal::print;

pub(super) fn run(own: &BuildArgs, args: &Args) -> Result<Exit> {
    let progress = Progress::start("building");
    let project = load(&own.input.input)?;
    let lock = own.locked.then(|| Lock::read(&lock_file(own))).transpose()?;
    let store = PluginStore::new(&project.root, args, lock);
    let weighted = compile(&project, &store, args, &Ask::from(Client::ANYWHERE), |_| Ok(()))?;
    let mesh = weighted.mesh.mesh();
    let cluster = own.cluster.as_deref().map(|name| find_cluster(mesh, name)).transpose()?;
    if own.out == Path::new("-") {
        drop(progress);
        let wanted = mesh.cluster_ids().filter(|id| cluster.is_none_or(|only| only == *id));
        let streams: Vec<_> = wanted.map(|id| (id, cluster_stream(mesh, id))).collect();
        if streams.iter().all(|(_, stream)| stream.is_empty()) {
            refuse_nothing(own)?;
        }
        return print(&streams.iter().map(|(id, stream)| named(mesh, *id, stream)).collect::<String>())
            .map(|()| Exit::Done);
    }
    let layout = match own.layout {
        LayoutArg::Namespace => Layout::Namespace,
        LayoutArg::Object => Layout::Object,
    };
    let bundle = meshc_compiler::bundle(&weighted, EmitOptions { layout, cluster, plugins: store.opened() });
    if bundle.objects() == 0 {
        refuse_nothing(own)?;
    }
    if own.check || own.diff {
        return show(&bundle, own);
    }
    let options = WriteOptions { cluster: own.cluster.as_deref(), allow_empty: &own.allow_empty, list: MANIFEST };
    output::write(&bundle, &own.out, &options)?;
    Ok(Exit::Done)
}

/// The lock that `--locked` holds plugins against.
fn lock_file(own: &BuildArgs) -> PathBuf {
    own.lock.clone().unwrap_or_else(|| own.out.join("meshc.lock"))
}

/// A build of nothing is no build: whoever applies and prunes would delete everything.
fn refuse_nothing(own: &BuildArgs) -> Result<(), Stop> {
    if !own.allow_empty.is_empty() {
        return Ok(());
    }
    let whom = own.cluster.as_ref().map_or("any cluster".to_owned(), |name| format!("`{name}`"));
    Err(Stop::NothingToDo(format!("`{}` holds no object for {whom}; nothing was written", own.input.input.display())))
}

/// The manifests of a cluster for a pipe. Where there are several clusters, a comment says which one begins.
fn named(mesh: &Mesh, id: ClusterId, stream: &str) -> String {
    if mesh.clusters.len() == 1 { stream.to_owned() } else { format!("# cluster: {}\n{stream}", mesh.cluster(id).name) }
}

/// Prints what would change.
fn show(bundle: &Bundle, own: &BuildArgs) -> Result<Exit> {
    let comparison = compare(bundle, &own.out, own.cluster.as_deref(), MANIFEST)?;
    let mut text = String::new();
    for (path, change) in &comparison.changes {
        if own.check {
            writeln!(text, "{}", own.out.join(path).display())?;
        } else {
            diff(&own.out.join(path), change, &mut text)?;
        }
    }
    print(&text)?;
    Ok(if comparison.changes.is_empty() { Exit::Done } else { Exit::Differs })
}

fn diff(path: &Path, change: &Change, text: &mut String) -> Result<()> {
    let (before, after) = match change {
        Change::Write { before, after } => {
            (before.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned(), after.clone())
        }
        Change::Remove => (std::fs::read_to_string(path).unwrap_or_default(), String::new()),
    };
    let name = path.display().to_string();
    let diff = TextDiff::from_lines(&before, &after);
    write!(text, "{}", diff.unified_diff().header(&name, &name))?;
    Ok(())
}
