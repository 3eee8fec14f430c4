//! Which clusters export a name, and which only mean to (`serviceexportsync.go`).

use meshc_model::{ClusterId, Export, IdleExport, IdleReason, ObjectId, ServiceExport, ServiceType};

use super::Scene;
use super::declared::Key;
use super::offer::{self, Offer};

/// The exports of a name, the oldest first, and the `ServiceExports` without effect, by cluster.
pub(super) fn find<'m>(scene: &Scene<'m>, key: Key) -> (Vec<Offer<'m>>, Vec<IdleExport>) {
    let (mut offers, mut idle) = (Vec::new(), Vec::new());
    let objects = scene.declared.exports.get(&key).map_or(&[][..], Vec::as_slice);
    for (object, export) in objects {
        for cluster in scene.mesh.placement(*object).iter() {
            let reason = idle_reason(scene, key, cluster);
            idle.extend(reason.map(|reason| IdleExport { cluster, object: *object, reason }));
            if is_told(scene, cluster, reason) {
                offers.extend(offer(scene, key, cluster, *object, export));
            }
        }
    }
    offer::sort(&mut offers);
    idle.sort_by_key(|idle| idle.cluster);
    (offers, idle)
}

/// Why a `ServiceExport` does nothing in a cluster; `None` if it exports.
fn idle_reason(scene: &Scene<'_>, key: Key, cluster: ClusterId) -> Option<IdleReason> {
    if !scene.cluster(cluster).data_plane.mcs_api {
        return Some(IdleReason::SwitchedOff);
    }
    if !scene.is_open(cluster, key.0) {
        let said = scene.said(cluster, key.0);
        return Some(IdleReason::NamespaceNotGlobal(said.map(|said| said.span)));
    }
    let Some((id, service)) = scene.declared.service(key, cluster) else {
        return Some(IdleReason::NoService);
    };
    (service.service_type == ServiceType::ExternalName).then_some(IdleReason::ExternalName(id))
}

/// Whether the other clusters hear of it.
fn is_told(scene: &Scene<'_>, cluster: ClusterId, idle: Option<IdleReason>) -> bool {
    match idle {
        None => true,
        Some(IdleReason::ExternalName(_)) => !scene.profile(cluster).refuses_external_names(),
        Some(IdleReason::SwitchedOff | IdleReason::NamespaceNotGlobal(_) | IdleReason::NoService) => false,
    }
}

fn offer<'m>(
    scene: &Scene<'m>,
    key: Key,
    cluster: ClusterId,
    object: ObjectId,
    export: &'m ServiceExport,
) -> Option<Offer<'m>> {
    let (id, service) = scene.declared.service(key, cluster)?;
    Some(Offer {
        export: Export { cluster, object, service: id },
        created: export.created,
        service,
        template: &export.template,
        profile: scene.profile(cluster),
    })
}
