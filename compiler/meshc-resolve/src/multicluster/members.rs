//! Which clusters have the derived Service of a name, and what serves it there.

use std::sync::Arc;

use meshc_model::{Backends, ClusterId, ClusterSet, IdleExport, IdleReason, Member, Service};
use rustc_hash::FxHashMap;

use super::Scene;
use super::backends::{Exported, backends};
use super::declared::Key;
use super::import::Import;
use super::offer::Offer;
use super::profile::Profile;
use super::service::{self, Home};

/// The derived Service of each cluster that has one, by cluster.
pub(super) fn derive(
    scene: &Scene<'_>,
    key: Key,
    offers: &[Offer<'_>],
    idle: &[IdleExport],
    imports: &[Import<'_>],
) -> Vec<Member> {
    let own: FxHashMap<_, _> = offers.iter().map(|offer| (offer.export.cluster, offer)).collect();
    let stuck = stuck(idle);
    let mut shared = Vec::new();
    let mut members = Vec::new();
    for cluster in scene.mesh.cluster_ids().filter(|id| !stuck.contains(*id) && imports_into(scene, key, *id)) {
        let profile = scene.profile(cluster);
        let Some(import) = imports.iter().find(|import| import.profile == profile) else {
            continue;
        };
        let own = own.get(&cluster).copied();
        let derived = derived(scene, key, import, cluster, own, &mut shared);
        // Cilium does not see what another proxy serves (CILIUM.md 1).
        if derived.traffic.foreign_proxy.is_none() {
            let object = own.unwrap_or(&import.oldest).export.object;
            let backends = own.map(|own| backends_of(scene, own, &derived)).unwrap_or_default();
            let namespace_global = scene.said(cluster, key.0);
            members.push(Member { cluster, object, derived: Some(derived), backends, namespace_global });
        }
    }
    members
}

/// The clusters that export a Service which cannot be exported: their operators give up before they import what others
/// export (`Reconcile` in `serviceimport_controller.go`).
fn stuck(idle: &[IdleExport]) -> ClusterSet {
    let invalid = |idle: &&IdleExport| matches!(idle.reason, IdleReason::NoService | IdleReason::ExternalName(_));
    idle.iter().filter(invalid).map(|idle| idle.cluster).collect()
}

fn imports_into(scene: &Scene<'_>, key: Key, cluster: ClusterId) -> bool {
    scene.cluster(cluster).data_plane.mcs_api
        && scene.declared.has_namespace(cluster, key.0)
        && scene.is_open(cluster, key.0)
}

/// The derived Service of a cluster: the same object for all clusters in which it says the same.
fn derived(
    scene: &Scene<'_>,
    key: Key,
    import: &Import<'_>,
    cluster: ClusterId,
    own: Option<&Offer<'_>>,
    shared: &mut Vec<(Profile, Arc<Service>)>,
) -> Arc<Service> {
    let profile = import.profile;
    if let Some((_, known)) = shared.iter().find(|(of, _)| *of == profile) {
        return known.clone();
    }
    let home = Home {
        cluster: scene.cluster(cluster).name,
        exported: own.map(|own| own.service),
        import: scene.declared.import(key, cluster),
    };
    let place = scene.mesh.object(import.oldest.export.object).span;
    let derived = Arc::new(service::derive(import, key.1, place, home));
    if profile.mirrors_slices() {
        shared.push((profile, derived.clone()));
    }
    derived
}

fn backends_of(scene: &Scene<'_>, own: &Offer<'_>, derived: &Service) -> Backends {
    let key = scene.mesh.object(own.export.service).key;
    let exported = Exported { cluster: own.export.cluster, key, service: own.service, derived };
    backends(scene.index, &exported, own.profile)
}
