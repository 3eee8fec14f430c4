//! What a Service says of its frontends and of how they choose among its backends.

use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{
    Algorithm, Distribution, Family, Forwarding, Ingress, NodeExposure, Reach, Said, ServiceType, Traffic, names,
};

use super::service::annotation;
use crate::object::Metadata;
use crate::reader::Fields;

/// The label of a service that another proxy serves.
const FOREIGN_PROXY: &str = "service.kubernetes.io/service-proxy-name";

/// Reads annotations and labels, to the letter: what Cilium does not know is as if it were not there (CILIUM.md 1).
pub(crate) fn read_metadata(metadata: &Metadata<'_>, traffic: &mut Traffic) {
    let find = |key: &str| annotation(metadata, key);
    let foreign = metadata.labels.iter().find(|label| label.key == FOREIGN_PROXY);
    traffic.foreign_proxy = foreign.map(|label| label.key_span);
    // The older name wins by being there, whatever it says.
    traffic.zone_hints = find(names::TOPOLOGY_HINTS)
        .or_else(|| find(names::TOPOLOGY_MODE))
        .filter(|said| !matches!(said.value.as_str(), "" | "disabled" | "Disabled"));
    traffic.exposed = find(names::SERVICE_TYPE).and_then(|said| {
        let word = ServiceType::ALL[..3].iter().find(|(_, word)| said.value == **word)?;
        Some(Said { value: word.0, span: said.value_span })
    });
    traffic.external_only = find(names::SCOPE)
        .filter(|said| said.value == *"external-only")
        .map(|said| Said { value: (), span: said.value_span });
    traffic.algorithm_in_any_case = find(names::LB_ALGORITHM).and_then(|said| {
        let word = Algorithm::ALL.iter().find(|(_, word)| said.value.as_str().eq_ignore_ascii_case(word))?;
        Some(Said { value: word.0, span: said.value_span })
    });
    let exact = |said: &Said<Algorithm>| find(names::LB_ALGORITHM).is_some_and(|own| own.value == *said.value.word());
    traffic.algorithm = traffic.algorithm_in_any_case.filter(exact);
    traffic.forwarding = find(names::FORWARDING_MODE).and_then(|said| {
        let word = Forwarding::ALL.iter().find(|(_, word)| said.value.as_str().eq_ignore_ascii_case(word))?;
        // One service cannot be hybrid: Cilium takes it for snat.
        let value = if word.0 == Forwarding::Hybrid { Forwarding::Snat } else { word.0 };
        Some(Said { value, span: said.value_span })
    });
    let is = |key: &str, word: &str| find(key).is_some_and(|said| said.value.as_str().eq_ignore_ascii_case(word));
    traffic.source_ranges_deny = is(names::SOURCE_RANGES_POLICY, "deny");
    traffic.proxy_delegation = is(names::PROXY_DELEGATION, "delegate-if-local");
    traffic.nodes = NodeExposure { selector: find(names::NODE_SELECTOR), label: find(names::NODE) };
    traffic.sync = find(names::SYNC);
}

/// Reads `spec`.
pub(crate) fn read_spec(spec: Fields<'_>, traffic: &mut Traffic, diags: &mut Diagnostics) {
    traffic.external_policy = spec.word("externalTrafficPolicy", &Reach::ALL, diags);
    traffic.internal_policy = spec.word("internalTrafficPolicy", &Reach::ALL, diags);
    traffic.distribution = spec.word("trafficDistribution", &Distribution::ALL, diags);
    traffic.node_ports = spec.boolean("allocateLoadBalancerNodePorts", diags).is_none_or(|flag| flag.value);
    traffic.load_balancer_class = spec.name("loadBalancerClass", diags).map(|class| class.value);
    traffic.health_check_node_port =
        spec.number("healthCheckNodePort", 0..=65535, diags).map(|port| port.value).filter(|port| *port != 0);
    traffic.external_ips = addresses(spec, "externalIPs", diags);
    ip_families(spec, traffic, diags);
    session_affinity(spec, traffic, diags);
    source_ranges(spec, traffic, diags);
}

fn addresses(spec: Fields<'_>, key: &str, diags: &mut Diagnostics) -> Vec<IpAddr> {
    let mut found = Vec::new();
    for text in spec.names(key, diags) {
        match text.value.as_str().parse() {
            Ok(address) => found.push(address),
            Err(_) => diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`{}` is not an address", text.value))
                    .at(text.span, "not an IP address"),
            ),
        }
    }
    found
}

fn ip_families(spec: Fields<'_>, traffic: &mut Traffic, diags: &mut Diagnostics) {
    let said = spec.names("ipFamilies", diags);
    traffic.ip_families_span = said.first().map(|first| first.span);
    let policy = spec.string("ipFamilyPolicy", diags).map(|policy| policy.value);
    traffic.dual_stack = matches!(policy, Some("PreferDualStack" | "RequireDualStack"));
    for text in said {
        match Family::ALL.iter().find(|(_, word)| text.value == **word) {
            Some((family, _)) => traffic.ip_families.push(*family),
            None => diags.push(
                Diagnostic::new(Code::InvalidValue, format!("there is no address family `{}`", text.value))
                    .at(text.span, "not known")
                    .help("the families are `IPv4` and `IPv6`"),
            ),
        }
    }
}

fn session_affinity(spec: Fields<'_>, traffic: &mut Traffic, diags: &mut Diagnostics) {
    let by_client = spec.word("sessionAffinity", &[(false, "None"), (true, "ClientIP")], diags);
    let timeout = spec
        .fields("sessionAffinityConfig", diags)
        .and_then(|config| config.fields("clientIP", diags))
        .and_then(|client| client.number("timeoutSeconds", 0..=86_400, diags))
        // Cilium takes 0 for nothing said.
        .filter(|seconds| seconds.value != 0);
    let standard = |word: Said<bool>| Said { value: Traffic::SESSION_SECONDS, span: word.span };
    traffic.session_affinity = by_client.filter(|word| word.value).map(|word| timeout.unwrap_or(standard(word)));
}

fn source_ranges(spec: Fields<'_>, traffic: &mut Traffic, diags: &mut Diagnostics) {
    for text in spec.names("loadBalancerSourceRanges", diags) {
        // The API server takes spaces around them, and Cilium does not.
        match text.value.as_str().parse() {
            Ok(range) => traffic.source_ranges.push(range),
            Err(_) => diags.push(
                Diagnostic::new(Code::InvalidValue, format!("`{}` is not a range of addresses", text.value))
                    .at(text.span, "not a CIDR")
                    .help("write it as `192.0.2.0/24` or `2001:db8::/32`"),
            ),
        }
    }
}

/// Reads the addresses that a load balancer was given.
pub(crate) fn read_status(document: Fields<'_>, traffic: &mut Traffic, diags: &mut Diagnostics) {
    let balancer = document.fields("status", diags).and_then(|status| status.fields("loadBalancer", diags));
    let Some(balancer) = balancer else {
        return;
    };
    for node in balancer.list("ingress", diags) {
        let Some(entry) = Fields::item(node, "ingress", diags) else {
            continue;
        };
        let vip = entry.string("ipMode", diags).is_none_or(|mode| mode.value == "VIP");
        let address = entry.string("ip", diags).and_then(|text| text.value.parse::<IpAddr>().ok());
        traffic.ingress.push(Ingress { address, is_own: vip });
    }
}
