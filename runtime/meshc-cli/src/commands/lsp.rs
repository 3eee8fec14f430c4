//! `meshc lsp`.

use std::io::BufReader;

use anyhow::{Context, Result};
use meshc_lsp::{Outcome, serve};

use crate::exit::Exit;
use crate::load::load_folder;

pub(super) fn run() -> Result<Exit> {
    let load = |folder: &std::path::Path, open: &meshc_lsp::OpenTexts| {
        // The causes too: an editor shows one text.
        load_folder(folder, open).map_err(|error| format!("{error:#}"))
    };
    let outcome = serve(BufReader::new(std::io::stdin()), std::io::stdout().lock(), Box::new(load))
        .context("could not go on speaking with the editor")?;
    Ok(match outcome {
        Outcome::Closed => Exit::Done,
        Outcome::Dropped => Exit::WrongInput,
    })
}
