//! M0429 type-differs: a global service is reachable from outside in one cluster and not in another.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Mesh, ServiceType};

use super::declared_services;
use super::differences::sides;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        // Whether one of them is headless is another rule's.
        let sides = sides(mesh, group, |service| (!service.headless).then_some(service.service_type));
        let [first, second, ..] = sides.as_slice() else {
            continue;
        };
        let words =
            |service_type| ServiceType::ALL.iter().find(|(own, _)| *own == service_type).map_or("", |(_, word)| word);
        let (ours, theirs) = (words(first.key), words(second.key));
        diags.push(
            Diagnostic::new(
                Code::TypeDiffers,
                format!(
                    "`{}/{}` is a {ours} in {}, and a {theirs} in {}",
                    group.namespace,
                    group.name,
                    first.names(mesh),
                    second.names(mesh)
                ),
            )
            .at(mesh.object(second.first.object).span, format!("{theirs} in {}", second.names(mesh)))
            .at(mesh.object(first.first.object).span, format!("{ours} in {}", first.names(mesh)))
            .help(
                "clients inside reach it everywhere, and those from outside by some clusters only; that may be meant",
            ),
        );
    }
}
