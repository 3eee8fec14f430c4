//! M0412 affinity-remote-everywhere: every cluster prefers the backends of the others, so that each connection leaves its
//! cluster although there are backends at home (CILIUM.md 3.4).

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics, Edit, Fix};
use meshc_model::{Affinity, ClusterId, Member, Mesh, ServiceGroup};
use meshc_source::Span;

use super::supply::{Supply, import, offering};
use super::{declared_services, names_of};

/// More places than these say nothing new.
const MOST_PLACES: usize = 3;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh) {
        let remote = |member: &Member| mesh.service(member).annotations.affinity() == Affinity::Remote;
        if !group.members.iter().any(remote) {
            continue;
        }
        let global = group.members.iter().filter(|member| mesh.service(member).annotations.is_global());
        let with: Vec<_> = global.filter(|member| !Supply::of(mesh, member).is_none()).collect();
        let all_remote = with.iter().all(|member| remote(member) && !mesh.service(member).headless);
        let offering = offering(mesh, group);
        let crosses = |member: &Member| {
            let abroad = offering.iter().any(|other| import(mesh, member.cluster, other.cluster).is_some());
            abroad && Supply::of(mesh, member) == Supply::Backends
        };
        let crossing: Vec<_> = with.iter().filter(|member| all_remote && crosses(member)).collect();
        if crossing.len() > 1 {
            diags.push(diagnostic(mesh, group, crossing.into_iter().copied()));
        }
    }
}

fn diagnostic<'m>(mesh: &Mesh, group: &ServiceGroup, crossing: impl Iterator<Item = &'m Member>) -> Diagnostic {
    let mut places = BTreeMap::<Span, Vec<ClusterId>>::new();
    for member in crossing {
        if let Some(said) = mesh.service(member).annotations.said_affinity() {
            places.entry(said.value_span).or_default().push(member.cluster);
        }
    }
    let names = |clusters: &[ClusterId]| names_of(mesh, &clusters.iter().copied().collect());
    let all: Vec<_> = places.values().flatten().copied().collect();
    let headline = format!(
        "`{}/{}` prefers remote backends in {}: every connection leaves its cluster",
        group.namespace,
        group.name,
        names(&all)
    );
    let edits = places.keys().map(|span| Edit::replace(*span, "\"local\"")).collect();
    let diagnostic = Diagnostic::new(Code::AffinityRemoteEverywhere, headline);
    let diagnostic = places.iter().take(MOST_PLACES).fold(diagnostic, |diagnostic, (span, clusters)| {
        diagnostic.at(*span, format!("the backends of {} are left to other clusters", names(clusters)))
    });
    diagnostic
        .help("`local` keeps connections at home, and lets them go to other clusters where home has no backend")
        .fix(Fix::likely("prefer local backends: `\"local\"`", edits))
}
