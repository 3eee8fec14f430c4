//! `meshc krm`: a function on a `ResourceList`, from stdin to stdout.
//!
//! The contract
//! (<https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md>): a list of
//! objects and what the function is to do come in, the list and what was found go out, and the exit status says whether
//! that is an error. **Invariant:** objects come out as the very text that came in.

mod config;
mod findings;
mod items;
mod resource_list;
mod text;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use meshc_compiler::model::{Body, ClusterId, Mesh, ObjectId};
use meshc_compiler::tables::Client;
use meshc_compiler::weigh::WeightedTables;
use meshc_diag::{Diagnostic, Diagnostics};

use super::{Ask, find_cluster, strictness};
use crate::args::{Args, Deny, KrmArgs};
use crate::exit::{Exit, Stop, of_diagnostics};
use crate::load::{Project, read_stdin};
use crate::plugins::PluginStore;
use crate::render::report;
use crate::terminal::print;
use config::Config;
use items::Items;
use resource_list::ResourceList;

pub(super) fn run(own: &KrmArgs, args: &Args) -> Result<Exit> {
    let text = String::from_utf8(read_stdin()?).map_err(|_| Stop::Usage("stdin is not UTF-8".into()))?;
    let list = ResourceList::parse(&text)?;
    let config = Config::read(list.function_config(), own)?;
    let (items, sources) = Items::of(&list, &config);
    let project = Project { sources, root: PathBuf::new() };
    let (diagnostics, weighted) = check(&project, &config, args);
    report(&diagnostics, &project, args)?;
    let kept = match (&config.cluster, &weighted) {
        (Some(name), Some(weighted)) => Some(kept(weighted.mesh.mesh(), name, &items, &config)?),
        (None, _) | (_, None) => None,
    };
    print(&list.render(kept.as_ref(), &findings::of(&diagnostics, &items, &project.sources)))?;
    Ok(of_diagnostics(&diagnostics))
}

fn check(project: &Project, config: &Config, args: &Args) -> (Vec<Diagnostic>, Option<WeightedTables>) {
    let mut strictness = strictness(args);
    for deny in &config.deny {
        match deny {
            Deny::Warnings => strictness.deny_warnings = true,
            Deny::Rule(code) => strictness.deny.push(*code),
        }
    }
    let store = PluginStore::new(&project.root, args, None);
    let ask = Ask::from(Client::ANYWHERE);
    let (sources, mut diags) = (&project.sources, Diagnostics::new());
    let weighted = meshc_compiler::check(sources, &strictness, &mut diags)
        .and_then(|mesh| meshc_compiler::weighted_tables(mesh, ask.client, sources, &store, &ask.options, &mut diags));
    (diags.into_sorted(), weighted)
}

/// The items that belong to the cluster `name`, by their places in the list.
fn kept(mesh: &Mesh, name: &str, items: &Items, config: &Config) -> Result<BTreeSet<usize>> {
    let cluster = find_cluster(mesh, name)?;
    let (own, others) = split(mesh, cluster, items);
    if let Some(at) = own.intersection(&others).next() {
        let what = items.get(*at);
        return Err(Stop::Usage(format!(
            "{what} holds objects of `{name}` and of others: make an item of each of its objects"
        ))
        .into());
    }
    if own.is_empty() && !config.allow_empty {
        return Err(Stop::NothingToDo(format!(
            "the cluster `{name}` has no object; if that is meant, set `allow-empty` to `true` in the function's config"
        ))
        .into());
    }
    Ok(own.union(items.local()).copied().collect())
}

/// The items with objects that stand in the cluster, and those with objects that do not. Policies of ours stand nowhere.
fn split(mesh: &Mesh, cluster: ClusterId, items: &Items) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (at, object) in (0..).map(ObjectId).zip(&mesh.objects) {
        let Some(item) = items.at(object.extent) else {
            continue;
        };
        let stands = !matches!(object.body, Body::Policy(_)) && mesh.placement(at).iter().any(|id| id == cluster);
        if stands {
            own.insert(item)
        } else {
            others.insert(item)
        };
    }
    (own, others)
}
