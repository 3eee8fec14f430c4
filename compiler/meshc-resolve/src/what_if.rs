//! The mesh as it would be: workloads scaled, clusters gone.

use meshc_model::{Backends, ClusterId, Identity, Mesh, Name};

/// Another number of pods for a workload, or of endpoints for a service that has them observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The namespace of the workload.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// The cluster that it runs in.
    pub cluster: ClusterId,
    /// How many pods it shall have.
    pub replicas: u32,
}

/// Why a workload cannot be scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleError {
    /// No workload of that name serves a service there, and no service of that name has endpoints.
    NotFound,
    /// The endpoints are observed, and there are only so many.
    OnlyObserved(usize),
}

/// Scales what `scale` names.
///
/// # Errors
/// If there is nothing of that name, or if observed endpoints would have to be made up.
pub fn rescale(mesh: &mut Mesh, scale: &Scale) -> Result<(), ScaleError> {
    let mut found = false;
    let objects = &mesh.objects;
    for group in mesh.services.iter_mut().filter(|group| group.namespace == scale.namespace) {
        for member in group.members.iter_mut().filter(|member| member.cluster == scale.cluster) {
            // What is derived has the endpoints of what it is derived from.
            let derived = member.derived.as_ref().map(|_| objects[member.object.0 as usize].key.name);
            let own_name = derived.unwrap_or(group.name) == scale.name;
            if scale_workloads(&mut member.backends, scale) {
                found = true;
            } else if own_name && member.backends.workloads.is_empty() && !member.backends.list.is_empty() {
                let observed = member.backends.list.len();
                if scale.replicas as usize > observed {
                    return Err(ScaleError::OnlyObserved(observed));
                }
                member.backends.list.truncate(scale.replicas as usize);
                found = true;
            }
        }
    }
    if found { Ok(()) } else { Err(ScaleError::NotFound) }
}

/// Scales every workload of that name; whether there was one.
fn scale_workloads(backends: &mut Backends, scale: &Scale) -> bool {
    let named = |workload: Name| workload.as_str().split_once('/').is_some_and(|(_, name)| scale.name == name);
    let matching: Vec<_> = backends.workloads.iter().copied().filter(|found| named(found.workload)).collect();
    for of_workload in &matching {
        backends.list.retain(|backend| !matches!(backend.identity, Identity::Workload { workload, .. } if workload == of_workload.workload));
        backends.list.extend((0..scale.replicas).map(|ordinal| of_workload.backend(ordinal)));
    }
    !matching.is_empty()
}

/// Takes all services of `cluster` away, as if its data had been revoked everywhere.
pub fn take_down(mesh: &mut Mesh, cluster: ClusterId) {
    for group in &mut mesh.services {
        group.members.retain(|member| member.cluster != cluster);
    }
    mesh.services.retain(|group| !group.members.is_empty());
}
