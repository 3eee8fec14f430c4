//! The answer as it is printed in JSON.

use meshc_compiler::emit::{BackendRow, FrontendRow, Share};
use meshc_compiler::model::Identity;
use meshc_compiler::tables::{Absence, Basis, Note, Question, Reason, Step, Verdict};
use meshc_compiler::weigh::FrontendWeights;
use meshc_source::{SourceMap, Span};
use serde::Serialize;

/// Why clients in a cluster reach the backends of a service, or do not.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// The clients' cluster.
    pub(super) from: String,
    /// The service, as `namespace/name`.
    pub(super) service: String,
    /// The port by its name, or its number if it has none; none where there is no frontend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<String>,
    /// One for each set of addresses that have the same backends for the same reasons.
    pub(super) frontends: Vec<FrontendAnswer>,
    /// Where there is no such frontend: why there is none of each type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) absent: Vec<AbsentAnswer>,
    /// What else one might wonder about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<NoteAnswer>,
}

/// What clients connect to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FrontendAnswer {
    /// Its type: `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalIPs`.
    #[serde(rename = "type")]
    pub(super) frontend_type: &'static str,
    /// internal if it is for connections from inside only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<&'static str>,
    /// Its addresses, as far as the manifests say.
    pub(super) addresses: Vec<String>,
    /// How many backends there might be.
    pub(super) candidates: usize,
    /// How many of them take new connections.
    pub(super) reached: usize,
    /// The policy that weighs them, as `namespace/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<String>,
    /// The backends in the order of slots, then those that the frontend does not have.
    pub(super) backends: Vec<BackendAnswer>,
}

/// A backend, and the chain of rules that decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BackendAnswer {
    /// The cluster that it is in.
    pub(super) cluster: &'static str,
    /// Its address; null for a pod that does not run yet.
    pub(super) address: Option<String>,
    /// The workload that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workload: Option<&'static str>,
    /// Which of the workload's pods it is, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ordinal: Option<u32>,
    /// The number that serves the frontend; null if none does.
    pub(super) port: Option<u16>,
    /// Whether it takes new connections.
    pub(super) serves: bool,
    /// Why the frontend does not have it, in one word of the list that tables use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) excluded: Option<&'static str>,
    /// What the frontend has of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) row: Option<RowAnswer>,
    /// The rules that it passed, in order, and the one that refused it.
    pub(super) steps: Vec<StepAnswer>,
}

/// A backend in a frontend.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowAnswer {
    /// Its state, as in tables.
    pub(super) state: &'static str,
    /// Its slot, from 1; null in maintenance.
    pub(super) slot: Option<u32>,
    /// Its weight: what a policy asks for, or else what the data plane has.
    pub(super) weight: u32,
    /// Its share of new connections: by `connect()`, by packets, and as a policy wants it.
    pub(super) share: SharesAnswer,
    /// What the weigher of the policy says about its weight.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) reasons: Vec<String>,
}

/// A share of new connections.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct SharesAnswer {
    /// Of a pod's `connect()`.
    pub(super) socket: f64,
    /// Packet by packet.
    pub(super) packet: f64,
    /// What a policy wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wanted: Option<f64>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepAnswer {
    /// The rule, in one word of a closed list.
    pub(super) rule: &'static str,
    /// Whether it let the backend pass.
    pub(super) passed: bool,
    /// What it found, for people.
    pub(super) text: String,
    /// The lines that it goes by.
    #[serde(flatten)]
    pub(super) places: Places,
    /// What to do about it, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
}

/// Lines of the input.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Places {
    /// Whether nothing is written, and a default holds; the place is then where it would be written.
    pub(super) by_default: bool,
    /// Where.
    pub(super) places: Vec<Place>,
}

/// A line of the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Place {
    /// The file, below the project's folder.
    pub(super) path: String,
    /// The line, from 1.
    pub(super) line: u32,
    /// The character of the line, from 1.
    pub(super) column: u32,
}

/// Why there is no frontend of a type.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AbsentAnswer {
    /// The type.
    #[serde(rename = "type")]
    pub(super) frontend_type: &'static str,
    /// Why, in one word of the list that tables use.
    pub(super) reason: &'static str,
    /// Why, for people.
    pub(super) text: String,
    /// The lines that it goes by.
    #[serde(flatten)]
    pub(super) places: Places,
}

/// A remark.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NoteAnswer {
    /// What is so.
    pub(super) text: String,
    /// Why it is so, or what it means.
    pub(super) detail: String,
    /// The lines that it goes by.
    #[serde(flatten)]
    pub(super) places: Places,
}

/// The backends of the frontend `row`, which is what `verdicts` and `weights` are about.
pub(super) fn backend_answers(
    question: &Question<'_>,
    row: &FrontendRow,
    verdicts: &[Verdict],
    weights: Option<&FrontendWeights>,
) -> Vec<BackendAnswer> {
    let rows = row.backends.iter().map(Some).chain(std::iter::repeat(None));
    let answer = |(at, (verdict, row)): (usize, (&Verdict, Option<&BackendRow>))| {
        let mut answer = backend_answer(question, verdict, row);
        let said = weights.and_then(|weights| weights.reasons.get(at));
        if let (Some(row), Some(said)) = (&mut answer.row, said) {
            row.reasons = said.iter().map(ToString::to_string).collect();
        }
        answer
    };
    verdicts.iter().zip(rows).enumerate().map(answer).collect()
}

fn backend_answer(question: &Question<'_>, verdict: &Verdict, row: Option<&BackendRow>) -> BackendAnswer {
    let member = question.table.group(question.mesh).member(verdict.cluster);
    let member = member.expect("a verdict is about a cluster that has the service");
    let (address, workload, ordinal) = match member.backends.list[verdict.backend as usize].identity {
        Identity::Address(address) => (Some(address.to_string()), None, None),
        Identity::Workload { workload, ordinal } => (None, Some(workload.as_str()), Some(ordinal)),
    };
    let shares = |Share { socket, packet, wanted }| SharesAnswer { socket, packet, wanted };
    BackendAnswer {
        cluster: question.mesh.cluster(verdict.cluster).name.as_str(),
        address,
        workload,
        ordinal,
        port: verdict.port,
        serves: verdict.serves,
        excluded: verdict.excluded.map(Reason::word),
        row: row.map(|row| RowAnswer {
            state: row.state,
            slot: verdict.slot,
            weight: row.weight,
            share: shares(row.share),
            reasons: Vec::new(),
        }),
        steps: verdict.steps.iter().map(|step| step_answer(question.sources, step)).collect(),
    }
}

fn step_answer(sources: &SourceMap, step: &Step) -> StepAnswer {
    StepAnswer {
        rule: step.rule.word(),
        passed: step.passed,
        text: step.text.clone(),
        places: places(sources, &step.basis),
        help: step.help.clone(),
    }
}

pub(super) fn absent_answer(sources: &SourceMap, absence: &Absence) -> AbsentAnswer {
    AbsentAnswer {
        frontend_type: absence.kind.word(),
        reason: absence.reason.word(),
        text: absence.text.clone(),
        places: places(sources, &absence.basis),
    }
}

pub(super) fn note_answer(sources: &SourceMap, note: &Note) -> NoteAnswer {
    NoteAnswer { text: note.text.clone(), detail: note.detail.clone(), places: places(sources, &note.basis) }
}

fn places(sources: &SourceMap, basis: &Basis) -> Places {
    let place = |span: &Span| {
        let position = sources.position(*span);
        Place { path: sources.file(span.file).path().to_owned(), line: position.line, column: position.column }
    };
    Places { by_default: basis.is_default(), places: basis.spans().iter().map(place).collect() }
}
