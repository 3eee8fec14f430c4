//! M0406 port-names-differ: ports meet across clusters by name and protocol, never by number (CILIUM.md 3.2 and 4).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Member, Mesh, ServiceGroup, ServicePort};

use super::declared_services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let members = representatives(mesh, group);
        for (at, first) in members.iter().enumerate() {
            for second in &members[at + 1..] {
                check_two(mesh, group, first, second, diags);
                check_unnamed(mesh, group, first, second, diags);
                check_unnamed(mesh, group, second, first, diags);
            }
        }
    }
}

/// One global member for each different list of ports, so that many equal clusters cost nothing.
fn representatives<'m>(mesh: &Mesh, group: &'m ServiceGroup) -> Vec<&'m Member> {
    let mut found: Vec<&Member> = Vec::new();
    for member in &group.members {
        let service = mesh.service(member);
        let same = |other: &&Member| are_alike(&mesh.service(other).ports, &service.ports);
        if service.annotations.is_global() && !service.ports.is_empty() && !found.iter().any(same) {
            found.push(member);
        }
    }
    found
}

/// Whether two lists of ports meet those of other clusters in the same way.
pub(super) fn are_alike(ports: &[ServicePort], others: &[ServicePort]) -> bool {
    ports.len() == others.len() && ports.iter().zip(others).all(|(a, b)| a.name == b.name && a.protocol == b.protocol)
}

fn check_two(mesh: &Mesh, group: &ServiceGroup, first: &Member, second: &Member, diags: &mut Diagnostics) {
    let (here, there) = (mesh.cluster(first.cluster).name, mesh.cluster(second.cluster).name);
    let (ours, theirs) = (&mesh.service(first).ports, &mesh.service(second).ports);
    let ours_alone: Vec<_> = ours.iter().filter(|port| !theirs.iter().any(|other| meets(port, other))).collect();
    let theirs_alone: Vec<_> = theirs.iter().filter(|port| !ours.iter().any(|other| meets(other, port))).collect();
    for at in 0..ours_alone.len().max(theirs_alone.len()) {
        let diagnostic = match (ours_alone.get(at), theirs_alone.get(at)) {
            (Some(ours), Some(theirs)) => Diagnostic::new(
                Code::PortNamesDiffer,
                format!(
                    "the ports of `{}` do not meet: {} in {here}, {} in {there}",
                    group.name,
                    words(ours),
                    words(theirs)
                ),
            )
            .at(ours.span, format!("{here} has {}", words(ours)))
            .at(theirs.span, format!("{there} has {}", words(theirs)))
            .help(format!(
                "ports meet by name and protocol, whatever their numbers: give both the same {}",
                if ours.name == theirs.name { "protocol" } else { "name" }
            )),
            (Some(port), None) => one_sided(mesh, group, port, here.as_str(), second, there.as_str()),
            (None, Some(port)) => one_sided(mesh, group, port, there.as_str(), first, here.as_str()),
            (None, None) => continue,
        };
        diags.push(diagnostic);
    }
}

/// A port without a name takes all ports of the other side, so that connections go to the wrong ones (CILIUM.md 4).
fn check_unnamed(mesh: &Mesh, group: &ServiceGroup, first: &Member, second: &Member, diags: &mut Diagnostics) {
    let (here, there) = (mesh.cluster(first.cluster).name, mesh.cluster(second.cluster).name);
    let (ours, theirs) = (&mesh.service(first).ports, &mesh.service(second).ports);
    for port in ours.iter().filter(|port| port.name.is_empty()) {
        let taken: Vec<_> = theirs.iter().filter(|other| other.protocol == port.protocol).collect();
        let [one, _, ..] = taken.as_slice() else {
            continue;
        };
        diags.push(
            Diagnostic::new(
                Code::PortNamesDiffer,
                format!("an unnamed port of `{}` in {here} meets {} ports in {there}", group.name, taken.len()),
            )
            .at(port.span, format!("{here} does not name it"))
            .at(one.span, format!("the first of those in {there}"))
            .help("connections go to any of them, the wrong ones too: name it as the port that it is meant to reach"),
        );
    }
}

fn one_sided(
    mesh: &Mesh,
    group: &ServiceGroup,
    port: &ServicePort,
    here: &str,
    other: &Member,
    there: &str,
) -> Diagnostic {
    Diagnostic::new(
        Code::PortNamesDiffer,
        format!("{} of `{}` in {here} meets no port in {there}", words(port), group.name),
    )
    .at(port.span, format!("only {here} has {}", words(port)))
    .at(mesh.object(other.object).span, format!("the service in {there}"))
    .help(format!("clients of this port in {here} never reach {there}: add the port there, under the same name"))
}

fn words(port: &ServicePort) -> String {
    if port.name.is_empty() {
        format!("an unnamed {} port", port.protocol)
    } else {
        format!("`{}` ({})", port.name, port.protocol)
    }
}

/// Whether a backend of a Service's port `theirs` serves a frontend of `ours`.
fn meets(ours: &ServicePort, theirs: &ServicePort) -> bool {
    ours.protocol == theirs.protocol && (ours.name.is_empty() || theirs.name.is_empty() || ours.name == theirs.name)
}
