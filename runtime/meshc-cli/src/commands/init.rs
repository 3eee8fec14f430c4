//! `meshc init`.

mod document;

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use meshc_cluster::{Context, contexts};
use meshc_compiler::schema::{API_VERSION, declare};
use meshc_diag::Diagnostics;
use meshc_source::{SourceFile, SourceMap};

use crate::args::InitArgs;
use crate::exit::{Exit, Stop};
use crate::load::load_readable;
use crate::terminal::say;
use document::document;

/// The file that is written.
const FILE: &str = "mesh.yaml";

/// How many clusters a mesh can have unless all of its clusters are told to take more.
const MOST: usize = 255;

pub(super) fn run(own: &InitArgs) -> Result<Exit> {
    let clusters = clusters(own)?;
    refuse_second(&own.folder)?;
    let path = own.folder.join(FILE);
    write(&path, &document(&mesh_name(&own.folder), &clusters))?;
    let path = path.display();
    let folder = own.folder.display();
    say(&match clusters.len() {
        0 => {
            format!("wrote `{path}` with two clusters as examples, as there is no kubeconfig: put yours in their place")
        }
        1 => format!(
            "wrote `{path}` with one cluster: fill in what its comments ask for, then run `meshc check {folder}`"
        ),
        many => format!(
            "wrote `{path}` with {many} clusters: fill in what its comments ask for, then run `meshc check {folder}`"
        ),
    });
    Ok(Exit::Done)
}

/// The contexts that are named, or one for each cluster of the kubeconfig.
fn clusters(own: &InitArgs) -> Result<Vec<Context>> {
    let known = contexts(own.kubeconfig.as_deref(), &own.context)?;
    let mut chosen: Vec<Context> = Vec::new();
    for context in known {
        // Several users of one cluster are several contexts; only somebody who names them wants them all.
        if !own.context.is_empty() || chosen.iter().all(|other| other.cluster != context.cluster) {
            chosen.push(context);
        }
    }
    if chosen.len() > MOST {
        let found = chosen.len();
        return Err(Stop::Usage(format!(
            "the kubeconfig has {found} clusters, and a mesh has at most {MOST}: choose some with `--context`"
        ))
        .into());
    }
    Ok(chosen)
}

/// A project has one Mesh.
fn refuse_second(folder: &Path) -> Result<(), Stop> {
    let sources = SourceMap::new(load_readable(folder, |file: &SourceFile| file.text().contains(API_VERSION)));
    match declare(&sources, &mut Diagnostics::new()).meshes.first() {
        Some(mesh) => {
            let file = folder.join(sources.file(mesh.span.file).path());
            Err(Stop::Refused(format!(
                "`{}` holds a Mesh already: a project has one; nothing was written",
                file.display()
            )))
        }
        None => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    let could_not = || format!("could not write `{}`", path.display());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(could_not)?;
    }
    match File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(could_not),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(Stop::Refused(format!("`{}` is there already and stays as it is", path.display())).into())
        }
        Err(error) => Err(error).with_context(could_not),
    }
}

/// The name of the folder, as an object can have it.
fn mesh_name(folder: &Path) -> String {
    // A folder that is not there yet has no other name than the one that was said.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(50).collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "mesh".to_owned() } else { plain.to_owned() }
}
