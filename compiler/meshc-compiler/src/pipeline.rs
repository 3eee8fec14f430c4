//! The phases, in order, and nothing else.

use crate::edits::settle_edits;
use crate::mesh_document::without_placement;
use meshc_check::{CheckedMesh, Strictness};
use meshc_diag::Diagnostics;
use meshc_emit::{Bundle, EmitOptions, check_effect, emit};
use meshc_model::Mesh;
use meshc_resolve::resolve;
use meshc_schema::declare;
use meshc_source::SourceMap;
use meshc_tables::{Client, compile_tables};
use meshc_weigh::contract::Options;
use meshc_weigh::{Weighers, WeightedTables, weigh};

/// parse, resolve, check: from texts to a mesh without errors.
pub fn check(sources: &SourceMap, strictness: &Strictness, diags: &mut Diagnostics) -> Option<CheckedMesh> {
    let declarations = declare(sources, diags);
    let mesh = resolve(declarations, sources, diags);
    let checked = meshc_check::check(mesh, strictness, diags);
    settle_edits(sources, diags);
    checked
}

/// The same, for whoever shows a mesh that may be wrong, as an editor does: what could be made of the texts.
pub fn examine(sources: &SourceMap, strictness: &Strictness, diags: &mut Diagnostics) -> Mesh {
    let declarations = declare(sources, diags);
    let mesh = resolve(declarations, sources, diags);
    meshc_check::examine(&mesh, strictness, diags);
    settle_edits(sources, diags);
    mesh
}

/// parse, resolve: which clusters there are and what stands in them, right or wrong, and the Mesh document.
pub fn mesh(sources: &SourceMap, diags: &mut Diagnostics) -> (Mesh, Option<String>) {
    let declarations = declare(sources, diags);
    let document = declarations.meshes.first().map(|decl| without_placement(decl, sources));
    (resolve(declarations, sources, diags), document)
}

/// compile tables, weigh: from a mesh to who serves whom, with the reasons that `options` ask weighers for. Only a
/// weigher can fail.
pub fn weighted_tables(
    mesh: CheckedMesh,
    client: Client,
    sources: &SourceMap,
    weighers: &dyn Weighers,
    options: &Options,
    diags: &mut Diagnostics,
) -> Option<WeightedTables> {
    let tables = compile_tables(&mesh, client);
    let mut weighted = weigh(mesh, tables, weighers, options, &|file| sources.file(file).path(), diags);
    check_effect(&weighted, diags);
    weighted.mesh.settle(diags);
    (!diags.has_errors()).then_some(weighted)
}

/// emit: from tables to files.
pub fn bundle(weighted: &WeightedTables, options: EmitOptions) -> Bundle {
    emit(weighted, options)
}
