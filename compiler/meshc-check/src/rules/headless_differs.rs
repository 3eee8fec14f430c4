//! M0427 headless-differs: what is headless has no address, so that Cilium balances nothing for its clients; other
//! clusters have its backends all the same (CILIUM.md 2.4).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Mesh;

use super::declared_services;
use super::differences::sides;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let sides = sides(mesh, group, |service| Some(service.headless));
        let side = |headless| sides.iter().find(|side| side.key == headless);
        let (Some(headless), Some(other)) = (side(true), side(false)) else {
            continue;
        };
        let (here, there) = (headless.names(mesh), other.names(mesh));
        let said = mesh.service(headless.first).traffic.cluster_ip_none;
        diags.push(
            Diagnostic::new(
                Code::HeadlessDiffers,
                format!("`{}/{}` is headless in {here}, and has an address in {there}", group.namespace, group.name),
            )
            .at(said.unwrap_or(mesh.object(headless.first.object).span), format!("headless in {here}"))
            .at(mesh.object(other.first.object).span, format!("has an address in {there}"))
            .help(
                "clients of a headless service find pods by DNS, those of other clusters only where endpoint slices are \
                 mirrored; clients of the other are spread over all: make both alike, or give them two names",
            ),
        );
    }
}
