//! M0428 session-affinity-differs: each cluster keeps its clients with their backends as its own Service says.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Mesh, Service, ServiceGroup};

use super::declared_services;
use super::differences::{Side, sides};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        // What is headless has no frontend that could keep a client.
        let seconds = |service: &Service| service.traffic.session_affinity.map(|said| said.value);
        let sides = sides(mesh, group, |service| (!service.headless).then(|| seconds(service)));
        if let [first, second, ..] = sides.as_slice() {
            diags.push(diagnostic(mesh, group, first, second));
        }
    }
}

fn diagnostic(
    mesh: &Mesh,
    group: &ServiceGroup,
    first: &Side<'_, Option<u32>>,
    second: &Side<'_, Option<u32>>,
) -> Diagnostic {
    // The place where something is said comes before the one where nothing is.
    let (own, other) = if second.key.is_some() { (second, first) } else { (first, second) };
    let said = |side: &Side<'_, Option<u32>>| mesh.service(side.first).traffic.session_affinity;
    let place = |side| said(side).map_or(mesh.object(side.first.object).span, |said| said.span);
    Diagnostic::new(
        Code::SessionAffinityDiffers,
        format!(
            "`{}/{}` keeps clients with their backend for {} in {}, and {} in {}",
            group.namespace,
            group.name,
            words(own.key),
            own.names(mesh),
            words(other.key),
            other.names(mesh)
        ),
    )
    .at(place(own), format!("{} in {}", words(own.key), own.names(mesh)))
    .at(place(other), format!("{} in {}", words(other.key), other.names(mesh)))
    .help("each cluster heeds its own Service: give all the same `sessionAffinity` and `timeoutSeconds`")
}

fn words(seconds: Option<u32>) -> String {
    match seconds {
        Some(1) => "1 second".into(),
        Some(seconds) => format!("{seconds} seconds"),
        None => "not at all".into(),
    }
}
