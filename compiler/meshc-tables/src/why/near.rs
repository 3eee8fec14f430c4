//! Whether the backend is near enough to the client (CILIUM.md 3.3).

use meshc_model::{Distribution, ZoneRule};
use meshc_source::Span;

use super::case::{Case, Context, and};
use super::{Basis, Rule, Step};
use crate::policy::stays_on_node;
use crate::select::Near;
use crate::topology::Zones;
use crate::{FrontendKind, Reason, Scope};

/// `PreferSameNode`: those of the client's node, if one of them is active.
pub(super) fn same_node(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let asked = asked(context).filter(|asked| asked.same_node)?;
    if !asked.honored {
        return Some(not_honored(context, Rule::SameNode, &asked));
    }
    let node = context.seen(case).map(|seen| seen.node).filter(|node| !node.is_empty());
    let basis = Basis::lines([Some(asked.span), node.and_then(|_| context.endpoint_field(case, &["nodeName"]))]);
    let text = match (context.near, context.client().node) {
        (Near::Node(client), _) if case.is_refused(Reason::OtherNode) => {
            let own = match node {
                Some(node) if node == client => "is not active".to_owned(),
                Some(node) => format!("is on {node}"),
                None => "is on no node that is known".to_owned(),
            };
            let text = format!("PreferSameNode: the client's node {client} has an active backend, and this one {own}");
            return Some(Step::refused(
                Rule::SameNode,
                text,
                basis,
                "it takes over where no backend of that node is active",
            ));
        }
        (Near::Node(client), _) => format!("PreferSameNode: on the client's node {client}"),
        (Near::Zones(_), Some(client)) => {
            format!("PreferSameNode: no backend is active on the client's node {client}, so any node is as good")
        }
        (Near::Zones(_), None) => "PreferSameNode: depends on the client's node, which is not given".to_owned(),
    };
    Some(Step::passed(Rule::SameNode, text, basis))
}

/// Traffic policy Local: those of the client's node, and those whose node is not known.
pub(super) fn traffic_policy(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let traffic = &context.service().traffic;
    let (kind, scope) = (context.frontend.kind, context.frontend.scope);
    if matches!(context.near, Near::Node(_)) || !stays_on_node(kind, scope, traffic) {
        return None;
    }
    let outside = scope == Scope::External && kind != FrontendKind::ClusterIp;
    let (field, said) = if outside {
        ("externalTrafficPolicy", traffic.external_policy)
    } else {
        ("internalTrafficPolicy", traffic.internal_policy)
    };
    let node = context.seen(case).map(|seen| seen.node).filter(|node| !node.is_empty());
    let line = node.and_then(|_| context.endpoint_field(case, &["nodeName"]));
    let basis = Basis::lines([said.map(|said| said.span), line]);
    let text = match (node, context.client().node) {
        (Some(node), Some(client)) if case.is_refused(Reason::TrafficPolicyLocal) => {
            let text = format!("{field} is Local: it is on {node}, and the client on {client}");
            let help = format!("`{field}: Cluster` lets connections leave their node");
            return Some(Step::refused(Rule::TrafficPolicy, text, basis, help));
        }
        (Some(_), Some(client)) => format!("{field} is Local: it is on the client's node {client}"),
        (Some(_), None) => format!("{field} is Local: depends on the client's node, which is not given"),
        (None, _) if case.offer.is_by_record() => {
            format!("{field} is Local: a service record holds no node, so it passes for one of the client's")
        }
        (None, _) => format!("{field} is Local: its node is not known, so it passes for one of the client's"),
    };
    Some(Step::passed(Rule::TrafficPolicy, text, basis))
}

/// Zone hints: those of the client's zone, where all have hints.
pub(super) fn same_zone(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let asked = asked(context).filter(|asked| !asked.same_node)?;
    if !asked.honored {
        return Some(not_honored(context, Rule::SameZone, &asked));
    }
    let Near::Zones(zones) = context.near else {
        return None;
    };
    let hints = context.seen(case).map_or(&[][..], |seen| seen.for_zones);
    let line = context.endpoint_field(case, &["hints"]).filter(|_| !hints.is_empty());
    let basis = Basis::lines([Some(asked.span), line]);
    let text = match zones {
        Zones::Only(zone, _) if case.is_refused(Reason::OtherZone) => {
            let (own, help) = if hints.is_empty() {
                ("it has no hints".to_owned(), "hints for a zone open it to clients there".to_owned())
            } else {
                (format!("its hints are for {}", and(hints)), format!("clients in {} reach it", and(hints)))
            };
            let text = format!("{}: {own}, and the client is in {zone}", asked.word);
            return Some(Step::refused(Rule::SameZone, text, basis, help));
        }
        Zones::Only(_, ZoneRule::OwnEndpoints) if case.offer.remote => {
            format!("{}: {} asks no hints of other clusters' backends", asked.word, context.cilium())
        }
        Zones::Only(_, ZoneRule::EachBackend) if hints.is_empty() => {
            format!("{}: without hints it is for every zone", asked.word)
        }
        Zones::Only(zone, _) => format!("{}: its hints are for the client's zone {zone}", asked.word),
        Zones::Any if hints.is_empty() => format!("{}: it has no hints, so every zone is as good", asked.word),
        Zones::Any => {
            format!("{}: hints do not decide, since not all have them or none is for the client's zone", asked.word)
        }
        Zones::Unknown => format!("{}: depends on the client's zone, which is not given", asked.word),
    };
    Some(Step::passed(Rule::SameZone, text, basis))
}

/// What a service asks of nearness, and where.
struct AskedFor {
    word: &'static str,
    span: Span,
    /// Whether it is the client's node that it asks for, and not its zone.
    same_node: bool,
    /// Whether the data plane does what is asked.
    honored: bool,
}

fn asked(context: &Context<'_>) -> Option<AskedFor> {
    let traffic = &context.service().traffic;
    let honored = context.asked.view.topology.distribution;
    // Old versions that do not know the field may know the annotation.
    let said = traffic.distribution.filter(|said| honored.is_none_or(|honored| honored == said.value));
    let (word, span) = match (said, traffic.zone_hints) {
        (Some(said), _) => (said.value.word(), said.span),
        (None, hints) => hints.map(|hints| (hints.key.as_str(), hints.value_span))?,
    };
    let wish = honored.or(said.map(|said| said.value));
    Some(AskedFor { word, span, same_node: wish == Some(Distribution::PreferSameNode), honored: honored.is_some() })
}

/// A wish for nearness that the data plane does not honor.
fn not_honored(context: &Context<'_>, rule: Rule, asked: &AskedFor) -> Step {
    let (from, traffic) = (context.from(), &context.service().traffic);
    let (why, line) = if !context.asked.data_plane().service_topology {
        let line = context.asked.places.setting(from, "serviceTopology");
        let default = if line.is_none() { ", as it is by default" } else { "" };
        (format!("`serviceTopology` is off in {}{default}", from.name), line)
    } else if traffic.is_internal_local() {
        ("internalTrafficPolicy is Local, which comes first".to_owned(), traffic.internal_policy.map(|said| said.span))
    } else {
        (format!("{} does not honor it here", context.cilium()), context.asked.places.setting(from, "version"))
    };
    Step::passed(rule, format!("{} has no effect: {why}", asked.word), Basis::lines([Some(asked.span), line]))
}
