//! Whether the client's data plane has a row for the backend (CILIUM.md 2.1, 2.2 and 3.1).

use super::case::{Case, Context};
use super::{Basis, Rule, Step};
use crate::Reason;

/// A record has only what is ready or serving, and so have the tables of old versions.
pub(super) fn ready(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let asked = case.offer.is_by_record() || !context.profile().keeps_unready_rows();
    if case.is_derived() || !asked {
        return None;
    }
    let conditions = case.backend.conditions;
    let field = if conditions.ready || conditions.serving != Some(true) { "ready" } else { "serving" };
    let said = context.endpoint_field(case, &["conditions", field]);
    let basis = Basis::of(said, Some(context.backend_span(case)));
    if !case.is_refused(Reason::NotReady) {
        return Some(Step::passed(Rule::Ready, field, basis));
    }
    let without = if case.offer.is_by_record() {
        format!("the record of {} leaves it out", context.there(case).name)
    } else {
        format!("{} has no row for it", context.cilium())
    };
    let text = format!("neither ready nor serving: {without}");
    Some(Step::refused(Rule::Ready, text, basis, "it counts again once it is ready"))
}

/// A record has one set of ports for each address.
pub(super) fn overwritten(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let cluster = case.offer.member.cluster;
    let twins = context.asked.view.twins;
    if !case.offer.is_by_record() || !twins.of(cluster, case.at, case.backend).any(|(other, _)| other == cluster) {
        return None;
    }
    let there = context.there(case).name;
    let own = Some(context.backend_span(case));
    let Some(later) =
        case.offer.overwriter(case.at, case.backend, twins).filter(|_| case.is_refused(Reason::Overwritten))
    else {
        let text = format!("the last endpoint of {there} with this address");
        return Some(Step::passed(Rule::Overwritten, text, Basis::lines([own])));
    };
    let by = Some(context.asked.backend_span(case.offer, later as usize));
    let text = format!("a later endpoint of {there} has the same address, and its record keeps the ports of that one");
    let help = "declare all ports of an address in one `EndpointSlice`";
    Some(Step::refused(Rule::Overwritten, text, Basis::lines([by, own]), help))
}

/// A data plane has one row for each address and port of a service.
pub(super) fn same_address(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let (view, cluster) = (&context.asked.view, case.offer.member.cluster);
    view.twins.of(cluster, case.at, case.backend).next()?;
    let own = Some(context.backend_span(case));
    let better = case.number.and_then(|number| view.better_twin(case.offer, case.at, number, context.port().protocol));
    let Some((other, at)) = better.filter(|_| case.is_refused(Reason::SameAddress)) else {
        let text = "the one that stands of those with this address and port";
        return Some(Step::passed(Rule::SameAddress, text, Basis::lines([own])));
    };
    let by = view.offers.iter().find(|offer| offer.member.cluster == other);
    let by_span = by.map(|offer| context.asked.backend_span(offer, at as usize));
    let name = context.asked.question.mesh.cluster(other).name;
    let text = if other == cluster {
        format!("a later endpoint of {name} has the same address, and the last one stands")
    } else if by.is_some_and(|offer| !offer.remote) {
        format!("{name} has the same address, and its own backends stand before those of others")
    } else {
        format!("{name} has the same address, and of other clusters one stands, the first by name here")
    };
    let help = if other == cluster {
        "declare an address once"
    } else {
        "addresses are one in the whole mesh: give the clusters pod ranges of their own"
    };
    Some(Step::refused(Rule::SameAddress, text, Basis::lines([by_span, own]), help))
}
