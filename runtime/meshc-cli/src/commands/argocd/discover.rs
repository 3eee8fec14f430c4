//! `meshc argocd discover`: whether a folder is a project of ours.

use anyhow::Result;
use meshc_compiler::schema::{API_VERSION, declare};
use meshc_diag::Diagnostics;
use meshc_source::{SourceFile, SourceMap};

use crate::args::ArgocdFolderArgs;
use crate::exit::Exit;
use crate::load::load_readable;
use crate::terminal::print;

/// Prints the path of the Mesh, if there is one.
///
/// Argo CD asks for the folders of all Applications that name no plugin, most of which are none of ours: what cannot be
/// read or understood in them is no reason to fail, and a file that never says our API version is not even parsed.
pub(super) fn run(own: &ArgocdFolderArgs) -> Result<Exit> {
    let is_ours = |file: &SourceFile| file.text().contains(API_VERSION);
    let sources = SourceMap::new(load_readable(&own.input, is_ours));
    let meshes = declare(&sources, &mut Diagnostics::new()).meshes;
    if let Some(mesh) = meshes.first() {
        print(&format!("{}\n", sources.file(mesh.span.file).path()))?;
    }
    Ok(Exit::Done)
}
