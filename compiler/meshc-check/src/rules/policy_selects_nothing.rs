//! M0508 policy-selects-nothing: a policy chooses services of which there are none.

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, Mesh, ObjectId};

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (at, object) in mesh.objects.iter().enumerate() {
        let Body::Policy(policy) = &object.body else {
            continue;
        };
        let placement = mesh.placement(ObjectId(at as u32));
        let selects = mesh.services.iter().any(|group| {
            group.members.iter().any(|member| {
                placement.contains(member.cluster) && policy.target.selects(group.namespace, group.name, &mesh.service(member).labels)
            })
        });
        if !selects {
            diags.push(
                Diagnostic::new(Code::PolicySelectsNothing, format!("the policy `{}` selects no service", object.key.name))
                    .at(policy.target_span, "no service of the mesh is like this")
                    .help("a service must match each list that is not empty: `namespaces`, `names`, `matchLabels`"),
            );
        }
    }
}
