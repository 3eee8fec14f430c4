//! `meshc plan`.

mod document;
mod lines;

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use meshc_cluster::{Goal, Session};

pub(crate) use document::PlanDocument;
pub(super) use document::plan_schema;
pub(super) use lines::{gates, obstacles, shown, sum_up};

use super::goals;
use crate::args::{Args, PlanArgs, PlanForm};
use crate::exit::{Exit, Stop};
use crate::progress::Progress;
use crate::terminal::{print, say};

pub(super) fn run(own: &PlanArgs, args: &Args) -> Result<Exit> {
    if own.out.is_some() && own.input.input == Path::new("-") {
        return Err(Stop::Usage(
            "a plan for `meshc apply` names its project: `--out` goes with a folder or a file".into(),
        )
        .into());
    }
    let weighted = goals::compile_project(&own.input.input, args)?;
    let mesh = weighted.mesh.mesh();
    let goals = goals::goals(mesh, &own.reach.cluster)?;
    let method = goals::method(&own.method, mesh)?;
    let session = open(&goals::access(&own.reach, 0)?, &method, &goals);
    let document = PlanDocument::new(&own.input.input, &method, &goals, &session);
    match own.output {
        PlanForm::Text => print(&sum_up(&goals, &session))?,
        PlanForm::Json => print(&document.to_json()?)?,
    }
    let blocked = obstacles(&goals, &session);
    for line in &blocked {
        say(line);
    }
    for gate in gates(&goals, &session, &[]) {
        say(&format!("note: {gate}"));
    }
    if let Some(file) = &own.out {
        if !blocked.is_empty() {
            say(&format!("note: `{}` was not written, as the plan cannot be carried out", file.display()));
            return Ok(Exit::Environment);
        }
        write(file, &document.to_json()?)?;
    }
    let changes = session.plans().any(|plan| plan.is_ok_and(|plan| !plan.is_empty()));
    Ok(match (blocked.is_empty(), changes) {
        (false, _) => Exit::Environment,
        (true, true) => Exit::Differs,
        (true, false) => Exit::Done,
    })
}

/// Asks every cluster what would happen.
pub(super) fn open<'m>(
    access: &meshc_cluster::Access,
    method: &meshc_cluster::Method,
    goals: &[Goal<'m>],
) -> Session<'m> {
    let progress = Progress::start("planning");
    progress.expect(goals.iter().map(|goal| goal.objects.len() as u64).sum());
    Session::open(access, method, goals, &|| progress.step())
}

/// Writes a plan whole or not at all.
fn write(file: &Path, text: &str) -> Result<()> {
    let cannot = || format!("could not write `{}`", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    temporary.write_all(text.as_bytes()).with_context(cannot)?;
    temporary.persist(file).with_context(cannot)?;
    Ok(())
}
