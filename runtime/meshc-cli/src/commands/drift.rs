//! `meshc drift`.

mod document;
mod lines;
mod shares;

use anyhow::Result;
use meshc_cluster::{Drift, Goal, State, Target};
use meshc_compiler::weigh::WeightedTables;

pub(super) use document::drift_schema;

use super::goals;
use crate::args::{Args, DriftArgs, DriftForm};
use crate::exit::Exit;
use crate::plugins::PluginStore;
use crate::progress::Progress;
use crate::terminal::{print, say};
use document::DriftDocument;
use shares::{Shares, Shift, shifts};

pub(super) fn run(own: &DriftArgs, args: &Args) -> Result<Exit> {
    let project = goals::load_own(&own.input.input)?;
    let store = PluginStore::new(&project.root, args, None);
    let weighted = goals::compile_own(&project, &store, args)?;
    let mesh = weighted.mesh.mesh();
    let goals = goals::goals(mesh, &own.reach.cluster)?;
    let set = goals::apply_set(&own.set, mesh)?;
    let access = goals::access(&own.reach, 0)?;
    let progress = Progress::start("looking at clusters");
    progress.expect(goals.iter().map(|goal| goal.objects.len() as u64).sum());
    let drift = meshc_cluster::drift(&access, &set, &goals, &|| progress.step());
    let served = if reads_all(mesh.clusters.len(), &goals) {
        let targets: Vec<_> = goals.iter().map(target).collect();
        Served::of(shares::live(&access, &targets, &project, &store), &weighted)
    } else {
        Served::default()
    };
    drop(progress);
    let document = DriftDocument::new(&goals, &drift, &served.shifts);
    match own.output {
        DriftForm::Text => print(&lines::text(&document))?,
        DriftForm::Json => print(&document.to_json()?)?,
    }
    let mut unread: Vec<_> =
        drift.clusters.iter().filter_map(|cluster| cluster.as_ref().err()).map(ToString::to_string).collect();
    // Whoever could not be asked for objects has been named.
    unread.extend(served.unread.iter().filter(|error| !unread.contains(error)).cloned().collect::<Vec<_>>());
    for error in &unread {
        say(&lines::line(&format!("error: {error}")));
    }
    if let Some(errors) = served.errors {
        say(&format!(
            "note: who serves whom cannot be told by what the clusters hold, which has {errors} errors: `meshc import` reads it, and `meshc check` says what they are"
        ));
    }
    Ok(exit(&drift, &served, !unread.is_empty()))
}

fn exit(drift: &Drift, served: &Served, is_unread: bool) -> Exit {
    let objects = || drift.clusters.iter().flatten().flat_map(|cluster| &cluster.objects);
    if is_unread || objects().any(|drifted| matches!(drifted.state, State::Unknown(_))) {
        return Exit::Environment;
    }
    let differs = objects().next().is_some() || !drift.between.is_empty();
    if differs || !served.shifts.is_empty() || served.errors.is_some() { Exit::Differs } else { Exit::Done }
}

/// Who serves whom by what clusters hold.
#[derive(Default)]
struct Served {
    /// Where that is not as it was built.
    shifts: Vec<Shift>,
    /// Why clusters could not be read.
    unread: Vec<String>,
    /// How many errors keep it from being told, if any do.
    errors: Option<usize>,
}

impl Served {
    fn of(live: Shares, built: &WeightedTables) -> Self {
        match live {
            Shares::Known(live) => Self { shifts: shifts(&shares::of(built), &live), ..Self::default() },
            Shares::Unread(unread) => Self { unread, ..Self::default() },
            Shares::Wrong(errors) => Self { errors: Some(errors), ..Self::default() },
        }
    }
}

/// Whether all clusters of the mesh are read: who serves whom depends on every one.
fn reads_all(clusters: usize, goals: &[Goal<'_>]) -> bool {
    goals.len() == clusters
}

fn target(goal: &Goal<'_>) -> Target {
    Target { cluster: goal.cluster.clone(), context: goal.context.clone() }
}
