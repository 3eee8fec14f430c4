//! M0414 no-backends-anywhere: a global service has clients and no backend in any cluster.

use std::collections::BTreeMap;

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::Mesh;
use meshc_source::Span;

use super::declared_services;
use super::supply::Supply;

/// More places than these say nothing new.
const MOST_PLACES: usize = 3;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for group in declared_services(mesh).filter(|group| group.members.len() > 1) {
        // Pods that nobody declares may come from elsewhere; so may endpoints, where no workload says otherwise.
        let none = group
            .members
            .iter()
            .all(|member| Supply::of(mesh, member).is_none() && mesh.service(member).annotations.is_global());
        if !none {
            continue;
        }
        let mut places = BTreeMap::<Span, String>::new();
        for member in &group.members {
            let supply = Supply::of(mesh, member);
            if let Supply::ScaledToZero(_) = supply {
                places.extend(supply.place(mesh, member));
            }
        }
        if places.is_empty() {
            continue;
        }
        let diagnostic = Diagnostic::new(
            Code::NoBackendsAnywhere,
            format!("`{}/{}` has no backend in any cluster", group.namespace, group.name),
        );
        let places = places.into_iter().take(MOST_PLACES);
        let diagnostic = places.fold(diagnostic, |diagnostic, (span, text)| diagnostic.at(span, text));
        diags.push(diagnostic.help(
            "connections to it fail wherever they come from: give its workload pods in one cluster, and the others \
             reach them there",
        ));
    }
}
