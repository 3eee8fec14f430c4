//! M0430 shared-target-port: some versions keep one of several names for a port of another cluster's pods, and chance
//! says which (CILIUM.md 4 and 8, issue #45109, PR #45179).

use std::collections::BTreeSet;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Backends, EndpointPort, Import, Member, Mesh, Name, ServiceGroup};

use super::{declared_services, reach};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let loses = |member: &&Member| mesh.cluster(member.cluster).data_plane.version.keeps_one_name_of_a_port();
    for group in declared_services(mesh) {
        let readers: Vec<_> = reach::global(mesh, group).filter(loses).collect();
        if readers.is_empty() {
            continue;
        }
        let mut seen = BTreeSet::new();
        for other in &group.members {
            let Some((first, second)) = shared(&other.backends) else {
                continue;
            };
            let reads = |reader: &&&Member| reader.cluster != other.cluster && by_record(mesh, reader, other);
            let Some(reader) = readers.iter().find(reads) else {
                continue;
            };
            if seen.insert(other.object) {
                diags.push(diagnostic(mesh, group, other, reader, first, second));
            }
        }
    }
}

fn by_record(mesh: &Mesh, reader: &Member, other: &Member) -> bool {
    let (own, theirs) = (&mesh.cluster(reader.cluster).data_plane, &mesh.cluster(other.cluster).data_plane);
    mesh.is_offered(other) && own.import(theirs) == Import::Record
}

/// The names of two ports of some backend that are one number.
fn shared(backends: &Backends) -> Option<(Name, Name)> {
    let pair = |ports: &Vec<EndpointPort>| {
        ports.iter().enumerate().find_map(|(at, port)| {
            let same = |other: &&EndpointPort| (other.number, other.protocol) == (port.number, port.protocol);
            let twin = ports[at + 1..].iter().filter(same).find(|other| other.name != port.name)?;
            Some((port.name, twin.name))
        })
    };
    if backends.list.is_empty() { None } else { backends.port_sets.iter().find_map(pair) }
}

fn diagnostic(
    mesh: &Mesh,
    group: &ServiceGroup,
    other: &Member,
    reader: &Member,
    first: Name,
    second: Name,
) -> Diagnostic {
    let (here, there) = (mesh.cluster(reader.cluster), mesh.cluster(other.cluster).name);
    let mended = if here.data_plane.version.is_at_least(19) { "1.19.4" } else { "1.18.10" };
    let service = mesh.service(other);
    let place = |name: Name| {
        let port = service.ports.iter().find(|port| port.name == name);
        port.map_or(mesh.object(other.object).span, |port| port.span)
    };
    Diagnostic::new(
        Code::SharedTargetPort,
        format!(
            "`{first}` and `{second}` of `{}/{}` are one port of the pods, and Cilium {} of {} keeps one of the names",
            group.namespace, group.name, here.data_plane.version, here.name
        ),
    )
    .at(place(second), format!("one of the two has no backends of {there} in {}", here.name))
    .at(place(first), "leads to the same port")
    .help(format!(
        "update {} to Cilium {mended} or later, or have the pods listen on a port of its own for each",
        here.name
    ))
}
