//! `meshc apply`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use meshc_cluster::{Action, Goal, Method, Outcome, Planned, Reason, Session};
use meshc_compiler::model::Mesh;
use meshc_diag::printable;

use super::plan::{PlanDocument, gates, obstacles, open};
use super::{find_cluster, goals};
use crate::args::{ApplyArgs, Args};
use crate::exit::{Exit, Stop};
use crate::progress::Progress;
use crate::terminal::{print, say};

pub(super) fn run(own: &ApplyArgs, args: &Args) -> Result<Exit> {
    let earlier = read_plan(&own.input)?;
    let project = earlier.as_ref().map_or(&own.input, |plan| &plan.project);
    let weighted = goals::compile_project(project, args)?;
    let mesh = weighted.mesh.mesh();
    let (goals, mut method) = what_to_do(own, earlier.as_ref(), mesh)?;
    method.wait = own.wait.map(Duration::from_secs);
    let waves = waves(&own.order, mesh, &goals)?;
    let access = goals::access(&own.reach, own.retry_for)?;
    let session = open(&access, &method, &goals);
    if let Some(earlier) = &earlier {
        refuse_moved(earlier, &PlanDocument::new(project, &method, &goals, &session))?;
    }
    let gates = gates(&goals, &session, &own.allow_prune_all);
    if !gates.is_empty() {
        for gate in &gates {
            say(&format!("error: {gate}"));
        }
        return Err(Stop::Said(Exit::Refused).into());
    }
    if own.dry_run.is_some() {
        return dry_run(&goals, &session);
    }
    let outcomes = carry_out(&session, &goals, &waves)?;
    Ok(report(&goals, &session, &outcomes))
}

/// The plan that `input` is, if it is one.
fn read_plan(input: &Path) -> Result<Option<PlanDocument>> {
    if input == Path::new("-") || !input.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(input).with_context(|| format!("could not read `{}`", input.display()))?;
    Ok(PlanDocument::from_json(&text))
}

/// What is applied, and how: as the earlier plan says, or the arguments.
fn what_to_do<'m>(own: &ApplyArgs, earlier: Option<&PlanDocument>, mesh: &'m Mesh) -> Result<(Vec<Goal<'m>>, Method)> {
    let Some(plan) = earlier else {
        return Ok((goals::goals(mesh, &own.reach.cluster)?, goals::method(&own.method, mesh)?));
    };
    if own.method.force_conflicts || own.method.set.applyset.is_some() || !own.reach.cluster.is_empty() {
        let message = "a plan says itself which clusters it is about and how: make another one with these arguments";
        return Err(Stop::Usage(message.into()).into());
    }
    let names: Vec<_> = plan.clusters.iter().map(|cluster| cluster.cluster.clone()).collect();
    let goals = goals::goals(mesh, &names)?;
    for (goal, planned) in goals.iter().zip(&plan.clusters) {
        if goals::digest(goal) != planned.manifests {
            let message = format!("the manifests of `{}` have changed since the plan; plan again", goal.cluster);
            return Err(Stop::Refused(message).into());
        }
    }
    Ok((goals, Method { set: goals::set(&plan.apply_set), force: plan.force_conflicts, wait: None }))
}

/// Refuses to go on with a plan that is not what would happen now.
fn refuse_moved(earlier: &PlanDocument, now: &PlanDocument) -> Result<()> {
    for (before, now) in earlier.clusters.iter().zip(&now.clusters).filter(|(_, now)| now.error.is_none()) {
        let moved = before.actions.iter().find(|action| !now.actions.iter().any(|other| action.is_still(other)));
        let added = now.actions.iter().find(|action| !before.actions.iter().any(|other| other.is_of(action)));
        if let Some(action) = moved.or(added) {
            return Err(Stop::Refused(format!(
                "`{}` has moved since the plan: {} is not as it was; nothing was applied, plan again",
                now.cluster,
                action.object()
            ))
            .into());
        }
    }
    Ok(())
}

/// The places of the clusters that go together, wave after wave: as asked, or as the Mesh says, or all.
fn waves(order: &[String], mesh: &Mesh, goals: &[Goal<'_>]) -> Result<Vec<Vec<usize>>> {
    let place = |name: &str| goals.iter().position(|goal| goal.cluster == name);
    let mut waves: Vec<Vec<usize>> = Vec::new();
    if order.is_empty() {
        let named = mesh.waves.iter().map(|wave| wave.iter().filter_map(|id| place(mesh.cluster(*id).name.as_str())));
        waves.extend(named.map(Iterator::collect::<Vec<_>>));
    }
    for name in order {
        find_cluster(mesh, name)?;
        waves.extend(place(name).map(|at| vec![at]));
    }
    let rest = (0..goals.len()).filter(|at| !waves.iter().flatten().any(|named| named == at)).collect();
    waves.push(rest);
    waves.retain(|wave| !wave.is_empty());
    Ok(waves)
}

fn dry_run(goals: &[Goal<'_>], session: &Session<'_>) -> Result<Exit> {
    for (goal, plan) in goals.iter().zip(session.plans()) {
        let planned = plan.iter().flat_map(|plan| &plan.objects).filter(|planned| !planned.is_in_the_way());
        for planned in planned {
            print(&format!("{} (dry run)\n", done(&goal.cluster, planned)))?;
        }
    }
    let obstacles = obstacles(goals, session);
    for line in &obstacles {
        say(line);
    }
    Ok(if obstacles.is_empty() { Exit::Done } else { Exit::Environment })
}

fn carry_out(session: &Session<'_>, goals: &[Goal<'_>], waves: &[Vec<usize>]) -> Result<Vec<Outcome>> {
    let progress = Progress::start("applying");
    progress.expect(session.plans().flatten().map(|plan| plan.objects.len() as u64).sum());
    let mut printed = Ok(());
    let outcomes = session.carry_out(waves, &mut |at, planned| {
        let line = done(&goals[at].cluster, planned);
        let result = progress.aside(|| print(&format!("{line}\n")));
        // Whoever does not listen any more still wants it done.
        printed = std::mem::replace(&mut printed, Ok(())).and(result);
        progress.step();
    });
    printed.map(|()| outcomes)
}

fn done(cluster: &str, planned: &Planned) -> String {
    let verb = match planned.action {
        Action::Create => "created",
        Action::Prune => "pruned",
        _ => "changed",
    };
    printable(&format!("{cluster}: {verb} {}", planned.object)).into_owned()
}

/// Says at the end what is not as it shall be, by cluster.
fn report(goals: &[Goal<'_>], session: &Session<'_>, outcomes: &[Outcome]) -> Exit {
    for line in obstacles(goals, session) {
        say(&line);
    }
    let mut exit = Exit::Done;
    let mut stopped = false;
    for (goal, outcome) in goals.iter().zip(outcomes) {
        let cluster = &goal.cluster;
        for failure in &outcome.failures {
            let object = failure.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
            let line = format!("error: {cluster}: {object}{}", failure.message).replace('\n', " ");
            say(&printable(&line));
        }
        if let Some(line) = left(cluster, outcome) {
            say(&line);
        }
        stopped |= outcome.reason == Some(Reason::Stopped);
        if !outcome.failures.is_empty() || outcome.reason.is_some() {
            exit = Exit::Environment;
        }
    }
    if stopped { Exit::Interrupted } else { exit }
}

/// What was not come to in a cluster, and what to do about it.
fn left(cluster: &str, outcome: &Outcome) -> Option<String> {
    let objects = match outcome.left {
        0 => String::new(),
        1 => "1 object".into(),
        count => format!("{count} objects"),
    };
    Some(match outcome.reason {
        Some(Reason::InTheWay) => format!("{cluster}: nothing was changed there; apply again when this is settled"),
        Some(Reason::Unreached) => format!("{cluster}: nothing was changed there; apply again when it can be asked"),
        Some(Reason::HeldBack) => format!(
            "{cluster}: {objects} left, as changing them may take backends away while another cluster is not whole; apply again, or for this cluster alone with `--cluster {cluster}`"
        ),
        Some(Reason::EarlierWave) => format!("{cluster}: not begun, as a cluster before it failed; apply again"),
        Some(Reason::Stopped) => format!("{cluster}: interrupted with {objects} left; apply again to go on"),
        None if outcome.failures.is_empty() || outcome.left == 0 => return None,
        None => format!("{cluster}: {objects} left; apply again to go on"),
    })
}
