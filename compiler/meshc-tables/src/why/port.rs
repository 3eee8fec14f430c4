//! Whether a port of the backend serves the frontend (CILIUM.md 3.2).

use meshc_model::{EndpointPort, Family, Identity};
use meshc_source::Span;

use super::case::{Case, Context};
use super::{Basis, Rule, Step};
use crate::Reason;

/// A frontend has backends of its own family only.
pub(super) fn family(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    let Identity::Address(own) = case.backend.identity else {
        return None;
    };
    let frontend = context.frontend.address?;
    let basis = Basis::Written(vec![context.backend_span(case)]);
    if case.is_refused(Reason::Family) {
        let text = format!("its address is {}, and that of the frontend {}", word(own), word(frontend));
        let help = format!("only a frontend with an {} address serves it: look at `ipFamilies`", word(own));
        return Some(Step::refused(Rule::Family, text, basis, help));
    }
    // Where there is one family only, nobody asks.
    let addresses = &context.service().cluster_ips;
    let both = addresses.iter().any(|address| address.is_ipv4() != frontend.is_ipv4());
    both.then(|| Step::passed(Rule::Family, format!("{}, as the frontend", word(own)), basis))
}

fn word(address: std::net::IpAddr) -> &'static str {
    let family = Family::of(address);
    Family::ALL.iter().find(|(known, _)| *known == family).map_or("", |(_, word)| *word)
}

/// Ports meet by name, and one without a name meets many.
pub(super) fn name(context: &Context<'_>, case: &Case<'_>) -> Step {
    let asked = context.port();
    let ports = case.offer.member.backends.ports(case.backend);
    if case.is_refused(Reason::PortName) {
        return no_name(context, case, ports);
    }
    let protocol = (!case.is_refused(Reason::Protocol)).then_some(asked.protocol);
    let meets = |port: &&EndpointPort| {
        protocol.is_none_or(|protocol| port.protocol == protocol && Some(port.number) == case.number)
    };
    // Of several with one number, the one of that name.
    let met = ports.iter().filter(meets).find(|port| port.name == asked.name).or_else(|| ports.iter().find(meets));
    let target = met.map(|port| format!("{}/{}", port.number, port.protocol)).unwrap_or_default();
    let label = asked.label();
    let text = match met {
        Some(_) if protocol.is_none() && !asked.name.is_empty() => format!("it has a port {label}"),
        Some(_) if protocol.is_none() => format!("port {label} has no name and takes every port of its protocol"),
        Some(port) if asked.name == port.name => format!("port {label} is {target}"),
        Some(port) if asked.name.is_empty() => {
            format!("port {label} has no name and takes every {} port: {target}, named {}", port.protocol, port.name)
        }
        Some(_) | None => format!("a port without a name serves every port: {target}"),
    };
    let lines = Basis::lines([Some(asked.span), met.and_then(|port| port_span(context, case, *port))]);
    Step::passed(Rule::PortName, text, lines)
}

fn no_name(context: &Context<'_>, case: &Case<'_>, ports: &[EndpointPort]) -> Step {
    let asked = context.port();
    let has: Vec<_> = ports.iter().map(words).collect();
    let has = if has.is_empty() { "has no port".to_owned() } else { format!("has {}", has.join(", ")) };
    let text = if asked.name.is_empty() {
        format!("port {} has no name, and {} gives it no port with one: it {has}", asked.number, context.cilium())
    } else {
        format!("no port is named {}: it {has}", asked.name)
    };
    let first = ports.first().and_then(|port| port_span(context, case, *port));
    let help = "ports meet by name and protocol, never by number: give both the same name";
    Step::refused(Rule::PortName, text, Basis::lines([Some(asked.span), first]), help)
}

/// Where a protocol differs, the port of that name is another one.
pub(super) fn protocol(context: &Context<'_>, case: &Case<'_>) -> Option<Step> {
    if !case.is_refused(Reason::Protocol) {
        return None;
    }
    let asked = context.port();
    let ports = case.offer.member.backends.ports(case.backend);
    let other = ports.iter().find(|port| port.name == asked.name).or(ports.first());
    let theirs = other.map(words).unwrap_or_default();
    let text = format!("port {} is {}, and it has {theirs}", asked.label(), asked.protocol);
    let lines = Basis::lines([Some(asked.span), other.and_then(|port| port_span(context, case, *port))]);
    Some(Step::refused(Rule::Protocol, text, lines, "give both the same `protocol`"))
}

fn words(port: &EndpointPort) -> String {
    if port.name.is_empty() {
        format!("{}/{} without a name", port.number, port.protocol)
    } else {
        format!("{} ({}/{})", port.name, port.number, port.protocol)
    }
}

/// Where a backend's port is declared: in its slice, or in the Service whose pods it will be one of.
fn port_span(context: &Context<'_>, case: &Case<'_>, port: EndpointPort) -> Option<Span> {
    if case.is_derived() {
        let ports = &context.service_there(case).ports;
        return ports.iter().find(|own| (own.name, own.protocol) == (port.name, port.protocol)).map(|own| own.span);
    }
    let declared = context.asked.endpoint(case.offer, case.at)?;
    let at = declared.slice.ports.iter().position(|own| *own == port)?;
    context.asked.places.port(case.backend.origin, declared.slice_at, at)
}
