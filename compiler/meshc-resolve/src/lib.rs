//! Takes what a project declares and gives one mesh: which clusters there are, which object stands where, which
//! backends serve which service.
//!
//! **Invariant:** what could not be resolved was reported here, once, and is absent from the mesh.

mod backends;
mod clusters;
mod latency;
mod multicluster;
mod namespaces;
mod placement;
mod pod_ranges;
mod services;
mod versions;
mod waves;
mod what_if;

use meshc_diag::Diagnostics;
use meshc_model::{Body, Mesh, ObjectId};
use meshc_schema::Declarations;
use meshc_source::SourceMap;

pub use what_if::{Scale, ScaleError, rescale, take_down};

/// Resolves `declarations`, which come from `sources`.
pub fn resolve(declarations: Declarations, sources: &SourceMap, diags: &mut Diagnostics) -> Mesh {
    let decl = clusters::single_mesh(declarations.meshes, diags);
    let clusters = clusters::resolve(decl.as_ref(), sources, diags);
    pod_ranges::check(&clusters, diags);
    let rtt = latency::resolve(decl.as_ref().map_or(&[], |decl| &decl.latency), &clusters, diags);
    let waves = waves::resolve(decl.as_ref().map_or(&[], |decl| &decl.waves), &clusters, diags);
    let name = decl.as_ref().and_then(|decl| decl.name).map(|name| name.value);
    let (rules, lints) = decl.map(|decl| (decl.placement, decl.lints)).unwrap_or_default();
    let placements = placement::place(&declarations.objects, &clusters, &rules, sources, diags);
    let mut mesh =
        Mesh { name, waves, clusters, rtt, lints, objects: declarations.objects, placements, ..Mesh::default() };
    let routes = (0..).zip(&mesh.objects).filter(|(_, object)| matches!(object.body, Body::Route(_)));
    mesh.routes = routes.map(|(at, _)| ObjectId(at)).collect();
    namespaces::check(&mesh, diags);
    let grouped = services::group(&mesh);
    mesh.services = grouped.services;
    mesh.exported = grouped.exported;
    mesh.unclaimed = grouped.unclaimed;
    mesh
}
