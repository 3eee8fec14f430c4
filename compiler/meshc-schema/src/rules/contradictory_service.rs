//! M0213 contradictory-service: what the API server refuses in a Service because two of its fields do not go together
//! (`ValidateService` of Kubernetes). What it fills in or drops by itself is no contradiction, as a
//! `sessionAffinityConfig` without `ClientIP`.

use std::net::IpAddr;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Said;
use meshc_source::Span;
use meshc_syntax::{Node, Value};

use super::{Written, mappings};
use crate::reader::Fields;

/// A Service as it is written.
#[derive(Clone, Copy)]
struct Service<'t> {
    spec: Fields<'t>,
    /// Its type, with its place if it is written.
    kind: &'t str,
    kind_span: Option<Span>,
}

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    if !written.is_core("Service") {
        return;
    }
    let Some(spec) = written.document.quiet("spec") else {
        return;
    };
    let kind = spec.text("type").filter(|kind| !kind.value.is_empty());
    // A patch says neither its type nor its ports, and the object that it changes is not seen here.
    if kind.is_none() && mappings(spec, "ports").next().is_none() && spec.get("clusterIP").is_none() {
        return;
    }
    let service =
        Service { spec, kind: kind.map_or("ClusterIP", |kind| kind.value), kind_span: kind.map(|kind| kind.span) };
    match service.kind {
        "ClusterIP" => service.node_ports(diags),
        "NodePort" | "LoadBalancer" => service.headless(diags),
        "ExternalName" => service.external_name(diags),
        // It was reported as a type that does not exist.
        _ => return,
    }
    service.external_traffic(diags);
    service.balancer(diags);
    service.addresses(diags);
    service.families(diags);
}

fn clash(headline: String) -> Diagnostic {
    Diagnostic::new(Code::ContradictoryService, headline)
}

impl<'t> Service<'t> {
    /// What the type is called in a sentence, with its article.
    fn of_type(self) -> String {
        match (self.kind, self.kind_span) {
            (kind, None) => format!("a Service without `type`, which is {kind},"),
            ("ExternalName", _) => "an ExternalName Service".into(),
            (kind, _) => format!("a {kind} Service"),
        }
    }

    /// Adds the type as the other side, if it is written.
    fn beside_type(self, diagnostic: Diagnostic) -> Diagnostic {
        match self.kind_span {
            Some(span) => diagnostic.at(span, format!("it is {} here", self.kind)),
            None => diagnostic,
        }
    }

    /// Reports a field that this type cannot have.
    fn forbid(self, key: &str, span: Span, help: &str, diags: &mut Diagnostics) {
        let diagnostic = clash(format!("{} cannot have `{key}`", self.of_type())).at(span, "the API server refuses it");
        diags.push(self.beside_type(diagnostic).help(help));
    }

    fn cluster_ips(self) -> Vec<Said<&'t str>> {
        let listed: Vec<_> = self.spec.texts("clusterIPs").collect();
        if listed.is_empty() { self.cluster_ip().into_iter().collect() } else { listed }
    }

    fn cluster_ip(self) -> Option<Said<&'t str>> {
        self.spec.text("clusterIP").filter(|address| !address.value.is_empty())
    }

    fn node_ports(self, diags: &mut Diagnostics) {
        let mut ports = mappings(self.spec, "ports").filter_map(|port| number(port.get("nodePort")?));
        if let Some(node_port) = ports.find(|node_port| node_port.value != 0) {
            self.forbid("nodePort", node_port.span, "write `type: NodePort`, or remove `nodePort`", diags);
        }
    }

    fn headless(self, diags: &mut Diagnostics) {
        if let Some(none) = self.cluster_ips().first().filter(|address| address.value == "None") {
            let diagnostic =
                clash(format!("{} cannot be headless", self.of_type())).at(none.span, "the API server refuses it");
            diags.push(self.beside_type(diagnostic).help("remove `clusterIP: None`, or the type"));
        }
    }

    fn external_name(self, diags: &mut Diagnostics) {
        let name = self.spec.text("externalName");
        if name.is_none_or(|name| name.value.trim_end_matches('.').is_empty())
            && self.spec.get("externalName").is_none_or(is_text)
        {
            let span = name.map(|name| name.span).or(self.kind_span).unwrap_or(self.spec.span());
            diags.push(
                clash("an ExternalName Service needs `externalName`".into())
                    .at(span, "the API server refuses it")
                    .help("write the name that it stands for, as `externalName: db.example.com`"),
            );
        }
        let address = self.cluster_ips().first().map(|address| address.span);
        let families = self.spec.texts("ipFamilies").next().map(|family| family.span);
        let policy = self.spec.get("ipFamilyPolicy").map(Node::span);
        for (key, span) in [("clusterIP", address), ("ipFamilies", families), ("ipFamilyPolicy", policy)] {
            if let Some(span) = span {
                self.forbid(key, span, &format!("remove `{key}`: it has no address of its own"), diags);
            }
        }
    }

    fn external_traffic(self, diags: &mut Diagnostics) {
        let external_ips = self.kind == "ClusterIP" && self.spec.texts("externalIPs").next().is_some();
        let external = matches!(self.kind, "NodePort" | "LoadBalancer") || external_ips;
        let policy = self.spec.text("externalTrafficPolicy").filter(|policy| !policy.value.is_empty());
        if let Some(policy) = policy.filter(|_| !external) {
            let help =
                "remove it: nothing reaches this Service from outside; `internalTrafficPolicy` is for clients inside";
            self.forbid("externalTrafficPolicy", policy.span, help, diags);
            return;
        }
        let checked = self.kind == "LoadBalancer" && policy.is_some_and(|policy| policy.value == "Local");
        let port = self.spec.get("healthCheckNodePort").and_then(number).filter(|port| port.value != 0);
        let Some(port) = port.filter(|_| !checked) else {
            return;
        };
        let help = "remove it: it is for `type: LoadBalancer` with `externalTrafficPolicy: Local`";
        if self.kind == "LoadBalancer" {
            let headline = "`healthCheckNodePort` needs `externalTrafficPolicy: Local`".to_owned();
            let diagnostic = clash(headline).at(port.span, "the API server refuses it");
            let other = policy.map(|policy| policy.span);
            diags.push(other.into_iter().fold(diagnostic, |it, span| it.at(span, "this is not `Local`")).help(help));
        } else {
            self.forbid("healthCheckNodePort", port.span, help, diags);
        }
    }

    /// What only a load balancer has.
    fn balancer(self, diags: &mut Diagnostics) {
        if self.kind == "LoadBalancer" {
            return;
        }
        let ranges = self.spec.texts("loadBalancerSourceRanges").next().map(|range| range.span);
        for (key, span) in [
            ("allocateLoadBalancerNodePorts", self.spec.get("allocateLoadBalancerNodePorts").map(Node::span)),
            ("loadBalancerClass", self.spec.get("loadBalancerClass").map(Node::span)),
            ("loadBalancerSourceRanges", ranges),
        ] {
            if let Some(span) = span {
                self.forbid(key, span, &format!("write `type: LoadBalancer`, or remove `{key}`"), diags);
            }
        }
    }

    fn addresses(self, diags: &mut Diagnostics) {
        let listed: Vec<_> = self.spec.texts("clusterIPs").collect();
        if self.kind == "ExternalName" {
            return;
        }
        if let (Some(one), Some(first)) = (self.cluster_ip(), listed.first())
            && one.value != first.value
        {
            diags.push(
                clash(format!("`clusterIP` is `{}`, and the first of `clusterIPs` is `{}`", one.value, first.value))
                    .at(one.span, "the API server refuses it")
                    .at(first.span, "this is another one")
                    .help("write the same in both, or leave `clusterIPs` out"),
            );
        }
        if let [none, other, ..] = listed.as_slice()
            && none.value == "None"
        {
            diags.push(
                clash("a Service without a cluster IP cannot have one as well".into())
                    .at(other.span, "the API server refuses it")
                    .at(none.span, "it is headless")
                    .help("remove one of them"),
            );
        } else if let [first, second] = listed.as_slice()
            && let (Some(one), Some(two)) = (is_v6(first.value), is_v6(second.value))
            && one == two
        {
            diags.push(
                clash("a Service has one cluster IP of each family".into())
                    .at(second.span, "the API server refuses it")
                    .at(first.span, "of the same family")
                    .help("remove one of them"),
            );
        } else if let [_, _, third, ..] = listed.as_slice() {
            diags.push(
                clash(format!("a Service has at most two cluster IPs, and this one has {}", listed.len()))
                    .at(third.span, "the API server refuses it")
                    .help("leave one of each family"),
            );
        }
    }

    fn families(self, diags: &mut Diagnostics) {
        if self.kind == "ExternalName" {
            return;
        }
        let families: Vec<_> = self.spec.texts("ipFamilies").collect();
        let addresses = self.cluster_ips();
        for (address, family) in addresses.iter().zip(&families) {
            let Some(v6) = is_v6(address.value) else {
                continue;
            };
            if matches!((family.value, v6), ("IPv4", true) | ("IPv6", false)) {
                diags.push(
                    clash(format!("`{}` is no {} address", address.value, family.value))
                        .at(address.span, "the API server refuses it")
                        .at(family.span, "the family that belongs to it")
                        .help("write addresses and families in the same order"),
                );
            }
        }
        if let [first, second, ..] = families.as_slice()
            && first.value == second.value
        {
            diags.push(
                clash(format!("the family `{}` stands twice", second.value))
                    .at(second.span, "the API server refuses it")
                    .at(first.span, "the first one")
                    .help("remove one of them"),
            );
            return;
        }
        let policy = self.spec.text("ipFamilyPolicy").filter(|policy| policy.value == "SingleStack");
        let second = families.get(1).copied().or_else(|| self.spec.texts("clusterIPs").nth(1));
        if let (Some(policy), Some(second)) = (policy, second) {
            diags.push(
                clash("a Service of two families cannot be `SingleStack`".into())
                    .at(policy.span, "the API server refuses it")
                    .at(second.span, "the second family")
                    .help("write `PreferDualStack` or `RequireDualStack`, or remove the second family"),
            );
        }
    }
}

/// Whether an address is of IPv6; `None` if it is no address, which is reported elsewhere.
fn is_v6(text: &str) -> Option<bool> {
    text.parse().ok().map(|address: IpAddr| address.is_ipv6())
}

fn is_text(node: Node<'_>) -> bool {
    matches!(node.value(), Value::Str(_))
}

fn number(node: Node<'_>) -> Option<Said<i64>> {
    match node.value() {
        Value::Int(value) => Some(Said { value, span: node.span() }),
        _ => None,
    }
}
