//! M0508 policy-selects-nothing: a policy chooses services of which there are none.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, Mesh, ObjectId, TrafficPolicy};
use meshc_schema::nearest;

use super::{cluster_names, declared_services};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Policy(policy) = &object.body else {
            continue;
        };
        let placement = mesh.placement(ObjectId(at as u32));
        // Whatever kept it, or a service, out of every cluster was reported.
        let unplaced = |at: usize| mesh.placements[at].is_empty();
        let lost =
            mesh.objects.iter().enumerate().any(|(at, object)| matches!(object.body, Body::Service(_)) && unplaced(at));
        if unplaced(at) || lost {
            continue;
        }
        let selects = mesh.services.iter().any(|group| {
            group.members.iter().any(|member| {
                placement.contains(member.cluster)
                    && policy.target.selects(group.namespace, group.name, &mesh.service(member).labels)
            })
        });
        if !selects {
            diags.push(
                Diagnostic::new(
                    Code::PolicySelectsNothing,
                    format!("the policy `{}` selects no service", object.key.name),
                )
                .at(
                    policy.target_span,
                    format!("no service of {} is like this", cluster_names(mesh, ObjectId(at as u32))),
                )
                .help(help(mesh, policy)),
            );
        }
    }
}

fn help(mesh: &Mesh, policy: &TrafficPolicy) -> String {
    let known = || declared_services(mesh).map(|group| group.name.as_str());
    let slip = policy.target.names.iter().filter(|name| !known().any(|other| *name == other));
    match slip.into_iter().find_map(|name| nearest(name.as_str(), known())) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "a service must match each list that is not empty: `namespaces`, `names`, `matchLabels`".into(),
    }
}
