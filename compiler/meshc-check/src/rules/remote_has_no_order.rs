//! M0433 remote-has-no-order: the affinity `remote` prefers all other clusters alike (CILIUM.md 3.4, issue #29200).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, ClusterId, ClusterSet, Member, Mesh, ServiceGroup};

use super::{declared_services, names_of, reach};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let found = reach::global(mesh, group).find_map(|member| {
            let annotations = &mesh.service(member).annotations;
            let said = annotations.said_affinity().filter(|_| annotations.affinity() == Affinity::Remote)?;
            giving(mesh, group, member).nth(1).map(|_| (member, said))
        });
        let Some((member, said)) = found else {
            continue;
        };
        let others: ClusterSet = giving(mesh, group, member).collect();
        let (here, there) = (mesh.cluster(member.cluster).name, names_of(mesh, &others));
        diags.push(
            Diagnostic::new(
                Code::RemoteHasNoOrder,
                format!(
                    "clients of `{}/{}` in {here} are spread over {there}, none of them first",
                    group.namespace, group.name
                ),
            )
            .at(said.value_span, "prefers every other cluster alike")
            .help(
                "Cilium has no order among other clusters: where one is to come first, give its backends a global \
                 service of another name",
            ),
        );
    }
}

/// The other clusters that have backends for the clients of `member`.
fn giving<'m>(mesh: &'m Mesh, group: &'m ServiceGroup, member: &'m Member) -> impl Iterator<Item = ClusterId> {
    reach::others(mesh, group, member).filter(|other| reach::ready(other) > 0).map(|other| other.cluster)
}
