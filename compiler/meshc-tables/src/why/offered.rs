//! Whether the clusters tell each other of the service (CILIUM.md 2).

use meshc_model::{Cluster, Import, MeshAnnotations, names};
use meshc_source::Span;

use super::case::{Case, Context, annotated};
use super::{Basis, Rule, Step};
use crate::Reason;

/// A service that is not global uses its own backends only.
pub(super) fn global(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    case.offer.remote.then(|| {
        let refused = case.is_refused(Reason::NotGlobal);
        let (from, annotations) = (context.from(), &context.service().annotations);
        global_in(
            Rule::Global,
            from,
            annotations,
            context.service_span(),
            refused.then_some("it uses its own backends only"),
        )
    })
}

/// A service that is not global is not offered to other clusters.
pub(super) fn remote_global(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    case.offer.remote.then(|| {
        let refused = case.is_refused(Reason::RemoteNotGlobal);
        let annotations = &context.service_there(case).annotations;
        let object = context.asked.question.mesh.object(case.offer.member.object).span;
        let effect = refused.then_some("its backends are hidden from the other clusters");
        global_in(Rule::RemoteGlobal, context.there(case), annotations, object, effect)
    })
}

/// Whether the service is global in `cluster`; `refused` says what it means that it is not.
fn global_in(
    rule: Rule,
    cluster: &Cluster,
    annotations: &MeshAnnotations,
    object: Span,
    refused: Option<&str>,
) -> Step {
    let said = annotations.global.effective();
    let basis = annotated(said, object);
    let name = cluster.name;
    let Some(effect) = refused else {
        return Step::passed(rule, format!("global in {name}"), basis);
    };
    let help = match said {
        Some(said) => format!("make `{}` \"true\" in {name}", said.key),
        None => format!("annotate the Service of {name} with `{}: \"true\"`", names::GLOBAL),
    };
    Step::refused(rule, format!("not global in {name}: {effect}"), basis, help)
}

/// A service that is not shared hides its backends from others.
pub(super) fn shared(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    if !case.offer.remote {
        return None;
    }
    let there = context.there(case).name;
    let said = context.service_there(case).annotations.shared.effective();
    let basis = annotated(said, context.asked.question.mesh.object(case.offer.member.object).span);
    if !case.is_refused(Reason::NotShared) {
        return Some(Step::passed(Rule::Shared, format!("shared in {there}"), basis));
    }
    let text = format!("not shared in {there}: its backends are hidden from the other clusters");
    let key = said.map_or(names::SHARED, |said| said.key.as_str());
    Some(Step::refused(Rule::Shared, text, basis, format!("make `{key}` \"true\" in {there}, or remove it")))
}

/// A namespace that is not global offers none of its services.
pub(super) fn namespace(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    if !case.offer.remote {
        return None;
    }
    let (there, mesh) = (context.there(case), context.asked.question.mesh);
    let namespace = context.asked.question.table.group(mesh).namespace;
    let basis = match case.offer.member.namespace_global {
        Some(said) => Basis::Written(vec![said.span]),
        None => context.asked.setting(there, "defaultGlobalNamespace"),
    };
    if !case.is_refused(Reason::NamespaceNotGlobal) {
        let text = format!("the namespace {namespace} is global in {}", there.name);
        return Some(Step::passed(Rule::Namespace, text, basis));
    }
    let text = format!("the namespace {namespace} is not global in {}: none of its services is offered", there.name);
    let help =
        format!("annotate the Namespace {namespace} of {} with `{}: \"true\"`", there.name, names::NAMESPACE_GLOBAL);
    Some(Step::refused(Rule::Namespace, text, basis, help))
}

/// What one cluster writes the other has to read.
pub(super) fn service_v2(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    if !case.offer.remote {
        return None;
    }
    let (from, there) = (context.from(), context.there(case));
    let setting = |cluster, field| context.asked.places.setting(cluster, field);
    let modes = [setting(from, "serviceV2"), setting(there, "serviceV2")];
    let versions = [setting(from, "version"), setting(there, "version")];
    let basis = |spans: &[Option<Span>]| match Basis::lines(spans.iter().copied()) {
        Basis::Written(spans) if spans.is_empty() => Basis::Default(from.span),
        basis => basis,
    };
    let reads = match case.offer.import {
        Import::Record => "service records",
        Import::Slices => "endpoint slices",
        Import::Nothing => {
            let speaks = |cluster: &Cluster| {
                format!("Cilium {}, {}", cluster.data_plane.version, cluster.data_plane.service_v2.word())
            };
            let text =
                format!("{} ({}) cannot read what {} ({}) writes", from.name, speaks(from), there.name, speaks(there));
            let help = "set `serviceV2: prefer-legacy` where the clusters do";
            return Some(Step::refused(Rule::ServiceV2, text, basis(&[modes, versions].concat()), help));
        }
    };
    Some(Step::passed(Rule::ServiceV2, format!("{} reads the {reads} of {}", from.name, there.name), basis(&modes)))
}
