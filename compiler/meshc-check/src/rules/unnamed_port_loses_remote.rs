//! M0431 unnamed-port-loses-remote: what older versions make of ports without a name (CILIUM.md 8, PR #40848).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Cluster, Member, Mesh, ServiceGroup, ServicePort};
use meshc_source::Span;

use super::{declared_services, port_names_differ, reach};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    // From 1.18.2 on names need not be there, on either side.
    if mesh.clusters.iter().all(|cluster| cluster.data_plane.version.is_at_least_patch(18, 2)) {
        return;
    }
    for group in declared_services(mesh) {
        let members = representatives(mesh, group);
        if let Some(found) = first_loss(mesh, group, &members) {
            diags.push(found);
        }
    }
}

/// Two global members of each kind, so that many equal clusters cost nothing.
fn representatives<'m>(mesh: &'m Mesh, group: &'m ServiceGroup) -> Vec<&'m Member> {
    let mut found: Vec<&Member> = Vec::new();
    for member in reach::global(mesh, group) {
        let data_plane = |member: &Member| {
            let data_plane = &mesh.cluster(member.cluster).data_plane;
            (data_plane.version, data_plane.service_v2, mesh.is_offered(member))
        };
        let same = |other: &&&Member| {
            data_plane(other) == data_plane(member)
                && port_names_differ::are_alike(&mesh.service(other).ports, &mesh.service(member).ports)
        };
        if found.iter().filter(same).count() < 2 {
            found.push(member);
        }
    }
    found
}

/// Where a port of a client's cluster has no backends of another one, because one of the two has no name.
struct Loss {
    at: Span,
    why: String,
    other: Option<(Span, String)>,
}

/// One finding for a service, however many clusters it concerns: naming the ports mends all.
fn first_loss(mesh: &Mesh, group: &ServiceGroup, members: &[&Member]) -> Option<Diagnostic> {
    let pairs = members.iter().flat_map(|client| members.iter().map(move |other| (*client, *other)));
    let (client, other, loss) =
        pairs.filter(|(client, other)| client.cluster != other.cluster).find_map(|(client, other)| {
            let heard = reach::offers_to(mesh, other, client);
            let ports = mesh.service(client).ports.iter().filter(|_| heard);
            let loss = ports.into_iter().find_map(|port| lost(mesh, client, other, port))?;
            Some((client, other, loss))
        })?;
    let (here, there) = (mesh.cluster(client.cluster).name, mesh.cluster(other.cluster).name);
    let diagnostic = Diagnostic::new(
        Code::UnnamedPortLosesRemote,
        format!(
            "clients of `{}/{}` in {here} do not reach the backends of {there}: a port has no name",
            group.namespace, group.name
        ),
    )
    .at(loss.at, loss.why);
    let diagnostic = match loss.other {
        Some((span, text)) => diagnostic.at(span, text),
        None => diagnostic,
    };
    Some(diagnostic.help("give the port the same name in every cluster, or update Cilium to 1.18.2"))
}

fn lost(mesh: &Mesh, client: &Member, other: &Member, port: &ServicePort) -> Option<Loss> {
    let (here, there) = (mesh.cluster(client.cluster), mesh.cluster(other.cluster));
    let theirs = mesh.service(other);
    // With several ports on the other side, names are needed in every version, which is another rule's.
    let mut targets = theirs.ports.iter().filter(|other| other.protocol == port.protocol);
    let (Some(target), None) = (targets.next(), targets.next()) else {
        return None;
    };
    let (own, remote) = (here.data_plane.version, there.data_plane.version);
    match (port.name.is_empty(), target.name.is_empty()) {
        (_, true) if !remote.records_unnamed_ports() => Some(Loss {
            at: target.span,
            why: format!("{} does not tell the others of a port without a name", words(there)),
            other: None,
        }),
        (false, true) if !own.unnamed_serves_all() => Some(Loss {
            at: target.span,
            why: format!("no name, and {} looks for `{}`", words(here), port.name),
            other: Some((port.span, format!("`{}` in {}", port.name, here.name))),
        }),
        (true, false) if !own.unnamed_takes_all() => Some(Loss {
            at: port.span,
            why: format!("no name, and {} takes ports without a name only", words(here)),
            other: Some((target.span, format!("`{}` in {}", target.name, there.name))),
        }),
        _ => None,
    }
}

fn words(cluster: &Cluster) -> String {
    format!("Cilium {} of {}", cluster.data_plane.version, cluster.name)
}
