//! `meshc why`: for each backend of a service the rules that decided whether clients reach it.

mod document;
mod fold;
mod names;

use anyhow::Result;
use meshc_compiler::emit::{FrontendRow, LoadBalancingTable, MaglevDetail, table_document};
use meshc_compiler::model::ClusterId;
use meshc_compiler::tables::{Client, Note, Question, absences, notes, why};
use meshc_compiler::weigh::{FrontendWeights, WeightedTables};
use meshc_source::SourceMap;

use super::target::{Target, frontends, label};
use super::{Ask, check_client, client, compile, find_cluster};
use crate::args::{Args, FrontendArg, RouteForm, WhyArgs};
use crate::exit::Exit;
use crate::load::load;
use crate::plugins::PluginStore;
use crate::terminal::print;
use document::{Answer, FrontendAnswer, absent_answer, backend_answers, note_answer};

pub(super) fn run(own: &WhyArgs, args: &Args) -> Result<Exit> {
    let target = Target::parse(&own.service)?;
    let project = load(&own.input.input)?;
    let store = PluginStore::new(&project.root, args, None);
    let weighted = compile(&project, &store, args, &Ask::why(client(&own.client)), |mesh| {
        find_cluster(mesh, &own.from)?;
        Ok(check_client(mesh, &own.client)?)
    })?;
    let mesh = weighted.mesh.mesh();
    let from = find_cluster(mesh, &own.from)?;
    let table = table_document(&weighted, from, MaglevDetail::None, |group| target.is(group));
    let question = question(&weighted, &project.sources, client(&own.client), from, &target);
    let question = question.ok_or_else(|| target.no_service(mesh, from))?;
    let mut answer = answer(own, &target, &question, &table, &weighted)?;
    if let Some(pattern) = &own.backend {
        names::keep(&mut answer, pattern)?;
    }
    print(&match own.output {
        RouteForm::Json => serde_json::to_string(&answer)? + "\n",
        RouteForm::Table => fold::for_people(&answer, own.backend.as_deref()),
    })?;
    Ok(Exit::Done)
}

/// What is asked about a service of the cluster `from`; `None` if it does not have it.
pub(super) fn question<'a>(
    weighted: &'a WeightedTables,
    sources: &'a SourceMap,
    client: Client,
    from: ClusterId,
    target: &Target,
) -> Option<Question<'a>> {
    let mesh = weighted.mesh.mesh();
    let services = &weighted.tables.clusters[usize::from(from.0)].services;
    let table = services.iter().find(|service| target.is(service.group(mesh)))?;
    Some(Question { mesh, sources, tables: &weighted.tables, client, cluster: from, table })
}

/// A note in one line.
pub(super) fn note_line(sources: &SourceMap, note: &Note) -> String {
    fold::note_line(&note_answer(sources, note))
}

fn answer(
    own: &WhyArgs,
    target: &Target,
    question: &Question<'_>,
    table: &LoadBalancingTable,
    weighted: &WeightedTables,
) -> Result<Answer> {
    let mesh = question.mesh;
    let absent = absences(question);
    let is_asked = |kind: &str| own.frontend.is_none_or(|asked| FrontendArg::word(asked) == kind);
    let absent: Vec<_> = absent.iter().filter(|absence| is_asked(absence.kind.word())).collect();
    let has_any = frontends(table).iter().any(|frontend| is_asked(frontend.frontend_type));
    let is_absent = !has_any && (!absent.is_empty() || frontends(table).is_empty());
    let meant = if is_absent {
        Vec::new()
    } else {
        target.frontends(mesh, question.cluster, table, own.frontend, own.path.into())?
    };
    let first = meant.first().map(|at| &question.table.frontends[*at]);
    let mut found: Vec<FrontendAnswer> = Vec::new();
    for at in &meant {
        let weights = weighted.weights(question.cluster, question.table.group, *at);
        let frontend = frontend_answer(question, &frontends(table)[*at], *at, weights);
        // Addresses that have the same backends for the same reasons are one answer.
        match found.iter_mut().find(|other| other.backends == frontend.backends) {
            Some(other) => other.addresses.extend(frontend.addresses),
            None => found.push(frontend),
        }
    }
    Ok(Answer {
        from: own.from.clone(),
        service: target.service(),
        port: meant.first().map(|at| label(&frontends(table)[*at])),
        frontends: found,
        absent: if is_absent {
            absent.into_iter().map(|absence| absent_answer(question.sources, absence)).collect()
        } else {
            Vec::new()
        },
        notes: notes(question, first).iter().map(|note| note_answer(question.sources, note)).collect(),
    })
}

fn frontend_answer(
    question: &Question<'_>,
    row: &FrontendRow,
    at: usize,
    weights: Option<&FrontendWeights>,
) -> FrontendAnswer {
    let frontend = &question.table.frontends[at];
    let verdicts = why(question, frontend);
    FrontendAnswer {
        frontend_type: row.frontend_type,
        scope: row.scope,
        addresses: row.address.iter().cloned().collect(),
        candidates: verdicts.len(),
        reached: verdicts.iter().filter(|verdict| verdict.serves).count(),
        policy: row.policy.clone(),
        backends: backend_answers(question, row, &verdicts, weights),
    }
}
