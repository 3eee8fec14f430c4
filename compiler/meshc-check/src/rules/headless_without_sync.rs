//! M0422 headless-without-sync: a headless service is global, and the endpoints of other clusters are not mirrored, which
//! is the one way to reach them (CILIUM.md 5).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Annotation, ClusterSet, Member, Mesh, ServiceGroup, names};

use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh).filter(|group| group.members.len() > 1) {
        let mirrors = |member: &Member| is_deaf(mesh, member).is_none();
        let mut found = Vec::<(&Member, Why, ClusterSet)>::new();
        for member in &group.members {
            let Some(why) = is_deaf(mesh, member) else {
                continue;
            };
            let others = group.members.iter().filter(|other| other.cluster != member.cluster);
            // Who says no itself may mean to give and not to take.
            let meant = why == Why::SaidNo && others.clone().any(mirrors);
            if meant || !others.clone().any(|other| mesh.is_offered(other)) {
                continue;
            }
            match found.iter_mut().find(|(first, other, _)| first.object == member.object && *other == why) {
                Some((_, _, clusters)) => clusters.insert(member.cluster),
                None => found.push((member, why, [member.cluster].into_iter().collect())),
            }
        }
        for (member, why, clusters) in found {
            diags.push(diagnostic(mesh, group, member, why, &clusters));
        }
    }
}

/// Why nothing is mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The cluster does not do it.
    Off,
    /// The service says no.
    SaidNo,
    /// It is headless by its label only, and does not ask.
    ByLabel,
}

/// Why a headless global service hears nothing of other clusters; `None` if it does, or if another rule says why not.
fn is_deaf(mesh: &Mesh, member: &Member) -> Option<Why> {
    let service = mesh.service(member);
    if !service.headless || !service.annotations.is_global() {
        return None;
    }
    if !mesh.cluster(member.cluster).data_plane.endpoint_slice_sync {
        return Some(Why::Off);
    }
    let named = service.annotations.global.primary.is_some_and(Annotation::is_true);
    match service.traffic.sync {
        Some(said) if said.value.as_str().eq_ignore_ascii_case("false") => Some(Why::SaidNo),
        None if named && service.traffic.cluster_ip_none.is_none() => Some(Why::ByLabel),
        Some(_) | None => None,
    }
}

fn diagnostic(mesh: &Mesh, group: &ServiceGroup, member: &Member, why: Why, clusters: &ClusterSet) -> Diagnostic {
    let (service, here) = (mesh.service(member), names_of(mesh, clusters));
    let object = mesh.object(member.object);
    let headless = service.traffic.cluster_ip_none.unwrap_or(object.span);
    let diagnostic = Diagnostic::new(
        Code::HeadlessWithoutSync,
        format!(
            "`{}/{}` is headless and global, and clients in {here} find no endpoint of another cluster",
            group.namespace, group.name
        ),
    );
    match why {
        Why::Off => {
            let diagnostic = diagnostic.at(headless, "nothing is mirrored for it");
            let off = mesh.cluster(member.cluster).setting("endpointSliceSync");
            let diagnostic = off.into_iter().fold(diagnostic, |diagnostic, off| diagnostic.at(off, "off"));
            diagnostic.help(
                "a headless service has no address that Cilium could send on: where the clusters mirror EndpointSlices \
                 (`clustermesh.enableEndpointSliceSynchronization`), say so in the Mesh, below `dataPlane.cilium`: \
                 `endpointSliceSync: true`",
            )
        }
        Why::SaidNo => {
            let said = service.traffic.sync.map_or(object.span, |said| said.value_span);
            diagnostic.at(said, "nothing is mirrored").at(headless, "headless").help(
                "no cluster mirrors endpoints of it: remove this line in one that has clients, or remove `global`",
            )
        }
        Why::ByLabel => diagnostic
            .at(headless, "headless by its label only")
            .help(format!("only `clusterIP: None` makes Cilium mirror unasked: add `{}: \"true\"`", names::SYNC)),
    }
}
