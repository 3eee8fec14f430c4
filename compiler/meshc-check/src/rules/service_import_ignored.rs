//! M0436 service-import-ignored: Cilium keeps `ServiceImports` itself (CILIUM.md 5).

use meshc_diag::{Code, Diagnostic, Diagnostics};
use meshc_model::{Body, ClusterSet, Mesh, ObjectId};

use super::names_of;

pub(super) fn check(mesh: &Mesh, diags: &mut Diagnostics) {
    for (at, object) in mesh.objects.iter().enumerate() {
        if !matches!(object.body, Body::ServiceImport(_)) {
            continue;
        }
        // In 1.17 its labels and annotations are the user's, and become those of the derived Service
        // (`pkg/clustermesh/mcsapi/serviceimport_controller.go`).
        let written_over = |cluster: &meshc_model::ClusterId| {
            let data_plane = &mesh.cluster(*cluster).data_plane;
            data_plane.mcs_api && data_plane.version.is_at_least(18)
        };
        let clusters: ClusterSet = mesh.placement(ObjectId(at as u32)).iter().filter(written_over).collect();
        if clusters.is_empty() {
            continue;
        }
        diags.push(
            Diagnostic::new(
                Code::ServiceImportIgnored,
                format!(
                    "Cilium writes over the ServiceImport `{}/{}` in {}",
                    object.key.namespace,
                    object.key.name,
                    names_of(mesh, &clusters)
                ),
            )
            .at(object.span, "made from what clusters export under this name")
            .help(
                "remove it; what its annotations should say of the derived Service belongs in \
                 `spec.exportedAnnotations` of the ServiceExports",
            ),
        );
    }
}
