use meshc_model::{Body, ClusterId, Mesh, ObjectId, ServiceGroup, TrafficPolicy};

/// A policy and the object that declares it.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'m> {
    /// Its object.
    pub id: ObjectId,
    /// What it says.
    pub policy: &'m TrafficPolicy,
}

/// Every policy of the mesh, the one that weighs before the others first: the most special one, then by name.
pub(crate) fn policies(mesh: &Mesh) -> Vec<Policy<'_>> {
    let mut found: Vec<_> = mesh
        .objects
        .iter()
        .enumerate()
        .filter_map(|(at, object)| match &object.body {
            Body::Policy(policy) => Some(Policy { id: ObjectId(at as u32), policy }),
            _ => None,
        })
        .collect();
    found.sort_by_key(|found| {
        let key = mesh.object(found.id).key;
        (std::cmp::Reverse(found.policy.target.specificity()), key.name, key.namespace, found.id)
    });
    found
}

/// The policies that weigh `group` for clients in `cluster`, as indexes: the first that stands in that cluster and
/// selects the cluster's own Service, and, as long as they are chained, those after it.
pub(crate) fn chosen(mesh: &Mesh, policies: &[Policy<'_>], group: &ServiceGroup, cluster: ClusterId) -> Vec<usize> {
    let Some(member) = group.member(cluster) else {
        return Vec::new();
    };
    let mut chosen = Vec::new();
    for (at, found) in policies.iter().enumerate() {
        let selects = mesh.placement(found.id).contains(cluster)
            && found.policy.target.selects(group.namespace, group.name, &mesh.service(member).labels);
        if selects {
            chosen.push(at);
            if !found.policy.chain {
                break;
            }
        }
    }
    chosen
}
