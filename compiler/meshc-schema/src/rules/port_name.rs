//! M0212 invalid-port-name: names of ports that the API server refuses, and ports that it cannot tell apart.

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::Said;
use meshc_source::Span;
use meshc_syntax::{Node, Value};

use super::{Written, mappings};
use crate::edit;
use crate::forms::{Form, LABEL, PORT_NAME, port_name_flaw};
use crate::placeholder;
use crate::reader::Fields;

pub(super) fn check(written: Written<'_, '_>, diags: &mut Diagnostics) {
    if written.is_core("Service") {
        if let Some(spec) = written.document.quiet("spec") {
            service(spec, diags);
        }
    } else if written.type_meta.group() == "discovery.k8s.io" && written.type_meta.kind == "EndpointSlice" {
        endpoint_ports(written.document, true, diags);
    } else if written.is_core("Endpoints") {
        for subset in mappings(written.document, "subsets") {
            endpoint_ports(subset, false, diags);
        }
    } else if let Some(pod) = written.pod_spec() {
        for list in ["initContainers", "containers"] {
            for container in mappings(pod, list) {
                container_ports(container, diags);
            }
        }
    }
}

fn service(spec: Fields<'_>, diags: &mut Diagnostics) {
    let ports: Vec<_> = mappings(spec, "ports").collect();
    unnamed(&ports, "Service", diags);
    let mut seen = Seen::default();
    for port in &ports {
        let protocol = port.text("protocol").map_or("TCP", |protocol| protocol.value);
        let number = number(*port, "port");
        let twice = number.is_some_and(|number| seen.twice(Key::Port(number.value, protocol), number.span, diags));
        if let Some(name) = port.text("name").filter(|name| !name.value.is_empty()) {
            let fits = check_name(name, &LABEL, LABEL.flaw(name.value), "port of a Service", diags);
            // Two equal entries are one mistake.
            if fits && !twice {
                seen.twice(Key::Name(name.value), name.span, diags);
            }
        }
        if let Some(node_port) = self::number(*port, "nodePort").filter(|node_port| node_port.value != 0) {
            seen.twice(Key::NodePort(node_port.value, protocol), node_port.span, diags);
        }
        target(*port, diags);
    }
}

/// Several ports need a name each.
fn unnamed(ports: &[Fields<'_>], of: &str, diags: &mut Diagnostics) {
    if ports.len() < 2 {
        return;
    }
    let nameless = |port: &&Fields<'_>| match port.get("name").map(Node::value) {
        None => true,
        Some(Value::Str(name)) => name.is_empty(),
        Some(_) => false,
    };
    let found: Vec<_> = ports.iter().filter(nameless).collect();
    let Some((first, others)) = found.split_first() else {
        return;
    };
    let place = |port: &Fields<'_>| port.get("port").map_or_else(|| port.span(), Node::span);
    let headline = match others.len() {
        0 => format!("a {of} with {} ports needs a name for each, and one has none", ports.len()),
        count => format!("a {of} with {} ports needs a name for each, and {} have none", ports.len(), count + 1),
    };
    let start = Diagnostic::new(Code::InvalidPortName, headline).at(place(first), "this one has no name");
    let whole = others.iter().fold(start, |diagnostic, port| diagnostic.at(place(port), "nor has this one"));
    diags.push(whole.help("add a name, as `name: http`; ports of other clusters are matched by it"));
}

fn endpoint_ports(fields: Fields<'_>, slice: bool, diags: &mut Diagnostics) {
    let ports: Vec<_> = mappings(fields, "ports").collect();
    if !slice {
        unnamed(&ports, "subset", diags);
    }
    let mut seen = Seen::default();
    for port in &ports {
        let name = port.text("name").filter(|name| !name.value.is_empty());
        let fits = name.is_none_or(|name| check_name(name, &LABEL, LABEL.flaw(name.value), "port of endpoints", diags));
        if slice && fits {
            let place = name.map(|name| name.span).or_else(|| Some(number(*port, "port")?.span));
            seen.twice(Key::Name(name.map_or("", |name| name.value)), place.unwrap_or(port.span()), diags);
        }
    }
}

fn container_ports(container: Fields<'_>, diags: &mut Diagnostics) {
    let mut seen = Seen::default();
    for port in mappings(container, "ports") {
        if let Some(name) = port.text("name").filter(|name| !name.value.is_empty())
            && check_name(name, &PORT_NAME, port_name_flaw(name.value), "port of a container", diags)
        {
            seen.twice(Key::Name(name.value), name.span, diags);
        }
    }
}

/// The port of the pods by name; one that is only digits was meant to be a number.
fn target(port: Fields<'_>, diags: &mut Diagnostics) {
    let Some(name) = port.text("targetPort").filter(|name| !name.value.is_empty()) else {
        return;
    };
    let text = name.value;
    if text.parse::<u16>().is_ok_and(|number| number.to_string() == text) {
        let what = format!("`targetPort` is a name where it stands in quotes, and `{text}` cannot be one");
        diags.push(
            Diagnostic::new(Code::InvalidPortName, what)
                .at(name.span, "the API server refuses it")
                .help(format!("write the number without quotes: `{text}`"))
                .fix(Fix::certain(format!("write `{text}` without quotes"), vec![Edit::replace(name.span, text)])),
        );
    } else {
        check_name(name, &PORT_NAME, port_name_flaw(text), "port of a container", diags);
    }
}

/// Reports a name that has not its form. Whether there was nothing to report.
fn check_name(name: Said<&str>, form: &Form, flaw: Option<String>, of: &str, diags: &mut Diagnostics) -> bool {
    let Some(flaw) = flaw.filter(|_| !name.value.is_empty() && !placeholder::is_in(name.value)) else {
        return true;
    };
    let text = name.value;
    let diagnostic =
        Diagnostic::new(Code::InvalidPortName, format!("`{text}` cannot be the name of a {of}: it {flaw}"))
            .at(name.span, "the API server refuses it");
    diags.push(match form.mended(text) {
        Some(mended) if mended != text => diagnostic
            .help(format!("write {}: `{mended}`", form.words))
            .fix(Fix::likely(format!("write `{mended}`"), vec![edit::replace(name.span, text, &mended)])),
        _ => diagnostic.help(format!("write {}", form.words)),
    });
    false
}

fn number(fields: Fields<'_>, key: &str) -> Option<Said<i64>> {
    let node = fields.get(key)?;
    match node.value() {
        Value::Int(value) => Some(Said { value, span: node.span() }),
        _ => None,
    }
}

/// What may stand once in a list of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'t> {
    Port(i64, &'t str),
    NodePort(i64, &'t str),
    Name(&'t str),
}

/// What stood before, and where.
#[derive(Default)]
struct Seen<'t> {
    at: BTreeMap<Key<'t>, Span>,
}

impl<'t> Seen<'t> {
    /// Reports what stood before. Whether it did.
    fn twice(&mut self, key: Key<'t>, span: Span, diags: &mut Diagnostics) -> bool {
        let first = *self.at.entry(key).or_insert(span);
        if first == span {
            return false;
        }
        let (headline, help) = match key {
            Key::Port(number, protocol) => (format!("port {number} of {protocol} stands twice"), "remove one of them"),
            Key::NodePort(number, protocol) => {
                (format!("node port {number} of {protocol} stands twice"), "write another one, or leave it out")
            }
            Key::Name("") => ("two ports have no name".into(), "give each a name of its own"),
            Key::Name(name) => (format!("two ports are named `{name}`"), "give each a name of its own"),
        };
        diags.push(
            Diagnostic::new(Code::InvalidPortName, headline)
                .at(span, "the API server refuses it")
                .at(first, "the first one")
                .help(help),
        );
        true
    }
}
