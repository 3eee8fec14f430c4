//! M0411 affinity-without-local: a cluster prefers its own backends and has none, so that all connections leave it
//! (CILIUM.md 3.4).

use std::cell::LazyCell;
use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Affinity, Annotation, ClusterSet, Member, Mesh, ServiceGroup};
use meshc_source::Span;

use super::selector_matches_nothing::Strays;
use super::supply::{Supply, import, offering};
use super::{declared_services, names_of};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    let strays = LazyCell::new(|| Strays::new(mesh));
    for group in declared_services(mesh) {
        let mut lonely = group.members.iter().filter(|member| prefers_nothing(mesh, group, member)).peekable();
        if lonely.peek().is_none() {
            continue;
        }
        let offering = offering(mesh, group);
        let mut found = BTreeMap::<Span, Finding<'_>>::new();
        for member in lonely {
            let abroad = offering.iter().any(|other| import(mesh, member.cluster, other.cluster).is_some());
            let slip = || Supply::of(mesh, member) == Supply::Unknown && strays.near(group, member).is_some();
            if let Some(said) = mesh.service(member).annotations.said_affinity().filter(|_| abroad && !slip()) {
                let finding = found.entry(said.value_span);
                let finding = finding.or_insert_with(|| Finding { said, first: member, clusters: ClusterSet::new() });
                finding.clusters.insert(member.cluster);
            }
        }
        for finding in found.into_values() {
            diags.push(finding.diagnostic(mesh, group, &offering));
        }
    }
}

/// A service that prefers what its cluster does not have. Where one manifest is for several clusters, and another of them
/// has the pods, its affinity is for those.
fn prefers_nothing(mesh: &Mesh, group: &ServiceGroup, member: &Member) -> bool {
    let service = mesh.service(member);
    if service.headless || service.annotations.affinity() != Affinity::Local {
        return false;
    }
    let served = |other: &Member| other.object == member.object && !other.backends.list.is_empty();
    match Supply::of(mesh, member) {
        Supply::Backends => false,
        Supply::ScaledToZero(_) | Supply::NoEndpoints => true,
        Supply::NoSelector | Supply::Unknown => !group.members.iter().any(served),
    }
}

/// An annotation that prefers nothing.
struct Finding<'m> {
    said: Annotation,
    /// The first of those that it is said of.
    first: &'m Member,
    clusters: ClusterSet,
}

impl Finding<'_> {
    fn diagnostic(&self, mesh: &Mesh, group: &ServiceGroup, offering: &[&Member]) -> Diagnostic {
        let here = names_of(mesh, &self.clusters);
        let others = offering.iter().map(|other| other.cluster);
        let others = others.filter(|other| import(mesh, self.first.cluster, *other).is_some()).collect();
        let there = names_of(mesh, &others);
        let diagnostic = Diagnostic::new(
            Code::AffinityWithoutLocal,
            format!(
                "`{}/{}` prefers local backends and has none in {here}: connections go to {there}",
                group.namespace, group.name
            ),
        )
        .at(self.said.value_span, format!("nothing to prefer in {here}"));
        let place = Supply::of(mesh, self.first).place(mesh, self.first);
        let diagnostic = place.into_iter().fold(diagnostic, |diagnostic, (span, text)| diagnostic.at(span, text));
        diagnostic.help(format!(
            "if this is meant for a while, there is nothing to do; else give {here} backends, or remove `{}` there",
            self.said.key
        ))
    }
}
