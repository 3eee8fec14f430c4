//! M0424 families-differ: a global service has an address family in one cluster that it does not have in another. Backends
//! serve frontends of their own family only (CILIUM.md 3.2 and 4).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Family, Member, Mesh, ServiceGroup};
use meshc_source::Span;

use super::declared_services;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh).filter(|group| group.members.len() > 1) {
        let mut found = Vec::<Side<'_>>::new();
        for member in &group.members {
            let Some(side) = Side::of(mesh, member) else {
                continue;
            };
            // One of each kind, so that many equal clusters cost nothing.
            if !found.iter().any(|other| other.families == side.families && other.offered == side.offered) {
                found.push(side);
            }
        }
        let pairs =
            found.iter().enumerate().flat_map(|(at, first)| found[at + 1..].iter().map(move |other| (first, other)));
        let differ =
            |(one, other): &(&Side<'_>, &Side<'_>)| one.families != other.families && (one.offered || other.offered);
        if let Some((one, other)) = pairs.into_iter().find(differ) {
            diags.push(diagnostic(mesh, group, one, other));
        }
    }
}

/// The families of a global service in one cluster.
struct Side<'m> {
    member: &'m Member,
    families: Vec<Family>,
    span: Span,
    offered: bool,
}

impl<'m> Side<'m> {
    /// `None` where the cluster decides which families there are.
    fn of(mesh: &Mesh, member: &'m Member) -> Option<Self> {
        let service = mesh.service(member);
        let traffic = &service.traffic;
        let addresses = service.cluster_ips.iter().copied().map(Family::of);
        let mut families: Vec<_> = traffic.ip_families.iter().copied().chain(addresses).collect();
        families.sort_unstable();
        families.dedup();
        let open = traffic.dual_stack && families.len() < Family::ALL.len();
        let span = traffic.ip_families_span.unwrap_or(mesh.object(member.object).span);
        let known = service.annotations.is_global() && !families.is_empty() && !open;
        known.then(|| Self { member, families, span, offered: mesh.is_offered(member) })
    }
}

fn diagnostic(mesh: &Mesh, group: &ServiceGroup, one: &Side<'_>, other: &Side<'_>) -> Diagnostic {
    let name = |side: &Side<'_>| mesh.cluster(side.member.cluster).name;
    let (more, less) = if one.families.len() >= other.families.len() { (one, other) } else { (other, one) };
    let common = more.families.iter().any(|family| less.families.contains(family));
    let (headline, help) = if common {
        let alone: Vec<_> = more.families.iter().copied().filter(|family| !less.families.contains(family)).collect();
        let alone = words(&alone);
        (
            format!("`{}/{}` has {alone} in {} and not in {}", group.namespace, group.name, name(more), name(less)),
            format!(
                "connections over {alone} reach no backend of {}: give both clusters the same `ipFamilies`",
                name(less)
            ),
        )
    } else {
        let (here, there) = (words(&more.families), words(&less.families));
        (
            format!("`{}/{}` has {here} in {} and {there} in {}", group.namespace, group.name, name(more), name(less)),
            "no connection crosses, since a backend serves its own family only: give both clusters a family in common, in \
             `ipFamilies`"
                .into(),
        )
    };
    Diagnostic::new(Code::FamiliesDiffer, headline)
        .at(less.span, format!("{} in {}", words(&less.families), name(less)))
        .at(more.span, format!("{} in {}", words(&more.families), name(more)))
        .help(help)
}

fn words(families: &[Family]) -> String {
    let word = |family: &Family| Family::ALL.iter().find(|(other, _)| other == family).map_or("", |(_, word)| *word);
    families.iter().map(word).collect::<Vec<_>>().join(" and ")
}
