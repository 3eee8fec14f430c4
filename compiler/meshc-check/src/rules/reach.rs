//! Whose backends the clients of a cluster have beside those of their own (CILIUM.md 2).

use meshc_model::{Import, Member, Mesh, ServiceGroup, ServiceType};

/// The members in other clusters whose backends the data plane of `client` has, and uses for this service.
pub(super) fn others<'m>(
    mesh: &'m Mesh,
    group: &'m ServiceGroup,
    client: &'m Member,
) -> impl Iterator<Item = &'m Member> {
    let global = mesh.service(client).annotations.is_global();
    group
        .members
        .iter()
        .filter(move |other| global && other.cluster != client.cluster && offers_to(mesh, other, client))
}

/// Whether the cluster of `client` hears of the backends of `other`.
pub(super) fn offers_to(mesh: &Mesh, other: &Member, client: &Member) -> bool {
    let (own, theirs) = (&mesh.cluster(client.cluster).data_plane, &mesh.cluster(other.cluster).data_plane);
    mesh.is_offered(other) && own.import(theirs) != Import::Nothing
}

/// The backends of `member` that take new connections.
pub(super) fn ready(member: &Member) -> usize {
    member.backends.list.iter().filter(|backend| backend.conditions.ready && backend.weight > 0).count()
}

/// The global members that are more than another name.
pub(super) fn global<'m>(mesh: &'m Mesh, group: &'m ServiceGroup) -> impl Iterator<Item = &'m Member> + Clone {
    group.members.iter().filter(|member| {
        let service = mesh.service(member);
        service.annotations.is_global() && service.service_type != ServiceType::ExternalName
    })
}
