//! Which of the backends that are left get new connections (CILIUM.md 3.1, 3.4 and 3.6).

use meshc_model::{Affinity, Algorithm, Backend, names};
use meshc_source::Span;

use super::case::{Case, Context};
use super::{Basis, Rule, Step};
use crate::{Reason, State};

/// The affinity of the client's own service prefers one side.
pub(super) fn affinity(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let annotations = &context.service().annotations;
    let said = annotations.said_affinity().filter(|said| !said.value.is_empty())?;
    let basis = Basis::Written(vec![said.value_span]);
    let from = context.from().name;
    let affinity = annotations.affinity();
    let (text, help) = match (affinity, case.offer.remote) {
        (Affinity::None, _) if case.is_refused(Reason::AffinityUnknown) => (
            format!("{} drops the backends of other clusters for the affinity `{}`", context.cilium(), said.value),
            Some(format!("remove `{}`: nothing is preferred then either", said.key)),
        ),
        (Affinity::None, _) => (format!("the affinity `{}` prefers nobody", said.value), None),
        (Affinity::Local, true) => remote_under_local(context, case),
        (Affinity::Remote, false) => local_under_remote(context, case),
        (Affinity::Local, false) => (format!("the affinity is local: the backends of {from} come first"), None),
        (Affinity::Remote, true) => {
            ("the affinity is remote: the backends of other clusters come first".to_owned(), None)
        }
    };
    Some(match help {
        Some(help) => Step::refused(Rule::Affinity, text, basis, help),
        None => Step::passed(Rule::Affinity, text, basis),
    })
}

fn remote_under_local(context: &Context<'_>, case: &Case<'_>) -> (String, Option<String>) {
    let from = context.from().name;
    if case.refused.is_none() {
        return (format!("the affinity is local, and no backend of {from} is active"), None);
    }
    if has(context, false, &[State::Active]) {
        let text = format!("the affinity is local, and {from} has an active backend");
        return (
            text,
            Some(format!("it takes over where no backend of {from} is active; without the annotation both are used")),
        );
    }
    let text = format!("the affinity is local, and no backend is active in {from} or healthy elsewhere");
    (text, Some("it is used once it is healthy".to_owned()))
}

fn local_under_remote(context: &Context<'_>, case: &Case<'_>) -> (String, Option<String>) {
    let from = context.from().name;
    if case.refused.is_none() {
        return ("the affinity is remote, and no backend of another cluster is healthy".to_owned(), None);
    }
    if has(context, true, &[State::Active, State::Terminating]) {
        let text = "the affinity is remote, and another cluster has a healthy backend".to_owned();
        return (
            text,
            Some("it takes over where no other cluster has one; without the annotation both are used".to_owned()),
        );
    }
    let text = format!("the affinity is remote, and no backend is healthy, in {from} or elsewhere");
    (text, Some("it is used once it is healthy".to_owned()))
}

/// Whether the frontend has a backend in one of `states`, of its own cluster or of others.
fn has(context: &Context<'_>, remote: bool, states: &[State]) -> bool {
    let is_remote = |backend: &crate::TableBackend| backend.cluster != context.asked.question.cluster;
    context.frontend.backends.iter().any(|backend| is_remote(backend) == remote && states.contains(&backend.state))
}

/// New connections go to what is active, or else to what ends and still serves.
pub(super) fn state(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let row = case.row?;
    let field = |path: &[&str]| context.endpoint_field(case, path);
    let here = Some(context.backend_span(case));
    let (text, basis) = match row.state {
        State::Active if case.offer.is_by_record() => ("active: a service record holds no state", Basis::lines([here])),
        State::Active if case.is_derived() => ("active, once it runs", Basis::lines([here])),
        // So it was before unready endpoints had rows.
        State::Active if !case.backend.conditions.ready => {
            ("active: it is not ready and still serves", Basis::of(field(&["conditions", "serving"]), here))
        }
        State::Active => ("active", Basis::of(field(&["conditions", "ready"]), here)),
        State::Terminating if case.serves => {
            ("ends and still serves, and nothing is active", Basis::of(field(&["conditions", "terminating"]), here))
        }
        State::Terminating => {
            ("ends, and what is active comes first", Basis::of(field(&["conditions", "terminating"]), here))
        }
        State::TerminatingNotServing => {
            ("ends, and no longer serves", Basis::of(field(&["conditions", "terminating"]), here))
        }
        State::Quarantined => ("failed a health check", Basis::lines([here])),
        State::Maintenance if row.weight == 0 => {
            ("in maintenance: its weight is 0", Basis::of(weight_span(context, case), here))
        }
        State::Maintenance => ("in maintenance: it is not ready", Basis::of(field(&["conditions", "ready"]), here)),
    };
    if case.serves {
        return Some(Step::passed(Rule::State, text, basis));
    }
    let help = match row.state {
        State::Maintenance if row.weight == 0 => "another weight than 0 takes it out of maintenance",
        State::Maintenance => "it takes connections once it is ready",
        _ => "it keeps the connections that it has, and takes no new ones",
    };
    Some(Step::refused(Rule::State, text, basis, help))
}

/// The weight, where one is written or counts.
pub(super) fn weight(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let row = case.row?;
    let line = weight_span(context, case);
    let counts = context.frontend.algorithm == Algorithm::Maglev;
    if line.is_none() && !counts {
        return None;
    }
    let standard = Backend::STANDARD_WEIGHT;
    let text = if line.is_none() {
        format!("weight {}", row.weight)
    } else if case.offer.is_by_record() {
        format!("weight {standard}: a service record holds none")
    } else if !context.profile().version.reads_slice_weights() {
        format!("weight {standard}: {} reads none", context.cilium())
    } else if counts {
        format!("weight {}", row.weight)
    } else {
        format!("weight {}, which counts under maglev only", row.weight)
    };
    let object = context.asked.question.mesh.object(case.backend.origin).span;
    Some(Step::passed(Rule::Weight, text, Basis::of(line, Some(object))))
}

/// Where the slice of a backend says its weight.
fn weight_span(context: &Context<'_>, case: &Case<'_>) -> Option<Span> {
    context.asked.endpoint(case.offer, case.at)?.slice.weight?;
    context.asked.places.field(case.backend.origin, &["metadata", "annotations", names::WEIGHT])
}
