//! `meshc check`.

use anyhow::Result;
use meshc_compiler::Strictness;
use meshc_compiler::tables::Client;
use meshc_diag::Diagnostics;
use meshc_source::SourceMap;
use similar::TextDiff;

use super::{Ask, compile, strictness};
use crate::args::{Args, CheckArgs};
use crate::exit::{Exit, Stop, of_diagnostics};
use crate::fix::{Mended, Outcome, mend, write};
use crate::load::{Project, STDIN, load};
use crate::plugins::PluginStore;
use crate::progress::Progress;
use crate::render::{is_for_people, report};
use crate::terminal::{print, say};

pub(super) fn run(own: &CheckArgs, args: &Args) -> Result<Exit> {
    let progress = Progress::start("checking");
    let project = load(&own.input.input)?;
    let store = PluginStore::new(&project.root, args, None);
    if !own.fix {
        compile(&project, &store, args, &Ask::from(Client::ANYWHERE), |_| Ok(()))?;
        return Ok(Exit::Done);
    }
    if !own.diff && project.sources.files().any(|(_, file)| file.path() == STDIN) {
        return Err(Stop::Usage("a stream has no file to fix; `--diff` shows what would change".into()).into());
    }
    // What a run denies is no reason to leave it as it is.
    let mut mended = mend(&project.sources, |sources| outcome(sources, &store, &Strictness::AS_DECLARED));
    mended.outcome = outcome(&mended.sources, &store, &strictness(args));
    drop(progress);
    if own.diff { show(&project, mended, args) } else { change(&project, mended, args) }
}

fn outcome(sources: &SourceMap, store: &PluginStore, strictness: &Strictness) -> Outcome {
    let mut diags = Diagnostics::new();
    let checked = meshc_compiler::check(sources, strictness, &mut diags);
    let ask = Ask::from(Client::ANYWHERE);
    let weighted = checked
        .and_then(|mesh| meshc_compiler::weighted_tables(mesh, ask.client, sources, store, &ask.options, &mut diags));
    Outcome { diagnostics: diags.into_sorted(), weighted }
}

/// Writes what was mended, and reports what is left.
fn change(project: &Project, mended: Mended, args: &Args) -> Result<Exit> {
    let changed = write(&project.root, &project.sources, &mended.sources)?;
    let (fixes, exit) = (mended.fixes, of_diagnostics(&mended.outcome.diagnostics));
    report_left(project, mended, args)?;
    if !changed.is_empty() && is_for_people(args) {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        say(&format!("fixed {fixes} finding{} in {} file{}", plural(fixes), changed.len(), plural(changed.len())));
    }
    Ok(exit)
}

/// Reports what is left, at its place in the text as it is now.
fn report_left(project: &Project, mended: Mended, args: &Args) -> Result<()> {
    let now = Project { sources: mended.sources, root: project.root.clone() };
    report(&mended.outcome.diagnostics, &now, args)
}

/// Prints what would change, and reports what would be left.
fn show(project: &Project, mended: Mended, args: &Args) -> Result<Exit> {
    let mut text = String::new();
    for ((_, old), (_, new)) in project.sources.files().zip(mended.sources.files()) {
        if old.text() != new.text() {
            let name = project.root.join(old.path()).display().to_string();
            let diff = TextDiff::from_lines(&**old.text(), &**new.text());
            text.push_str(&diff.unified_diff().header(&name, &name).to_string());
        }
    }
    print(&text)?;
    let exit = if mended.fixes == 0 { of_diagnostics(&mended.outcome.diagnostics) } else { Exit::Differs };
    report_left(project, mended, args)?;
    Ok(exit)
}
